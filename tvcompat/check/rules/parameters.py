"""TVC103 and its kin: a parameter that a release does not take."""

import ast
from typing import Iterator

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.changes import Fix, SetArgument
from tvcompat.check.edits import Text
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules.interpolation import is_proved, modes_of

# These have rules of their own.
TRANSLATED = ("weights", "pretrained", "weights_backbone", "pretrained_backbone")


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.call is None or use.is_dynamic or not use.is_certain or use.handles(Handled.VERSION, Handled.TYPE):
        return
    knowledge = context.knowledge
    signatures = knowledge.signatures(use.path)
    if not signatures:
        return
    described = 0
    for signature in signatures:
        described |= signature.releases
    for keyword in use.call.keywords:
        name = keyword.arg
        if name is None or name in TRANSLATED:
            continue
        takes = knowledge.all & ~described
        for signature in signatures:
            if signature.takes(name):
                takes |= signature.releases
        renamed = knowledge.renamed(use.path).get(name)
        if renamed is not None:
            # What passes it on in `**kwargs` seems to take it still.
            takes &= ~knowledge.between(renamed.gone, knowledge.releases[-1])
        if not takes & described or not context.failing(takes):
            # In no release: a method of a class of one's own, most likely.
            continue
        since = context.breaks_in(takes)
        if context.is_too_new(takes):
            if use.handles(Handled.MINIMUM):
                continue
            text = f"{use.path} takes {name}= since torchvision {knowledge.first_of(takes & described)}."
        else:
            text = f"{use.path} does not take {name}= since torchvision {since}."
            if renamed is not None:
                text += f" It is called {renamed.new}= now."
        yield Report("breaks", text, breaks_in=since, node=keyword)
    yield from _positional(use, context)


def _positional(use: CallUse, context: Context) -> Iterator[Report]:
    """More arguments by position than a release takes."""
    knowledge = context.knowledge
    given = len(use.positional)
    if not given or knowledge.builder(use.path) is not None:
        return
    fails = 0
    for signature in knowledge.signatures(use.path):
        kinds = [parameter.kind for parameter in signature.parameters]
        if "*" in kinds or "positional" in signature.marks:
            continue
        if sum(kind.startswith("positional") for kind in kinds) < given:
            fails |= signature.releases
    takes = knowledge.all & ~fails
    if fails and takes and context.failing(takes):
        since = context.breaks_in(takes)
        yield Report(
            "breaks",
            f"{use.path} takes fewer than {given} arguments by position"
            f"{' before torchvision ' + str(knowledge.first_of(takes)) if context.is_too_new(takes) else ''}"
            f"{'' if context.is_too_new(takes) else f' since torchvision {since}'}; give them by keyword.",
            breaks_in=since,
        )


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """The new name of a parameter that was renamed."""
    keyword = report.node
    if not isinstance(keyword, ast.keyword) or keyword.arg is None:
        return Fix(reason="by hand")
    renamed = context.knowledge.renamed(use.path).get(keyword.arg)
    if renamed is None or use.keyword(renamed.new) is not None:
        return Fix(reason="the parameter has no other name")
    new = renamed.new
    signatures = context.knowledge.signatures(use.path)
    lacking = [each for each in signatures if not each.takes(new) and context.question.wanted & each.releases]
    if lacking:
        since = context.knowledge.first_of(lacking[0].releases & context.question.wanted)
        return Fix(reason=f"{new}= does not exist in torchvision {since}, which the code supports")
    modes = modes_of(use, keyword.value) if new == "interpolation" else set()
    if len(modes) != 1 or not is_proved(keyword.value, text):
        # Numbers and constants of PIL are accepted under the new name too.
        return Fix((SetArgument(keyword, new),))
    imports = ("from torchvision.transforms import InterpolationMode",)
    return Fix((SetArgument(keyword, new, f"InterpolationMode.{min(modes)}"),), imports)


RULE = Rule(
    code="TVC103",
    name="parameter",
    uses=(CallUse,),
    summary="A parameter that was removed or renamed, became keyword-only, or came later than a release asked for.",
    explanation="""\
Signatures are those of the releases themselves. A keyword that no signature of the function has in a release is a
TypeError there.""",
    bad="RandomAffine(10, resample=Image.BILINEAR, fillcolor=0)",
    good="RandomAffine(10, interpolation=InterpolationMode.BILINEAR, fill=0)",
    check=check,
    fix=fix,
)
