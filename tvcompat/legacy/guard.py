"""Turning the guard on and off."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import List, Optional, Type

from tvcompat.errors import GuardError
from tvcompat.legacy import children, patches
from tvcompat.legacy.import_hook import Finder
from tvcompat.legacy.modules import hook, is_torchvision, remove
from tvcompat.legacy.state import State


class Guard(State):
    """Keeps legacy names alive from :meth:`start` to :meth:`stop`.

    Attributes:
        users: how many have turned it on, and not yet off.
    """

    users = 0

    def start(self) -> None:
        """Turn the guard on, without importing torchvision."""
        self.active = True
        finder = Finder(self)
        sys.meta_path.insert(0, finder)
        self.at_the_end(lambda: remove(sys.meta_path, finder))
        children.follow(self, start_child)
        self.at_the_end(lambda: children.stop(self))
        if "torchvision" not in sys.modules:
            return
        concerned = {*self.names.modules(), *patches.MODULES, "torchvision"}
        if self.forward:
            concerned |= {name for name in list(sys.modules) if is_torchvision(name)}
        # torchvision itself first: what it is hooked with is not done for all others once more.
        loaded = [sys.modules[name] for name in sorted(concerned) if is_torchvision(name) and name in sys.modules]
        for module in loaded:
            hook(self, module)

    def stop(self) -> None:
        """Turn the guard off and undo everything it changed."""
        self.active: bool = False
        self.take_back()

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        _leave(self)


# ---------------------------------------------------------------------------------------------------------------------
# The one guard of a process

_LOCK = threading.RLock()
_CURRENT: List[Guard] = []


def enable(*, forward: bool = False, warn: bool = True) -> Guard:
    """Turn the guard on.

    It can be turned on again, for example by another package; it then stays on until each has turned it off.

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
        _CURRENT[0].users += 1
        return _CURRENT[0]


def disable() -> None:
    """Turn the guard off; do nothing if it is off."""
    with _LOCK:
        if _CURRENT:
            _CURRENT[0].users -= 1
            if not _CURRENT[0].users:
                _CURRENT.pop().stop()


def current() -> Optional[Guard]:
    """Return the guard that is on, ``None`` if none is."""
    return _CURRENT[0] if _CURRENT else None


def _leave(guard: Guard) -> None:
    if current() is guard:
        disable()
    elif guard.active:
        guard.stop()


def start_child(forward: bool, warn: bool, parts: Optional[str]) -> None:
    """Turn the guard on in a spawned child, as it is in its parent, before anything else runs."""
    enable(forward=forward, warn=warn)
    if parts is not None:
        children.begin(Path(parts))
