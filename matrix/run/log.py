"""The progress messages of an audit, and the summary table it ends with."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from tvcompat.commands.output import table


@dataclass
class StepResult:
    """One line of the summary table."""

    release: str
    step: str
    seconds: float
    result: str
    failed: bool = False


@dataclass
class Log:
    """The outcomes so far, and progress messages."""

    outcomes: list[StepResult] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def note(self, text: str) -> None:
        """Print a line of progress: how long the audit has been running, and what it is doing."""
        print(f"{time.perf_counter() - self.started:7.1f} s  {text}", file=sys.stderr, flush=True)

    def detail(self, text: str) -> None:
        """Print a line of progress inside a step."""
        self.note("  " + text)

    def add(self, release: str, step: str, since: float, result: str, *, failed: bool = False) -> None:
        """Add a line to the summary table.

        Args:
            since: when the step began, by ``time.perf_counter()``.
        """
        self.outcomes.append(StepResult(release, step, time.perf_counter() - since, result, failed))
        self.note(f"{release:<8} {step:<8} {'FAILED: ' if failed else ''}{result}")

    @property
    def failed(self) -> list[StepResult]:
        return [outcome for outcome in self.outcomes if outcome.failed]

    def as_json(self) -> str:
        return json.dumps([asdict(outcome) for outcome in self.outcomes], indent=2)


def summary(outcomes: Sequence[StepResult]) -> str:
    """Return the summary table, one line per step, followed by all failures in full."""
    rows = [
        (each.release, each.step, f"{each.seconds:.1f}", ("FAILED " if each.failed else "") + one_line(each.result))
        for each in outcomes
    ]
    lines = [table(("release", "step", "seconds", "result"), rows, right=[2])]
    failed = [each for each in outcomes if each.failed]
    if failed:
        lines.append(f"{len(failed)} of {len(outcomes)} steps failed:")
        lines += [f"  {each.release} {each.step}: {one_line(each.result)}" for each in failed]
    return "\n".join(lines)


def one_line(text: str) -> str:
    return " ".join(text.split())
