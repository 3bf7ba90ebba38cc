"""TVC301: numbers and PIL constants for ``interpolation=``."""

import ast
from typing import Iterator, Optional

from tvcompat.check.edits import Fix, Text, replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.uses import BRANCH, Use

MODES = {0: "NEAREST", 1: "LANCZOS", 2: "BILINEAR", 3: "BICUBIC", 4: "BOX", 5: "HAMMING"}
SAME = {"LINEAR": "BILINEAR", "CUBIC": "BICUBIC", "ANTIALIAS": "LANCZOS"}


def mode_of(node: Optional[ast.expr]) -> Optional[str]:
    """The mode that a number or ``PIL.Image.BILINEAR`` stands for."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        # `resample=False` was the default once: 0.
        return MODES.get(int(node.value))
    if isinstance(node, ast.Attribute):
        owner = node.value
        name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
        if name in ("Image", "Resampling", "pil_image", "PILImage") and node.attr in {*MODES.values(), *SAME}:
            return SAME.get(node.attr, node.attr)
    return None


def check(use: Use, context: Context) -> Iterator[Report]:
    if not use.path.startswith("torchvision.transforms") or BRANCH in use.guards:
        return
    keyword = use.keyword("interpolation")
    value = keyword.value if keyword is not None else _by_position(use, context)
    mode = mode_of(value)
    if mode is None:
        return
    warns = context.knowledge.between("0.13.0", context.knowledge.releases[-1])
    if context.knowledge.bit(context.question.target) & warns:
        yield Report(
            "deprecated",
            f"A number or PIL constant for interpolation is deprecated since torchvision 0.13; "
            f"write InterpolationMode.{mode}.",
            deprecated_in="0.13.0",
            fix=f"InterpolationMode.{mode}",
            node=value,
        )


def _by_position(use: Use, context: Context) -> Optional[ast.expr]:
    for signature in context.knowledge.signatures(use.path)[-1:]:
        for parameter, value in zip(signature.parameters, use.positional):
            if parameter.name == "interpolation":
                return value
    return None


def fix(use: Use, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """The member of the enum, imported."""
    mode = str(report.fix).rpartition(".")[2]
    imports = ("from torchvision.transforms import InterpolationMode",)
    return Fix((replace(report.node, f"InterpolationMode.{mode}"),), imports)


RULE = Rule(
    code="TVC301",
    name="interpolation",
    kinds=("call",),
    summary="Numbers and PIL constants where an InterpolationMode belongs.",
    explanation="""\
Transforms take `torchvision.transforms.InterpolationMode` since 0.9. Numbers and the constants of PIL still work, since
they are translated, and were announced to go in 0.15.""",
    bad="Resize(256, interpolation=Image.BICUBIC)",
    good="Resize(256, interpolation=InterpolationMode.BICUBIC)",
    check=check,
    fix=fix,
)
