"""TVC202: ``weights=`` on releases that do not have it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, List

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.analysis.values import last_name
from tvcompat.check.call_arguments import releases_taking_weights
from tvcompat.check.changes import Change, Fix, Replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules.tvc201_pretrained import as_get_model

if TYPE_CHECKING:
    from tvcompat.check.edits import Text


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.handles(Handled.VERSION, Handled.MINIMUM, Handled.TYPE) or use.path == "torch.hub.load" or use.is_by_name:
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
                f"{name}= exists since torchvision {facts.weights_line}; tvcompat.get_model takes it on every release.",
                breaks_in=context.breaks_in(takes),
                node=keyword,
            )


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Call ``tvcompat.get_model`` with entries by name, since old releases have no enums."""
    if not style.tvcompat:
        return Fix(reason="--style tvcompat writes tvcompat.get_model, which takes weights= on every release")
    builder = None if use.is_dynamic else context.facts.builder(use.path)
    called = as_get_model(use, builder, text)
    if called is None:
        return Fix(reason="the model is chosen at run time")
    changes: List[Change] = [called]
    for name in ("weights", "weights_backbone"):
        keyword = use.keyword(name)
        value = keyword.value if keyword is not None else None
        if isinstance(value, ast.Attribute):
            owner = value.value
            enum = last_name(owner)
            if enum.endswith("_Weights"):
                origin = text.bindings.origin(owner)
                if origin is None or not origin.path.startswith("torchvision.models."):
                    return Fix(reason=f"{enum} may not be torchvision's")
                changes.append(Replace(value, f'"{value.attr}"' if name == "weights" else f'"{enum}.{value.attr}"'))
    return Fix(tuple(changes), ("import tvcompat",))


RULE = Rule(
    code="TVC202",
    name="weights-too-new",
    uses=(CallUse,),
    summary="`weights=` on a release before 0.13.",
    explanation="""\
Before 0.13 builders take `pretrained=` and no `weights=`: a TypeError, or, for a few builders of detection models that
swallow keywords, an error further down.""",
    link="https://github.com/pytorch/vision/pull/5618",
    bad='torchvision.models.resnet50(weights="IMAGENET1K_V2")  # torchvision 0.12',
    good='tvcompat.get_model("resnet50", weights="IMAGENET1K_V2")',
    check=check,
    fix=fix,
)
