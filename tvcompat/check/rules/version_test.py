"""TVC402: comparing versions as text or as floating-point numbers."""

import ast
import re
from typing import Any, Iterator, Optional

from tvcompat.check.edits import Fix, Text, replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.uses import Use
from tvcompat.check.values import last_name


def check(use: Use, context: Context) -> Iterator[Report]:
    wrong = context.knowledge.between("0.10.0", context.knowledge.releases[-1])
    if not wrong & context.question.wanted:
        return
    if use.extra.get("form") == "float":
        text = "float() of a version takes 0.10 for 0.1, which is less than 0.9."
    else:
        text = 'Versions compared as text: "0.10" comes before "0.9".'
    yield Report(
        "breaks",
        f"{text} Use packaging.version.Version.",
        breaks_in=context.knowledge.first_of(wrong),
        fix="packaging.version.Version(...)",
    )


def fix(use: Use, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Compare with ``packaging``; where only the first characters were compared, the first two numbers."""
    tree = text.tree
    if _names_version_otherwise(tree):
        return Fix(reason="by hand: the name Version is taken")
    comparison = _comparison(use.node, tree)
    sides = [comparison.left, *comparison.comparators] if comparison is not None else []
    stated = [_version_in(side) for side in sides]
    cut = any(side is not found and not _is_split(side) for side, found in zip(sides, stated) if found is not None)
    edits = []
    for side, found in zip(sides, stated):
        numbers = re.findall(r"\d+", text.segment(side))
        if found is not None:
            version = f"Version({text.segment(found)})"
            edits.append(replace(side, f"{version}.release[:2]" if cut else version))
        elif isinstance(side, ast.Constant) and numbers:
            edits.append(replace(side, f"({', '.join(numbers[:2])})" if cut else f'Version("{".".join(numbers)}")'))
        else:
            edits.clear()
            break
        if cut and found is None and len(numbers) < 2:
            edits.clear()
            break
    if not edits:
        return Fix(reason="by hand: compare packaging.version.Version where the number is used")
    # From 0.10 on it decides rightly where it decided wrongly: another branch may be taken.
    return Fix(tuple(edits), ("from packaging.version import Version",), safe=False)


def _comparison(node: Any, tree: ast.AST) -> Optional[ast.Compare]:
    """The comparison that a node is, or is a side of."""
    place = (node.lineno, node.col_offset, type(node))
    for found in ast.walk(tree):
        if isinstance(found, ast.Compare):
            sides = (found, found.left, *found.comparators)
            if place in [(side.lineno, side.col_offset, type(side)) for side in sides]:
                return found
    return None


def _version_in(side: ast.expr) -> Optional[ast.expr]:
    """The ``torchvision.__version__`` in one side of a comparison."""
    for node in ast.walk(side):
        if last_name(node) == "__version__" and isinstance(node, ast.expr):
            return node
    return None


def _is_split(side: ast.expr) -> bool:
    """Whether a side takes the version apart at ``+``, which leaves all its numbers."""
    texts = [node.value for node in ast.walk(side) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return texts == ["+"]


def _names_version_otherwise(tree: ast.Module) -> bool:
    """Whether the file binds ``Version`` to something else."""
    bound = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            bound.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "packaging.version"):
            bound.update(alias.asname or alias.name for alias in node.names)
    return "Version" in bound


RULE = Rule(
    code="TVC402",
    name="version-test",
    kinds=("version",),
    summary="Comparing a version as text or as a floating-point number.",
    explanation="""\
`float(torchvision.__version__[:3])` and `torchvision.__version__ < "0.9"` were right up to 0.9 and are wrong from 0.10
on. `packaging.version.Version` compares versions.""",
    bad='if torchvision.__version__ < "0.9": ...',
    good='if Version(torchvision.__version__) < Version("0.9"): ...',
    check=check,
    fix=fix,
)
