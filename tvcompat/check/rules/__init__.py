"""The rules, one file each. A file becomes a rule by having ``RULE``.

A rule looks at one use at a time and yields what is wrong with it.
"""

import os
from functools import lru_cache
from importlib import import_module
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple, Type

from tvcompat.check.analysis.uses import Use
from tvcompat.check.changes import Fix
from tvcompat.check.edits import Text
from tvcompat.check.findings import Question
from tvcompat.check.knowledge import Knowledge


class Context(NamedTuple):
    """What a rule is given beside the use: what is known, and what is asked."""

    knowledge: Knowledge
    question: Question

    def failing(self, there: int) -> int:
        """The releases asked for in which something is not there."""
        return self.question.wanted & ~there

    def older(self, there: int) -> int:
        """Of the releases in which something is there, those before the newest one in which it fails."""
        failing = self.failing(there)
        return there & ((1 << (failing.bit_length() - 1)) - 1) if failing else there

    def breaks_in(self, there: int) -> Optional[str]:
        """The first release in which something that is there in some releases fails, seen from where it works.

        For something that came later than the oldest release asked for that is the oldest one.
        """
        failing = self.failing(there)
        if not failing:
            return None
        if not there:
            return self.knowledge.releases[0]
        older = self.older(there)
        # Gone: the release after the last one that had it. Else it came later than what is asked for.
        return self.knowledge.releases[older.bit_length()] if older else self.knowledge.first_of(failing)

    def is_too_new(self, there: int) -> bool:
        """Whether something fails because it came later than releases asked for."""
        return bool(there) and bool(self.failing(there)) and not self.older(there)


class Report(NamedTuple):
    """What a rule says of a use.

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
        unsafe: also what may change behaviour.
    """

    tvcompat: bool = False
    enum: bool = False
    unsafe: bool = False


class Rule(NamedTuple):
    """One rule.

    Attributes:
        code: ``TVC101``; never given to another rule.
        name: a few words with hyphens, for humans.
        uses: kinds of uses it looks at.
        summary: what it finds, in a sentence.
        explanation: why that is so and what to do, for ``tvcompat rule`` and the documentation.
        bad, good: an example before and after.
        check: the rule itself.
        fix: what mends a report of it, where something can.
    """

    code: str
    name: str
    uses: Tuple[Type[Use], ...]
    summary: str
    explanation: str
    bad: str
    good: str
    check: Callable[[Any, Context], Iterator[Report]]
    fix: Optional[Callable[[Any, Report, Context, Style, Text], Fix]] = None


@lru_cache(maxsize=None)
def rules() -> Dict[str, Rule]:
    """Code -> rule, all of them."""
    # `pkgutil` would list them too, and loads as much as a tenth of the checker for it.
    names = sorted(name[: -len(".py")] for name in os.listdir(os.path.dirname(__file__)) if name.endswith(".py"))
    found: List[Rule] = [import_module(f"{__name__}.{name}").RULE for name in names if name != "__init__"]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}
