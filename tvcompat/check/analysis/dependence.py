"""Whether values tell something about the version, so that a branch on them handles releases that differ."""

import re
from typing import Optional

from tvcompat.check.analysis.conditions import ALWAYS, PRESENCE_CHECK, VERSION_BRANCH, Condition
from tvcompat.check.analysis.values import Collection, Value, VersionValue, alternatives

# Names defined elsewhere that tell what they hold: `TORCHVISION_GREATER_EQUAL_0_13`.
VERSION_FLAG = re.compile(
    r"(?:torchvision|(?:^|_)tv)_?(?=.*(?:version|(?<!\d)0_?\d|greater|less|newer|older|_[gl][et](?:_|$)))",
    re.IGNORECASE,
)


def version_flag(name: str) -> Optional[VersionValue]:
    """Return what is known of a name that is bound out of sight: nothing, or that it tells of the version."""
    return VersionValue() if ("v" in name or "V" in name) and VERSION_FLAG.search(name) else None


def depends_on_version(value: Optional[Value]) -> bool:
    """Return whether a value tells something of the version."""
    return dependence(value) is not None


def dependence(*values: Optional[Value]) -> Optional[VersionValue]:
    """Return what values together tell of the version: only presence if all of them tell no more."""
    presence = None
    for value in values:
        for each in () if value is None else alternatives(value):
            found = dependence(*each.values) if isinstance(each, Collection) else each
            if isinstance(found, VersionValue):
                if not found.is_presence:
                    return VersionValue()
                presence = found
    return presence


def condition_of(value: Optional[Value]) -> Condition:
    """Return what is handled in either branch of a test of a value."""
    found = dependence(value)
    return ALWAYS if found is None else PRESENCE_CHECK if found.is_presence else VERSION_BRANCH
