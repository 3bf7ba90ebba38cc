"""Keyword arguments that functions of the project pass on: ``def build(**kwargs): return resnet18(**kwargs)``."""

import ast
from typing import Dict, FrozenSet, Union

from tvcompat.check.analysis.conditions import Condition
from tvcompat.check.analysis.definitions import KwargsForward, UserFunction
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.uses import IN_DICTIONARY, CallUse
from tvcompat.check.analysis.values import (
    DynamicMember,
    KnownDict,
    Ref,
    Value,
    alternatives,
)


def note_forward(
    target: Union[Ref, DynamicMember, UserFunction], node: ast.Call, values: Dict[int, Value], condition: Condition
) -> None:
    """Note that a function of the file passes its ``**kwargs`` on.

    Args:
        target: what is called with them.
        node: the call.
        values: what its arguments stand for, by the identity of their expressions.
        condition: what holds there.
    """
    unpacked = [keyword for keyword in node.keywords if keyword.arg is None]
    own: FrozenSet[str] = (
        frozenset(keyword.arg for keyword in node.keywords if keyword.arg is not None) if unpacked else frozenset()
    )
    for keyword in unpacked:
        held_values = alternatives(values.get(id(keyword.value)))
        found = [each for each in held_values if isinstance(each, KnownDict)]
        if len(found) < len(held_values):
            # It may have been rebuilt, or unknown names removed from it.
            continue
        ways = [(each, each.rest) for each in found if each.rest is not None]
        # A name removed in one branch only was usually checked for first.
        taken = own.union(*(rest.taken for _, rest in ways))
        held = condition
        for each, _ in ways:
            held = held & each.condition
        for function in dict.fromkeys(rest.of for _, rest in ways):
            function.forwards.append(KwargsForward(target, taken, held))


def pass_on(recorder: Recorder) -> None:
    """Record calls of functions that pass ``**kwargs`` on as calls of what they pass them to."""
    for function, node, condition, unpacked in list(recorder.user_calls):
        stated = [keyword for keyword in node.keywords if keyword.arg is not None]
        if not function.forwards or not (stated or unpacked):
            continue
        for target, taken, there in function.reached():
            path = target.path if isinstance(target, Ref) else f"{getattr(target, 'namespace', '')}.*"
            held = condition & there
            kept = [keyword for keyword in stated if keyword.arg not in taken]
            passed = [(kept, held, None), *((each.keywords(taken), held & each.condition, each) for each in unpacked)]
            for keywords, where, source in passed:
                if keywords:
                    call = ast.copy_location(ast.Call(func=node.func, args=[], keywords=keywords), node)
                    recorder.use(
                        CallUse(
                            path,
                            call,
                            where,
                            call,
                            values=None if source is None else source.values_of(keywords),
                            is_dynamic=isinstance(target, DynamicMember),
                            indirect="" if source is None else IN_DICTIONARY,
                        )
                    )
