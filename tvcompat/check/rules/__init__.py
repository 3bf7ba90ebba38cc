"""The rules, one file each. A file becomes a rule by defining ``RULE``.

A rule looks at one use at a time and yields what is wrong with it.
"""

import os
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Type

from tvcompat.check.analysis.uses import Use
from tvcompat.check.findings import Target
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.release_sets import ReleaseSet

if TYPE_CHECKING:
    from tvcompat.check.changes import Fix
    from tvcompat.check.edits import Text


class Context(NamedTuple):
    """What a rule gets besides the use.

    Attributes:
        facts: what is known of torchvision.
        target: the target releases.
        is_read_elsewhere: whether another file of the project may read an attribute of classes with these names, for
            fixes that rename it.
    """

    facts: ReleaseFacts
    target: Target
    is_read_elsewhere: Callable[[str, Sequence[str]], bool] = lambda name, classes: False

    def failing(self, releases: ReleaseSet) -> ReleaseSet:
        """Return the target releases that are not among those that have something."""
        return self.target.releases - releases

    def older(self, releases: ReleaseSet) -> ReleaseSet:
        """Return those of ``releases`` that came before the newest target release in which the thing fails."""
        newest_failing = self.failing(releases).last
        return releases if newest_failing is None else releases.before(newest_failing)

    def breaks_in(self, releases: ReleaseSet) -> Optional[str]:
        """Return the first release that lacks what ``releases`` have, starting from where it works.

        If it was added after the oldest target release, that is the oldest one.
        """
        failing = self.failing(releases)
        if not failing:
            return None
        if not releases:
            return self.facts.releases[0]
        last = self.older(releases).last
        # Removed: the release after the last one that had it. Else it was added after the oldest target release.
        return failing.first if last is None else self.facts.order.following(last)

    def is_too_new(self, releases: ReleaseSet) -> bool:
        """Return whether something fails because it was added after target releases."""
        return bool(releases) and bool(self.failing(releases)) and not self.older(releases)


class Report(NamedTuple):
    """What a rule reports about a use.

    Attributes:
        severity: ``breaks``, ``deprecated`` or ``behaviour``.
        message: what is wrong and what to write instead, in one or two sentences.
        breaks_in, deprecated_in: releases.
        fix: what ``fix`` would write.
        node: the part of the use it is about, the whole when not given.
    """

    severity: str
    message: str
    breaks_in: Optional[str] = None
    deprecated_in: Optional[str] = None
    fix: Optional[str] = None
    node: Any = None


class Style(NamedTuple):
    """How ``fix`` writes.

    Attributes:
        tvcompat: ``tvcompat.get_model(...)`` for one code base on all releases, instead of torchvision's newest way.
        enum: members of enums instead of the names of entries.
        unsafe: also apply fixes that may change behaviour.
    """

    tvcompat: bool = False
    enum: bool = False
    unsafe: bool = False


class Rule(NamedTuple):
    """One rule.

    Attributes:
        code: ``TVC101``; never given to another rule.
        name: a few hyphenated words.
        uses: kinds of uses it looks at.
        summary: what it finds, in a sentence.
        explanation: why that is so and what to do, for ``tvcompat rule`` and the documentation.
        bad, good: an example before and after.
        link: the release note, pull request or issue that made it necessary; empty if it is about the program alone.
        check: the rule itself.
        fix: proposes a fix for a report, if the rule has any.
    """

    code: str
    name: str
    uses: Tuple[Type[Use], ...]
    summary: str
    explanation: str
    bad: str
    good: str
    check: Callable[[Any, Context], Iterator[Report]]
    fix: "Optional[Callable[[Any, Report, Context, Style, Text], Fix]]" = None
    link: str = ""


@lru_cache(maxsize=None)
def rules() -> Dict[str, Rule]:
    """Return all rules by their codes."""
    # `pkgutil` could list them too, but loading it costs a tenth of loading the checker.
    names = sorted(name[: -len(".py")] for name in os.listdir(os.path.dirname(__file__)) if name.endswith(".py"))
    found: List[Rule] = [import_module(f"{__name__}.{name}").RULE for name in names if name != "__init__"]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}
