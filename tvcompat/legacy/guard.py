"""The guard itself: what it changes while it is on, and how all of that is taken back."""

import os
import sys
import threading
import warnings
from importlib import import_module
from types import FrameType, ModuleType, TracebackType
from typing import Any, Callable, Dict, List, Optional, Type

from tvcompat.catalog.queries import without_collecting
from tvcompat.errors import GuardError, LegacyAttributeError, LegacyImportError
from tvcompat.legacy import children, frames
from tvcompat.legacy.imports import Finder, LegacyLoader
from tvcompat.legacy.ledger import Ledger, LegacyNameWarning, Use
from tvcompat.legacy.names import Legacy, LegacyNames, version_of

_MISSING = object()

# Packages that every program goes through by attribute. A `__getattr__` would make Python 3.11 and later look up all
# their attributes the slow way, so they are given what they lack at once.
DIRECT = ("torchvision", "torchvision.models")


class Guard:
    """Keeps legacy names alive from :meth:`start` to :meth:`stop`.

    Args:
        forward: whether names and arguments of newer releases are given on an older one, too.
        warn: whether the first use at each place gives a :class:`~tvcompat.legacy.ledger.LegacyNameWarning`.
        ledger: where uses are written down.

    Attributes:
        active: whether it is on.
        on_use: called with each use
        wrappers: what stands for a builder, by the identity of the function: one for all modules that have it.
    """

    def __init__(self, *, forward: bool = False, warn: bool = True, ledger: Optional[Ledger] = None) -> None:
        self.forward, self.warn = forward, warn
        self.ledger = Ledger() if ledger is None else ledger
        self.active = False
        self.on_use: Optional[Callable[[Use], None]] = None
        self._finder = Finder(self)
        self._undo: List[Callable[[], None]] = []
        self._hooked: List[ModuleType] = []
        self.wrappers: Dict[int, Any] = {}
        self._names: Optional[LegacyNames] = None
        self._quiet = False
        self._lock = threading.RLock()

    @property
    def names(self) -> LegacyNames:
        """The names that the installed torchvision dropped; read when torchvision is first imported."""
        if self._names is None:
            with self._lock:
                if self._names is None:
                    self._names = LegacyNames(version_of(sys.modules.get("torchvision")))
        return self._names

    # On and off

    def start(self) -> None:
        """Turn it on; torchvision itself is not imported for that."""
        from tvcompat.legacy import builders, patches

        self.active = True
        sys.meta_path.insert(0, self._finder)
        self._undo.append(lambda: _remove(sys.meta_path, self._finder))
        children.follow(self)
        self._undo.append(lambda: children.stop(self))
        if "torchvision" not in sys.modules:
            return
        with without_collecting():
            concerned = {*self.names.modules(), *patches.MODULES, "torchvision"}
            if self.forward:
                concerned |= {name for name in list(sys.modules) if is_torchvision(name)}
            loaded = [sys.modules[name] for name in concerned if is_torchvision(name) and name in sys.modules]
            originals = builders.originals(self.names, loaded)
            for module in loaded:
                self.hook(module)
            builders.note_early(originals)

    def stop(self) -> None:
        """Turn it off: everything that it changed is as it was."""
        self.active = False
        with self._lock:
            while self._undo:
                self._undo.pop()()
            self._hooked.clear()
            self.wrappers.clear()

    def __enter__(self) -> "Guard":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        _leave(self)

    # Modules

    def wants(self, name: str) -> bool:
        """Whether a module is changed when it is loaded."""
        from tvcompat.legacy import patches

        names = self.names
        return self.forward or name in names.modules() or name in patches.MODULES

    def hook(self, module: ModuleType) -> None:
        """Change a module of torchvision that was loaded just now, or before the guard was turned on."""
        from tvcompat.legacy import builders, patches

        if not self.wants(module.__name__):
            return
        with self._lock:
            if not any(known is module for known in self._hooked):
                self._hooked.append(module)
                self._undo.append(lambda: _remove(self._hooked, module))
            if (self.names.concerns(module.__name__) and module.__name__ not in DIRECT) or self.forward:
                self._hook_attributes(module)
            # Not while torchvision's own packages still take everything from their modules.
            if module.__name__ == "torchvision":
                for hooked in list(self._hooked):
                    self._export(hooked)
                for name in patches.OF_TORCH:
                    patches.apply(self, import_module(name))
                for name in DIRECT:
                    self._put_directly(sys.modules[name])
            elif not _is_being_imported("torchvision"):
                self._export(module)
            for name, found in builders.wrapped(self, module):
                self.put(module, name, found)
            for name, found in patches.renamed(self, module):
                self.put(module, name, found)
            patches.apply(self, module)
            if module.__name__ in DIRECT and not _is_being_imported("torchvision"):
                self._put_directly(module)

    def _put_directly(self, module: ModuleType) -> None:
        """Give a module its legacy names at once: modules, and things it had merely imported; nobody counts them."""
        for name in self.names.names(module.__name__):
            legacy = self.names.name(module.__name__, name)
            if legacy is None or name in vars(module):
                continue
            if self.names.module(legacy.path) is None:
                self.put(module, name, self.names.value(legacy))
            elif legacy.path not in sys.modules:
                # Importing it makes it an attribute of its package.
                self._quiet = True
                try:
                    import_module(legacy.path)
                finally:
                    self._quiet = False

    def _export(self, module: ModuleType) -> None:
        """Let ``import *`` take the legacy names that a module's ``__all__`` once had."""
        exported, present = self.names.exported.get(module.__name__, ()), vars(module).get("__all__")
        if exported and isinstance(present, list):
            known = set(self.names.names(module.__name__)) - set(present)
            self.put(module, "__all__", present + [name for name in exported if name in known])

    def _hook_attributes(self, module: ModuleType) -> None:
        found = vars(module).get("__getattr__")
        if getattr(found, "tvcompat_guard", None) is self:
            return
        self.put(module, "__getattr__", self._attributes(module, found))

    def put(self, holder: Any, name: str, value: Any) -> None:
        """Set an attribute of a module or class until the guard is turned off; what others set meanwhile stays."""
        before = vars(holder).get(name, _MISSING)

        def undo() -> None:
            if vars(holder).get(name, _MISSING) is value:
                if before is _MISSING:
                    delattr(holder, name)
                else:
                    setattr(holder, name, before)

        setattr(holder, name, value)
        self._undo.append(undo)

    def add_module(self, module: ModuleType) -> None:
        """A module of ours was put into ``sys.modules``: take it, and its parent's attribute, back in the end."""
        name = module.__name__
        parent, _, last = name.rpartition(".")

        def undo() -> None:
            if sys.modules.get(name) is module:
                del sys.modules[name]
            holder = sys.modules.get(parent)
            if holder is not None and vars(holder).get(last) is module:
                delattr(holder, last)

        self._undo.append(undo)

    # Names

    def _attributes(self, module: ModuleType, behind: Optional[Callable[[str], Any]]) -> Callable[[str], Any]:
        """The ``__getattr__`` of a module: asked for what the module itself does not have."""
        path = module.__name__

        def __getattr__(name: str) -> Any:  # noqa: N807
            if behind is not None:
                try:
                    return behind(name)
                except AttributeError:
                    pass
            frame = sys._getframe(1)
            if self.active and not frames.is_own(frame):
                if name == "__all__":
                    found = self._exported(module, frame)
                    if found is not None:
                        return found
                legacy = self.names.name(path, name)
                if legacy is not None:
                    return self.give(legacy, frame)
                if self.forward:
                    from tvcompat.legacy import forward

                    return forward.give(self, path, name, frame)
            raise AttributeError(f"module {path!r} has no attribute {name!r}")

        __getattr__.tvcompat_guard = self  # type: ignore[attr-defined]
        return __getattr__

    def _exported(self, module: ModuleType, frame: FrameType) -> Optional[List[str]]:
        """What ``import *`` takes from a module without ``__all__``: what it has, and what the importer mentions."""
        if not frames.imports_everything(frame):
            return None
        own = [name for name in vars(module) if not name.startswith("_")]
        mentioned = frames.mentioned(frame.f_code)
        return own + [name for name in self.names.names(module.__name__) if name in mentioned and name not in own]

    def give(self, legacy: Legacy, frame: Optional[FrameType]) -> Any:
        """What stands in for a legacy name; the use is written down.

        Raises:
            LegacyImportError, LegacyAttributeError: nothing does, or what does can't be had here.
        """
        asking = frames.asking_whether(frame)
        if self.names.module(legacy.path) is not None:
            # The import itself is written down by whoever asks for a name of the module.
            return import_module(legacy.path)
        try:
            found = self.names.value(legacy)
        except LookupError as error:
            if asking or frames.imports_name(frame):
                raise LegacyImportError(legacy.path, str(error)) from error.__cause__
            raise LegacyAttributeError(legacy.path, str(error)) from error.__cause__
        if not asking:
            self.use(legacy.path, legacy.gone, legacy.instead, legacy.words, frame)
        return found

    def use_module(self, legacy: Legacy, frame: Optional[FrameType]) -> None:
        """Write down that a module is imported, unless names are taken from it, which are written down themselves."""
        place = None if self._quiet else frames.of_the_program(frame)
        if place is not None and not frames.takes_names(place):
            self.use(legacy.path, legacy.gone, legacy.instead, legacy.words, place)

    def use(self, name: str, gone: str, instead: str, words: str, frame: Optional[FrameType]) -> None:
        """Write down a use at the line of the program that ``frame`` stands in."""
        place = frames.of_the_program(frame)
        if place is None:
            return
        if frames.imports_everything(place) and name.rpartition(".")[2] not in frames.mentioned(place.f_code):
            return
        file = place.f_code.co_filename
        use = Use(
            name, file if file.startswith("<") else os.path.abspath(file), place.f_lineno, 1, gone, instead, words
        )
        if self.on_use is not None:
            self.on_use(use)
        if self.ledger.add(use):
            children.note(self)
            if self.warn:
                warn_at(place, use.text)

    # Imports

    def find_module(self, name: str) -> Optional[LegacyLoader]:
        """The loader of a module that is gone, ``None`` for any other."""
        legacy = self.names.module(name)
        return None if legacy is None else LegacyLoader(self, legacy)


