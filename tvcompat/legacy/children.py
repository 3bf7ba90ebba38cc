"""Processes that the program starts: the guard follows into those of ``multiprocessing``, however they are started."""

import os
from multiprocessing import spawn, util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

if TYPE_CHECKING:
    from tvcompat.legacy.guard import Guard

# Where the ledgers of child processes go: this path and the number of the process. Set by whoever wants them.
_PARTS: List[Path] = []
_ORIGINAL: List[Callable[..., Any]] = []


class _Start:
    """Unpickled first thing in a child that was spawned; turns the guard on there."""

    def __init__(self, forward: bool, warn: bool, parts: Optional[str]) -> None:
        self._arguments = (forward, warn, parts)

    def __reduce__(self) -> Any:
        return _start, self._arguments


def _start(forward: bool, warn: bool, parts: Optional[str]) -> None:
    from tvcompat.legacy import guard

    guard.enable(forward=forward, warn=warn)
    if parts is not None:
        collect(Path(parts))
        _begin_child()


def follow(guard: "Guard") -> None:
    """From now on, spawned children turn the guard on before they do anything else."""
    original = spawn.get_preparation_data

    def get_preparation_data(name: str) -> Dict[str, Any]:
        data: Dict[str, Any] = original(name)
        if guard.active:
            data["tvcompat"] = _Start(guard.forward, guard.warn, str(_PARTS[0]) if _PARTS else None)
        return data

    get_preparation_data.tvcompat_guard = guard  # type: ignore[attr-defined]
    _ORIGINAL.append(original)
    spawn.get_preparation_data = get_preparation_data


def stop(guard: "Guard") -> None:
    """Children are left alone again."""
    original = _ORIGINAL.pop()
    if getattr(spawn.get_preparation_data, "tvcompat_guard", None) is guard:
        spawn.get_preparation_data = original


# ---------------------------------------------------------------------------------------------------------------------
# Ledgers of children


def collect(path: Path) -> None:
    """Let children write their ledgers beside ``path``."""
    _PARTS[:] = [path]
    _IS_CHILD[:] = [False]
    if hasattr(os, "register_at_fork") and not _FORKS:
        _FORKS.append(True)
        os.register_at_fork(after_in_child=_after_fork)


_FORKS: List[bool] = []
_IS_CHILD: List[bool] = [False]


def _after_fork() -> None:
    from tvcompat.legacy import guard

    active = guard.current()
    if active is not None and _PARTS:
        # What the parent used so far is in the parent's ledger.
        active.ledger.clear()
        _begin_child()


def _begin_child() -> None:
    _IS_CHILD[:] = [True]
    # Children of multiprocessing end without `atexit`; its own list of things to do is worked off.
    util.Finalize(None, _write, exitpriority=0)


def note(guard: "Guard") -> None:
    """A name was used at a place for the first time: a child writes that down at once, as it may be ended any time."""
    if _IS_CHILD == [True]:
        _write()


def _write() -> None:
    from tvcompat.legacy import guard

    active = guard.current()
    if active is not None and _PARTS and len(active.ledger):
        active.ledger.write(_part(os.getpid()))


def _part(number: int) -> Path:
    return _PARTS[0].with_name(f"{_PARTS[0].name}.{number}.child")


def gather(guard: "Guard") -> None:
    """Add the ledgers of children that have ended to that of the guard."""
    if not _PARTS:
        return
    for path in sorted(_PARTS[0].parent.glob(f"{_PARTS[0].name}.*.child")):
        try:
            guard.ledger.read(path)
        except (OSError, ValueError):
            continue
        path.unlink()
