"""Which releases a program supports: the same uses, checked against every release in turn."""

from dataclasses import dataclass, field
from typing import Dict, Iterable, List, Optional, Sequence

from tvcompat.check.engine import Checker, Result, Unreadable
from tvcompat.check.findings import Finding, Target
from tvcompat.check.project_scan import ProjectScan
from tvcompat.check.release_facts import release_facts


@dataclass
class Supported:
    """What was found.

    Attributes:
        breaking: release -> what breaks there; every release is in it.
        changing: what gives something else in some of the supported releases than in others.
        unreadable: what could not be read or parsed; of it nothing is known.
        checked: how many files were checked.
    """

    breaking: Dict[str, List[Finding]] = field(default_factory=dict)
    changing: List[Finding] = field(default_factory=list)
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
        """Return the findings that set the lower bound: those in the release before the first supported one."""
        return self._beside(self.first, -1)

    def above(self) -> List[Finding]:
        """Return the findings that set the upper bound: those in the release after the last supported one."""
        return self._beside(self.last, 1)

    def _beside(self, release: Optional[str], step: int) -> List[Finding]:
        order = list(self.breaking)
        if release is None:
            return []
        place = order.index(release) + step
        return self.breaking[order[place]] if 0 <= place < len(order) else []


def supported(paths: Sequence[str]) -> Supported:
    """Check the files against every release."""
    known = release_facts()
    found = Supported({release: [] for release in known.releases})
    result = Result()
    targets = {release: Target(known.order.only(release), None, release) for release in known.releases}

    def between(first: str, last: str) -> Target:
        return Target(known.order.only(last), first, last)

    scan, checker = ProjectScan(paths, result), Checker(targets[known.releases[-1]], None, paths)
    changing = []
    for path, data in (each for work in scan.rounds(checker, result) for each in work):
        read = checker.read(path, data, result)
        if read is None:
            continue
        if changed(checker.judge(*read, between(known.releases[0], known.releases[-1]))):
            changing.append(read)
        for release, target in targets.items():
            findings = checker.judge(*read, target)
            found.breaking[release] += [finding for finding in findings if finding.severity == "breaks"]
    if found.first is not None and found.last is not None:
        question = between(found.first, found.last)
        found.changing = [finding for read in changing for finding in changed(checker.judge(*read, question))]
    found.unreadable, found.checked = result.unreadable, result.checked
    return found


def changed(findings: Iterable[Finding]) -> List[Finding]:
    """Return the findings about calls that give something else."""
    return [finding for finding in findings if finding.severity == "behaviour"]
