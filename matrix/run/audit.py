"""The audit: measure what is missing, compile the catalog, write the report, and say what was done."""

import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from packaging.version import Version

from matrix import paths
from matrix.errors import RecordError
from matrix.install import environment
from matrix.probe import PROBE_VERSION
from matrix.release_list import Release, ReleaseList, read_release_list
from matrix.store.pre_0_9 import Before
from matrix.store.records import Record, Store, reference_of, runtime_facts
from tvcompat.errors import TVCompatError


@dataclass(frozen=True)
class Options:
    """What the audit is asked for.

    Attributes:
        releases: releases to look at, run-time facts included; all of the list when empty.
        runtime: measure missing run-time facts of every release asked for, in real installs, and nothing else of it.
        static: never install anything.
        refresh: measure again what is recorded already.
        verify: run the shim inside releases that were not verified yet, and nothing else.
        check: write nothing; fail when the catalog or the report is behind the records.
        compare: measure again and compare with the record, writing nothing.
        offline: do not ask the package index.
        torch_backend: uv's name of the torch builds to install, ``cpu`` for example.
        keep_facts: folder for the probe's raw output.
        as_json: print what was done as JSON instead of a table.
    """

    releases: Tuple[str, ...] = ()
    runtime: bool = False
    static: bool = False
    refresh: bool = False
    verify: bool = False
    check: bool = False
    compare: bool = False
    offline: bool = False
    torch_backend: Optional[str] = None
    keep_facts: Optional[str] = None
    as_json: bool = False


@dataclass
class Outcome:
    """One line of the closing table."""

    release: str
    step: str
    seconds: float
    result: str
    failed: bool = False


