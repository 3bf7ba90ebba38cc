"""TVC102: a name that was added after a target release."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import AttributeUse, ImportUse, NameUse, TextUse
from tvcompat.check.changes import Fix, MoveName, Replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules.tvc101_removed_name import is_handled

if TYPE_CHECKING:
    from tvcompat.check.edits import Text

# Names that tvcompat has on every release.
OURS = {
    "get_model": "tvcompat.get_model",
    "get_model_builder": "tvcompat.get_model_builder",
    "get_model_weights": "tvcompat.get_model_weights",
    "get_weight": "tvcompat.get_weight",
    "list_models": "tvcompat.list_models",
}


def check(use: NameUse, context: Context) -> Iterator[Report]:
    if not use.is_certain or is_handled(use) or use.handles(Handled.MINIMUM):
        return
    found = context.facts.presence(use.path, module=use.is_module)
    if not context.is_too_new(found.releases) or context.facts.stray(use.path) is not None:
        return
    first = found.releases.first
    name = use.path.rpartition(".")[2]
    instead = OURS.get(name) if use.path.startswith("torchvision.models") else None
    advice = ""
    if instead:
        advice = f" {instead} works on every release."
    elif "_Weights" in use.path:
        advice = " tvcompat.get_model takes the name of the entry on every release."
    yield Report(
        "breaks",
        f"{use.path} exists since torchvision {first}.{advice}",
        breaks_in=context.breaks_in(found.releases),
        fix=f"use {instead}" if instead else None,
    )


def fix(use: NameUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Use the name that tvcompat has for it."""
    name = use.path.rpartition(".")[2]
    if name not in OURS or not use.path.startswith("torchvision.models"):
        return Fix(reason="nothing stands in for it on older releases")
    if not style.tvcompat:
        return Fix(reason=f"--style tvcompat writes {OURS[name]}, which is there on every release")
    if isinstance(use, AttributeUse):
        return Fix((Replace(use.node, OURS[name]),), ("import tvcompat",))
    alias, statement = use.node, use.statement
    if not isinstance(statement, ast.ImportFrom) or not isinstance(alias, ast.alias):
        return Fix(reason="by hand: it is imported as a module")
    return Fix((MoveName(statement, alias, "tvcompat", name),))


RULE = Rule(
    code="TVC102",
    name="new-name",
    uses=(ImportUse, AttributeUse, TextUse),
    summary="A module or name that came later than a release asked for.",
    explanation="""\
The name exists in newer releases and not in the oldest one that the program is to work on. Either raise the lower
bound of your requirement, or branch on the version, or use tvcompat, which has names and weights of the newest release
on every release from 0.9.""",
    link="https://github.com/pytorch/vision/issues/6761",
    bad="from torchvision.models import get_model",
    good="from tvcompat import get_model",
    check=check,
    fix=fix,
)
