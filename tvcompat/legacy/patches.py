"""Changes to classes and functions that are still there, and are not called or unpickled as they once were."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Callable, Iterator, Mapping, Tuple

from tvcompat.legacy.pickles import FILLED, Fill
from tvcompat.legacy.state import State

MODULES = frozenset(FILLED)

# Loaded before torchvision, so that nobody sees them come.
OF_TORCH = tuple(name for name in FILLED if name.startswith("torch."))


def apply(guard: State, module: ModuleType) -> None:
    """Let the classes of a module fill in, when they are unpickled, what older releases did not give them."""
    for name, (since, fill) in FILLED.get(module.__name__, {}).items():
        found = vars(module).get(name)
        if isinstance(found, type) and not guard.names.is_before(since):
            guard.put(found, "__setstate__", _filling(found, fill))


def renamed(guard: State, module: ModuleType) -> Iterator[Tuple[str, Callable[..., object]]]:
    """Functions of a module that take parameters under their old names too; classes are changed in place."""
    for name, parameters in guard.names.parameters(module.__name__).items():
        path = f"{module.__name__}.{name}"
        found = vars(module).get(name)
        if isinstance(found, type):
            own = vars(found).get("__init__")
            if guard.is_original(own):
                guard.put(found, "__init__", guard.stand_in(own, _renaming, path, parameters))
        elif guard.is_original(found):
            yield name, guard.stand_in(found, _renaming, path, parameters)


def _renaming(
    guard: State, function: Callable[..., object], path: str, parameters: Mapping[str, Tuple[str, str]]
) -> Callable[..., object]:
    def wrapper(*args: object, **kwargs: object) -> object:
        if not parameters.keys().isdisjoint(kwargs) and guard.active:
            frame = sys._getframe(1)
            for old in parameters.keys() & kwargs.keys():
                new, gone = parameters[old]
                guard.use(f"{path}({old}=)", gone, "", f"It is called {new}.", frame)
                value = kwargs.pop(old)
                if value is not None:
                    kwargs[new] = value
        return function(*args, **kwargs)

    return wrapper


def _filling(owner: type, fill: Fill) -> Callable[[object, Mapping[str, object]], None]:
    own = vars(owner).get("__setstate__")

    def __setstate__(self: object, state: Mapping[str, object]) -> None:  # noqa: N807
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
