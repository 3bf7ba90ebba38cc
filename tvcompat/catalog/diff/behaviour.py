"""What functions and classes do otherwise in one release than in another, as recipes showed it."""

from __future__ import annotations

from typing import Iterator

from tvcompat.catalog.behaviour import BehaviourChange
from tvcompat.catalog.diff.change import Change, is_private
from tvcompat.catalog.queries import Catalog

# How many calls are shown of those that show a change.
_SHOWN = 2


def behaviour_changes(known: Catalog, first: str, last: str, private: bool) -> Iterator[Change]:
    """Yield the changes of behaviour between two releases."""
    for change in known.behaviour.between(first, last):
        if private or not is_private(change.path):
            yield Change(change.category, "behaviour", change.path, in_words(change), change.release)


def in_words(change: BehaviourChange) -> str:
    """Return what a change is, with calls that show it."""
    said = {
        "fails": "raises {}",
        "works": "works, {}",
        "error": "raises another error: {}",
        "type": "gives something else: {}",
        "numbers": "computes something else: {}",
        "draws": "draws random numbers differently, so the same seed gives something else: {}",
        "warns": "warns: {}",
        "warns no more": "does not warn any more: {}",
    }[change.kind].format(change.texts[0])
    more = len(change.recipes) - _SHOWN
    calls = "; ".join(change.recipes[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return f"{said} (measured with {calls})"
