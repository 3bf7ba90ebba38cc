"""TVC104: a module, class, function or method that is deprecated but still works."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, Sequence, Tuple

from tvcompat.check.analysis.uses import AttributeUse, ImportUse, MemberUse, NameUse
from tvcompat.check.changes import Fix
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules import tvc101_removed_name as removed_name

if TYPE_CHECKING:
    from tvcompat.catalog import Span
    from tvcompat.check.edits import Text

# Such a warning is about one way of calling it, which the rules about parameters handle.
_OF_ARGUMENTS = re.compile(r"argument|parameter|pts_unit|year=", re.IGNORECASE)


# Some warnings consist of sentences without a space between them.
_SENTENCES = re.compile(r"(?<=\.) |(?<=\.)(?=[A-Z][a-z]+ )")
_ADVICE = re.compile(r"please|instead|\buse\b|replaced|superseded|migrate", re.IGNORECASE)
# `path is deprecated`, in a function of another name.
_SUBJECT = re.compile(r"`?(\w+)`? is deprecated")


def check(use: NameUse, context: Context) -> Iterator[Report]:
    if not use.is_certain or removed_name.is_handled(use):
        return
    for path, spans in _warned(use, context):
        here = [span for span in spans if context.target.newest in context.facts.covered([span])]
        if not here:
            continue
        since = _since(spans, context)
        instead, words = _replacement(use, here[0].value, context)
        yield Report(
            "deprecated",
            f"{path} is deprecated since torchvision {since} and may go in any release. {words}".strip(),
            deprecated_in=since,
            fix=f"use {instead}" if instead else None,
        )
        return


def _replacement(use: NameUse, warning: str, context: Context) -> Tuple[str, str]:
    """Return the path of what to write instead, empty if there is none, and words about it."""
    # Imported here, as below: most programs have nothing that warns.
    from tvcompat.check.image_io.calls import form_of
    from tvcompat.check.image_io.facts import INSTEAD, advice, function_of

    function = function_of(context.facts.definition(use.path))
    if function:
        return INSTEAD.get(function, ""), advice(function, form_of(use, context.facts))
    replacement, said = context.facts.catalog.replacement(use.path), _advice(warning)
    if replacement is None:
        return "", said
    # Words for all names of a module say less than the warning itself.
    return replacement.instead, said if replacement.any_name and said else replacement.words


def _since(spans: Sequence[Span[str]], context: Context) -> str:
    """Return the first release of those without a gap up to the newest target release that warn."""
    names, warn = context.facts.order.names, context.facts.covered(spans)
    number = context.facts.order.index[context.target.newest]
    while number and names[number - 1] in warn:
        number -= 1
    return names[number]


def _is_of_arguments(path: str, warning: str) -> bool:
    subject = _SUBJECT.match(warning)
    return bool(_OF_ARGUMENTS.search(warning)) or (subject is not None and subject[1] != path.rpartition(".")[2])


def _warned(use: NameUse, context: Context) -> Iterator[Tuple[str, Tuple[Span[str], ...]]]:
    """Yield each deprecated path of a use, the name or a module it is imported from, with its warnings by release."""
    facts = context.facts
    paths = {use.path: use.path, facts.definition(use.path): use.path}
    if isinstance(use, MemberUse):
        paths = dict.fromkeys(_members(use, context), use.path)
    parts = use.path.split(".")
    if isinstance(use, ImportUse):
        paths.update({".".join(parts[:length]): ".".join(parts[:length]) for length in range(2, len(parts))})
    for path, shown in paths.items():
        spans = tuple(span for span in facts.warnings(path) if not _is_of_arguments(path, span.value))
        if spans:
            yield shown, spans


def _members(use: MemberUse, context: Context) -> Iterator[str]:
    """Yield where a member that is read is defined in the newest target release, as warnings name it."""
    if use.name not in context.facts.deprecated_members:
        return
    from tvcompat.check.overrides import Overrides

    owner = context.facts.class_at(use.owner)
    if owner is None or (use.holder is not None and Overrides(use.holder, context.facts).defines(use.name)):
        return
    member = owner.member(use.name, context.target.newest)
    if member is not None and member.is_method:
        yield f"{member.owner}.{use.name}"


def _advice(warning: str) -> str:
    """Return the sentences of a warning that say what to do instead."""
    sentences = _SENTENCES.split(warning.replace("[DEPRECATED] ", ""))
    return " ".join(sentence for sentence in sentences if _ADVICE.search(sentence))


def fix(use: NameUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Import the name from where it is defined now, as for a removed name; rewrite image functions to TorchCodec's."""
    from tvcompat.check.image_io.calls import rewrite
    from tvcompat.check.image_io.facts import function_of

    defined = context.facts.definition(use.path)
    if function_of(defined):
        # It was compared with a release that warns.
        older = context.target.releases - context.facts.covered(context.facts.warnings(defined))
        if older:
            return Fix(reason=f"TorchCodec was not compared with torchvision {older.last}, which the code supports")
        return rewrite(use, text, context.facts)
    return removed_name.fix(use, report, context, style, text)


RULE = Rule(
    code="TVC104",
    name="deprecated-name",
    uses=(ImportUse, AttributeUse, MemberUse),
    summary="A module, class, function or method that warns in the release asked for.",
    explanation="""\
What torchvision warns of goes some releases later, mostly without further notice. The rule knows the warnings in the
sources of every release; those about one way of calling something belong to the rules about parameters.

The image functions of `torchvision.io` were compared with TorchCodec's on image files of every kind. The finding says
for which files the result differs. `tvcompat fix --unsafe` rewrites a call where its mode and orientation are certain;
it takes `--unsafe` since the program then needs the package `torchcodec`.""",
    link="https://github.com/pytorch/vision/pull/7269",
    bad="v2.ToTensor()",
    good="v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])",
    check=check,
    fix=fix,
)
