"""Conditions on the arguments of a call, as the catalog states which calls a change of behaviour concerns.

A condition is one of these texts; a change lists all that have to hold:

- ``expand=True``: the parameter is given this value, or left out while this is its default. A value is a Python literal
  or the dotted name of an enum member, ``InterpolationMode.BICUBIC``, of which the last part counts.
- ``center``: the parameter is given, whatever its value; ``center=`` followed by nothing means that it is left out.
- ``img: PIL``, ``img: tensor``, ``img: tensor[uint8]``, ``img: tensor[float]``: the argument certainly is of that type.
- ``input: tensor``: a transform certainly works on tensors, which its constructor does not show.
- ``not`` before any of them: it certainly does not hold.

What can't be told from the call holds neither way, so a change is reported only where the call is certainly concerned.
"""

import ast
import re
from typing import Any, NamedTuple, Optional, Sequence

from tvcompat.catalog.signatures import Kind
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.analysis.values import Literal, Ref, Value
from tvcompat.check.call_arguments import given, value_of
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.check.value_types import ValueType, type_of

_CONDITION = re.compile(r"(?P<negated>not )?(?P<name>\w+)(?:(?P<equals>=)(?P<value>.*)|: (?P<type>[\w\[\]]+))?")

# The name under which conditions speak of what a transform is called with later.
INPUT = "input"


class CallCondition(NamedTuple):
    """One condition.

    Attributes:
        name: the parameter.
        value: the text of the value that it has to have, empty if it has to be left out, ``None`` if any value will do.
        type: the type that it has to have, ``None`` for any.
        negated: whether the condition must not hold.
    """

    name: str
    value: Optional[str]
    type: Optional[ValueType]
    negated: bool


def parse_condition(text: str) -> CallCondition:
    """Parse a condition.

    Raises:
        ValueError: it is none.
    """
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no condition on a call; write name=value, name, or name: type")
    kind = None if found["type"] is None else ValueType.named(found["type"])
    if found["name"] == INPUT and kind is None:
        raise ValueError(f"{text!r}: of the input, only the type can be asked")
    value = found["value"] if found["equals"] else None
    if value:
        _parsed(value)
    return CallCondition(found["name"], value, kind, bool(found["negated"]))


def is_met(condition: CallCondition, use: CallUse, facts: ReleaseFacts, release: str) -> bool:
    """Return whether a call certainly meets a condition.

    Args:
        condition: the condition.
        use: the call.
        facts: what is known of torchvision.
        release: the release whose defaults count for what the call leaves out.
    """
    found = _holds(condition, use, facts, release)
    return found is not None and found is not condition.negated


def _holds(condition: CallCondition, use: CallUse, facts: ReleaseFacts, release: str) -> Optional[bool]:
    """Return whether a condition holds, ``None`` if the call does not tell."""
    if condition.name == INPUT:
        assert condition.type is not None
        return (condition.type is ValueType.TENSOR or None) if use.on_tensor else None
    argument = given(use, facts, condition.name)
    if argument is None and _may_be_hidden(use):
        return None
    if condition.type is not None:
        if argument is None:
            return None
        known = type_of(use.value_of(value_of(argument)))
        return None if known is None else known.within(condition.type)
    if condition.value is None:
        return argument is not None
    if not condition.value:
        return argument is None
    wanted = _parsed(condition.value)
    if argument is None:
        default = _default(use, facts, condition.name, release)
        return None if default is None else _equal(default, wanted)
    node = value_of(argument)
    value = use.value_of(node)
    written = value.node if isinstance(value, Literal) else node
    return _equal(_constant(written, value), wanted)


def _may_be_hidden(use: CallUse) -> bool:
    """Return whether the call unpacks something in which an argument may be."""
    return len(use.positional) < len(use.call.args) or any(each.arg is None for each in use.call.keywords)


class _Name(NamedTuple):
    """A member of an enum, or another name, of which the last part counts."""

    last: str


class _Unknown:
    """A value that the source does not tell."""


_UNKNOWN = _Unknown()


def _parsed(text: str) -> Any:
    node = ast.parse(text.strip(), mode="eval").body
    found = _constant(node, None)
    if found is _UNKNOWN:
        raise ValueError(f"{text!r} is neither a literal nor a dotted name")
    return found


def _constant(node: ast.expr, value: Optional[Value]) -> Any:
    if isinstance(value, Ref):
        return _Name(value.path.rpartition(".")[2])
    if isinstance(node, ast.Attribute):
        return _Name(node.attr) if value is None and isinstance(node.value, (ast.Name, ast.Attribute)) else _UNKNOWN
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _UNKNOWN


def _equal(found: Any, wanted: Any) -> Optional[bool]:
    if found is _UNKNOWN or isinstance(found, _Name) is not isinstance(wanted, _Name):
        return None
    if isinstance(found, (list, tuple)) and isinstance(wanted, (list, tuple)):
        return bool(list(found) == list(wanted))
    return bool(found == wanted and isinstance(found, bool) is isinstance(wanted, bool))


def _default(use: CallUse, facts: ReleaseFacts, name: str, release: str) -> Any:
    """Return the default of a parameter in a release, ``None`` if it has none that can be told."""
    for releases, signature in facts.signatures(use.path):
        if release in releases:
            parameter = signature.parameter(name)
            if parameter is None or not parameter.default or parameter.kind is Kind.VAR_KEYWORD:
                return None
            try:
                return _parsed(parameter.default)
            except (SyntaxError, ValueError):
                return None
    return None


def all_met(conditions: Sequence[CallCondition], use: CallUse, facts: ReleaseFacts, release: str) -> bool:
    """Return whether a call certainly meets all conditions."""
    return all(is_met(each, use, facts, release) for each in conditions)
