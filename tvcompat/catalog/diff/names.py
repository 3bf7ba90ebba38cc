"""What changed in modules and names between two releases: what came, what left, how it is called, what warns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Iterator, List, Optional

from tvcompat.catalog.diff.builders import builds_the_same
from tvcompat.catalog.diff.change import Change, StoredSpans, is_private, since
from tvcompat.catalog.diff.parameters import adapted, compare_parameters
from tvcompat.catalog.history import Builder, Description
from tvcompat.catalog.queries import Catalog

if TYPE_CHECKING:
    from tvcompat.catalog import rows


def name_changes(known: Catalog, first: str, last: str, private: bool) -> Iterator[Change]:
    table: rows.NamesTable = known.table("names")
    modules = table["modules"]
    timeline = StoredSpans(known)
    # A builder is reported under the name by which people call it, not under that of the module it is written in.
    builders = {f"{builder.module}.{builder.function}": builder for builder in known.builders.values()}
    packages = {module.rpartition(".")[0] for module in modules}
    for module, row in modules.items():
        if is_private(module) and not private:
            continue
        spans = row["spans"]
        before, after = timeline.holds(spans, first), timeline.holds(spans, last)
        if before and not after:
            release = timeline.gone(spans, first, last)
            broken = timeline.value(table["broken"].get(module, []), last)
            text = f"can't be imported any more: {broken}" if broken else "removed"
            yield Change("breaks", "module", module, text, release)
            continue
        if after and not before:
            release = timeline.come(spans, first, last)
            yield Change("added", "module", module, "new module", release)
            continue
        if not before:
            continue
        for name, stored in row["names"].items():
            if is_private(name) and not private:
                continue
            old, new = timeline.value(stored, first), timeline.value(stored, last)
            if old == new:
                continue
            path = f"{module}.{name}"
            if old is not None and new is not None:
                builder = builders.get(path)
                path = builder.path if builder else path
                yield from _descriptions(known, timeline, path, stored, old, new, first, last, builder)
                continue
            number = old if new is None else new
            assert number is not None
            description = known.description(number)
            if description.kind == "module":
                continue
            is_public = _is_public(description, name, row["all"], module in packages)
            if new is None and (private or is_public):
                release = timeline.gone(stored, first, last)
                yield Change("breaks", "name", path, f"removed ({description.kind})", release)
            elif new is not None and is_public:
                release = timeline.come(stored, first, last)
                yield Change("added", "name", path, f"new {description.kind}", release)


def _is_public(description: Description, name: str, exported: List[str], package: bool) -> bool:
    """Definitions, names in ``__all__``, and what a package gathers from its modules; not what is merely imported."""
    if not description.is_foreign:
        return True
    return name in exported or (package and description.target.startswith("torchvision"))


def _descriptions(
    known: Catalog, timeline: StoredSpans, path: str, stored: List[rows.SpanRow[int]], old: int, new: int,
    first: str, last: str, builder: Optional[Builder],
) -> Iterator[Change]:  # fmt: skip
    """Differences between what a name was and what it is: parameters, constructors."""
    before, after = known.description(old), known.description(new)

    def release(of: Callable[[Description], object]) -> str:
        """Return the first release since which the part that ``of`` picks out is as it is now."""
        target = of(after)

        holds = {}
        for candidate in known.between(first, last):
            number = timeline.value(stored, candidate)
            holds[candidate] = number is not None and of(known.description(number)) == target
        return since(known, holds, first, last)

    kinds = (before.kind, after.kind)
    if kinds == ("function", "function"):
        was, now = before.signature, after.signature
        for category, text in compare_parameters(was, now):
            category, text = adapted(category, text, now.marks if now is not None else ())
            if builder is not None and category == "behaviour" and builds_the_same(known, builder, first, last):
                # The default moved from the signature into the function: `num_classes=91` is `None` and means 91.
                continue
            yield Change(category, "parameter", path, text, release(lambda value: value))
    elif kinds == ("class", "class"):
        for category, text in compare_parameters(before.signature, after.signature):
            at = release(lambda value: value.text if value.kind == "class" else None)
            yield Change(category, "parameter", path, text, at)
    elif kinds[0] != kinds[1] and "import" not in kinds and "data" not in kinds:
        yield Change("behaviour", "name", path, f"was a {kinds[0]}, is a {kinds[1]}", release(lambda value: value.kind))


def deprecations(known: Catalog, first: str, last: str, private: bool) -> Iterator[Change]:
    timeline = StoredSpans(known)
    table: rows.NamesTable = known.table("names")
    for path, stored in table["deprecated"].items():
        if is_private(path) and not private:
            continue
        before, after = timeline.value(stored, first), timeline.value(stored, last)
        # A warning about one argument may be followed by one about the whole function.
        if after is not None and before != after and "BETA" not in after:
            same = {each: timeline.value(stored, each) == after for each in known.between(first, last)}
            release = timeline.come(stored, first, last) if before is None else since(known, same, first, last)
            yield Change("deprecated", "name", path, f"warns: {after}", release)
