"""The guard's state: what it has changed and recorded, and the methods its parts share to do so."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from types import FrameType, ModuleType
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from tvcompat.ledger import Ledger, LegacyNameWarning, Use
from tvcompat.legacy import in_place, stack_frames
from tvcompat.legacy.dropped_names import Legacy, LegacyNames, version_of

# Everything the guard puts in place of something has this attribute, which is the guard itself.
MARK = "tvcompat_guard"

_MISSING = object()


class Place(NamedTuple):
    """A line of the program.

    Attributes:
        file: as the code names it.
        line: from 1.
        variables: of the module.
    """

    file: str
    line: int
    variables: Dict[str, Any]


class State:
    """The state of one guard.

    Args:
        forward: whether names and arguments of newer releases are given on an older one, too.
        warn: whether the first use at each place gives a :class:`~tvcompat.ledger.LegacyNameWarning`.
        ledger: where uses are recorded.

    Attributes:
        active: whether it is on.
        on_use: called with each use.
        on_first: called after the first use at a place was recorded.
        hooked: the modules that were changed, by identity.
        quiet: whether modules are imported by the guard itself, which is nobody's use.
        lock: held while modules are changed.
    """

    def __init__(self, *, forward: bool = False, warn: bool = True, ledger: Optional[Ledger] = None) -> None:
        self.forward: bool = forward
        self.warn: bool = warn
        self.ledger: Ledger = Ledger() if ledger is None else ledger
        self.active = self.quiet = False
        self.on_use: Optional[Callable[[Use], None]] = None
        self.on_first: Callable[[], None] = lambda: None
        self.hooked: Dict[int, ModuleType] = {}
        self.lock: Any = threading.RLock()
        self._undo: List[Callable[[], None]] = []
        self._names: Optional[LegacyNames] = None

    @property
    def names(self) -> LegacyNames:
        """The names removed in the installed torchvision; loaded when torchvision is first imported."""
        if self._names is None:
            with self.lock:
                if self._names is None:
                    self._names = LegacyNames(version_of(sys.modules.get("torchvision")))
        return self._names

    # Changes

    def at_the_end(self, undo: Callable[[], None]) -> None:
        """Register a function that undoes a change when the guard is turned off; the last one runs first."""
        self._undo.append(undo)

    def take_back(self) -> None:
        """Undo everything that was changed."""
        with self.lock:
            while self._undo:
                self._undo.pop()()
            self.hooked.clear()

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
        self.at_the_end(undo)

    def add_module(self, module: ModuleType) -> None:
        """Remove a module of ours from ``sys.modules``, and from its parent, when the guard is turned off."""
        name = module.__name__
        parent, _, last = name.rpartition(".")

        def undo() -> None:
            if sys.modules.get(name) is module:
                del sys.modules[name]
            holder = sys.modules.get(parent)
            if holder is not None and vars(holder).get(last) is module:
                delattr(holder, last)

        self.at_the_end(undo)

    def take_over(
        self, function: Any, calls: in_place.Calls, make: Callable[..., in_place.Handler], *arguments: Any
    ) -> None:
        """Handle some calls of one of torchvision's functions until the guard is turned off.

        A function that is in several modules is changed once.

        Args:
            make: called with this state, the function as it was and ``arguments``; returns the handler.
        """
        if in_place.can_change(function):
            self.at_the_end(in_place.change(function, calls, lambda original: make(self, original, *arguments)))

    # Uses

    def use_module(self, legacy: Legacy, frame: Optional[FrameType]) -> None:
        """Record that a module is imported, unless names are taken from it, which are recorded themselves."""
        place = None if self.quiet else stack_frames.of_the_program(frame)
        if place is not None and not stack_frames.takes_names(place):
            self.use(legacy.path, legacy.gone, legacy.instead, legacy.words, place)

    def use(self, name: str, gone: str, instead: str, words: str, frame: Optional[FrameType]) -> None:
        """Record a use at the line of the program that ``frame`` is at."""
        place = stack_frames.of_the_program(frame)
        if place is None:
            return
        last = name.rpartition(".")[2]
        if stack_frames.imports_everything(place) and last not in stack_frames.mentioned(place.f_code):
            return
        self.use_at(name, gone, instead, words, Place(place.f_code.co_filename, place.f_lineno, place.f_globals))

    def use_at(self, name: str, gone: str, instead: str, words: str, place: Place) -> None:
        """Record a use at a line of the program."""
        file = place.file if place.file.startswith("<") else os.path.abspath(place.file)
        use = Use(name, file, place.line, 1, gone, instead, words)
        if self.on_use is not None:
            self.on_use(use)
        if self.ledger.add(use):
            self.on_first()
            if self.warn:
                warn_at(place, use.text)


def warn_at(place: Place, text: str) -> None:
    """Warn as if the line of the program had done so.

    With ``-W error`` the program goes on all the same: that is what the guard is for. It ends only where warnings of
    this very class were made errors.
    """
    try:
        warnings.warn_explicit(
            text,
            LegacyNameWarning,
            place.file,
            place.line,
            place.variables.get("__name__", "?"),
            place.variables.setdefault("__warningregistry__", {}),
        )
    except LegacyNameWarning:
        if any(action == "error" and category is LegacyNameWarning for action, _, category, _, _ in warnings.filters):
            raise
