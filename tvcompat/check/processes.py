"""Work in other processes, started quickly: a tree is often checked sooner than ``multiprocessing`` is loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Sequence, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")


def together(function: Callable[..., T], shares: Sequence[object], *more: object) -> List[T]:
    """Call a function for each share at once, the first in this process and each other in one of its own.

    A process that ends without a result, killed by the system when memory ran out for instance, loses nothing: what it
    had to do is done here.

    Args:
        function: takes a share and ``more``; what it gives can be pickled.
    """
    kind = _Forked if hasattr(os, "fork") else _Spawned
    others = [kind(function, share, *more) for share in shares[1:]]
    try:
        found = [function(shares[0], *more)]
        for other, share in zip(others, shares[1:]):
            made = other.result()
            found.append(function(share, *more) if made is None else made[0])
        return found
    finally:
        for other in others:
            other.stop()


class _Forked:
    """A copy of this process, which has all that was read so far."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._reading, writing = os.pipe()
        self._process: Optional[int] = os.fork()
        if not self._process:
            status = 1
            try:
                import pickle

                os.close(self._reading)
                with open(writing, "wb") as stream:
                    pickle.dump((function(*arguments),), stream)
                status = 0
            finally:
                # Nothing that this process has of the other's is done twice: no buffer written, no exit handler run.
                os._exit(status)
        os.close(writing)

    def result(self) -> Any:
        """What the function gave, in a tuple; ``None`` where the process ended without."""
        import pickle

        assert self._process is not None
        with open(self._reading, "rb") as stream:
            written = stream.read()
        _, status = os.waitpid(self._process, 0)
        self._process = None
        return None if status else pickle.loads(written)

    def stop(self) -> None:
        """End the process where nobody waits for it any more."""
        if self._process is not None:
            import signal

            os.close(self._reading)
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


class _Spawned:
    """A new process, where a system can't copy one."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self._receiving, sending = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(sending, function, *arguments))
        self._process.start()
        sending.close()

    def result(self) -> Any:
        """What the function gave, in a tuple; ``None`` where the process ended without."""
        try:
            made = self._receiving.recv()
        except EOFError:
            made = None
        self._process.join()
        return made

    def stop(self) -> None:
        """End the process where nobody waits for it any more."""
        self._receiving.close()
        self._process.terminate()
        self._process.join()


def _send(connection: Connection, function: Callable[..., object], *arguments: object) -> None:
    connection.send((function(*arguments),))
    connection.close()
