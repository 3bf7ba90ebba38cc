"""The step that evaluates recipes: in each release, and there with the sources of the release before it."""

import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from matrix.install import environment
from matrix.install.installer import Installer, Note
from matrix.install.recipes import Previous, evaluate_recipes
from matrix.recipes.outcomes import alike
from matrix.release_list import ListedRelease
from matrix.run.plan import plan_behaviour
from matrix.run.side_by_side import side_by_side
from matrix.run.workspace import Workspace
from matrix.wheels import index
from matrix.wheels.sources import read_sources
from tvcompat.errors import TVCompatError

Evaluate = Callable[[environment.Environment, Note], dict[str, Any]]


def measure_behaviour(work: Workspace, requested: list[ListedRelease]) -> None:
    """Install releases and evaluate the recipes in them."""
    installer = work.installer()

    def prepare(release: ListedRelease) -> Callable[[Note], tuple[dict[str, Any], list[str]]]:
        size, evaluate = work.environment_mb(release), evaluator(work, release, installer)

        def measure(note: Note) -> tuple[dict[str, Any], list[str]]:
            with environment.installed_release(release, installer, note, size_mb=size) as made:
                return evaluate(made, note), made.packages

        return measure

    todo = plan_behaviour(requested, work.recorded(), again=work.options.refresh)
    for release, since, (found, packages) in side_by_side(work, todo, "behaviour", prepare):
        write_behaviour(work, release, found, packages, since)


def evaluator(work: Workspace, release: ListedRelease, installer: Installer) -> Evaluate:
    """Return what evaluates the recipes in an environment."""

    def run(made: environment.Environment, note: Note) -> dict[str, Any]:
        note("evaluate the recipes")
        return evaluate_recipes(made, previous_of(work, release), installer, note)

    return run


def previous_of(work: Workspace, release: ListedRelease) -> Previous | None:
    """Return the release before with its sources, ``None`` for the oldest."""
    before = work.listed.measurable[: work.listed.measurable.index(release)]
    if not before:
        return None
    version = before[-1].version
    try:
        with index.open_session() as session:
            listing = index.list_wheels(session, offline=work.options.offline)
            return Previous(version, read_sources(listing.source_wheel(version), session).files)
    except TVCompatError as error:
        return Previous(version, None, str(error))


def write_behaviour(
    work: Workspace, release: ListedRelease, found: Mapping[str, Any], packages: list[str], since: float | None = None
) -> None:
    """Put what the recipes gave into the record of a release."""
    kept = [each for each in packages if each.partition("==")[0] in ("numpy", "pillow", "torch", "torchvision")]
    origin = {
        "date": date.today().isoformat(),
        "python": release.python,
        "packages": kept,
        "seconds": found["seconds"],
    }
    work.store.write(release.version, "behaviour", found, origin)
    failed = sum("error" in outcome for outcome in found["outcomes"].values())
    previous = found["previous"]
    text = f"{len(found['outcomes'])} recipes, {failed} of them errors"
    if "changes" in previous:
        text += f"; {len(previous['changes'])} otherwise with the sources of {previous['release']}"
    elif previous:
        text += f"; not with the sources of {previous['release']}: {previous['absent']}"
    work.log.add(release.version, "behaviour", since or time.perf_counter(), text)


def compare_behaviour(work: Workspace, release: ListedRelease, found: Mapping[str, Any], since: float) -> None:
    """Hold what the recipes gave against the record of a release."""
    record = work.record(release.version)
    known = work.store.outcomes(record) if record is not None else {}
    if not known:
        work.log.add(release.version, "recipes", since, "there is no record to compare with", failed=True)
        return
    outcomes = found["outcomes"]
    different = sorted(key for key in {*known, *outcomes} if not alike(known.get(key), outcomes.get(key)))
    changes, recorded = found["previous"].get("changes", {}), record.behaviour["previous"].get("changes", {})  # type: ignore[union-attr,index]
    different += sorted(f"{key} (with the sources before)" for key in changes.keys() ^ recorded.keys())
    if different:
        text = f"{len(different)} recipes give something else than recorded, such as {different[0]}"
        work.log.add(release.version, "recipes", since, text, failed=True)
    else:
        text = f"evaluated again, the same: {len(outcomes)} recipes, {len(changes)} changes"
        work.log.add(release.version, "recipes", since, text)
