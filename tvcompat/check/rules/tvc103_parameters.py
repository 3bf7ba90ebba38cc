"""TVC103 and related rules: a parameter that a release does not accept."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, List, Tuple

from tvcompat.catalog.signatures import Kind
from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.call_arguments import OLD_NAMES
from tvcompat.check.changes import Fix, SetArgument
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules.tvc301_interpolation import is_proved, modes_of
from tvcompat.releases import line_of

if TYPE_CHECKING:
    from tvcompat.check.edits import Text

# These have rules of their own.
TRANSLATED = ("weights", "pretrained", "weights_backbone", "pretrained_backbone")


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.is_dynamic or not use.is_certain or use.handles(Handled.VERSION, Handled.TYPE):
        return
    facts = context.facts
    signatures = facts.signatures(use.path)
    if not signatures:
        return
    described = facts.order.none
    for releases, _ in signatures:
        described |= releases
    for keyword in use.call.keywords:
        name = keyword.arg
        if name is None or name in TRANSLATED:
            continue
        takes = ~described
        for releases, signature in signatures:
            if signature.takes(name):
                takes |= releases
        renamed = facts.renamed(use.path).get(name)
        if renamed is not None:
            # Functions that pass it on in `**kwargs` only seem to accept it.
            takes = takes.before(renamed.gone)
        if not takes & described or not context.failing(takes):
            # In no release: most likely a method of a user's own class.
            continue
        # Before the function came, there was nothing to take it.
        failing = context.failing(takes)
        is_too_new = not (takes & described).before(str(failing.last))
        since = str(failing.first) if is_too_new else context.breaks_in(takes)
        if is_too_new:
            if use.handles(Handled.MINIMUM):
                continue
            text = f"{use.path} takes {name}= since torchvision {(takes & described).first}."
        else:
            text = f"{use.path} does not take {name}= since torchvision {since}."
            if renamed is not None:
                text += f" It is called {renamed.new}= now."
        yield Report("breaks", text, breaks_in=since, node=keyword)
    yield from _positional(use, context)
    yield from _by_position(use, context)


def _by_position(use: CallUse, context: Context) -> Iterator[Report]:
    """Report arguments by position that a release takes by keyword alone and accepts with a warning."""
    names = taken_by_keyword(use, context)
    if not names:
        return
    warns = context.facts.order.none
    for releases, signature in context.facts.signatures(use.path):
        warns |= releases if "positional" in signature.marks else context.facts.order.none
    (first, node), *others = names
    if any(name in OLD_NAMES for name, _ in names) or any(use.keyword(old) for old in OLD_NAMES.values()):
        # TVC201 has a finding about it, and its fix gives all arguments by keyword.
        return
    what = f"{first} by position is" if not others else f"{', '.join(name for name, _ in names)} by position are"
    yield Report(
        "deprecated",
        f"{what} deprecated since torchvision {line_of(str(warns.first))} and may go in any release; give "
        f"{'it' if not others else 'them'} by keyword.",
        deprecated_in=warns.first,
        fix=", ".join(f"{name}=" for name, _ in names),
        node=node,
    )


def taken_by_keyword(use: CallUse, context: Context) -> List[Tuple[str, ast.expr]]:
    """Return the arguments that a call gives by position and the newest target release warns of, with their names."""
    for releases, signature in context.facts.signatures(use.path) if use.positional else ():
        if context.target.newest in releases and "positional" in signature.marks:
            given = zip(signature.parameters, use.positional)
            return [(each.name, value) for each, value in given if each.kind is Kind.KEYWORD_ONLY]
    return []


def _positional(use: CallUse, context: Context) -> Iterator[Report]:
    """Report more positional arguments than a release accepts."""
    facts = context.facts
    given = len(use.positional)
    if not given or facts.builder(use.path) is not None:
        return
    fails = facts.order.none
    for releases, signature in facts.signatures(use.path):
        if signature.has(Kind.VAR_POSITIONAL) or "positional" in signature.marks:
            continue
        if sum(parameter.kind.is_positional for parameter in signature.parameters) < given:
            fails |= releases
    takes = ~fails
    if fails and takes and context.failing(takes):
        since = context.breaks_in(takes)
        yield Report(
            "breaks",
            f"{use.path} takes fewer than {given} arguments by position"
            f"{' before torchvision ' + str(takes.first) if context.is_too_new(takes) else ''}"
            f"{'' if context.is_too_new(takes) else f' since torchvision {since}'}; give them by keyword.",
            breaks_in=since,
        )


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Use the new name of a renamed parameter."""
    keyword = report.node
    if report.severity == "deprecated":
        return _by_name(use, context)
    if not isinstance(keyword, ast.keyword) or keyword.arg is None:
        return Fix(reason="by hand")
    renamed = context.facts.renamed(use.path).get(keyword.arg)
    if renamed is None or use.keyword(renamed.new) is not None:
        return Fix(reason="the parameter has no other name")
    new = renamed.new
    signatures = context.facts.signatures(use.path)
    lacking = [each for each in signatures if not each.signature.takes(new) and context.target.releases & each.releases]
    if lacking:
        since = (lacking[0].releases & context.target.releases).first
        return Fix(reason=f"{new}= does not exist in torchvision {since}, which the code supports")
    modes = modes_of(use, keyword.value) if new == "interpolation" else set()
    if len(modes) != 1 or not is_proved(keyword.value, text):
        # Numbers and constants of PIL are accepted under the new name too.
        return Fix((SetArgument(keyword, new),))
    imports = ("from torchvision.transforms import InterpolationMode",)
    return Fix((SetArgument(keyword, new, f"InterpolationMode.{min(modes)}"),), imports)


def _by_name(use: CallUse, context: Context) -> Fix:
    """Give arguments by keyword that were given by position."""
    names = taken_by_keyword(use, context)
    if len(use.call.args) != len(use.positional):
        return Fix(reason="an argument before them is unpacked")
    for releases, signature in context.facts.signatures(use.path):
        lacking = releases & context.target.releases
        if lacking and not all(signature.takes(name) for name, _ in names):
            return Fix(reason=f"torchvision {lacking.first}, which the code supports, calls them by other names")
    return Fix(tuple(SetArgument(value, name) for name, value in names))


RULE = Rule(
    code="TVC103",
    name="parameter",
    uses=(CallUse,),
    summary="A parameter that was removed or renamed, became keyword-only, or came later than a release asked for.",
    explanation="""\
Signatures are those of the releases themselves. A keyword that no signature of the function has in a release is a
TypeError there. Since 0.13, builders and a few functions beside them take what was positional by keyword, and warn of
the rest.""",
    link="https://github.com/pytorch/vision/pull/2952",
    bad="RandomAffine(10, resample=Image.BILINEAR, fillcolor=0)",
    good="RandomAffine(10, interpolation=InterpolationMode.BILINEAR, fill=0)",
    check=check,
    fix=fix,
)
