"""TVC301: numbers and PIL constants for ``interpolation=``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Optional, Set

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.analysis.values import Literal, Ref, Value, alternatives, last_name
from tvcompat.check.call_arguments import given, value_of
from tvcompat.check.changes import Fix, Replace
from tvcompat.check.rules import Context, Report, Rule, Style

if TYPE_CHECKING:
    from tvcompat.check.edits import Text

# The numbers are those of PIL's constants.
MODES = {0: "NEAREST", 1: "LANCZOS", 2: "BILINEAR", 3: "BICUBIC", 4: "BOX", 5: "HAMMING"}
SAME = {"LINEAR": "BILINEAR", "CUBIC": "BICUBIC", "ANTIALIAS": "LANCZOS"}


def modes_of(use: CallUse, node: Optional[ast.expr]) -> Set[str]:
    """Return the modes an argument may be, if it can only be a number or a constant such as ``PIL.Image.BILINEAR``."""
    value = use.value_of(node)
    found = {_mode_of(node)} if value is None else {_mode_meant(each) for each in alternatives(value)}
    return {mode for mode in found if mode is not None} if None not in found else set()


def _mode_meant(value: Optional[Value]) -> Optional[str]:
    """Return the mode that a value stands for."""
    if isinstance(value, Literal):
        return _mode_of(value.node)
    if isinstance(value, Ref):
        owner, _, name = value.path.rpartition(".")
        return _named(name) if owner in ("PIL.Image", "PIL.Image.Resampling") else None
    return None


def _mode_of(node: Optional[ast.expr]) -> Optional[str]:
    """Return the mode that an expression stands for, as it is written."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        # `resample=False` was the default once: 0.
        return MODES.get(int(node.value))
    if isinstance(node, ast.Attribute):
        return _named(node.attr) if last_name(node.value) in ("Image", "Resampling", "pil_image", "PILImage") else None
    return None


def _named(name: str) -> Optional[str]:
    return SAME.get(name, name) if name in {*MODES.values(), *SAME} else None


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if not use.path.startswith("torchvision.transforms") or use.handles(Handled.VERSION):
        return
    found = given(use, context.facts, "interpolation")
    value = None if found is None else value_of(found)
    modes = modes_of(use, value)
    if not modes:
        return
    # With several modes, it is unknown which one to write.
    mode = f"InterpolationMode.{min(modes)}" if len(modes) == 1 else "a member of InterpolationMode"
    warns = context.facts.covered(context.facts.catalog.quirks.warned_constants("interpolation"))
    if context.target.newest in warns:
        yield Report(
            "deprecated",
            f"Passing a number or PIL constant as interpolation warns up to torchvision {warns.last}; use {mode}.",
            deprecated_in=warns.first,
            fix=mode if len(modes) == 1 else None,
            node=value,
        )


def is_proved(node: ast.expr, text: Text) -> bool:
    """Return whether an argument certainly is the mode it was taken for: a number, or a constant of PIL."""
    if isinstance(node, ast.Constant):
        return True
    origin = text.bindings.origin(node)
    return origin is not None and origin.path.startswith("PIL.Image")


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Use the member of the enum, and import it."""
    if report.fix is None:
        return Fix(reason="the name stands for several modes; change what it is bound to")
    if not is_proved(report.node, text):
        return Fix(reason="the mode may be another one by then; change what the name is bound to")
    imports = ("from torchvision.transforms import InterpolationMode",)
    return Fix((Replace(report.node, report.fix),), imports)


RULE = Rule(
    code="TVC301",
    name="interpolation",
    uses=(CallUse,),
    summary="Numbers and PIL constants where an InterpolationMode belongs.",
    explanation="""\
Transforms take `torchvision.transforms.InterpolationMode`. Up to 0.14 they translate numbers and PIL constants with a
warning; 0.15 withdrew the deprecation and accepts both silently.""",
    link="https://github.com/pytorch/vision/pull/7241",
    bad="Resize(256, interpolation=Image.BICUBIC)",
    good="Resize(256, interpolation=InterpolationMode.BICUBIC)",
    check=check,
    fix=fix,
)
