"""Stand-ins for members: what a class lacks is looked up here, and found as if the class had it.

They are descriptors, found by ``super()`` and on the class as well as on instances. What an instance has under the
name, in its dictionary or as a submodule, parameter or buffer, comes first, as it does without the guard.
"""

from __future__ import annotations

import functools
import sys
from types import FrameType, FunctionType
from typing import Any, Callable, Optional

from tvcompat.legacy.dropped_names import look_up
from tvcompat.legacy.members.changes import Change
from tvcompat.legacy.rebuilt.members import Rebuilt, alias, submodule
from tvcompat.legacy.state import State

_MISSING = object()

# An attribute of what stands in for a method, and of what was put in the place of a method of torchvision's.
MARK = "tvcompat_stand_in"

# Where torch.nn.Module keeps what it does not keep in the dictionary of an instance.
_REGISTERED = ("_parameters", "_buffers", "_modules")

# They look at every attribute there is (TorchScript does), which is not a use of it.
_ONLY_LOOK = ("torch", "inspect", "pydoc", "copy", "unittest", "rlcompleter", "IPython", "jedi")

# torch.nn.Module refuses to register what is an attribute already.
_REGISTER = ("register_buffer", "register_parameter", "register_module", "add_module")


def put(state: State, owner: type, change: Change) -> None:
    """Give a class a stand-in for a member that it lacks."""
    if change.arguments or change.name in vars(owner):
        return
    is_method = change.kind.endswith("method")
    found: StandIn = Method(state, owner, change) if is_method else Attribute(state, owner, change)
    state.put(owner, change.name, found)
    if isinstance(found, Attribute):
        found.follow_submodules()


class StandIn:
    """A member that a class lacks."""

    def __init__(self, state: State, owner: type, change: Change) -> None:
        self.state: State = state
        self.owner: type = owner
        self.change: Change = change

    def own(self, instance: Any) -> Any:
        """Return what an instance itself has under the name, ``_MISSING`` if it has nothing."""
        variables = vars(instance)
        name = self.change.name
        if name in variables:
            return variables[name]
        for kind in _REGISTERED:
            registered = variables.get(kind)
            if registered and name in registered:
                return registered[name]
        return _MISSING

    def refuse(self, frame: FrameType) -> None:
        """Raise the error for a missing attribute if torch asks whether the name is free."""
        if frame.f_code.co_name in _REGISTER and _module_of(frame) == "torch.nn.modules.module":
            raise AttributeError(self.change.name)

    def use(self, frame: Optional[FrameType]) -> None:
        """Record a use at the line of the program that ``frame`` is at."""
        change = self.change
        if self.state.active:
            self.state.use(change.path, change.gone, change.instead, change.words, frame)

    def __delete__(self, instance: Any) -> None:
        if self.change.name not in vars(instance):
            raise AttributeError(self.change.name)
        self.deleted(instance, vars(instance).pop(self.change.name))

    def deleted(self, instance: Any, value: Any) -> None:
        """Undo what setting the attribute of an instance did."""


class Method(StandIn):
    """A method that a class lacks."""

    @functools.cached_property
    def function(self) -> Callable[..., Any]:
        """What is called, which records the use."""
        change, owner = self.change, self.owner
        found: Any = look_up(change.stand_in) if change.stand_in else _present(owner, change.present)
        function: FunctionType = found
        return _recording(self, function)

    def __get__(self, instance: Any, owner: Optional[type] = None) -> Any:
        if instance is None:
            return self.function
        found = self.own(instance)
        if found is not _MISSING:
            return found
        self.refuse(sys._getframe(1))
        return self.function.__get__(instance)

    def __set__(self, instance: Any, value: Any) -> None:
        vars(instance)[self.change.name] = value
        if self.state.active:
            from tvcompat.legacy.members import overrides

            overrides.set_on_instance(self.state, instance, self.change, value)

    def deleted(self, instance: Any, value: Any) -> None:
        from tvcompat.legacy.members import overrides

        overrides.deleted_from_instance(instance, self.change, value)


class Attribute(StandIn):
    """An attribute that instances lack."""

    @functools.cached_property
    def rebuilt(self) -> Rebuilt:
        """How the value is computed, and what setting it does."""
        change = self.change
        if change.stand_in:
            found: Any = look_up(change.stand_in)
            rebuilt: Rebuilt = found
            return rebuilt
        return submodule(change.submodule) if change.submodule else alias(change.name, change.present)

    def __get__(self, instance: Any, owner: Optional[type] = None) -> Any:
        if instance is None:
            raise AttributeError(f"type object {self.owner.__name__!r} has no attribute {self.change.name!r}")
        found = self.own(instance)
        if found is not _MISSING:
            return found
        frame = sys._getframe(1)
        self.refuse(frame)
        value = self.rebuilt.get(instance)
        if _module_of(frame).partition(".")[0] not in _ONLY_LOOK:
            self.use(frame)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        self.use(sys._getframe(1))
        self.rebuilt.set(instance, value)

    def follow_submodules(self) -> None:
        """Handle submodules that are set under the name, which torch.nn.Module keeps without asking."""
        target = self.change.submodule
        if not target:
            return
        before = vars(self.owner).get("__setattr__")
        owner: Any = self.owner
        name = self.change.name
        stand_in = self

        def __setattr__(instance: Any, key: str, value: Any) -> None:  # noqa: N807
            if key == name and key not in instance._modules and target in instance._modules:
                stand_in.use(sys._getframe(1))
                instance._modules[target] = value
            elif before is not None:
                before(instance, key, value)
            else:
                super(owner, instance).__setattr__(key, value)

        self.state.put(owner, "__setattr__", __setattr__)


def _present(owner: type, name: str) -> Callable[..., Any]:
    """Return a function that calls a method which a class has, or has been given meanwhile."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        method = getattr(owner, name)
        # If it was exchanged for one that calls the member of which this is a part, the one from before.
        return getattr(method, MARK, method)(self, *args, **kwargs)

    found = getattr(owner, name)
    return functools.wraps(found)(call)


def _recording(stand_in: Method, function: FunctionType) -> Callable[..., Any]:
    """Return a method that records each call.

    It has the globals of the function, in which TorchScript looks for the names of its source.
    """
    use, compiling = stand_in.use, _is_compiling()
    frame_of = sys._getframe

    def method(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        if not compiling():
            use(frame_of(1))
        return function(self, *args, **kwargs)

    made = FunctionType(
        method.__code__, function.__globals__, stand_in.change.name, method.__defaults__, method.__closure__
    )
    functools.update_wrapper(made, function)
    setattr(made, MARK, made)
    made.__name__ = stand_in.change.name
    made.__qualname__ = f"{stand_in.owner.__qualname__}.{stand_in.change.name}"
    made.__module__ = stand_in.owner.__module__
    return made


def _is_compiling() -> Callable[[], bool]:
    """Return what tells whether torch.compile is tracing, which can't trace the ledger and need not."""
    import torch

    compiler = getattr(torch, "compiler", None)
    found: Callable[[], bool] = getattr(compiler, "is_compiling", lambda: False)
    return found


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))
