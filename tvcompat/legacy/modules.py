"""Modules of torchvision under the guard: only names they lack are looked up in the table."""

from __future__ import annotations

import sys
from importlib import import_module
from types import FrameType, ModuleType
from typing import Callable, List, Optional, TypeVar

from tvcompat.legacy import builders, forward, members, patches, stack_frames
from tvcompat.legacy.dropped_names import Legacy
from tvcompat.legacy.state import MARK, State

T = TypeVar("T")

# Packages that every program goes through by attribute. A `__getattr__` would make Python 3.11 and later look up all
# their attributes the slow way, so they are given what they lack at once.
DIRECT = ("torchvision", "torchvision.models")


def wants(state: State, name: str) -> bool:
    """Return whether a module is changed when it is loaded."""
    names = state.names
    return state.forward or name in names.modules() or name in patches.MODULES


def hook(state: State, module: ModuleType) -> None:
    """Change a module of torchvision that was just loaded, or was loaded before the guard was on."""
    path = module.__name__
    if not wants(state, path):
        return
    with state.lock:
        state.hooked[id(module)] = module
        if state.forward or (state.names.concerns(path) and path not in DIRECT):
            _hook_attributes(state, module)
        builders.accept_other_era(state, module)
        patches.accept_old_parameters(state, module)
        patches.apply(state, module)
        members.apply(state, module)
        if path == "torchvision":
            for name in patches.OF_TORCH:
                patches.apply(state, import_module(name))
            for hooked in list(state.hooked.values()):
                _complete(state, hooked)
        # Not while torchvision's own packages still take everything from their modules.
        elif not _is_being_imported("torchvision"):
            _complete(state, module)


def _complete(state: State, module: ModuleType) -> None:
    """Give a module at once what can't be provided on demand."""
    _export(state, module)
    if module.__name__ in DIRECT:
        _put_directly(state, module)


def _put_directly(state: State, module: ModuleType) -> None:
    """Give a module its legacy names at once: modules, and things it had merely imported; nobody counts them."""
    for name in state.names.names(module.__name__):
        legacy = state.names.name(module.__name__, name)
        if legacy is None or name in vars(module):
            continue
        if state.names.module(legacy.path) is None:
            state.put(module, name, state.names.value(legacy))
        elif legacy.path not in sys.modules:
            # Importing it makes it an attribute of its package.
            state.quiet = True
            try:
                import_module(legacy.path)
            finally:
                state.quiet = False


def _export(state: State, module: ModuleType) -> None:
    """Let ``import *`` take the legacy names that a module's ``__all__`` once had."""
    exported, present = state.names.exported.get(module.__name__, ()), vars(module).get("__all__")
    if exported and isinstance(present, list):
        known = set(state.names.names(module.__name__)) - set(present)
        lacking = [name for name in exported if name in known]
        if lacking:
            state.put(module, "__all__", present + lacking)


def _hook_attributes(state: State, module: ModuleType) -> None:
    found = vars(module).get("__getattr__")
    if getattr(found, MARK, None) is state:
        return
    state.put(module, "__getattr__", _attributes(state, module, found))


def _attributes(state: State, module: ModuleType, behind: Optional[Callable[[str], object]]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a module, which is asked for what the module itself does not have."""
    path = module.__name__

    def __getattr__(name: str) -> object:  # noqa: N807
        if behind is not None:
            try:
                return behind(name)
            except AttributeError:
                pass
        frame = sys._getframe(1)
        if state.active and not stack_frames.is_own(frame):
            if name == "__all__":
                found = _exported(state, module, frame)
                if found is not None:
                    return found
            legacy = state.names.name(path, name)
            if legacy is not None:
                return give(state, legacy, frame)
            if state.forward:
                return forward.give(state, path, name, frame)
        raise AttributeError(f"module {path!r} has no attribute {name!r}")

    setattr(__getattr__, MARK, state)
    return __getattr__


def _exported(state: State, module: ModuleType, frame: FrameType) -> Optional[List[str]]:
    """Return what ``import *`` takes from a module without ``__all__``: what it has, and what the importer mentions."""
    if not stack_frames.imports_everything(frame):
        return None
    own = [name for name in vars(module) if not name.startswith("_")]
    mentioned = stack_frames.mentioned(frame.f_code)
    return own + [name for name in state.names.names(module.__name__) if name in mentioned and name not in own]


def give(state: State, legacy: Legacy, frame: Optional[FrameType]) -> object:
    """Return the stand-in for a legacy name, and record the use.

    Raises:
        LegacyNameError: there is none, or it is not available here.
    """
    asking = stack_frames.asking_whether(frame)
    if state.names.module(legacy.path) is not None:
        # The import itself is written down by whoever asks for a name of the module.
        return import_module(legacy.path)
    try:
        found = state.names.value(legacy)
    except LookupError as error:
        raise stack_frames.refusal(legacy.path, str(error), frame) from error.__cause__
    if not asking:
        state.use(legacy.path, legacy.gone, legacy.instead, legacy.words, frame)
    return found


def is_torchvision(name: str) -> bool:
    """Return whether a module belongs to torchvision."""
    return name == "torchvision" or name.startswith("torchvision.")


def _is_being_imported(name: str) -> bool:
    return bool(getattr(getattr(sys.modules.get(name), "__spec__", None), "_initializing", False))


def remove(items: List[T], item: T) -> None:
    for number, found in enumerate(items):
        if found is item:
            del items[number]
            return
