"""Which members that a program reads a class of torchvision does not have in a target release."""

import ast
from typing import List, NamedTuple, Optional, Union

from tvcompat.check.analysis.uses import AttributeUse, MemberUse
from tvcompat.check.class_facts import ClassFacts
from tvcompat.check.overrides import Overrides
from tvcompat.check.rules import Context
from tvcompat.release_sets import ReleaseSet


class Missing(NamedTuple):
    """A member that target releases do not have.

    Attributes:
        name: the member.
        works: the releases that have it.
        failing: target releases that have the class and not the member.
        classes: what is known of torchvision's classes it is looked up in.
    """

    name: str
    works: ReleaseSet
    failing: ReleaseSet
    classes: List[ClassFacts]


def place(use: Union[MemberUse, AttributeUse], found: Missing) -> ast.AST:
    """Return the part of ``InterpolationMode.NEAREST_EXACT.value`` that names the member."""
    node = use.node
    while isinstance(node, ast.Attribute) and node.attr != found.name and isinstance(node.value, ast.Attribute):
        node = node.value
    return node if isinstance(node, ast.Attribute) and node.attr == found.name else use.node


def missing(use: Union[MemberUse, AttributeUse], context: Context) -> Optional[Missing]:
    order = context.facts.order
    if isinstance(use, MemberUse):
        name, on_class, silent = use.name, False, order.none
        owner = context.facts.class_at(use.owner)
        classes = [owner] if owner is not None else []
        if use.holder is not None:
            overrides = Overrides(use.holder, context.facts)
            inheriting = [Overrides(each, context.facts) for each in use.holder.derived]
            if not overrides.is_known or any(each.defines(name) for each in (overrides, *inheriting)):
                return None
            if any(overrides.defines(other) for other in overrides.other_names(name)):
                # `def transform(self, *args): return self._transform(*args)`, for subclasses that define the latter.
                return None
            classes = list(overrides.outside.values())
            if use.method is not None:
                silent = _where_unused(use, context)
    else:
        known = context.facts.class_with(use.path)
        if known is None:
            return None
        name, on_class, silent = known[1], True, order.none
        classes = [known[0]]
    if not classes:
        return None
    there, works = order.all, order.none
    for each in classes:
        there &= each.releases
        works |= each.has(name, on_class=on_class)
    works &= there
    failing = (context.target.releases & there) - works - silent
    return Missing(name, works, failing, classes) if works and failing else None


def _where_unused(use: MemberUse, context: Context) -> ReleaseSet:
    """Return the releases on which the method that reads a member is never called: an override of another hook."""
    assert use.method is not None
    node, order = use.method.node, context.facts.order
    holder = use.defined_in
    overrides = None if holder is None else Overrides(holder, context.facts)
    if overrides is None or not overrides.is_known or not overrides.is_hook(getattr(node, "name", "")):
        return order.none
    return order.only(*(release for release in context.target.releases if not overrides.runs(node, release)))


def other_name(found: Missing, context: Context) -> Optional[str]:
    """Return the name of the member in the newest release that lacks it, ``None`` if it has no other."""
    release = str(found.failing.last)
    for each in found.classes:
        other = each.other_name(found.name, release)
        if other is not None:
            return other
        renamed = context.facts.renamed(each.path).get(found.name)
        if renamed is not None and release in each.has(renamed.new):
            # An attribute that has the name of the parameter it is given by.
            return renamed.new
    return None
