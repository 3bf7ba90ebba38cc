"""Conditions: what a program handles around a use, and on which releases the use runs at all."""

from enum import Enum
from typing import FrozenSet, Iterable, Optional


class Handled(str, Enum):
    """A case that the program handles, so that a finding about it would be wrong.

    ``IMPORT`` to ``VALUE`` are failures that are caught; ``VERSION`` is a branch on the version that can't be computed;
    ``MINIMUM`` means that too old releases were rejected before, but not which ones.
    """

    IMPORT = "import"
    ATTRIBUTE = "attribute"
    TYPE = "type"
    VALUE = "value"
    VERSION = "version"
    MINIMUM = "minimum"


class Condition:
    """What is known to hold where a piece of code runs. Immutable.

    Attributes:
        handled: the cases that the program handles.
        releases: the only releases on which the code runs, as bits; ``None`` for all.
    """

    __slots__ = ("handled", "releases")

    def __init__(self, handled: Iterable[Handled] = (), releases: Optional[int] = None) -> None:
        self.handled: FrozenSet[Handled] = frozenset(handled)
        self.releases: Optional[int] = releases

    def __and__(self, other: "Condition") -> "Condition":
        """Return the condition of code for which both hold."""
        if other is ALWAYS or other is self:
            return self
        if self is ALWAYS:
            return other
        releases = self.releases if other.releases is None else other.releases
        if self.releases is not None and other.releases is not None:
            releases = self.releases & other.releases
        return Condition(self.handled | other.handled, releases)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and (self.handled, self.releases) == (other.handled, other.releases)

    def __hash__(self) -> int:
        return hash((self.handled, self.releases))

    def __bool__(self) -> bool:
        return bool(self.handled) or self.releases is not None

    def handles(self, *cases: Handled) -> bool:
        """Return whether the program deals with one of the cases."""
        return bool(self.handled) and not self.handled.isdisjoint(cases)

    def runs_on(self, releases: int) -> int:
        """Return those of a set of releases on which the code runs."""
        return releases if self.releases is None else releases & self.releases

    @property
    def lasting(self) -> "Condition":
        """What holds in the body of a function that is defined here: it runs later, where nothing is caught."""
        return Condition(self.handled & {Handled.VERSION, Handled.MINIMUM}, self.releases)


ALWAYS = Condition()

# A branch on the version that can't be computed, and one on whether a name is there.
VERSION_BRANCH = Condition({Handled.VERSION})
PRESENCE_CHECK = Condition({Handled.ATTRIBUTE})
REFUSES_OLD_RELEASES = Condition({Handled.MINIMUM})


def only_on(releases: int) -> Condition:
    """Return the condition of code that runs on some releases alone."""
    return Condition((), releases)
