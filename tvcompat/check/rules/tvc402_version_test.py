"""TVC402: comparing versions as text or as floating-point numbers."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator, List, Optional

from tvcompat.check.analysis.uses import VersionTestUse
from tvcompat.check.analysis.values import last_name
from tvcompat.check.changes import MISSING_IMPORT, Change, Fix, Replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.release_sets import ReleaseSet

if TYPE_CHECKING:
    from tvcompat.check.edits import Text

BY_HAND = "by hand: compare packaging.version.Version where the number is used"


def check(use: VersionTestUse, context: Context) -> Iterator[Report]:
    wrong = _misordered(context)
    if use.wrong is not None:
        yield from _cut(ReleaseSet(context.facts.order, use.wrong), context)
        return
    if not wrong & context.target.releases:
        return
    if use.is_float:
        text = "float() of a version takes 0.10 for 0.1, which is less than 0.9."
    else:
        text = 'Versions compared as text: "0.10" comes before "0.9".'
    yield Report(
        "breaks",
        f"{text} Use packaging.version.Version.",
        breaks_in=wrong.first,
        fix="packaging.version.Version(...)",
    )


def _cut(wrong: ReleaseSet, context: Context) -> Iterator[Report]:
    """Report a test that cuts a number of the version in half."""
    target = context.target
    oldest = target.origin or target.releases.first or target.newest
    order = context.facts.order
    wrong &= order.between(*sorted((oldest, target.newest), key=order.index.__getitem__))
    if wrong:
        first, last = wrong.first, wrong.last
        which = f"on torchvision {first}" if first == last else f"between torchvision {first} and {last}"
        yield Report(
            "breaks",
            f"This compares a part of the version in which a number may be cut in half (0.20.0 begins with 0.2), and "
            f"decides wrongly {which}. Use packaging.version.Version.",
            breaks_in=first,
            fix="packaging.version.Version(...)",
        )


def _misordered(context: Context) -> ReleaseSet:
    """Return the releases from the first on whose version sorts before an older one's as text."""
    names = context.facts.releases
    first = next((name for older, name in zip(names, names[1:]) if name < older), None)
    return context.facts.order.none if first is None else context.facts.all.from_(first)


def fix(use: VersionTestUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Compare numbers: with ``packaging`` where the file imports it, else the first two as a tuple.

    Where only the first characters were compared, the first two numbers are.
    """
    if use.wrong is not None:
        return Fix(reason=BY_HAND)
    has_packaging = bool(text.imports_of("packaging"))
    if has_packaging and text.bindings.bound_to("Version") - {"packaging.version.Version"}:
        return Fix(reason="by hand: the name Version is taken")
    comparison = _comparison(use.node, text.tree)
    sides = [comparison.left, *comparison.comparators] if comparison is not None else []
    stated = [_version_in(side) for side in sides]
    if comparison is None or any(side is not found and _is_part(side) for side, found in zip(sides, stated) if found):
        return Fix(reason=BY_HAND)
    cut = any(side is not found and not _is_split(side) for side, found in zip(sides, stated) if found is not None)
    # `<= "0.9"` says of 0.9.1 something else than of 0.9, which two numbers can't tell apart.
    if not has_packaging and not (cut or all(isinstance(op, (ast.Lt, ast.GtE)) for op in comparison.ops)):
        return Fix(reason=MISSING_IMPORT.format(package="packaging"))
    changes: List[Change] = []
    for side, found in zip(sides, stated):
        numbers = re.findall(r"\d+", text.segment(side)) if isinstance(side, ast.Constant) else []
        if found is not None:
            written = text.segment(found)
            if has_packaging:
                changes.append(Replace(side, f"Version({written}){'.release[:2]' if cut else ''}"))
            else:
                changes.append(Replace(side, f'tuple(int(number) for number in {written}.split(".")[:2])'))
        elif len(numbers) < 2 and (cut or not numbers):
            return Fix(reason=BY_HAND)
        elif cut or not has_packaging:
            if len(numbers) != 2 and not cut:
                return Fix(reason=MISSING_IMPORT.format(package="packaging"))
            changes.append(Replace(side, f"({', '.join(numbers[:2])})"))
        else:
            changes.append(Replace(side, f'Version("{".".join(numbers)}")'))
    imports = ("from packaging.version import Version",) if has_packaging else ()
    # From 0.10 on it decides rightly where it decided wrongly: another branch may be taken.
    return Fix(tuple(changes), imports, safe=False)


def _comparison(node: Any, tree: ast.AST) -> Optional[ast.Compare]:
    """Return the comparison that a node is, or is a side of."""
    place = (node.lineno, node.col_offset, type(node))
    for found in ast.walk(tree):
        if isinstance(found, ast.Compare):
            sides = (found, found.left, *found.comparators)
            if place in [(side.lineno, side.col_offset, type(side)) for side in sides]:
                return found
    return None


def _version_in(side: ast.expr) -> Optional[ast.expr]:
    """Return the ``torchvision.__version__`` in one side of a comparison."""
    for node in ast.walk(side):
        if last_name(node) == "__version__" and isinstance(node, ast.expr):
            return node
    return None


def _is_split(side: ast.expr) -> bool:
    """Return whether a side splits the version at ``+``, which keeps all its numbers."""
    texts = [node.value for node in ast.walk(side) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return texts == ["+"]


def _is_part(side: ast.expr) -> bool:
    """Return whether a side is one of the version's numbers: ``float(version.split(".")[1])``."""
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Call)
        and last_name(node.value.func) in ("split", "rsplit", "partition", "rpartition")
        and not _is_split(node.value)
        for node in ast.walk(side)
    )


RULE = Rule(
    code="TVC402",
    name="version-test",
    uses=(VersionTestUse,),
    summary="Comparing a version as text or as a floating-point number.",
    explanation="""\
`float(torchvision.__version__[:3])` and `torchvision.__version__ < "0.9"` were right up to 0.9 and are wrong from 0.10
on. `packaging.version.Version` compares versions.""",
    link="https://github.com/pytorch/vision/releases/tag/v0.10.0",
    bad='if torchvision.__version__ < "0.9": ...',
    good='if Version(torchvision.__version__) < Version("0.9"): ...',
    check=check,
    fix=fix,
)
