"""The step that verifies: it runs the shim inside releases, and calls the names that 0.9.0 dropped in earlier ones."""

import time
from collections.abc import Callable
from typing import Any

from matrix.errors import RecordError
from matrix.install import environment
from matrix.install.installer import Installer, Note
from matrix.release_list import ListedRelease
from matrix.run.plan import plan_pre_0_9, plan_verification
from matrix.run.side_by_side import side_by_side
from matrix.run.workspace import Workspace
from matrix.store.facts import reference_of
from tvcompat.errors import TVCompatError


def verify(work: Workspace, requested: list[ListedRelease]) -> None:
    """Run the shim inside releases that have not been verified yet."""
    recorded, again = work.recorded(), work.options.refresh
    installer = work.installer()

    def prepare(release: ListedRelease) -> Callable[[Note], dict[str, Any]]:
        size, check = work.environment_mb(release), verifier(work, release, installer)

        def measure(note: Note) -> dict[str, Any]:
            with environment.installed_release(release, installer, note, size_mb=size) as made:
                return check(made, note)

        return measure

    todo = plan_verification(work.listed, requested, recorded, again=again)
    # The outputs of the newest release are the reference for the others.
    for release, since, found in side_by_side(work, todo, "verify", prepare, first=work.listed.newest):
        write_verification(work, release, found, time.perf_counter() - since)
    if work.options.releases:
        return
    for release in plan_pre_0_9(work.listed, recorded, again=again):
        call_legacy_names(work, release, installer)


def call_legacy_names(work: Workspace, release: ListedRelease, installer: Installer) -> None:
    """Record what the names that 0.9.0 dropped give in an earlier release."""
    since = time.perf_counter()
    work.log.note(f"{release.version:<8} legacy names")
    try:
        with environment.installed_release(release, installer, work.log.detail) as made:
            found = environment.run_legacy_names(made, release, installer, work.log.detail)
    except TVCompatError as error:
        work.log.add(release.version, "legacy", since, str(error), failed=True)
        return
    work.pre_0_9.add_results(release.version, found, made.packages)
    work.log.add(release.version, "legacy", since, f"{len(found)} names called")


def verifier(
    work: Workspace, release: ListedRelease, installer: Installer
) -> Callable[[environment.Environment, Note], dict[str, Any]]:
    """Return a function that runs the shim in an environment and compares it with the newest release's outputs.

    Raises:
        RecordError: the newest release has not been verified yet.
    """
    reference: dict[str, Any] | None = None
    newest = work.listed.newest
    if release != newest:
        reference = reference_of(work.store.load(newest.version))
        if reference is None:
            raise RecordError(
                f"outputs are compared with those of the newest release, so {newest.version} has to be "
                f"verified first: nox -s verify -- --release {newest.version}"
            )

    def run(made: environment.Environment, note: Note) -> dict[str, Any]:
        note("verify the shim")
        return environment.run_verification(made.python, reference, installer, note, made.folder)

    return run


def write_verification(work: Workspace, release: ListedRelease, found: dict[str, Any], seconds: float) -> None:
    """Write the results of verification to the record of a release."""
    facts = {key: value for key, value in found.items() if key != "seconds"}
    work.store.write(release.version, "verification", facts, {"seconds": found["seconds"]})
    report_verification(work, release, found, time.perf_counter() - seconds)


def report_verification(work: Workspace, release: ListedRelease, found: dict[str, Any], since: float) -> None:
    """Add the number of checks, and those that failed, to the summary table."""
    counted = ", ".join(f"{count} {kind}" for kind, count in found["counts"].items())
    failures = found["failures"]
    text = f"the shim holds: {counted}" if not failures else f"{len(failures)} of the checks fail ({counted}): "
    text += "; ".join(f"{name}: {why}" for name, why in list(failures.items())[:3])
    work.log.add(release.version, "verify", since, text, failed=bool(failures))
