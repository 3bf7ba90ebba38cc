"""TVC204: arguments that contradict a checkpoint."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.analysis.values import last_name
from tvcompat.check.call_arguments import given, is_off, value_of
from tvcompat.check.changes import Fix, RemoveArgument
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.releases import line_of

if TYPE_CHECKING:
    from tvcompat.check.edits import Text

# What the arguments did on releases that accepted them.
MEANING = {
    "none": "had no effect",
    "drops-branches": "removed the branch after loading",
    "builds-head": "built the auxiliary head all the same",
}


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.handles(Handled.VERSION, Handled.TYPE, Handled.VALUE) or use.is_dynamic:
        return
    facts = context.facts
    builder = facts.builder(use.path)
    if builder is None or not may_have_checkpoint(use, context):
        return
    for accepted in facts.catalog.quirks.accepted_arguments(builder.name):
        keyword = use.keyword(accepted.argument)
        if keyword is None or not _is(keyword.value, accepted.value):
            continue
        refused = (facts.all - facts.covered([accepted.releases])).from_(accepted.releases.last)
        if refused and context.target.releases & refused:
            since = line_of(str(refused.first))
            yield Report(
                "breaks",
                f"{accepted.argument}={accepted.value} beside a checkpoint is a ValueError since torchvision {since}; "
                f"before it {MEANING[accepted.effect]}. tvcompat.get_model still takes it.",
                breaks_in=refused.first,
                node=keyword,
            )
    # A call with both a custom number of classes and a flag presumably knows that they exclude each other.
    classes = use.keyword("num_classes") if has_checkpoint(use, context) else None
    model = facts.catalog.model(builder.name)
    number = classes.value.value if classes is not None and isinstance(classes.value, ast.Constant) else None
    if isinstance(number, int) and model is not None and model.enum and model.pretrained:
        checkpoint = facts.catalog.checkpoint(model.enum, model.pretrained)
        if checkpoint is not None and checkpoint.classes not in (None, number):
            yield Report(
                "breaks",
                f"num_classes={number} contradicts the checkpoint, which has {checkpoint.classes} classes, in every "
                f"release. Build the model with its own number, then replace the head.",
                breaks_in=context.target.releases.first,
                node=classes,
            )


def has_checkpoint(use: CallUse, context: Context) -> bool:
    """Return whether a call certainly loads a checkpoint of the whole model."""
    found = given(use, context.facts, "weights")
    if found is None:
        return False
    value = value_of(found)
    if isinstance(found, ast.keyword) and found.arg == "weights":
        return not is_off(value) and isinstance(value, (ast.Constant, ast.Attribute))
    return _is(value, True)


def may_have_checkpoint(use: CallUse, context: Context) -> bool:
    """Return whether a call loads a checkpoint, or may at run time: ``pretrained=args.pretrained``."""
    found = given(use, context.facts, "weights")
    if found is None or has_checkpoint(use, context):
        return found is not None
    value = value_of(found)
    if not isinstance(found, ast.keyword):
        return "pretrain" in last_name(value).lower()
    if found.arg == "weights":
        return isinstance(value, ast.IfExp) and not (is_off(value.body) and is_off(value.orelse))
    return not isinstance(value, ast.Constant)


def _surely_loads(use: CallUse, context: Context) -> bool:
    """Return whether a literal asks for the checkpoint: ``True``, the name of an entry, or a member of an enum."""
    found = given(use, context.facts, "weights")
    value = None if found is None else value_of(found)
    if isinstance(value, ast.Attribute):
        return last_name(value.value).endswith("_Weights")
    return isinstance(value, ast.Constant) and bool(value.value)


def _is(node: ast.expr, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Remove the argument that had no effect."""
    keyword = report.node
    builder = context.facts.builder(use.path)
    if not isinstance(keyword, ast.keyword) or keyword.arg == "num_classes":
        return Fix(reason="the head has to be replaced by hand")
    if not _surely_loads(use, context):
        return Fix(reason="whether a checkpoint is loaded is only known at run time")
    accepted = () if builder is None else context.facts.catalog.quirks.accepted_arguments(builder.name)
    found = next((each for each in accepted if each.argument == keyword.arg), None)
    if found is None or (found.effect == "drops-branches" and not found.implied):
        return Fix(reason="the branch has to be removed after loading; tvcompat.get_model takes the argument")
    return Fix((RemoveArgument(use.call, keyword),))


RULE = Rule(
    code="TVC204",
    name="contradicts-checkpoint",
    uses=(CallUse,),
    summary="Arguments that contradict a checkpoint: refused since 0.13, or in every release.",
    explanation="""\
Up to 0.12 `aux_logits=False`, `init_weights=True` and segmentation's `aux_loss=False` were taken beside
`pretrained=True`. Since 0.13 they are a ValueError: "The parameter 'aux_logits' expected value True but got False
instead." Another `num_classes` than the checkpoint's fails in every release.""",
    link="https://github.com/pytorch/vision/pull/5618",
    bad="inception_v3(pretrained=True, aux_logits=False)",
    good='tvcompat.get_model("inception_v3", weights="IMAGENET1K_V1", aux_logits=False)',
    check=check,
    fix=fix,
)
