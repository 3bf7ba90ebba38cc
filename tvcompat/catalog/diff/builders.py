"""What changed in builders and weights between two releases."""

from __future__ import annotations

from typing import Iterator

from tvcompat.catalog.diff.change import Change
from tvcompat.catalog.history import Builder
from tvcompat.catalog.queries import Catalog


def builder_changes(known: Catalog, first: str, last: str) -> Iterator[Change]:
    for path, builder in known.builders.items():
        before, after = known.at(builder.spans, first), known.at(builder.spans, last)
        if before is None or after is None:
            continue
        silent = known.value(builder.pretrained, last)
        accepts = [(known.value(builder.accepts, release) or "").split() for release in (first, last)]
        if "keyword" in accepts[0] and "keyword" not in accepts[1] and silent is not None:
            how = "fails" if silent.error else "is ignored without a word"
            yield Change("breaks", "builder", path, f"pretrained=True {how}", after.first)
        old, new = known.at(builder.schemas, first), known.at(builder.schemas, last)
        renamed = known.value(builder.renames, first)
        if old and new and old.value != new.value:
            if renamed is not None and known.value(builder.renames, last) is None:
                count = len(known.renames(renamed))
                text = f"{count} entries of the state dict have other names: a file saved before does not load as it is"
                yield Change("behaviour", "state dict", path, text, new.first)
            else:
                yield Change("behaviour", "state dict", path, "the plain call builds another architecture", new.first)
        asked = [known.value(builder.pretrained, release) for release in (first, last)]
        if asked[0] is not None and asked[1] is not None and asked[0] != asked[1]:
            files = [outcome.asks[-1:] for outcome in asked if outcome is not None]
            if files[0] and files[1] and files[0] != files[1]:
                names = [found[0].rpartition("/")[2] for found in files]
                text = f"pretrained=True fetches {names[1]}, before {names[0]}"
                span = known.at(builder.pretrained, last)
                yield Change("behaviour", "weights", path, text, span.first if span else last)


def weights_changes(known: Catalog, first: str, last: str) -> Iterator[Change]:
    for enum in known.enums.values():
        there = [known.at(enum.spans, release) is not None for release in (first, last)]
        path = f"{enum.namespace}.{enum.name}"
        if all(there):
            aliases = [(known.value(enum.aliases, release) or {}).get("DEFAULT") for release in (first, last)]
            if aliases[0] != aliases[1]:
                span = known.at(enum.aliases, last)
                text = f"DEFAULT is {aliases[1]}, before {aliases[0]}"
                yield Change("behaviour", "weights", path, text, span.first if span else last)
        for name, entry in enum.entries.items():
            old, new = known.value(entry.urls, first), known.at(entry.urls, last)
            if old is None and new is not None and there[0]:
                yield Change("added", "weights", f"{path}.{name}", "new entry", entry.urls[0].first)
            elif old is not None and new is None and there[1]:
                yield Change("breaks", "weights", f"{path}.{name}", "entry removed", last)
            elif old is not None and new is not None and old != new.value:
                files = [url.rpartition("/")[2] for url in (old, new.value)]
                yield Change(
                    "behaviour", "weights", f"{path}.{name}", f"is the file {files[1]}, before {files[0]}", new.first
                )


def builds_the_same(known: Catalog, builder: Builder, first: str, last: str) -> bool:
    """Whether the plain call builds a model with the same number of parameters in both releases."""
    counts = [known.value(builder.parameters, release) for release in (first, last)]
    return counts[0] is not None and counts[0] == counts[1]
