"""TVC106: a method or attribute that a class of torchvision does not have in a target release."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Union

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import AttributeUse, MemberUse
from tvcompat.check.changes import Fix, RenameAttribute
from tvcompat.check.rules import Context, Report, Rule, Style

if TYPE_CHECKING:
    from tvcompat.check.edits import Text


def check(use: Union[MemberUse, AttributeUse], context: Context) -> Iterator[Report]:
    if not use.is_certain or use.handles(Handled.VERSION, Handled.ATTRIBUTE):
        return
    if isinstance(use, MemberUse):
        if use.name not in context.facts.changing_members:
            return
    elif context.facts.class_with(use.path) is None:
        return
    from tvcompat.check.missing_members import missing, other_name, place

    found = missing(use, context)
    if found is None:
        return
    before = found.works.before(str(found.failing.last))
    path = f"{use.owner if isinstance(use, MemberUse) else found.classes[0].path}.{found.name}"
    if before:
        since = context.facts.order.following(str(before.last))
        message = f"{path} is gone since torchvision {since} (last in {before.last})."
    elif use.handles(Handled.MINIMUM):
        return
    else:
        since = str(found.failing.first)
        message = f"{path} exists since torchvision {found.works.first}."
    other = other_name(found, context)
    if other is not None:
        message += f" Its new name is {other}." if before else f" Before, its name was {other}."
    yield Report(
        "breaks", message, breaks_in=since, fix=f"use {other}" if other is not None else None, node=place(use, found)
    )


def fix(use: Union[MemberUse, AttributeUse], report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Use the new name of a hook that was renamed."""
    from tvcompat.check.missing_members import missing, other_name

    found = missing(use, context)
    other = None if found is None else other_name(found, context)
    node = report.node
    if found is None or other is None or not isinstance(node, ast.Attribute):
        return Fix(reason="nothing stands in for it")
    lacking = context.target.releases
    for each in found.classes:
        lacking &= each.releases - each.has(other)
    if lacking:
        return Fix(reason=f"{other} does not exist in torchvision {lacking.first}, which the code supports")
    is_hook = any(each.other_name(found.name, str(found.failing.last)) == other for each in found.classes)
    # What an attribute holds, and what a name in a function stands for at other times, is not proved.
    is_proved = is_hook and (isinstance(use, AttributeUse) or use.holder is not None)
    return Fix((RenameAttribute(node, other),), safe=is_proved)


RULE = Rule(
    code="TVC106",
    name="member",
    uses=(MemberUse, AttributeUse),
    summary="A method or attribute that a class of torchvision does not have in a target release.",
    explanation="""\
Methods, properties and attributes of torchvision's classes come and go with less notice than its functions: reaching
for one that is not there is an AttributeError. The rule looks at instances whose class is certain, at classes
themselves, and at `self` and `super()` in classes that inherit from them. It is silent where the class defines or
assigns the member itself, where a base class is unknown, and where the program asks with `hasattr`, `getattr` with a
default, or `except AttributeError`.""",
    link="https://github.com/pytorch/vision/pull/6258",
    bad="transforms.RandomRotation(10).resample",
    good="transforms.RandomRotation(10).interpolation",
    check=check,
    fix=fix,
)