@dataclass
class Audit:
    """One run of the audit over a checkout."""

    root: Path
    options: Options
    outcomes: List[Outcome] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.list: ReleaseList = read_release_list(self.root / "matrix" / "releases.toml")
        self.store: Store = Store(self.root / "matrix" / "records")
        self.earlier: Dict[str, Release] = {release.version: release for release in self.list.before}
        self.before: Before = Before(self.store.folder / "before")

    # Messages

    def note(self, text: str) -> None:
        """A line of progress: how long the audit has been running, and what it does."""
        print(f"{time.perf_counter() - self.started:7.1f} s  {text}", file=sys.stderr, flush=True)

    def detail(self, text: str) -> None:
        """A line of progress inside of a step."""
        self.note("  " + text)

    def add(self, release: str, step: str, since: float, result: str, *, failed: bool = False) -> None:
        outcome = Outcome(release, step, time.perf_counter() - since, result, failed)
        self.outcomes.append(outcome)
        self.note(f"{release:<8} {step:<8} {'FAILED: ' if failed else ''}{result}")

    # Steps

    def wanted(self) -> List[Release]:
        """The releases asked for.

        Raises:
            UnknownReleaseError: one of them is not in the list.
        """
        if not self.options.releases:
            return list(self.list.releases)
        chosen = [self.list.find(asked) for asked in self.options.releases]
        return [release for release in self.list.releases if release in chosen]

    def record(self, release: str) -> Optional[Record]:
        """The record of a release; one that can't be read is reported and measured anew."""
        try:
            return self.store.load(release)
        except RecordError as error:
            self.note(f"{release:<8} {error}")
            return None

    def run(self) -> int:
        """Do what was asked; returns the exit code."""
        wanted = self.wanted()
        if self.options.check:
            self.check()
            return self.finish()
        if self.options.compare:
            self.measure_runtime(wanted, compare=True)
            return self.finish()
        if self.options.verify:
            self.verify(wanted)
            self.generate()
            return self.finish()
        paths.remove_leftovers(self.root / "matrix")
        options = self.options
        if not (options.runtime and options.releases):
            self.measure_static(wanted)
        if not options.static and (options.runtime or options.releases or options.refresh):
            self.measure_runtime(wanted)
        self.record_absences()
        self.generate()
        return self.finish()

    def measure_static(self, wanted: Sequence[Release]) -> None:
        """Static facts of releases that have none, or whose wheel is another one now, or that the list lacks."""
        from matrix.wheels import index

        with index.open_session() as session:
            self._measure_missing(wanted, session)

    def _measure_missing(self, wanted: Sequence[Release], session: Any) -> None:
        from matrix.wheels import index

        try:
            listing = index.list_wheels(session, offline=self.options.offline)
        except TVCompatError as error:
            missing = [r.version for r in wanted if not self._has_static(r.version)]
            self.note(str(error))
            if missing or self.options.refresh:
                names = ", ".join(missing or [r.version for r in wanted])
                self.add("-", "index", time.perf_counter(), f"no static facts for {names}: {error}", failed=True)
            return
        if listing.from_cache:
            self.note(f"the package index was not read ({listing.from_cache}); an earlier answer serves")
        self.report_news(listing)

        todo: List[Tuple[str, Any]] = []
        listed = {release.version for release in wanted}
        for version in listing.releases:
            new = version not in self.list.versions and Version(version) > Version(self.list.releases[-1].version)
            if version not in listed and not (new and not self.options.releases):
                continue
            wheel = listing.source_wheel(version)
            if self.options.refresh or self._static_digest(version) != wheel.sha256:
                todo.append((version, wheel))
        lacking = [version for version in self.earlier if not self.before.is_readable(version)]
        for version in self.earlier if self.options.refresh else lacking:
            if version in listing.before:
                todo.append((version, listing.source_wheel(version)))
        lacking = [version for version in lacking if version not in listing.before]
        for version in [*lacking, *sorted(listed - set(listing.releases), key=Version)]:
            if not self._has_static(version):
                self.add(version, "static", time.perf_counter(), "the package index has no wheel of it", failed=True)
        if todo:
            self.note(f"static facts of {len(todo)} releases, from the sources in their wheels")
            self._measure_static(todo, listing, session)

    def report_news(self, listing: Any) -> None:
        """Name releases that the index has and the list has not, with the entry to add."""
        newest = Version(self.list.releases[-1].version)
        for version in listing.releases:
            if version in self.list.versions:
                continue
            if Version(version) > newest:
                self.note(
                    f"torchvision {version} is new. Add to matrix/releases.toml:\n{suggested_entry(version, listing)}"
                )
            else:
                self.note(f"torchvision {version} is on the index and not in matrix/releases.toml")

    def _static_digest(self, release: str) -> Optional[str]:
        record = self.record(release)
        if record is None or record.static is None:
            return None
        digest: str = record.provenance.get("static", {}).get("sha256", "")
        return digest

    def _has_static(self, release: str) -> bool:
        return self._static_digest(release) is not None

    def _measure_static(self, todo: Sequence[Tuple[str, Any]], listing: Any, session: Any) -> None:
        from matrix.wheels import sources as wheels

        cache = wheels.SourceCache()
        fetched = 0
        workers = os.cpu_count() or 1
        with ThreadPoolExecutor(8) as downloads, ProcessPoolExecutor(min(workers, len(todo))) as pool:
            reading: Dict[Future[Any], Tuple[str, float]] = {}
            extracting: Dict[Future[Any], Tuple[str, float, Any]] = {}
            for version, wheel in todo:
                reading[downloads.submit(wheels.read_sources, wheel, session, cache)] = (version, time.perf_counter())
            while reading or extracting:
                done, _ = wait([*reading, *extracting], return_when=FIRST_COMPLETED)
                for future in done:
                    if future in reading:
                        version, since = reading.pop(future)
                        try:
                            read = future.result()
                        except TVCompatError as error:
                            self.add(version, "static", since, str(error), failed=True)
                            continue
                        fetched += read.fetched_bytes
                        extracting[pool.submit(extract_sources, read.files)] = (version, since, read)
                    else:
                        version, since, sources = extracting.pop(future)
                        try:
                            facts = future.result()
                        except Exception as error:
                            text = f"its sources can't be understood: {type(error).__name__}: {error}"
                            self.add(version, "static", since, text, failed=True)
                            continue
                        self._write_static(version, facts, sources, listing)
                        counted = f"{len(facts['builders'])} builders, {entries(facts)} weights entries"
                        self.add(version, "static", since, counted)
        self.note(f"{fetched / 1e6:.1f} MB were fetched")

    def _write_static(self, version: str, facts: Dict[str, Any], sources: Any, listing: Any) -> None:
        wheel = listing.source_wheel(version)
        origin = {"wheel": wheel.filename, "sha256": wheel.sha256}
        if version in self.earlier:
            self.before.write(version, facts["api"], origin)
            return
        facts = {
            "requires": list(sources.requires),
            "requires_python": sources.requires_python,
            "wheels": [found.filename for found in listing.wheels[version]],
            "yanked": listing.is_yanked(version),
            **facts,
        }
        self.store.write(version, "static", facts, origin)

    def canonical(self, release: Release) -> Optional[Dict[str, Dict[str, str]]]:
        """Builder path -> state-dict schema of the newest release, whose names the outputs are filled by.

        Raises:
            RecordError: the newest release was not measured yet.
        """
        newest = self.list.newest
        if release == newest:
            return None
        record = self.store.load(newest.version)
        if record is None or not record.measured:
            raise RecordError(
                f"outputs are compared under the parameter names of the newest release, so {newest.version} has to be "
                f'measured first: nox -s "matrix({newest.version})"'
            )
        assert record.runtime is not None
        found: Dict[str, Dict[str, str]] = {}
        for path, builder in record.runtime["builders"].items():
            if "schema" in builder:
                found[path] = self.store.schema(builder["schema"])
        return found

    def measure_runtime(self, wanted: Sequence[Release], *, compare: bool = False) -> None:
        """Run-time facts, the newest release first, since the others are filled by its parameter names."""
        newest = self.list.newest
        todo = []
        for release in sorted(wanted, key=lambda release: release != newest):
            record = self.record(release.version)
            if release.yanked:
                if self.options.releases:
                    self.note(f"{release.version:<8} is yanked ({release.yanked}): measured from its sources only")
            elif compare or self.options.refresh or record is None or not record.measured:
                todo.append(release)
        if not todo:
            return
        installer = environment.Installer(self.detail, self.options.torch_backend)
        for release in todo:
            since = time.perf_counter()
            self.note(f"{release.version:<8} runtime")
            try:
                measured = environment.measure(
                    release, self.canonical(release), installer, self.detail,
                    size_mb=self._size(release), verify=self._verifier(release, installer),
                )  # fmt: skip
            except TVCompatError as error:
                self.add(release.version, "runtime", since, str(error), failed=True)
                continue
            facts = runtime_facts(measured.facts)
            if self.options.keep_facts:
                environment.keep_facts(measured, Path(self.options.keep_facts) / f"{release.version}.json")
            if compare:
                self._compare(release, facts, since)
                if measured.verification is not None:
                    self._report_verification(release, measured.verification, since)
                continue
            self.store.write(release.version, "runtime", facts, runtime_provenance(measured))
            self._write_verification(release, measured.verification, measured.seconds.get("verify", 0.0))
            text = (
                f"{len(facts['builders'])} builders, {entries(facts)} weights entries, "
                f"{len(facts['outputs'])} outputs; "
                f"install {measured.seconds['install']:.0f} s, probe {measured.seconds['probe']:.0f} s, "
                f"{measured.facts['provenance']['peak_memory_mb']} MB, environment {measured.environment_mb} MB"
            )
            self.add(release.version, "runtime", since, text)

    def verify(self, wanted: Sequence[Release]) -> None:
        """Run the shim inside releases that were not verified yet, the newest first: its outputs are the reference."""
        newest = self.list.newest
        todo = []
        for release in sorted(wanted, key=lambda release: release != newest):
            record = self.record(release.version)
            missing = record is not None and record.measured and record.verification is None
            if missing or (self.options.refresh and not release.yanked):
                todo.append(release)
        installer = environment.Installer(self.detail, self.options.torch_backend)
        for release in todo:
            since = time.perf_counter()
            self.note(f"{release.version:<8} verify")
            try:
                with environment.installed_release(
                    release, installer, self.detail, size_mb=self._size(release)
                ) as made:
                    found = self._verifier(release, installer)(made)
            except TVCompatError as error:
                self.add(release.version, "verify", since, str(error), failed=True)
                continue
            self._write_verification(release, found, time.perf_counter() - since)
        if not self.options.releases:
            self._measure_before(installer)

    def _measure_before(self, installer: environment.Installer) -> None:
        """What the names give that 0.9.0 dropped, in the releases before."""
        for release in self.list.before:
            if self.before.has_results(release.version) and not self.options.refresh:
                continue
            since = time.perf_counter()
            self.note(f"{release.version:<8} legacy names")
            try:
                with environment.installed_release(release, installer, self.detail) as made:
                    found = environment.run_legacy_names(made, release, installer, self.detail)
            except TVCompatError as error:
                self.add(release.version, "legacy", since, str(error), failed=True)
                continue
            self.before.add_results(release.version, found, made.packages)
            self.add(release.version, "legacy", since, f"{len(found)} names called")

    def _verifier(
        self, release: Release, installer: environment.Installer
    ) -> Callable[[environment.Environment], Dict[str, Any]]:
        """Runs the shim in an environment, with the newest release's outputs to compare with."""
        reference: Optional[Dict[str, Any]] = None
        if release != self.list.newest:
            record = self.store.load(self.list.newest.version)
            reference = reference_of(record)
            if reference is None:
                raise RecordError(
                    f"outputs are compared with those of the newest release, so {self.list.newest.version} has to be "
                    f"verified first: nox -s verify -- --release {self.list.newest.version}"
                )

        def verify(made: environment.Environment) -> Dict[str, Any]:
            self.note("  verify the shim")
            return environment.run_verification(made.python, reference, installer, self.detail, made.folder)

        return verify

    def _write_verification(self, release: Release, found: Optional[Dict[str, Any]], seconds: float) -> None:
        if found is None:
            return
        facts = {key: value for key, value in found.items() if key != "seconds"}
        self.store.write(release.version, "verification", facts, {"seconds": found["seconds"]})
        self._report_verification(release, found, time.perf_counter() - seconds)

    def _report_verification(self, release: Release, found: Dict[str, Any], since: float) -> None:
        counted = ", ".join(f"{count} {kind}" for kind, count in found["counts"].items())
        failures = found["failures"]
        text = f"the shim holds: {counted}" if not failures else f"{len(failures)} of the checks fail ({counted}): "
        text += "; ".join(f"{name}: {why}" for name, why in list(failures.items())[:3])
        self.add(release.version, "verify", since, text, failed=bool(failures))

    def _size(self, release: Release) -> int:
        """Megabytes that an environment is expected to need: what it took last time, and a tenth more."""
        record = self.record(release.version)
        known = (record.provenance.get("runtime") or {}).get("environment_mb") if record else None
        return int(known * 1.1) if known else environment.UNKNOWN_SIZE_MB

    def _compare(self, release: Release, facts: Dict[str, Any], since: float) -> None:
        record = self.record(release.version)
        if record is None or not record.measured:
            self.add(release.version, "compare", since, "there is no record to compare with", failed=True)
            return
        different = differences(self.store, release.version, facts)
        if different:
            self.add(release.version, "compare", since, "differs from its record: " + "; ".join(different), failed=True)
        else:
            text = f"measured again, identical: {len(facts['builders'])} builders, {len(facts['outputs'])} outputs"
            self.add(release.version, "compare", since, text)

    def record_absences(self) -> None:
        """Write down why yanked releases have no run-time facts."""
        for release in self.list.releases:
            if release.yanked:
                record = self.record(release.version)
                reason = f"yanked: {release.yanked}"
                if record is not None and (record.runtime or {}).get("absent") != reason:
                    self.store.write(release.version, "runtime", {"absent": reason}, {})

    def generate(self) -> None:
        """The catalog and the report, where the records changed since they were written."""
        from matrix import page as report
        from matrix.compile import catalog as compiling

        since = time.perf_counter()
        fingerprint = compiling.fingerprint(self.root)
        if compiling.recorded_fingerprint(self.root) != fingerprint:
            self.note("compile the catalog")
            if self.store.remove_orphans():
                fingerprint = compiling.fingerprint(self.root)
            written = compiling.write_catalog(self.root, self.list, self.store, fingerprint)
            self.add("all", "catalog", since, f"{written} bytes in {compiling.TABLES.name}/")
        since = time.perf_counter()
        changed = report.write_report(self.root, self.list, self.store)
        if changed:
            self.add("all", "report", since, ", ".join(changed))

    def check(self) -> None:
        """Compile and render in memory, and compare with the files that are there."""
        from matrix import page as report
        from matrix.compile import catalog as compiling

        since = time.perf_counter()
        digest = compiling.fingerprint(self.root)
        known, files = compiling.render_catalog(self.list, self.store, digest)
        made = report.build_report(known, self.list, self.store, report.fingerprint(digest))
        files.update({report.FOLDER / name: text for name, text in made.items()})
        for path, text in sorted(files.items()):
            found = (self.root / path).read_bytes() if (self.root / path).is_file() else b""
            behind = found != text.encode()
            verdict = "is behind the records; run: nox -s audit" if behind else "is current"
            self.add("all", "check", since, f"{path.as_posix()} {verdict}", failed=behind)

    def finish(self) -> int:
        """Print the closing table; returns the exit code."""
        failed = [outcome for outcome in self.outcomes if outcome.failed]
        if self.options.as_json:
            print(json.dumps([asdict(outcome) for outcome in self.outcomes], indent=2))
            return 1 if failed else 0
        if not self.outcomes:
            records = [record for record in map(self.record, self.list.versions) if record is not None]
            measured = sum(record.measured for record in records)
            print(
                f"Nothing to do: {len(records)} of {len(self.list.releases)} releases are recorded, "
                f"{measured} of them measured at run time; catalog and report are current. "
                f"The report: matrix/report/index.html"
            )
            missing = [r.version for r in self.list.measurable if not self._is_measured(r.version)]
            if missing:
                print(f"Without run-time facts: {', '.join(missing)}. Add them with: nox -s audit -- --runtime")
            return 0
        print(summary(self.outcomes))
        if failed:
            print(f"{len(failed)} of {len(self.outcomes)} steps failed: {', '.join(o.release for o in failed)}")
        return 1 if failed else 0

    def _is_measured(self, release: str) -> bool:
        record = self.record(release)
        return record is not None and record.measured


