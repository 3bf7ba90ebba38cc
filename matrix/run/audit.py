"""The audit: measure what is missing, compile the catalog, write the report, and summarise what was done."""

from pathlib import Path

from matrix import paths
from matrix.run.behaviour import measure_behaviour
from matrix.run.generate import check, generate
from matrix.run.log import StepResult, summary
from matrix.run.options import Options
from matrix.run.plan import requested_releases
from matrix.run.runtime import measure_runtime, record_absences
from matrix.run.static import measure_static
from matrix.run.verification import verify
from matrix.run.workspace import Workspace


def run(root: Path, options: Options) -> tuple[int, list[StepResult]]:
    """Run the audit in the checkout ``root``; return the exit code, and what was done.

    Raises:
        UnknownReleaseError: a requested release is not in the list.
    """
    work = Workspace(root, options)
    requested = requested_releases(work.listed, options.releases)
    if options.check:
        check(work)
    elif options.compare:
        measure_runtime(work, requested, compare=True)
    elif options.behaviour:
        measure_behaviour(work, requested)
        generate(work)
    elif options.verify:
        verify(work, requested)
        generate(work)
    else:
        paths.remove_leftovers(root / "matrix")
        if not (options.runtime and options.releases):
            measure_static(work, requested)
        if not options.static and (options.runtime or options.releases or options.refresh):
            measure_runtime(work, requested)
        record_absences(work)
        generate(work)
    return finish(work), work.log.outcomes


def finish(work: Workspace) -> int:
    """Print the summary table and return the exit code."""
    outcomes = work.log.outcomes
    if work.options.as_json:
        print(work.log.as_json())
    elif outcomes:
        print(summary(outcomes))
    else:
        print(nothing_to_do(work))
    return 1 if work.log.failed else 0


def nothing_to_do(work: Workspace) -> str:
    """Return a message that says what is recorded, and what else could be measured."""
    recorded = work.recorded()
    listed = set(work.listed.versions)
    text = (
        f"Nothing to do: {len(listed & set(recorded.wheels))} of {len(listed)} releases are recorded, "
        f"{len(listed & recorded.measured)} of them measured at run time; catalog and report are current. "
        f"The report: matrix/report/index.html"
    )
    missing = [release.version for release in work.listed.measurable if release.version not in recorded.measured]
    if missing:
        text += f"\nWithout run-time facts: {', '.join(missing)}. Add them with: nox -s audit -- --runtime"
    behind = [release.version for release in work.listed.measurable if release.version not in recorded.evaluated]
    if behind:
        text += f"\nThe recipes of today were not evaluated in {len(behind)} releases: nox -s audit -- --behaviour"
    return text


def main(options: Options) -> int:
    """Run the audit in the checkout around the current folder; return the exit code.

    Raises:
        UnknownReleaseError: a requested release is not in the list.
    """
    return run(paths.repository(), options)[0]
