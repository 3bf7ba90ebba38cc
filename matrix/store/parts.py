"""The parts of a record as they are written: what many records share is stored once and referred to."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from matrix.store import schemas

# Stores a value of a kind, and returns the `kind@digest` that refers to it.
Share = Callable[[str, Any], str]

# What a builder has itself; what calls of it did is a value of its own, which several builders share.
INLINE = (
    "module",
    "signature",
    "accepts_pretrained",
    "accepts_positional_pretrained",
    "accepts_weights",
    "parameters",
    "schema",
)

# A branch of a schema that is longer than this is stored once and referred to where it repeats.
BRANCH_CHARACTERS = 100


def write_part(share: Share, part: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of one part of a record with their large values replaced by references.

    Args:
        part: ``static``, ``runtime``, ``verification`` or ``behaviour``.
    """
    if "absent" in facts:
        return dict(facts)
    if part == "verification":
        # Only the newest release has these; the others are compared with them.
        return {
            **facts,
            **{
                kind: {name: share(kind, found) for name, found in facts[kind].items()}
                for kind in ("outputs", "presets", "training")
                if kind in facts
            },
        }
    if part == "behaviour":
        return _behaviour(share, facts)
    return _facts(share, part, facts)


def _facts(share: Share, part: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return static or run-time facts, whose entries and tables are alike."""
    stored = dict(facts)
    stored["weights"] = {
        name: share("entries", {entry: _entry(share, found) for entry, found in entries.items()})
        for name, entries in facts["weights"].items()
    }
    for key in ("enums", "registry", "model_urls"):
        stored[key] = share("tables", facts[key])
    if part == "static":
        stored["builders"] = {path: share("builders", found) for path, found in facts["builders"].items()}
        stored["api"] = {module: share("api", found) for module, found in facts["api"].items()}
        stored["deprecated"] = share("tables", facts["deprecated"])
        return stored
    stored["names"] = {module: share("names", found) for module, found in facts["names"].items()}
    references = [_schema(share, schemas.pack(schema)) for schema in facts["schemas"]]
    del stored["schemas"]

    def with_schemas(outcome: Any) -> Any:
        if not isinstance(outcome, dict):
            return outcome
        found = {key: with_schemas(value) for key, value in outcome.items()}
        if "schema" in found:
            found["schema"] = references[found["schema"]]
        if "loads" in found:
            found["loads"] = [[url, references[number]] for url, number in found["loads"]]
        return found

    builders = {}
    for path, found in facts["builders"].items():
        found = with_schemas(found)
        inline = {key: found.pop(key) for key in INLINE if key in found}
        builders[path] = share("builders", {**inline, "calls": share("calls", found)})
    stored["builders"] = builders
    checkpoints = {key: share("calls", with_schemas(found)) for key, found in facts["checkpoints"].items()}
    stored["checkpoints"] = share("checkpoints", checkpoints)
    stored["outputs"] = {path: share("outputs", found) for path, found in facts["outputs"].items()}
    return stored


def _behaviour(share: Share, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what recipes gave, with what is the same in the release before stored once, down to single outcomes."""
    keys = by_module(facts["outcomes"])
    previous = dict(facts["previous"])
    if "changes" in previous:
        previous["changes"] = {
            key: {**found, "outcome": share("outcomes", found["outcome"])} for key, found in previous["changes"].items()
        }
    return {
        "recipes": {module: share("recipes", found) for module, found in keys.items()},
        "results": {module: _results(share, facts["outcomes"], found) for module, found in keys.items()},
        "attributes": share("tables", facts["attributes"]),
        "members": {module: share("members", found) for module, found in facts["members"].items()},
        "previous": previous,
    }


def _results(share: Share, outcomes: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Store the outcomes of some recipes, and their digests in one text, since records have thousands of them."""
    digests = [share("outcomes", outcomes[key]).partition("@")[2] for key in keys]
    return share("results", " ".join(digests))


def by_module(keys: Iterable[str]) -> dict[str, list[str]]:
    """Return keys of recipes by their module, in order."""
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(key.partition(": ")[0], []).append(key)
    return found


def _entry(share: Share, entry: Mapping[str, Any]) -> dict[str, Any]:
    metadata = dict(entry["metadata"])
    if isinstance(metadata.get("categories"), list):
        metadata["categories"] = share("categories", metadata["categories"])
    return {
        "url": entry["url"],
        "metadata": share("metadata", metadata),
        "preprocessing": share("preprocessing", entry["preprocessing"]),
    }


def _schema(share: Share, packed: Any, *, root: bool = True) -> Any:
    """Store a schema, and its larger branches as separate values, since networks repeat equal blocks."""
    if not isinstance(packed, dict):
        return share("schemas", packed) if root else packed
    branches = {name: _schema(share, value, root=False) for name, value in packed.items()}
    if root or len(json.dumps(branches)) > BRANCH_CHARACTERS:
        return share("schemas", branches)
    return branches
