"""Builders under the guard: ``pretrained=`` means what it meant, on releases that take ``weights=``.

On releases of the ``pretrained`` era, ``enable(forward=True)`` does the reverse: builders accept the ``weights=`` of
newer programs.
"""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

from tvcompat.legacy.in_place import Calls, Handler
from tvcompat.legacy.state import State

Builder = Callable[..., Any]

PRETRAINED = frozenset(("pretrained", "pretrained_backbone"))
WEIGHTS = frozenset(("weights", "weights_backbone"))

# What may be a call of the other era. By position both stand in the same place, and `pretrained` may be given weights.
OLD_ON_NEW = Calls(tuple(sorted(PRETRAINED)), positional=True)
NEW_ON_OLD = Calls(tuple(sorted(PRETRAINED | WEIGHTS)), positional=True)


def accept_other_era(guard: State, module: ModuleType) -> None:
    """Let the builders of a module take the arguments of the other era."""
    pretrained_era = guard.names.pretrained_era
    if pretrained_era and not guard.forward:
        return
    calls, make = (NEW_ON_OLD, new_on_old) if pretrained_era else (OLD_ON_NEW, old_on_new)
    for name, model in guard.names.builders.get(module.__name__, {}).items():
        guard.take_over(vars(module).get(name), calls, make, model)
    if pretrained_era:
        # They pass it on to a builder, so they accept weights once the builder does.
        for name in guard.names.forwarding.get(module.__name__, ()):
            guard.take_over(vars(module).get(name), Calls(("weights",)), backbone)


def old_on_new(guard: State, function: Builder, model: str) -> Handler:
    """Return a builder that also accepts calls of the ``pretrained`` era."""
    return lambda args, kwargs: _as_before(guard, function, model, args, kwargs)


def _as_before(guard: State, function: Builder, model: str, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
    given = _by_name(function, args, kwargs)
    for weights, pretrained in (("weights", "pretrained"), ("weights_backbone", "pretrained_backbone")):
        # A value in the position of `pretrained` that is not weights is a value for `pretrained`.
        if isinstance(given.get(weights), (bool, int)) and pretrained not in given:
            given[pretrained] = given.pop(weights)
    named = [name for name in given if name in PRETRAINED]
    if not named or not guard.active:
        return function(*args, **kwargs)
    return _build(guard, function, model, given, named)


def new_on_old(guard: State, function: Builder, model: str) -> Handler:
    """Return a builder of the ``pretrained`` era that also accepts ``weights=``."""

    def builder(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        by_name = not WEIGHTS.isdisjoint(kwargs) or any(not _is_old(kwargs.get(name)) for name in PRETRAINED)
        if not guard.active or not (by_name or (args and not _is_old(args[0]))):
            return function(*args, **kwargs)
        given = _by_name(function, args, kwargs)
        for weights, pretrained in (("weights", "pretrained"), ("weights_backbone", "pretrained_backbone")):
            if not _is_old(given.get(pretrained)):
                given[weights] = given.pop(pretrained)
        return _build(guard, function, model, given, [name for name in given if name in WEIGHTS])

    return builder


def _is_old(value: Any) -> bool:
    """Return whether a value is one that ``pretrained`` accepted, or was not given."""
    return value is None or isinstance(value, (bool, int)) or value == "legacy"


def backbone(guard: State, function: Builder) -> Handler:
    """Return ``resnet_fpn_backbone`` with ``weights=``, for releases whose argument is called ``pretrained``.

    It hands its value on to the builder, which understands weights as well while the guard is on.
    """

    def builder(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        if guard.active and "pretrained" not in kwargs:
            weights = kwargs.pop("weights")
            kwargs["pretrained"] = False if weights is None else weights
        return function(*args, **kwargs)

    return builder


def _by_name(function: Builder, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Dict[str, Any]:
    """Return all arguments by name; their order has been the same in every release."""
    names = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if len(args) > len(names):
        raise TypeError(f"{function.__name__}() takes {len(names)} arguments and {len(args)} were given")
    given = dict(zip(names, args))
    for name, value in kwargs.items():
        if name in given:
            raise TypeError(f"{function.__name__}() got multiple values for argument {name!r}")
        given[name] = value
    return given


def _build(guard: State, function: Builder, model: str, given: Dict[str, Any], named: List[str]) -> Any:
    from tvcompat.shim.models import plan_of

    plan = plan_of(model, given)
    frame = sys._getframe(1)
    path = f"{function.__module__}.{function.__name__}"
    advice = plan.advice(given) if plan.request.outdated else ""
    for name in named:
        guard.use(f"{path}({name}=)", "", "", advice or f"{name}= is not known to the installed release.", frame)
    return plan.build(given)
