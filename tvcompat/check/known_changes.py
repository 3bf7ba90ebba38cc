"""The changes of behaviour of which it is known what calls they concern."""

from functools import lru_cache
from typing import Dict, List, NamedTuple, Tuple

from tvcompat.catalog.behaviour import BehaviourChange, stated_changes
from tvcompat.check.call_conditions import CallCondition, parse_condition
from tvcompat.check.release_facts import ReleaseFacts

SEVERITIES = ("breaks", "deprecated", "behaviour")


class KnownChange(NamedTuple):
    """A change of behaviour with the calls that it concerns.

    Attributes:
        change: the change.
        severity: ``breaks``, ``deprecated`` or ``behaviour``.
        calls: lists of conditions, one of which a call has to meet.
    """

    change: BehaviourChange
    severity: str
    calls: Tuple[Tuple[CallCondition, ...], ...]


@lru_cache(maxsize=64)
def known_changes(facts: ReleaseFacts, first: str, last: str) -> Dict[str, List[KnownChange]]:
    """Return the changes between two releases of which it is known what calls they concern, by what they changed."""
    found: Dict[str, List[KnownChange]] = {}
    for change in stated_changes(facts.catalog, first, last):
        if change.category in SEVERITIES:
            calls = tuple(tuple(map(parse_condition, conditions)) for conditions in change.concerns)
            found.setdefault(facts.definition(change.path), []).append(KnownChange(change, change.category, calls))
    return found
