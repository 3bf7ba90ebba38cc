"""Changes to classes and functions that are still there, and are not called or unpickled as they once were."""

from types import ModuleType
from typing import TYPE_CHECKING, Any, Callable, Mapping

from tvcompat.legacy.pickles import FILLED

if TYPE_CHECKING:
    from tvcompat.legacy.guard import Guard

MODULES = frozenset(FILLED)

# Loaded before torchvision, so that nobody sees them come.
OF_TORCH = tuple(name for name in FILLED if name.startswith("torch."))


def apply(guard: "Guard", module: ModuleType) -> None:
    """Let the classes of a module fill in, when they are unpickled, what older releases did not give them."""
    for name, (since, fill) in FILLED.get(module.__name__, {}).items():
        found = vars(module).get(name)
        if isinstance(found, type) and not guard.names.is_before(since):
            guard.put(found, "__setstate__", _filling(found, fill))


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
