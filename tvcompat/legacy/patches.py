"""Changes to classes and functions that are still there, and are not called or unpickled as they once were."""

import functools
import sys
from types import ModuleType
from typing import Any, Callable, Iterator, Mapping, Tuple

from tvcompat.legacy.pickles import FILLED
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


def renamed(guard: State, module: ModuleType) -> Iterator[Tuple[str, Any]]:
    """Functions of a module that take parameters under their old names too; classes are changed in place."""
    for name, parameters in guard.names.parameters(module.__name__).items():
        found = vars(module).get(name)
        if isinstance(found, type):
            own = vars(found).get("__init__")
            if own is not None and not hasattr(own, "tvcompat_guard"):
                guard.put(found, "__init__", _renaming(guard, own, f"{module.__name__}.{name}", parameters))
        elif callable(found) and not hasattr(found, "tvcompat_guard"):
            wrapper = guard.wrappers.get(id(found))
            if wrapper is None:
                wrapper = _renaming(guard, found, f"{module.__name__}.{name}", parameters)
                guard.wrappers[id(found)] = wrapper
            yield name, wrapper


def _renaming(
    guard: State, function: Callable[..., Any], path: str, parameters: Mapping[str, Tuple[str, str]]
) -> Callable[..., Any]:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not parameters.keys().isdisjoint(kwargs) and guard.active:
            frame = sys._getframe(1)
            for old in parameters.keys() & kwargs.keys():
                new, gone = parameters[old]
                guard.use(f"{path}({old}=)", gone, "", f"It is called {new}.", frame)
                value = kwargs.pop(old)
                if value is not None:
                    kwargs[new] = value
        return function(*args, **kwargs)

    functools.update_wrapper(wrapper, function)
    wrapper.tvcompat_guard = guard  # type: ignore[attr-defined]
    return wrapper


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
