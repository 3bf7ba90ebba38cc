"""In what a signature differs from another, for those who call it."""

from __future__ import annotations

import re
from typing import Iterator, Mapping, Optional, Sequence, Tuple

from tvcompat.catalog.signatures import Kind, Parameter, Signature


def compare_parameters(before: Optional[Signature], after: Optional[Signature]) -> Iterator[Tuple[str, str]]:
    """(category, text) for every way in which one signature differs from another, for a caller."""
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
    """Whether two defaults mean the same; an empty one isn't known, and 0.5 for 1/2 does not occur."""
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
    """Return the new name of a parameter that was renamed in its place, ``None`` if that isn't clear."""
    position = [p.name for p in old].index(name)
    if position >= len(new) or new[position].name in old_named or new[position].kind.is_variadic:
        return None
    candidate = new[position]
    was = old[position]
    same = was.kind == candidate.kind and (was.default is None) == (candidate.default is None)
    neighbours = [p.name for p in old[:position]] == [p.name for p in new[:position]]
    return candidate.name if same and neighbours and len(old) == len(new) else None


def adapted(category: str, text: str, marks: Sequence[str]) -> Tuple[str, str]:
    """Return what a change of a signature means for callers, given what the decorators of the function still take."""
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