def extract_sources(files: Mapping[str, str]) -> Dict[str, Any]:
    """Static facts of one release; imports griffe in the process that needs it."""
    from matrix.static.extract import extract

    return extract(files)


def entries(facts: Mapping[str, Any]) -> int:
    return sum(len(found) for found in facts["weights"].values())


def runtime_provenance(measured: environment.Measurement) -> Dict[str, Any]:
    """Where run-time facts come from; the only part of a record that differs from one measuring to the next."""
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


def differences(store: Store, release: str, facts: Mapping[str, Any]) -> List[str]:
    """The keys under which new run-time facts differ from the record of a release, with an example of each.

    Both sides are brought into the form that is written, so that equal means equal bytes.
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


def suggested_entry(version: str, listing: Any) -> str:
    """An entry for a release the list lacks; the torch is to be looked up, so it is left to the person."""
    wheels = listing.wheels[version]
    pythons = sorted({name for wheel in wheels for name in wheel.interpreters})
    lines = [
        "[[release]]",
        f'version = "{version}"',
        'torch = ""  # the one its wheel asks for: `requires` in its record',
        f'python = ""  # one of its wheels: {", ".join(pythons)}',
    ]
    return "\n".join("    " + line for line in lines)


def summary(outcomes: Sequence[Outcome]) -> str:
    """The closing table, one line a step, not wider than the terminal."""
    width = shutil.get_terminal_size((120, 24)).columns
    lines = [f"{'release':<9}{'step':<9}{'seconds':>8}  result"]
    for outcome in outcomes:
        result = ("FAILED " if outcome.failed else "") + " ".join(outcome.result.split())
        room = max(20, width - 28)
        shown = result if len(result) <= room or outcome.failed else result[: room - 3] + "..."
        lines.append(f"{outcome.release:<9}{outcome.step:<9}{outcome.seconds:>8.1f}  {shown}")
    return "\n".join(lines)


def main(options: Options) -> int:
    """Run the audit in the checkout around the current folder.

    Raises:
        UnknownReleaseError: a release was asked for that is not in the list.
    """
    return Audit(paths.repository(), options).run()
