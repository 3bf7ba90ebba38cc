"""What changed between two releases, classed: breaks, deprecated, behaviour, added."""

from __future__ import annotations

from typing import List

from tvcompat.catalog.diff.behaviour import behaviour_changes
from tvcompat.catalog.diff.builders import builder_changes, weights_changes
from tvcompat.catalog.diff.change import CLASSES, Change, is_private
from tvcompat.catalog.diff.members import member_changes
from tvcompat.catalog.diff.names import deprecations, name_changes
from tvcompat.catalog.queries import Catalog

__all__ = ["CLASSES", "Change", "diff", "is_private"]


def diff(known: Catalog, first: str, last: str, *, private: bool = False) -> List[Change]:
    """Every difference between two releases, the most serious first.

    Args:
        first: a release of the catalog, on which the code ran.
        last: the one it is to run on.
        private: report names that begin with an underscore and names that modules merely import as well.
    """
    measured = list(behaviour_changes(known, first, last, private))
    # What calls were seen to warn of is told with the calls, and not once more where the name is defined.
    warned = {known.behaviour.definition(change.path) for change in measured if change.category == "deprecated"}
    found = [
        *name_changes(known, first, last, private),
        *member_changes(known, first, last, private),
        *measured,
        *(change for change in deprecations(known, first, last, private) if change.path not in warned),
        *builder_changes(known, first, last),
        *weights_changes(known, first, last),
    ]
    order = {name: n for n, name in enumerate(CLASSES)}
    return sorted(set(found), key=lambda change: (order[change.category], change.what, change.path, change.text))
