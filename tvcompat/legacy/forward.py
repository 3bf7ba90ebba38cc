"""Names of newer releases on an older one: what programs for the newest release import."""

from functools import lru_cache
from types import FrameType
from typing import Dict, Optional

from tvcompat.errors import LegacyImportError
from tvcompat.legacy import stack_frames
from tvcompat.legacy.state import State

# A module of newer releases; everything that programs use of it is provided.
MODULE = "torchvision.models._api"

# What torchvision.models has since 0.14, and tvcompat has on every release.
FUNCTIONS = ("get_model", "get_model_builder", "get_model_weights", "get_weight", "list_models", "register_model")


@lru_cache(maxsize=None)
def _given() -> Dict[str, str]:
    """Return the names of newer releases that the shim has: full path -> name in tvcompat or its ``shim.weights``."""
    from tvcompat.catalog import catalog

    found: Dict[str, str] = {}
    for name in (*FUNCTIONS, "Weights", "WeightsEnum"):
        for module in ("torchvision.models", MODULE):
            found[f"{module}.{name}"] = name
    for enum in catalog().enums.values():
        for module in {enum.namespace, enum.module, "torchvision.models"}:
            found[f"{module}.{enum.name}"] = enum.name
    return found


def give(guard: State, module: str, name: str, frame: FrameType) -> object:
    """Return what a newer release has under a name.

    Raises:
        AttributeError: no release has it.
        LegacyNameError: a newer one has it, and it can't be given here.
    """
    path = f"{module}.{name}"
    stands = _given().get(path)
    if stands is not None:
        if not stack_frames.asking_whether(frame):
            words = (
                f"It came after the installed release; tvcompat gives it on every one: from tvcompat import {stands}."
            )
            guard.use(path, "", f"tvcompat.{stands}" if stands in FUNCTIONS else "", words, frame)
        if stands in FUNCTIONS:
            import tvcompat

            return getattr(tvcompat, stands)
        from tvcompat.shim import weights

        return getattr(weights, stands)
    message = _too_new(guard, path)
    if not message:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    raise stack_frames.refusal(path, message, frame)


def refuse_module(guard: State, name: str) -> None:
    """Raise an error that names the release that added a module, if the installed release is older than that."""
    message = _too_new(guard, name)
    if message:
        raise LegacyImportError(name, message)


def _too_new(guard: State, path: str) -> Optional[str]:
    """Return since when torchvision has a name, ``None`` if the installed release should have it or no release has."""
    from tvcompat.catalog import catalog

    known = catalog()
    found = known.name(path)
    if found is None or not found.spans or found.spans[-1].last != known.newest:
        return None
    first = found.spans[-1].first
    if not guard.names.is_before(first):
        return None
    return (
        f"{path} came with torchvision {first}; {guard.names.version} is installed, and the guard can't give it. "
        f'Run: pip install "torchvision>={first}"'
    )
