"""The tables ``weights`` and ``categories``: enums with their entries, and the ``model_urls`` of the old era."""

from collections.abc import Mapping, Sequence
from typing import Any

from matrix.compile.facts import facts_of
from matrix.compile.interned import Interned
from matrix.compile.spans import fold, presence
from matrix.compile.table import Table
from matrix.store.records import Record


def compile_weights(timeline: Sequence[Record]) -> dict[str, Table]:
    """Compile ``weights`` and ``categories``."""
    releases = [record.release for record in timeline]
    metadata, presets, categories = Interned(), Interned(), Interned()

    def described_metadata(entry: Mapping[str, Any]) -> int:
        found = dict(entry["metadata"])
        if isinstance(found.get("categories"), list):
            found["categories"] = {"list": categories.number(found["categories"]), "count": len(found["categories"])}
        return metadata.number(found)

    enums: dict[str, Table] = {}
    for name in sorted({name for record in timeline for name in facts_of(record)["weights"]}):
        found = [facts_of(record)["weights"].get(name) for record in timeline]
        places_of = [facts_of(record)["enums"].get(name) for record in timeline]
        last = next(place for place in reversed(places_of) if place is not None)
        entries: dict[str, Table] = {}
        for entry in dict.fromkeys(entry for group in reversed(found) if group for entry in group):
            over = [group.get(entry) if group else None for group in found]
            entries[entry] = {
                "url": fold(releases, [item and item["url"] for item in over]),
                "metadata": fold(releases, [None if item is None else described_metadata(item) for item in over]),
                "preprocessing": fold(
                    releases, [None if item is None else presets.number(item["preprocessing"]) for item in over]
                ),
            }
        enums[name] = {
            "namespace": last["namespace"],
            "module": last["module"],
            "builders": last["builders"],
            "spans": presence(releases, found),
            "aliases": fold(releases, [place and place["aliases"] for place in places_of]),
            "entries": entries,
        }

    tables: dict[str, dict[str, Any]] = {}
    for path in sorted({path for record in timeline for path in (record.static or {})["model_urls"]}):
        over_tables = [(record.static or {})["model_urls"].get(path) for record in timeline]
        tables[path] = {"spans": presence(releases, over_tables), "urls": {}}
        for key in dict.fromkeys(key for table in over_tables if table for key in table):
            # A name without an address exists but leads nowhere, which differs from being absent.
            values = [None if not table or key not in table else (table[key] or "") for table in over_tables]
            tables[path]["urls"][key] = fold(releases, values)
    return {
        "weights": {
            "enums": enums,
            "metadata": metadata.values,
            "preprocessing": presets.values,
            "model_urls": tables,
        },
        "categories": {"lists": categories.values},
    }
