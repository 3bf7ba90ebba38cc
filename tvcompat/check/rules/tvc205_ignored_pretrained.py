"""TVC205: builders of 0.13 that accept ``pretrained=True`` and load nothing."""

import ast
from typing import Iterator

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.call_arguments import value_of
from tvcompat.check.rules import Context, Report, Rule
from tvcompat.check.rules.tvc201_pretrained import argument_of, fix


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.handles(Handled.VERSION, Handled.TYPE) or use.is_dynamic:
        return
    facts = context.facts
    builder = facts.builder(use.path)
    found = argument_of(use, context, "pretrained")
    if builder is None or found is None:
        return
    value = value_of(found)
    if not (isinstance(value, ast.Constant) and value.value is True):
        return
    model = facts.catalog.model(builder.name)
    checkpoint = None if model is None or not (model.enum and model.pretrained) else (
        facts.catalog.checkpoint(model.enum, model.pretrained)
    )  # fmt: skip
    if checkpoint is None:
        return
    silent = [
        span
        for span in builder.pretrained
        if not span.value.error and not any(_same_model(url, checkpoint.url) for url in span.value.asks)
    ]
    failing = facts.covered(silent) & context.target.releases
    if failing:
        first, last = failing.first, failing.last
        yield Report(
            "breaks",
            f"{use.path}(pretrained=True) returns an untrained model in torchvision {first} to {last}, without a word; "
            f'write weights="{checkpoint.name}".',
            breaks_in=first,
            fix=f'weights="{checkpoint.name}"',
            node=found,
        )


def _same_model(url: str, other: str) -> bool:
    """Return whether two URLs are files of one model, which differ in the digest at most."""
    names = [
        address.rpartition("/")[2].rpartition(".")[0].rstrip("0123456789abcdef").rstrip("-_")
        for address in (url, other)
    ]
    return names[0] == names[1]


RULE = Rule(
    code="TVC205",
    name="ignored-pretrained",
    uses=(CallUse,),
    summary="`pretrained=True` that a release takes and ignores.",
    explanation="""\
In 0.13 a few new detectors swallow `pretrained=True` in their keywords and return a model without a checkpoint.
0.14 mended it.""",
    link="https://github.com/pytorch/vision/issues/6564",
    bad="fasterrcnn_resnet50_fpn_v2(pretrained=True)  # torchvision 0.13",
    good='fasterrcnn_resnet50_fpn_v2(weights="COCO_V1")',
    check=check,
    fix=fix,
)