def is_torchvision(name: str) -> bool:
    """Whether a module belongs to torchvision."""
    return name == "torchvision" or name.startswith("torchvision.")


def warn_at(place: FrameType, text: str) -> None:
    """Warn as if the line of the program had done so.

    With ``-W error`` the program goes on all the same: that is what the guard is for. It ends only where warnings of
    this very class were made errors.
    """
    try:
        warnings.warn_explicit(
            text,
            LegacyNameWarning,
            place.f_code.co_filename,
            place.f_lineno,
            place.f_globals.get("__name__", "?"),
            place.f_globals.setdefault("__warningregistry__", {}),
        )
    except LegacyNameWarning:
        if any(action == "error" and category is LegacyNameWarning for action, _, category, _, _ in warnings.filters):
            raise


def _is_being_imported(name: str) -> bool:
    return bool(getattr(getattr(sys.modules.get(name), "__spec__", None), "_initializing", False))


def _remove(items: List[Any], item: Any) -> None:
    for number, found in enumerate(items):
        if found is item:
            del items[number]
            return


# ---------------------------------------------------------------------------------------------------------------------
# The one guard of a process

_LOCK = threading.RLock()
_CURRENT: List[Guard] = []
_COUNT = [0]


def enable(*, forward: bool = False, warn: bool = True) -> Guard:
    """Turn the guard on.

    Can be called again, by another package for instance: it is then on until each has turned it off.

    Args:
        forward: let programs written for the newest release run on an older one: ``weights=``, the enums,
            ``get_model`` and its companions. Arguments and names that are gone are served in either case.
        warn: whether the first use at each place gives a ``LegacyNameWarning``.

    Returns:
        The guard, with the ledger of what was used; as a context manager it is turned off at the end of the block.

    Raises:
        GuardError: it is on already, without ``forward``.
    """
    with _LOCK:
        if not _CURRENT:
            guard = Guard(forward=forward, warn=warn)
            guard.start()
            _CURRENT.append(guard)
        elif forward and not _CURRENT[0].forward:
            raise GuardError(
                "the guard is on already, without forward=True. Turn it on with forward=True where it is turned on "
                "first, or call tvcompat.legacy.disable() before"
            )
        _COUNT[0] += 1
        return _CURRENT[0]


def disable() -> None:
    """Turn the guard off; without effect where it is off."""
    with _LOCK:
        if _CURRENT:
            _COUNT[0] -= 1
            if _COUNT[0] <= 0:
                _COUNT[0] = 0
                _CURRENT.pop().stop()


def current() -> Optional[Guard]:
    """The guard that is on, ``None`` where none is."""
    return _CURRENT[0] if _CURRENT else None


def _leave(guard: Guard) -> None:
    if current() is guard:
        disable()
    elif guard.active:
        guard.stop()
