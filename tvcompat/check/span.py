"""Which releases a program supports: the same uses, held against one release after another."""

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence

from tvcompat.check import files
from tvcompat.check.engine import Checker, Result, Unreadable
from tvcompat.check.findings import Finding, Question
from tvcompat.check.knowledge import knowledge


@dataclass
class Supported:
    """What was found.

    Attributes:
        breaking: release -> what breaks there; every release is in it.
        unreadable: files that could not be parsed.
        checked: how many files were looked at.
    """

    breaking: Dict[str, List[Finding]] = field(default_factory=dict)
    unreadable: List[Unreadable] = field(default_factory=list)
    checked: int = 0

    @property
    def releases(self) -> List[str]:
        """The releases in which nothing breaks, oldest first."""
        return [release for release, findings in self.breaking.items() if not findings]

    @property
    def first(self) -> Optional[str]:
        return self.releases[0] if self.releases else None

    @property
    def last(self) -> Optional[str]:
        return self.releases[-1] if self.releases else None

    def below(self) -> List[Finding]:
        """What sets the lower end: what breaks in the release before the first supported one."""
        return self._beside(self.first, -1)

    def above(self) -> List[Finding]:
        """What sets the upper end: what breaks in the release after the last supported one."""
        return self._beside(self.last, 1)

    def _beside(self, release: Optional[str], step: int) -> List[Finding]:
        order = list(self.breaking)
        if release is None:
            return []
        place = order.index(release) + step
        return self.breaking[order[place]] if 0 <= place < len(order) else []


def supported(paths: Sequence[str]) -> Supported:
    """Hold the files against every release."""
    known = knowledge()
    found = Supported({release: [] for release in known.releases})
    contents: Dict[str, bytes] = {}
    for path in paths:
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError as error:
            found.unreadable.append(Unreadable(path, 1, f"can't be read: {error.strerror}"))
            continue
        found.checked += 1
        if files.concerns(data):
            contents[path] = data
    questions = {release: Question(known.bit(release), None, release) for release in known.releases}
    checker = Checker(questions[known.releases[-1]], None, paths, list(contents))
    for path, data in contents.items():
        result = Result()
        read = checker.read(path, data, result)
        found.unreadable += result.unreadable
        if read is None:
            continue
        source, uses = read
        for release, question in questions.items():
            findings = checker.judge(source, uses, question)
            found.breaking[release] += [finding for finding in findings if finding.severity == "breaks"]
    return found
