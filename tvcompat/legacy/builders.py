"""Builders under the guard: ``pretrained=`` means what it meant, on releases that take ``weights=``.

On releases of the ``pretrained`` era the wrappers do the opposite, where the guard was asked for that: ``weights=`` of
newer programs is understood.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Callable, Dict, Iterator, List, Mapping, Sequence, Tuple

from tvcompat.legacy.ledger import LegacyNameWarning
from tvcompat.legacy.names import LegacyNames
from tvcompat.legacy.state import State

if TYPE_CHECKING:
    from torch import nn

Builder = Callable[..., "nn.Module"]

PRETRAINED = frozenset(("pretrained", "pretrained_backbone"))
WEIGHTS = frozenset(("weights", "weights_backbone"))

# What torch and torchvision load, and thousands of modules of it: none takes a builder from torchvision.
WITHOUT_BUILDERS = frozenset(
    (
        *getattr(sys, "stdlib_module_names", ()),
        *("PIL", "cuda", "jinja2", "mpmath", "networkx", "numpy", "scipy", "sympy", "torch", "torchgen", "torchvision"),
        *("triton", "tvcompat", "typing_extensions"),
    )
)

# The largest of them: most modules need not be looked at more closely.
LARGEST = ("torch.", "sympy.", "triton.", "numpy.", "torchvision.")

# Functions that hand their `pretrained` on to a builder, and so take weights once the builder does.
BACKBONES = {"torchvision.models.detection.backbone_utils": ("resnet_fpn_backbone", "mobilenet_backbone")}


def wrapped(guard: State, module: ModuleType) -> Iterator[Tuple[str, Builder]]:
    """The wrapped builders of a module by name."""
    pretrained_era = guard.names.pretrained_era
    if pretrained_era and not guard.forward:
        return
    around = new_on_old if pretrained_era else old_on_new
    for name, model in guard.names.builders.get(module.__name__, {}).items():
        function = vars(module).get(name)
        if guard.is_original(function):
            yield name, guard.stand_in(function, around, model)
    if pretrained_era:
        for name in BACKBONES.get(module.__name__, ()):
            function = vars(module).get(name)
            if guard.is_original(function):
                yield name, guard.stand_in(function, backbone)


def old_on_new(guard: State, function: Builder, model: str) -> Builder:
    """A builder that also understands calls of the ``pretrained`` era."""

    def builder(*args: object, **kwargs: object) -> nn.Module:
        if not args and PRETRAINED.isdisjoint(kwargs):
            return function(*args, **kwargs)
        return _as_before(guard, function, model, args, kwargs)

    return builder


def _as_before(
    guard: State, function: Builder, model: str, args: Tuple[object, ...], kwargs: Dict[str, object]
) -> nn.Module:
    given = _by_name(function, args, kwargs)
    for weights, pretrained in (("weights", "pretrained"), ("weights_backbone", "pretrained_backbone")):
        # What stands where `pretrained` once stood, and is no weights, is what `pretrained` once took.
        if isinstance(given.get(weights), (bool, int)) and pretrained not in given:
            given[pretrained] = given.pop(weights)
    named = [name for name in given if name in PRETRAINED]
    if not named or not guard.active:
        return function(*args, **kwargs)
    return _build(guard, function, model, given, named)


def new_on_old(guard: State, function: Builder, model: str) -> Builder:
    """A builder of the ``pretrained`` era that also understands ``weights=``."""

    def builder(*args: object, **kwargs: object) -> nn.Module:
        by_name = not WEIGHTS.isdisjoint(kwargs) or any(not _is_old(kwargs.get(name)) for name in PRETRAINED)
        if not guard.active or not (by_name or (args and not _is_old(args[0]))):
            return function(*args, **kwargs)
        given = _by_name(function, args, kwargs)
        for weights, pretrained in (("weights", "pretrained"), ("weights_backbone", "pretrained_backbone")):
            if not _is_old(given.get(pretrained)):
                given[weights] = given.pop(pretrained)
        return _build(guard, function, model, given, [name for name in given if name in WEIGHTS])

    return builder


def _is_old(value: object) -> bool:
    """Whether this is a value that ``pretrained`` took, or none was given."""
    return value is None or isinstance(value, (bool, int)) or value == "legacy"


def backbone(guard: State, function: Builder) -> Builder:
    """``resnet_fpn_backbone(name, weights=...)`` for releases whose argument is called ``pretrained``.

    It hands its value on to the builder, which understands weights as well while the guard is on.
    """

    def builder(*args: object, **kwargs: object) -> nn.Module:
        if guard.active and "weights" in kwargs and "pretrained" not in kwargs:
            weights = kwargs.pop("weights")
            kwargs["pretrained"] = False if weights is None else weights
        return function(*args, **kwargs)

    return builder


def _by_name(function: Builder, args: Sequence[object], kwargs: Mapping[str, object]) -> Dict[str, object]:
    """All arguments by name; their order has been the same in every release."""
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


def _build(guard: State, function: Builder, model: str, given: Dict[str, object], named: List[str]) -> nn.Module:
    from tvcompat.shim.models import plan_of

    plan = plan_of(model, given)
    frame = sys._getframe(1)
    path = f"{function.__module__}.{function.__name__}"
    advice = plan.advice(given) if plan.request.outdated else ""
    for name in named:
        guard.use(f"{path}({name}=)", "", "", advice or f"{name}= is not known to the installed release.", frame)
    return plan.build(given)


def originals(names: LegacyNames, loaded: Sequence[ModuleType]) -> Dict[int, str]:
    """The builders of the modules that are loaded, by the identity of the function: full path."""
    found: Dict[int, str] = {}
    for module in loaded:
        for name in names.builders.get(module.__name__, ()):
            function = vars(module).get(name)
            if callable(function):
                found[id(function)] = f"{getattr(function, '__module__', module.__name__)}.{name}"
    return found


def note_early(functions: Mapping[int, str]) -> None:
    """Name the modules that took a builder before the guard was on: they keep what they have."""
    if not functions:
        return
    others = [name for name in sys.modules if not name.startswith(LARGEST)]
    for name in [name for name in others if name.partition(".")[0] not in WITHOUT_BUILDERS]:
        module = sys.modules.get(name)
        values = list(vars(module).values()) if isinstance(module, ModuleType) else []
        if not functions.keys().isdisjoint(map(id, values)):
            taken = sorted({functions[id(value)] for value in values if id(value) in functions})
            warnings.warn(
                f"{name} had imported {', '.join(taken)} before the guard was turned on, and keeps what it has. "
                f"Call tvcompat.legacy.enable() before that import, or start the program with `tvcompat run`.",
                LegacyNameWarning,
                stacklevel=4,
            )
