"""The step that measures real installs: run-time facts of releases, written to their records or compared with them."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from matrix.errors import RecordError
from matrix.install import environment
from matrix.install.installer import Note
from matrix.probe import PROBE_VERSION
from matrix.release_list import ListedRelease
from matrix.run.behaviour import compare_behaviour, evaluator, write_behaviour
from matrix.run.plan import plan_runtime
from matrix.run.side_by_side import side_by_side
from matrix.run.verification import report_verification, verifier, write_verification
from matrix.run.workspace import Workspace
from matrix.store.facts import runtime_facts
from matrix.store.records import Store


def measure_runtime(work: Workspace, requested: list[ListedRelease], *, compare: bool = False) -> None:
    """Install releases and run the probe and the shim inside them.

    Args:
        compare: compare with the records without writing anything.
    """
    options = work.options
    if options.releases:
        for release in requested:
            if release.yanked:
                work.log.note(f"{release.version:<8} is yanked ({release.yanked}): measured from its sources only")
    todo = plan_runtime(work.listed, requested, work.recorded(), again=compare or options.refresh)
    installer = work.installer()

    def prepare(release: ListedRelease) -> Callable[[Note], environment.Measurement]:
        return partial(
            environment.measure,
            release,
            canonical_schemas(work, release),
            installer,
            size_mb=work.environment_mb(release),
            verify=verifier(work, release, installer),
            evaluate=evaluator(work, release, installer),
        )

    # The others are filled using the parameter names of the newest release.
    first = None if compare else work.listed.newest
    for release, since, measured in side_by_side(work, todo, "runtime", prepare, first=first):
        if options.keep_facts:
            environment.keep_facts(measured, Path(options.keep_facts) / f"{release.version}.json")
        facts = runtime_facts(measured.facts)
        if compare:
            _compare(work, release, facts, since)
            if measured.verification is not None:
                report_verification(work, release, measured.verification, since)
            if measured.behaviour is not None:
                compare_behaviour(work, release, measured.behaviour, since)
            continue
        work.store.write(release.version, "runtime", facts, runtime_provenance(measured))
        if measured.verification is not None:
            write_verification(work, release, measured.verification, measured.seconds.get("verify", 0.0))
        if measured.behaviour is not None:
            write_behaviour(work, release, measured.behaviour, measured.packages)
        entries = sum(len(found) for found in facts["weights"].values())
        text = (
            f"{len(facts['builders'])} builders, {entries} weights entries, {len(facts['outputs'])} outputs; "
            f"install {measured.seconds['install']:.0f} s, probe {measured.seconds['probe']:.0f} s, "
            f"{measured.facts['provenance']['peak_memory_mb']} MB, environment {measured.environment_mb} MB"
        )
        work.log.add(release.version, "runtime", since, text)


def canonical_schemas(work: Workspace, release: ListedRelease) -> dict[str, dict[str, str]] | None:
    """Return builder path -> state-dict schema of the newest release, whose names determine the parameters for outputs.

    Returns ``None`` for the newest release itself.

    Raises:
        RecordError: the newest release has not been measured yet.
    """
    newest = work.listed.newest
    if release == newest:
        return None
    record = work.store.load(newest.version)
    if record is None or not record.measured:
        raise RecordError(
            f"outputs are compared under the parameter names of the newest release, so {newest.version} has to be "
            f'measured first: nox -s "matrix({newest.version})"'
        )
    assert record.runtime is not None
    return {
        path: work.store.schema(builder["schema"])
        for path, builder in record.runtime["builders"].items()
        if "schema" in builder
    }


def runtime_provenance(measured: environment.Measurement) -> dict[str, Any]:
    """Return where run-time facts come from, the only part of a record that differs between measurements."""
    known = measured.facts["provenance"]
    return {
        "torchvision": known["torchvision"],
        "torch": known["torch"],
        "python": known["python"],
        "platform": known["platform"],
        "packages": measured.packages,
        "probe_version": PROBE_VERSION,
        "date": date.today().isoformat(),
        "seconds": measured.seconds,
        "peak_memory_mb": known["peak_memory_mb"],
        "environment_mb": measured.environment_mb,
    }


def _compare(work: Workspace, release: ListedRelease, facts: dict[str, Any], since: float) -> None:
    record = work.record(release.version)
    if record is None or not record.measured:
        work.log.add(release.version, "compare", since, "there is no record to compare with", failed=True)
        return
    different = differences(work.store, release.version, facts)
    if different:
        text = "differs from its record: " + "; ".join(different)
        work.log.add(release.version, "compare", since, text, failed=True)
    else:
        text = f"measured again, identical: {len(facts['builders'])} builders, {len(facts['outputs'])} outputs"
        work.log.add(release.version, "compare", since, text)


def differences(store: Store, release: str, facts: Mapping[str, Any]) -> list[str]:
    """Return the keys under which new run-time facts differ from the record of a release, with an example of each.

    Both sides are converted to the form that is written, so that equal means equal bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = Store(Path(folder))
        fresh.write(release, "runtime", facts, {})
        new = (fresh.document(release) or {})["runtime"]
    old = (store.document(release) or {})["runtime"]
    found = []
    for key in sorted(set(old) | set(new)):
        left, right = old.get(key), new.get(key)
        if left != right:
            example = ""
            if isinstance(left, dict) and isinstance(right, dict):
                names = sorted(name for name in set(left) | set(right) if left.get(name) != right.get(name))
                example = f" ({len(names)}, such as {names[0]})"
            found.append(key + example)
    return found


def record_absences(work: Workspace) -> None:
    """Record why yanked releases have no run-time facts."""
    for release in work.listed.releases:
        if release.yanked:
            record = work.record(release.version)
            reason = f"yanked: {release.yanked}"
            if record is not None and (record.runtime or {}).get("absent") != reason:
                work.store.write(release.version, "runtime", {"absent": reason}, {})
