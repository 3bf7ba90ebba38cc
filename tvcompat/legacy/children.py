"""Child processes: the guard is on in those of ``multiprocessing``, whatever the start method."""

from __future__ import annotations

import os
from multiprocessing import spawn, util
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Tuple

from tvcompat.legacy.state import State

Start = Callable[[bool, bool, Optional[str]], None]


class Following:
    """What this process knows about its children, and whether it is one.

    Attributes:
        state: the guard that is on.
        original: what ``multiprocessing`` had before.
        parts: where the ledgers of child processes go: this path and the number of the process.
        is_child: whether this process writes its own ledger there.
        at_fork: whether forked children are already told.
    """

    state: Optional[State] = None
    original: Optional[Callable[..., Any]] = None
    parts: Optional[Path] = None
    is_child = False
    at_fork = False


class FirstThing:
    """Unpickled first thing in a child that was spawned; turns the guard on there."""

    def __init__(self, start: Start, *arguments: object) -> None:
        self._start, self._arguments = start, arguments

    def __reduce__(self) -> Tuple[object, ...]:
        return self._start, self._arguments


def follow(state: State, start: Start) -> None:
    """Let spawned children turn the guard on before they do anything else."""
    original = spawn.get_preparation_data

    def get_preparation_data(name: str) -> Dict[str, Any]:
        data = original(name)
        if state.active:
            parts = str(Following.parts) if Following.parts is not None else None
            data["tvcompat"] = FirstThing(start, state.forward, state.warn, parts)
        return data

    get_preparation_data.tvcompat_guard = state  # type: ignore[attr-defined]
    Following.state, Following.original = state, original
    spawn.get_preparation_data = get_preparation_data
    state.on_first = note


def stop(state: State) -> None:
    """Stop turning the guard on in children."""
    if getattr(spawn.get_preparation_data, "tvcompat_guard", None) is state and Following.original is not None:
        spawn.get_preparation_data = Following.original
    Following.state = Following.original = None


# ---------------------------------------------------------------------------------------------------------------------
# Ledgers of children


def collect(path: Path) -> None:
    """Let children write their ledgers beside ``path``."""
    Following.parts, Following.is_child = path, False
    if hasattr(os, "register_at_fork") and not Following.at_fork:
        Following.at_fork = True
        os.register_at_fork(after_in_child=_after_fork)


def begin(path: Path) -> None:
    """Mark this process as a child, whose ledger goes beside ``path``."""
    collect(path)
    Following.is_child = True
    # Children of multiprocessing exit without running `atexit`, but run multiprocessing's finalizers.
    util.Finalize(None, _write, exitpriority=0)


def _after_fork() -> None:
    if Following.state is not None and Following.parts is not None:
        # What the parent used so far is in the parent's ledger.
        Following.state.ledger.clear()
        begin(Following.parts)


def note() -> None:
    """Write the ledger of a child at once when a name is first used at a place: the child may be killed at any time."""
    if Following.is_child:
        _write()


def _write() -> None:
    state, path = Following.state, Following.parts
    if state is not None and path is not None and len(state.ledger):
        state.ledger.write(path.with_name(f"{path.name}.{os.getpid()}.child"))


def gather(state: State) -> None:
    """Add the ledgers of children that have ended to that of the guard."""
    path = Following.parts
    for part in sorted(path.parent.glob(f"{path.name}.*.child")) if path is not None else ():
        try:
            state.ledger.read(part)
        except (OSError, ValueError):
            continue
        part.unlink()
