"""Branches: which values a program never has together, since they are bound where conditions exclude one another.

``if lib == "timm": kwargs = {"pretrained": True}`` says nothing of the builder that is bound where ``lib`` is something
else, although both names may stand for either later.
"""

import ast
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from tvcompat.check.analysis.values import DynamicMember, KnownDict, Partial, Ref, Union, Value


class Fact(NamedTuple):
    """What holds in one branch: a subject, and what is known of it.

    Attributes:
        subject: the text of a name, or what identifies a statement.
        negated: whether ``value`` is what it is not.
        value: what it is.
    """

    subject: Any
    negated: bool
    value: Any


Branch = Tuple[Fact, ...]

# So many facts of the innermost branches are kept.
DEPTH = 32


def within(branch: Branch, facts: Sequence[Fact]) -> Branch:
    """Return the branch in a branch."""
    return (*branch, *facts)[-DEPTH:]


def excluding(one: Branch, other: Branch) -> bool:
    """Return whether two branches are never taken both."""
    if not one or not other:
        return False
    for fact in one:
        for each in other:
            if fact.subject == each.subject and fact is not each:
                if fact.negated is not each.negated:
                    if fact.value == each.value:
                        return True
                elif not fact.negated and fact.value != each.value:
                    return True
    return False


def facts_of(test: ast.expr, holds: bool) -> List[Fact]:
    """Return what is known in the branch that is taken if a condition holds, or if it fails."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return facts_of(test.operand, not holds)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is holds:
        return [fact for each in test.values for fact in facts_of(each, holds)]
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.NotEq)):
        subject, value = _dotted(test.left), test.comparators[0]
        if subject is not None and isinstance(value, ast.Constant):
            return [Fact(subject, isinstance(test.ops[0], ast.Eq) is not holds, value.value)]
    subject = _dotted(test)
    return [] if subject is None else [Fact((subject,), not holds, True)]


def _dotted(node: ast.expr) -> Optional[str]:
    names: List[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None


def bound_in(value: Optional[Value], branch: Branch) -> Optional[Value]:
    """Return a value that remembers in which branch it was bound."""
    if not branch or value is None:
        return value
    if isinstance(value, Union):
        return Union([bound_in(each, branch) for each in value.values])
    if not isinstance(value, (Ref, DynamicMember, Partial, KnownDict)) or value.branch[: len(branch)] == branch:
        return value
    return value.in_branch(within(value.branch, [fact for fact in branch if fact not in value.branch]))


def possible(values: Sequence[Optional[Value]], branch: Branch) -> List[Optional[Value]]:
    """Return the values that something may be in a branch."""
    return [each for each in values if not excluding(getattr(each, "branch", ()), branch)]
