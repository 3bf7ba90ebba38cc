"""What a benchmark says: one row for each goal."""

import statistics
import time
from typing import Callable, NamedTuple, Tuple


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
    mine, theirs = [], []

    def many(function: Callable[[], object]) -> float:
        def run() -> None:
            for _ in range(calls):
                function()

        return seconds(run) / calls * 1e6

    for _ in range(9):
        mine.append(many(work))
        theirs.append(many(peer))
    return statistics.median(mine), statistics.median(theirs)
