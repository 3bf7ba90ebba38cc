"""Patches for classes and functions that still exist, but whose calls or pickles changed."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Callable, Dict, Mapping, Tuple

from tvcompat.legacy import clips
from tvcompat.legacy.in_place import Calls, Handler
from tvcompat.legacy.pickles import FILLED
from tvcompat.legacy.state import State

MODULES = frozenset(FILLED) | {clips.MODULE}

# Loaded before torchvision, so the import hook never sees them loaded.
OF_TORCH = tuple(name for name in FILLED if name.startswith("torch."))


def apply(guard: State, module: ModuleType) -> None:
    """Change the classes of a module: unpickled, they fill in what older releases lacked; clips are read with PyAV."""
    if module.__name__ == clips.MODULE:
        clips.apply(guard, module)
    for name, fill in FILLED.get(module.__name__, {}).items():
        found = vars(module).get(name)
        if isinstance(found, type) and guard.names.is_incomplete(f"{module.__name__}.{name}"):
            guard.put(found, "__setstate__", _filling(found, fill))


def accept_old_parameters(guard: State, module: ModuleType) -> None:
    """Let functions and classes of a module take parameters under their old names too."""
    for name, parameters in guard.names.parameters(module.__name__).items():
        found: Any = vars(module).get(name)
        function = vars(found).get("__init__") if isinstance(found, type) else found
        calls = Calls(tuple(parameters))
        guard.take_over(function, calls, _renaming, f"{module.__name__}.{name}", parameters)


def _renaming(
    guard: State, function: Callable[..., Any], path: str, parameters: Mapping[str, Tuple[str, str]]
) -> Handler:
    def call(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        if guard.active:
            frame = sys._getframe(1)
            for old in parameters.keys() & kwargs.keys():
                new, gone = parameters[old]
                guard.use(f"{path}({old}=)", gone, "", f"It is called {new}.", frame)
                value = kwargs.pop(old)
                if value is not None:
                    kwargs[new] = value
        return function(*args, **kwargs)

    return call


def _filling(owner: type, fill: Callable[[Any], None]) -> Callable[[Any, Mapping[str, Any]], None]:
    own = vars(owner).get("__setstate__")

    def __setstate__(self: Any, state: Mapping[str, Any]) -> None:  # noqa: N807
        if own is not None:
            own(self, state)
        else:
            behind = getattr(super(owner, self), "__setstate__", None)
            if behind is not None:
                behind(state)
            else:
                self.__dict__.update(state)
        fill(self)

    return __setstate__
