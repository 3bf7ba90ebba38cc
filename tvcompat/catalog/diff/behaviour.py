"""What functions and classes do otherwise in one release than in another, as recipes showed it."""

from __future__ import annotations

from typing import Iterator

from tvcompat.catalog.behaviour import OWN, BehaviourChange
from tvcompat.catalog.diff.change import Change, is_private
from tvcompat.catalog.queries import Catalog

# How many calls are shown of those that show a change.
_SHOWN = 2

_KINDS = {
    "fails": "raises {}",
    "works": "works; {}",
    "error": "raises another error: {}",
    "type": "returns something else: {}",
    "numbers": "computes something else: {}",
    "draws": "draws random numbers differently, so the same seed gives something else: {}",
    "warns": "warns: {}",
    "warns no more": "no longer warns: {}",
}


def behaviour_changes(known: Catalog, first: str, last: str, private: bool) -> Iterator[Change]:
    """Yield the changes of behaviour between two releases."""
    for change in known.behaviour.between(first, last):
        # Of what is gone nobody has to know that it warned before.
        if (private or not is_private(change.path)) and _exists(known, change.path, last):
            yield Change(change.category, "behaviour", change.path, in_words(change), change.release)


def _exists(known: Catalog, path: str, release: str) -> bool:
    """Whether a release has a name, or the class whose member it is."""
    for candidate in (path, path.rpartition(".")[0]):
        name = known.name(candidate)
        if name is not None:
            return known.at(name.spans, release) is not None
    return False


def in_words(change: BehaviourChange) -> str:
    """Return what a change is, with its condition, the calls that show it, its cause and its source."""
    said = change.words or _KINDS[change.kind].format(change.texts[0])
    if change.when:
        said = f"{change.when}: {said}"
    more = len(change.recipes) - _SHOWN
    shown = "; ".join(change.recipes[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    size = f"{in_numbers(change)}, " if change.words and change.kind in ("numbers", "type") and change.largest else ""
    text = f"{said} ({size}measured with {shown})"
    if change.cause != OWN:
        text += f", not from torchvision's Python code but from {_either(change.cause)}"
    return f"{text}, {change.source}" if change.source else text


def in_numbers(change: BehaviourChange) -> str:
    """Return how far results are apart: the largest difference of two values, and how many of them differ."""
    return f"up to {change.largest:g} apart" + (f", {change.share:.0%} of the values" if change.share else "")


def _either(cause: str) -> str:
    parts = cause.split(", ")
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " or " + parts[-1]
