"""Measuring several releases at a time, each in its own environment."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

from matrix.install.installer import Note
from matrix.release_list import ListedRelease
from matrix.run.workspace import Workspace
from tvcompat.errors import TVCompatError

T = TypeVar("T")

# Measuring mostly keeps one processor busy, and an environment takes up to 7 GB of disk space.
AT_A_TIME = max(1, min(2, os.cpu_count() or 1))


def side_by_side(
    work: Workspace,
    releases: Sequence[ListedRelease],
    step: str,
    prepare: Callable[[ListedRelease], Callable[[Note], T]],
    *,
    first: ListedRelease | None = None,
) -> Iterator[tuple[ListedRelease, float, T]]:
    """Yield releases as they are measured, each with start time and result; those that fail are reported and skipped.

    Args:
        step: what is done, for the log.
        prepare: reads what is needed from the records in this thread, and returns a function to measure in another one.
        first: goes alone, before the others are prepared: they need what is recorded of it.
    """
    yield from _at_once(work, [release for release in releases if release == first], step, prepare)
    yield from _at_once(work, [release for release in releases if release != first], step, prepare)


def _at_once(
    work: Workspace,
    releases: Sequence[ListedRelease],
    step: str,
    prepare: Callable[[ListedRelease], Callable[[Note], T]],
) -> Iterator[tuple[ListedRelease, float, T]]:
    begun: dict[str, float] = {}

    def run(release: ListedRelease, measure: Callable[[Note], T]) -> T:
        begun[release.version] = time.perf_counter()
        work.log.note(f"{release.version:<8} {step}")
        return measure(lambda text: work.log.note(f"  {release.version:<8} {text.strip()}"))

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        running: dict[Future[T], ListedRelease] = {}
        for release in releases:
            try:
                running[pool.submit(run, release, prepare(release))] = release
            except TVCompatError as error:
                work.log.add(release.version, step, time.perf_counter(), str(error), failed=True)
        try:
            for future in as_completed(running):
                release = running[future]
                since = begun[release.version]
                try:
                    measured = future.result()
                except TVCompatError as error:
                    work.log.add(release.version, step, since, str(error), failed=True)
                    continue
                yield release, since, measured
        except BaseException:
            # Ctrl-C reaches the measuring processes as well; those not yet started must not start.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
