"""Members of torchvision's classes that left: methods, attributes of instances, and hooks that subclasses override.

``stand_ins`` puts back what programs look up; ``overrides`` sees to it that methods of subclasses are called.
"""

from __future__ import annotations

from types import ModuleType

from tvcompat.legacy.members import overrides, stand_ins
from tvcompat.legacy.members.changes import changes_of
from tvcompat.legacy.state import State


def apply(state: State, module: ModuleType) -> None:
    """Give the classes of a module the members that they had, or have in newer releases with ``forward``."""
    for owner, changes in changes_of(state, module):
        for change in changes:
            stand_ins.put(state, owner, change)
        overrides.watch(state, owner, [change for change in changes if change.is_overridden])
