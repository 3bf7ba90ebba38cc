"""Values over releases, folded into spans: ``[first, last, value]``, ``last`` being ``None`` when it still holds."""

from collections.abc import Sequence
from typing import Any


class Unknown:
    """Stands for what was not measured in a release; it neither ends a span nor starts one."""


UNKNOWN = Unknown()


def fold(releases: Sequence[str], values: Sequence[Any]) -> list[list[Any]]:
    """Fold one value a release into spans.

    Args:
        releases: oldest first.
        values: one for each release; ``None`` where the thing does not exist, :data:`UNKNOWN` where nothing is known.

    Returns:
        ``[first release, last release, value]`` in order. The last release is ``None`` where the value holds in the
        newest release, so that adding a release to the list changes only what really changed.
    """
    spans: list[list[Any]] = []
    current: list[Any] | None = None
    for release, value in zip(releases, values):
        if isinstance(value, Unknown):
            continue
        if value is None:
            current = None
        elif current is not None and current[2] == value:
            current[1] = release
        else:
            current = [release, release, value]
            spans.append(current)
    known = [release for release, value in zip(releases, values) if not isinstance(value, Unknown)]
    if current is not None and known and current[1] == known[-1]:
        current[1] = None
    return spans


def presence(releases: Sequence[str], present: Sequence[Any]) -> list[list[str | None]]:
    """Return the spans of releases in which something exists, without values."""
    return [[first, last] for first, last, _ in fold(releases, [True if there else None for there in present])]
