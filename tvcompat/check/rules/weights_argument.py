"""TVC202: ``weights=`` on releases that do not have it."""

import ast
from typing import Iterator

from tvcompat.check.arguments import releases_taking_weights
from tvcompat.check.edits import Fix, Text, replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules.pretrained import as_get_model
from tvcompat.check.uses import BRANCH, REQUIRED, TYPE, Use
from tvcompat.check.values import last_name


def check(use: Use, context: Context) -> Iterator[Report]:
    if use.guards & {BRANCH, REQUIRED, TYPE} or use.path == "torch.hub.load" or "by_name" in use.extra:
        # torchvision's get_model is newer than the argument, and has a finding of its own.
        return
    facts = context.facts
    for name in ("weights", "weights_backbone"):
        keyword = use.keyword(name)
        takes = None if keyword is None else releases_taking_weights(use, facts, name)
        if not takes:
            continue
        if context.failing(takes):
            yield Report(
                "breaks",
                f"{name}= exists since torchvision 0.13; tvcompat.get_model takes it on every release.",
                breaks_in=context.breaks_in(takes),
                node=keyword,
            )


def fix(use: Use, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """``tvcompat.get_model``, with entries by name, since old releases have no enums."""
    if not style.tvcompat:
        return Fix(reason="--style tvcompat writes tvcompat.get_model, which takes weights= on every release")
    builder = None if use.dynamic else context.facts.builder(use.path)
    edits = as_get_model(use, builder, text)
    if not edits:
        return Fix(reason="the model is chosen at run time")
    for name in ("weights", "weights_backbone"):
        keyword = use.keyword(name)
        value = keyword.value if keyword is not None else None
        if isinstance(value, ast.Attribute):
            owner = value.value
            enum = last_name(owner)
            if enum.endswith("_Weights"):
                edits.append(replace(value, f'"{value.attr}"' if name == "weights" else f'"{enum}.{value.attr}"'))
    return Fix(tuple(edits), ("import tvcompat",))


RULE = Rule(
    code="TVC202",
    name="weights-too-new",
    kinds=("call",),
    summary="`weights=` on a release before 0.13.",
    explanation="""\
Before 0.13 builders take `pretrained=` and no `weights=`: a TypeError, or, for a few builders of detection models that
swallow keywords, an error further down.""",
    bad='torchvision.models.resnet50(weights="IMAGENET1K_V2")  # torchvision 0.12',
    good='tvcompat.get_model("resnet50", weights="IMAGENET1K_V2")',
    check=check,
    fix=fix,
)
