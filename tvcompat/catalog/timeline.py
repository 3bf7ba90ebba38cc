"""The releases in order: which one a text names, which of them a span covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, List, Optional, Sequence, Tuple, TypeVar, overload

from tvcompat.catalog.facts import Span
from tvcompat.errors import UnknownReleaseError
from tvcompat.releases import parse, release_of

if TYPE_CHECKING:
    from tvcompat.catalog import rows

T = TypeVar("T")


class Timeline:
    """Releases in order.

    Args:
        releases: those people can install, oldest first.
    """

    def __init__(self, releases: Iterable[str]) -> None:
        self.releases: List[str] = list(releases)
        self.index: Dict[str, int] = {release: number for number, release in enumerate(self.releases)}

    @property
    def newest(self) -> str:
        return self.releases[-1]

    def find(self, asked: str) -> str:
        """Return the release that ``asked`` names: a full version, ``0.12`` for the newest 0.12, ``latest``.

        A version built from source counts as its release.

        Raises:
            UnknownReleaseError: it names none.
        """
        if asked == "latest":
            return self.newest
        if asked in self.index:
            return asked
        line = [release for release in self.releases if release.startswith(asked + ".")]
        if asked.count(".") == 1 and line:
            return line[-1]
        release = release_of(asked)
        if release in self.index:
            return str(release)
        raise UnknownReleaseError(asked, self.releases)

    def nearest(self, version: str) -> Optional[str]:
        """Return the release whose facts hold for an installed version: itself, one of its line, or the one before.

        Boards carry builds of ``0.11.0a0``, whose release was taken back; 0.11.1 is what it was meant to be.
        ``None`` for what is older than every release known.
        """
        release = release_of(version)
        if release is None:
            return None
        if release in self.index:
            return release
        line = release.rpartition(".")[0] + "."
        older = [candidate for candidate in self.releases if parse(candidate) < parse(release)]
        newer = [candidate for candidate in self.releases if parse(candidate) > parse(release)]
        if newer and newer[0].startswith(line) and not (older and older[-1].startswith(line)):
            return newer[0]
        return older[-1] if older else None

    def between(self, first: str, last: str) -> List[str]:
        """Return the releases from ``first`` to ``last``, both included."""
        return self.releases[self.index[first] : self.index[last] + 1]

    def overlap(self, left: Span[object], right: Span[object]) -> Optional[Tuple[str, str]]:
        """Return the first and last release that two spans have in common, ``None`` if they have none."""
        first = max(left.first, right.first, key=self.index.__getitem__)
        last = min(left.last, right.last, key=self.index.__getitem__)
        return (first, last) if self.index[first] <= self.index[last] else None

    @overload
    def spans(self, stored: Sequence[rows.BareSpanRow]) -> Tuple[Span[None], ...]: ...

    @overload
    def spans(self, stored: Sequence[Tuple[str, Optional[str], T]]) -> Tuple[Span[T], ...]: ...

    def spans(self, stored: Sequence[Tuple[object, ...]]) -> Tuple[Span[object], ...]:
        """Return spans as objects, the open end of what still holds filled in."""
        newest = self.newest
        return tuple(
            Span(
                str(row[0]), newest if row[1] is None else str(row[1]), row[2] if len(row) > 2 else None, row[1] is None
            )
            for row in stored
        )

    def at(self, spans: Iterable[Span[T]], release: str) -> Optional[Span[T]]:
        """Return the span that holds in a release, ``None`` if none does."""
        position = self.index[release]
        for span in spans:
            if self.index[span.first] <= position <= self.index[span.last]:
                return span
        return None

    def value(self, spans: Iterable[Span[T]], release: str) -> Optional[T]:
        """Return the value that holds in a release, ``None`` if none does."""
        span = self.at(spans, release)
        return None if span is None else span.value

    def stored_value(self, stored: Iterable[Tuple[str, Optional[str], T]], release: str) -> Optional[T]:
        """Return the value that holds in a release, from spans as the tables have them, ``None`` where none does."""
        position = self.index[release]
        for first, last, value in stored:
            if self.index[first] <= position and (last is None or position <= self.index[last]):
                return value
        return None

    def covered(self, spans: Iterable[Span[T]]) -> List[str]:
        """Return the releases that some spans cover, oldest first."""
        found: List[str] = []
        for span in spans:
            found += [release for release in self.between(span.first, span.last) if release not in found]
        return found
