"""The table ``names``: every public name of every module, with what it was in which releases."""

from collections.abc import Sequence
from typing import Any

from matrix.compile.deprecated import compile_deprecated
from matrix.compile.interned import Interned
from matrix.compile.spans import UNKNOWN, fold, presence
from matrix.compile.table import Table
from matrix.store.records import Record, Store


def compile_names(timeline: Sequence[Record], store: Store) -> dict[str, Table]:
    """Compile ``names``: module -> its spans and its names, each with spans of what it is."""
    releases = [record.release for record in timeline]
    descriptions = Interned()
    cache: dict[tuple[str, str], tuple[dict[str, int], list[str]]] = {}

    def names_of(record: Record, module: str) -> tuple[dict[str, int], list[str]] | None:
        api = (record.static or {})["api"].get(module)
        names = record.runtime["names"].get(module) if record.measured else None  # type: ignore[index]
        if (api is None and names is None) or (record.measured and names is None):
            return None
        key = (api or "", names or "")
        if key not in cache:
            described = store.value(api) if api else {"names": {}}
            static = described["names"]
            present = (
                set(store.value(names)) | {n for n, d in static.items() if d == "module"} if names else set(static)
            )
            # What `__getattr__` gives stands in no module's dictionary.
            present |= set(described.get("on_request", ()))
            found: dict[str, int] = {}
            for name in sorted(present):
                description = static.get(name)
                if description is None and names:
                    # `function(a, b=)`, for a name that only exists at run time.
                    description = store.value(names)[name].replace("function(", "def(")
                if isinstance(description, dict):
                    # The table of members has the rest.
                    description = {key: description[key] for key in ("bases", "parameters") if key in description}
                found[name] = descriptions.number(description)
            cache[key] = (found, described.get("all", []))
        return cache[key]

    modules: dict[str, Table] = {}
    everything = sorted(
        {m for r in timeline for m in [*(r.static or {})["api"], *((r.runtime or {}).get("names") or {})]}
    )
    for module in everything:
        over = [names_of(record, module) for record in timeline]
        if not any(over):
            continue
        names: dict[str, Any] = {}
        for name in sorted({name for found in over if found for name in found[0]}):
            names[name] = fold(releases, [None if found is None else found[0].get(name) for found in over])
        exported = sorted({name for found in over if found for name in found[1]})
        modules[module] = {"spans": presence(releases, over), "names": names, "all": exported}

    broken: dict[str, Any] = {}
    failing = sorted(
        {
            module
            for record in timeline
            if record.measured
            for module in record.runtime["import_failures"]  # type: ignore[index]
            if module in (record.static or {})["api"]
        }
    )
    for module in failing:
        reasons: list[Any] = []
        for record in timeline:
            if not record.measured:
                reasons.append(UNKNOWN)
            else:
                reasons.append(record.runtime["import_failures"].get(module))  # type: ignore[index]
        broken[module] = fold(releases, reasons)
    return {
        "names": {
            "modules": modules,
            "descriptions": descriptions.values,
            "deprecated": compile_deprecated(timeline, store),
            "broken": broken,
        }
    }
