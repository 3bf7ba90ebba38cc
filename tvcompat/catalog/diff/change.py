"""A difference between two releases, and since when it is there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar, Union

from tvcompat.catalog.queries import Catalog

if TYPE_CHECKING:
    from tvcompat.catalog import rows

    Stored = Union[Sequence[rows.BareSpanRow], Sequence[rows.SpanRow[str]], Sequence[rows.SpanRow[int]]]

T = TypeVar("T")

CLASSES = ("breaks", "deprecated", "behaviour", "added")


class Change(NamedTuple):
    """One difference between two releases.

    Attributes:
        category: ``breaks``, ``deprecated``, ``behaviour`` or ``added``.
        what: ``module``, ``name``, ``parameter``, ``builder``, ``weights`` or ``state dict``.
        path: full path of the thing.
        text: what happened, in words.
        release: the first release in which it is so.
    """

    category: str
    what: str
    path: str
    text: str
    release: str


@lru_cache(maxsize=None)  # asked for every name and pair of releases where a report compares all of them
def is_private(path: str) -> bool:
    """Whether a part of the path begins with an underscore."""
    return any(part.startswith("_") for part in path.split("."))


def since(known: Catalog, holds: Mapping[str, bool], first: str, last: str) -> str:
    """Return the first release from which something holds up to ``last``, looking back no further than ``first``."""
    releases = known.between(first, last)
    start = last
    for release in reversed(releases):
        if not holds.get(release, False):
            break
        start = release
    return start


class StoredSpans:
    """Where stored spans hold: looked up by position, since every name of torchvision is asked."""

    def __init__(self, known: Catalog) -> None:
        self._known = known
        self._order = known.timeline.index
        self._end = len(self._order) - 1

    def value(self, stored: Sequence[Tuple[str, Optional[str], T]], release: str) -> Optional[T]:
        """Return the value that holds in a release, ``None`` where none does."""
        return self._known.timeline.stored_value(stored, release)

    def holds(self, stored: Stored, release: str) -> bool:
        """Return whether one of some spans covers a release."""
        position = self._order[release]
        return any(
            self._order[row[0]] <= position <= (self._end if row[1] is None else self._order[row[1]]) for row in stored
        )

    def gone(self, stored: Stored, first: str, last: str) -> str:
        """Return the release, after ``first`` and not after ``last``, from which on none of some spans holds."""
        holds = {each: not self.holds(stored, each) for each in self._known.between(first, last)}
        return since(self._known, holds, first, last)

    def come(self, stored: Stored, first: str, last: str) -> str:
        """Return the release from which on, up to ``last``, one of some spans holds."""
        holds = {each: self.holds(stored, each) for each in self._known.between(first, last)}
        return since(self._known, holds, first, last)
