"""The table ``builders``: each model builder with its spans of releases, and what it takes, builds and requests."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from matrix.compile.calls import CallTable
from matrix.compile.facts import facts_of
from matrix.compile.outputs import output_digest
from matrix.compile.renames import RenameTable
from matrix.compile.schemas import SchemaTable
from matrix.compile.spans import UNKNOWN, fold, presence
from matrix.compile.table import Table
from matrix.store.records import Record, Store

Facts = Mapping[str, Any]


def compile_builders(timeline: Sequence[Record], store: Store) -> dict[str, Table]:
    """Compile ``builders``, and ``calls``, ``schemas`` and ``renames``, whose rows builders name by number."""
    schemas, renames = SchemaTable(store), RenameTable(store)
    calls = CallTable(schemas)
    paths = sorted({path for record in timeline for path in facts_of(record)["builders"]})
    registry = {path: name for record in timeline for name, path in facts_of(record)["registry"].items()}
    builders: dict[str, Table] = {}
    for path in paths:
        history = BuilderHistory(timeline, path)
        described = describe(history, registry, calls)
        canonical = history.newest_schema()
        if canonical is not None:
            described["renames"] = history.spans(partial(renames.number, canonical=store.schema(canonical)))
        builders[path] = {key: value for key, value in described.items() if value != []}
    return {
        "builders": {"builders": builders},
        "calls": calls.table(timeline),
        "schemas": schemas.table,
        "renames": renames.table,
    }


class BuilderHistory:
    """One builder in all releases.

    Args:
        timeline: the records, oldest release first.
        path: full path of the builder.
    """

    def __init__(self, timeline: Sequence[Record], path: str) -> None:
        self.path = path
        self.timeline = timeline
        self.releases: list[str] = [record.release for record in timeline]
        self.facts: list[Facts | None] = [facts_of(record)["builders"].get(path) for record in timeline]

    @property
    def newest(self) -> Facts:
        return next(facts for facts in reversed(self.facts) if facts is not None)

    def newest_schema(self) -> str | None:
        """Return the reference of the schema in the newest release that has one."""
        return next((f["schema"] for f in reversed(self.facts) if f is not None and "schema" in f), None)

    def spans(self, pick: Callable[[Facts], Any], *, runtime: bool = True) -> list[list[Any]]:
        """Fold what ``pick`` takes from the facts of each release into spans.

        Args:
            runtime: whether this is known only for releases that were measured in an install.
        """
        values: list[Any] = []
        for record, facts in zip(self.timeline, self.facts):
            if facts is None:
                values.append(None)
            elif runtime and not record.measured:
                values.append(UNKNOWN)
            else:
                values.append(pick(facts))
        return fold(self.releases, values)


def describe(history: BuilderHistory, registry: Mapping[str, str], calls: CallTable) -> Table:
    """Return the row of one builder."""
    path, module = history.path, history.newest["module"]
    function = path.rpartition(".")[2]
    static = [(record.static or {})["builders"].get(path, {}) for record in history.timeline]
    return {
        "name": registry.get(f"{module}.{function}", function),
        "module": module,
        "spans": presence(history.releases, [facts is not None for facts in history.facts]),
        # As written in the source: how typing prints the same annotation depends on the running Python.
        "signature": fold(history.releases, [facts.get("signature") for facts in static]),
        "accepts": history.spans(_accepts, runtime=False),
        "parameters": history.spans(lambda facts: facts.get("parameters")),
        "schema": history.spans(lambda f: calls.schemas.number(f["schema"]) if "schema" in f else None),
        "plain": history.spans(lambda facts: calls.requests(facts["calls"]["plain"])),
        "pretrained": history.spans(lambda facts: calls.requests(facts["calls"]["pretrained"])),
        "quantized": history.spans(
            lambda f: calls.requests(f["calls"]["quantized"]["pretrained"]) if "quantized" in f["calls"] else None
        ),
        "enum": history.spans(lambda facts: facts["calls"]["weights_enum"]),
        "outputs": fold(history.releases, [output_digest(record, path) for record in history.timeline]),
    }


def _accepts(facts: Facts) -> str:
    flags = (
        ("accepts_pretrained", "keyword"),
        ("accepts_positional_pretrained", "positional"),
        ("accepts_weights", "weights"),
    )
    return " ".join(name for key, name in flags if facts[key])
