"""Differences between two releases, by category: breaks, deprecated, behaviour, added."""

from __future__ import annotations

import re
from typing import (
    TYPE_CHECKING,
    Callable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from tvcompat.catalog.history import Builder, Description
from tvcompat.catalog.queries import Catalog
from tvcompat.catalog.signatures import Kind, Parameter, Signature, parse

if TYPE_CHECKING:
    from tvcompat.catalog import rows

    Stored = Union[Sequence[rows.BareSpanRow], Sequence[rows.SpanRow[str]], Sequence[rows.SpanRow[int]]]

T = TypeVar("T")

CLASSES = ("breaks", "deprecated", "behaviour", "added")


class Change(NamedTuple):
    """One difference between two releases.

    Attributes:
        category: ``breaks``, ``deprecated``, ``behaviour`` or ``added``.
        what: ``module``, ``name``, ``parameter``, ``builder``, ``weights`` or ``state dict``.
        path: full path of the thing.
        text: what happened, in words.
        release: the first release with the change.
    """

    category: str
    what: str
    path: str
    text: str
    release: str


def diff(known: Catalog, first: str, last: str, *, private: bool = False) -> List[Change]:
    """Return every difference between two releases, the most serious first.

    Args:
        first: a release of the catalog, on which the code ran.
        last: the one it is to run on.
        private: report names that begin with an underscore and names that modules merely import as well.
    """
    found = [
        *_modules_and_names(known, first, last, private),
        *_deprecations(known, first, last, private),
        *_builders(known, first, last),
        *_weights(known, first, last),
    ]
    order = {name: n for n, name in enumerate(CLASSES)}
    return sorted(set(found), key=lambda change: (order[change.category], change.what, change.path, change.text))


def is_private(path: str) -> bool:
    """Return whether any part of a path begins with an underscore."""
    return any(part.startswith("_") for part in path.split("."))


def since(known: Catalog, holds: Mapping[str, bool], first: str, last: str) -> str:
    """Return the first release from which something holds without a gap up to ``last``, but none before ``first``."""
    releases = known.between(first, last)
    start = last
    for release in reversed(releases):
        if not holds.get(release, False):
            break
        start = release
    return start


class _Timeline:
    """Where stored spans hold: looked up by position, since every name of torchvision is asked."""

    def __init__(self, known: Catalog) -> None:
        self._known = known
        self._order = known.timeline.index
        self._end = len(self._order) - 1

    def value(self, stored: Sequence[Tuple[str, Optional[str], T]], release: str) -> Optional[T]:
        """Return the value that holds in a release, ``None`` if none does."""
        position = self._order[release]
        for first, last, value in stored:
            if self._order[first] <= position <= (self._end if last is None else self._order[last]):
                return value
        return None

    def holds(self, stored: Stored, release: str) -> bool:
        """Return whether one of some spans covers a release."""
        position = self._order[release]
        return any(
            self._order[row[0]] <= position <= (self._end if row[1] is None else self._order[row[1]]) for row in stored
        )

    def gone(self, stored: Stored, first: str, last: str) -> str:
        """Return the release, after ``first`` and not after ``last``, from which on none of some spans holds."""
        holds = {each: not self.holds(stored, each) for each in self._known.between(first, last)}
        return since(self._known, holds, first, last)

    def come(self, stored: Stored, first: str, last: str) -> str:
        """Return the release from which on, up to ``last``, one of some spans holds."""
        holds = {each: self.holds(stored, each) for each in self._known.between(first, last)}
        return since(self._known, holds, first, last)


def _modules_and_names(known: Catalog, first: str, last: str, private: bool) -> Iterator[Change]:
    table: rows.NamesTable = known.table("names")
    modules = table["modules"]
    timeline = _Timeline(known)
    # A builder is reported under its public name, not under the module that defines it.
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
    """Return whether a name is public: defined here, in ``__all__``, or collected by a package from its modules."""
    if not description.is_foreign:
        return True
    return name in exported or (package and description.target.startswith("torchvision"))


# ---------------------------------------------------------------------------------------------------------------------
# Parameters


def compare_parameters(before: Optional[Signature], after: Optional[Signature]) -> Iterator[Tuple[str, str]]:
    """Yield ``(category, text)`` for every difference between two signatures that a caller can notice."""
    if before is None or after is None:
        return
    old, new = before.parameters, after.parameters
    old_named = {p.name: p for p in old if not p.kind.is_variadic}
    new_named = {p.name: p for p in new if not p.kind.is_variadic}
    swallowed = after.has(Kind.VAR_KEYWORD)
    taken = set()
    for name in old_named:
        if name in new_named:
            continue
        renamed = _renamed(old, new, name, old_named, new_named)
        if renamed:
            taken.add(renamed)
            yield "breaks", f"parameter {name} renamed to {renamed}"
        elif swallowed:
            yield "breaks", f"parameter {name} removed; **kwargs takes it, and it has no effect or fails further down"
        else:
            yield "breaks", f"parameter {name} removed"
    for name, parameter in new_named.items():
        was = old_named.get(name)
        if was is None:
            if name not in taken and parameter.default is None:
                yield "breaks", f"new parameter {name} has to be given"
            elif name not in taken:
                yield "added", f"new parameter {name}={parameter.default or '...'}"
            continue
        if was.kind is Kind.POSITIONAL and parameter.kind is Kind.KEYWORD_ONLY:
            yield "breaks", f"parameter {name} is keyword-only"
        if was.default is not None and parameter.default is None:
            yield "breaks", f"parameter {name} has no default any more"
        elif (
            was.default is not None
            and parameter.default is not None
            and not _same_default(was.default, parameter.default)
        ):
            yield "behaviour", f"default of {name} changed from {was.default} to {parameter.default}"
    old_order = [p.name for p in old if p.kind is Kind.POSITIONAL and p.name in new_named]
    new_order = [p.name for p in new if p.kind is Kind.POSITIONAL and p.name in old_named]
    if [name for name in old_order if name in new_order] != [name for name in new_order if name in old_order]:
        yield "breaks", f"positional parameters are in another order: {', '.join(new_order)}"


def _same_default(before: str, after: str) -> bool:
    """Return whether two defaults mean the same; an empty one is unknown, and 0.5 is never written as 1/2."""
    if "" in (before, after):
        return True
    return before.replace("'", '"').rpartition(".")[2] == after.replace("'", '"').rpartition(".")[2]


def _renamed(
    old: Tuple[Parameter, ...],
    new: Tuple[Parameter, ...],
    name: str,
    old_named: Mapping[str, Parameter],
    new_named: Mapping[str, Parameter],
) -> Optional[str]:
    """Return the new name of a parameter that was renamed in place, ``None`` if that is not clear."""
    position = [p.name for p in old].index(name)
    if position >= len(new) or new[position].name in old_named or new[position].kind.is_variadic:
        return None
    candidate = new[position]
    was = old[position]
    same = was.kind == candidate.kind and (was.default is None) == (candidate.default is None)
    neighbours = [p.name for p in old[:position]] == [p.name for p in new[:position]]
    return candidate.name if same and neighbours and len(old) == len(new) else None


def _descriptions(
    known: Catalog, timeline: _Timeline, path: str, stored: List[rows.SpanRow[int]], old: int, new: int,
    first: str, last: str, builder: Optional[Builder],
) -> Iterator[Change]:  # fmt: skip
    """Yield the differences between what a name was and what it is: parameters, constructors, methods."""
    before, after = known.description(old), known.description(new)

    def release(of: Callable[[Description], object]) -> str:
        """Return the first release since which the part that ``of`` selects has been as it is now."""
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
            if builder is not None and category == "behaviour" and _same_model(known, builder, first, last):
                # The default moved from the signature into the function: `num_classes=91` is `None` and means 91.
                continue
            yield Change(category, "parameter", path, text, release(lambda value: value))
    elif kinds == ("class", "class"):
        for category, text in compare_parameters(before.signature, after.signature):
            at = release(lambda value: value.text if value.kind == "class" else None)
            yield Change(category, "parameter", path, text, at)
        if before.bases is not None and after.bases is not None:
            yield from _methods(path, before, after, release)
    elif kinds[0] != kinds[1] and "import" not in kinds and "data" not in kinds:
        yield Change("behaviour", "name", path, f"was a {kinds[0]}, is a {kinds[1]}", release(lambda value: value.kind))


def _methods(
    path: str, before: Description, after: Description, release: Callable[[Callable[[Description], object]], str]
) -> Iterator[Change]:
    for method in sorted(set(before.methods) | set(after.methods)):
        if method.startswith("_"):
            continue

        def picked(value: Description, method: str = method) -> Optional[str]:
            return value.methods.get(method)

        if method not in after.methods:
            # Base classes aren't followed here and may have it now, so it is only a change of behaviour.
            category = "breaks" if before.bases == after.bases else "behaviour"
            yield Change(category, "name", f"{path}.{method}", "method no longer defined here", release(picked))
        elif method not in before.methods:
            yield Change("added", "name", f"{path}.{method}", "new method", release(picked))
        else:
            signatures = parse(before.methods[method]), parse(after.methods[method])
            for category, text in compare_parameters(*signatures):
                yield Change(category, "parameter", f"{path}.{method}", text, release(picked))


def adapted(category: str, text: str, marks: Sequence[str]) -> Tuple[str, str]:
    """Return what a changed signature means for callers, given what the function's decorators still accept."""
    for mark in marks:
        pretrained, _, weights = mark.partition(">")
        if weights and re.match(rf"parameter {pretrained} (removed|renamed)", text):
            return "deprecated", f"{pretrained}= still works and warns; write {weights}="
        if weights and text == f"new parameter {weights} has to be given":
            return "added", f"takes {weights}="
    if text.endswith("is keyword-only") and "positional" in marks:
        return "deprecated", text.replace("is keyword-only", "given by position still works and warns")
    renamed = re.fullmatch(r"parameter (pretrained\w*) (?:removed|renamed).*", text)
    if renamed:
        return (
            "breaks",
            f"{renamed.group(1)}= is not taken any more; write {renamed.group(1).replace('pretrained', 'weights')}=",
        )
    return category, text


def _same_model(known: Catalog, builder: Builder, first: str, last: str) -> bool:
    """Return whether the plain call builds a model with the same number of parameters in both releases."""
    counts = [known.value(builder.parameters, release) for release in (first, last)]
    return counts[0] is not None and counts[0] == counts[1]


# ---------------------------------------------------------------------------------------------------------------------
# Deprecations, builders, weights


def _deprecations(known: Catalog, first: str, last: str, private: bool) -> Iterator[Change]:
    timeline = _Timeline(known)
    table: rows.NamesTable = known.table("names")
    for path, stored in table["deprecated"].items():
        if is_private(path) and not private:
            continue
        before, after = timeline.value(stored, first), timeline.value(stored, last)
        if after is not None and before is None and "BETA" not in after:
            release = timeline.come(stored, first, last)
            yield Change("deprecated", "name", path, f"warns: {after}", release)


def _builders(known: Catalog, first: str, last: str) -> Iterator[Change]:
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


def _weights(known: Catalog, first: str, last: str) -> Iterator[Change]:
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
