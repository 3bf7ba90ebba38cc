"""What a benchmark says: one row for each goal."""

import os
import statistics
import subprocess
import sys
import time
from typing import Callable, List, NamedTuple, Tuple


class Row(NamedTuple):
    """One goal: what was measured, what it was compared with in the same run, and whether it holds."""

    goal: str
    figure: str
    peer: str
    holds: bool


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def microseconds(work: Callable[[], object], peer: Callable[[], object], calls: int = 2000) -> Tuple[float, float]:
    """Median time of one call of each, measured in turns."""

    def many(function: Callable[[], object]) -> float:
        def run() -> None:
            for _ in range(calls):
                function()

        return seconds(run) / calls * 1e6

    return turns(lambda: many(work), lambda: many(peer), 9)


def turns(work: Callable[[], float], peer: Callable[[], float], rounds: int) -> Tuple[float, float]:
    """Median of what each of two measurements says, taken in turns so that both see the same machine."""
    pairs = [(work(), peer()) for _ in range(rounds)]
    return statistics.median(own for own, _ in pairs), statistics.median(other for _, other in pairs)


def bare_start() -> float:
    """Milliseconds that Python needs to start and end: the yardstick of what people wait for, on any machine."""
    return launched([sys.executable, "-c", "pass"], ".")[1] * 1e3


# A process keeps, as its peak, that of the one it was forked from; so a small one stands between.
LAUNCHER = """
import resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
took = time.perf_counter() - started
sys.stdout.write(done.stdout)
print("took", took, "peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3)
"""


def launched(command: List[str], folder: str, **environment: str) -> Tuple[str, float, float]:
    """What a command prints, its seconds, and the peak megabytes of it and its children."""
    # Compiled modules are written once, as an installer does.
    own = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", LAUNCHER, *command], env={**own, **environment}, cwd=folder, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    said, _, last = done.stdout.rstrip().rpartition("took ")
    took, _, peak = last.split()
    return said, float(took), float(peak)
