"""Map a function over shares of work, each in a process of its own."""

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Callable, List, Sequence, TypeVar

Share = TypeVar("Share")
Common = TypeVar("Common")
Result = TypeVar("Result")

# The function a worker applies to its share, and the common object.
_function: Callable[[Any, Any], Any]
_common: Any


def map_in_processes(
    function: Callable[[Share, Common], Result], shares: Sequence[Share], common: Common
) -> List[Result]:
    """Return ``function(share, common)`` for each share, the first computed in this process and each other in a worker.

    A worker that dies without a result, killed by the system when memory ran out for instance, loses nothing: what is
    missing is computed here. So is everything where the system can't start workers.

    Args:
        function: a function of a module; its results can be pickled.
        shares: at least two, of about the same size; they can be pickled.
        common: what all calls get. A forked worker has it as it is here; a spawned one gets it pickled.
    """
    try:
        pool = ProcessPoolExecutor(len(shares) - 1, _context(), _begin, (function, common))
        futures = [pool.submit(_call, share) for share in shares[1:]]
    except (ImportError, NotImplementedError, OSError):
        # No semaphores, no shared memory, or no more processes: some containers and sandboxes.
        return [function(share, common) for share in shares]
    try:
        found = [function(shares[0], common)]
        for share, future in zip(shares[1:], futures):
            try:
                found.append(future.result())
            except BrokenProcessPool:
                found.append(function(share, common))
        return found
    finally:
        # After an error or an interrupt, nothing that was not begun is begun.
        pool.shutdown(cancel_futures=True)


def _context() -> multiprocessing.context.BaseContext:
    """Return the context that forks where the system can: a fork has the tables and modules this process has read."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")


def _begin(function: Callable[[Any, Any], Any], common: object) -> None:
    global _function, _common
    _function, _common = function, common
    # A terminal sends Ctrl-C to every process. A worker that waits for work is ended by the process that started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _call(share: object) -> Any:
    # A busy worker stops at once; the interrupt is raised where its result is awaited, if anywhere.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _function(share, _common)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
