"""The step that reads static facts of releases from the sources in the wheels on the package index."""

import os
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from typing import Any

import requests

from matrix.new_entry import suggested_entry
from matrix.release_list import ListedRelease
from matrix.run.plan import new_releases, plan_static, unlisted_releases
from matrix.run.workspace import Workspace
from matrix.wheels import index
from matrix.wheels.sources import SourceCache, Sources, read_sources
from tvcompat.errors import TVCompatError


def measure_static(work: Workspace, requested: list[ListedRelease]) -> None:
    """Read the sources of releases that have no static facts, or whose wheel has changed."""
    with index.open_session() as session:
        try:
            listing = index.list_wheels(session, offline=work.options.offline)
        except TVCompatError as error:
            _without_index(work, requested, error)
            return
        if listing.from_cache:
            work.log.note(f"using the cached index: the package index was not read ({listing.from_cache})")
        wheels = {v: listing.source_wheel(v).sha256 for v in (*listing.pre_0_9, *listing.releases)}
        plan = plan_static(
            work.listed,
            requested,
            wheels,
            work.recorded(),
            all_requested=not work.options.releases,
            refresh=work.options.refresh,
        )
        report_new_releases(work, listing, session)
        for version in plan.missing:
            work.log.add(version, "static", time.perf_counter(), "the package index has no wheel of it", failed=True)
        if plan.read:
            work.log.note(f"static facts of {len(plan.read)} releases, from the sources in their wheels")
            _read(work, plan.read, listing, session)


def _without_index(work: Workspace, requested: list[ListedRelease], error: Exception) -> None:
    work.log.note(str(error))
    recorded = work.recorded()
    missing = [release.version for release in requested if release.version not in recorded.wheels]
    if missing or work.options.refresh:
        names = ", ".join(missing or [release.version for release in requested])
        text = f"no static facts for {names}: {error}"
        work.log.add("-", "index", time.perf_counter(), text, failed=True)


def report_new_releases(work: Workspace, listing: index.Listing, session: requests.Session) -> None:
    """Report the releases that are on the index but not in the list, new ones with the entry to add."""
    for version in new_releases(work.listed, listing.releases):
        try:
            entry = suggested_entry(work.listed, version, listing, session)
        except TVCompatError as error:
            work.log.note(f"torchvision {version} is new, and no entry can be suggested: {error}")
        else:
            work.log.note(f"torchvision {version} is new. Add to matrix/releases.toml:\n\n{entry}")
    for version in unlisted_releases(work.listed, listing.releases):
        work.log.note(f"torchvision {version} is on the index and not in matrix/releases.toml")


def _read(work: Workspace, versions: tuple[str, ...], listing: index.Listing, session: requests.Session) -> None:
    """Fetch sources and extract their facts, both in parallel; write each release when it is ready."""
    cache = SourceCache()
    fetched = 0
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(8) as downloads, ProcessPoolExecutor(min(workers, len(versions))) as pool:
        reading: dict[Future[Any], tuple[str, float]] = {}
        extracting: dict[Future[Any], tuple[str, float, Sources]] = {}
        for version in versions:
            wheel = listing.source_wheel(version)
            reading[downloads.submit(read_sources, wheel, session, cache)] = (version, time.perf_counter())
        while reading or extracting:
            done, _ = wait([*reading, *extracting], return_when=FIRST_COMPLETED)
            for future in done:
                if future in reading:
                    version, since = reading.pop(future)
                    try:
                        sources = future.result()
                    except TVCompatError as error:
                        work.log.add(version, "static", since, str(error), failed=True)
                        continue
                    fetched += sources.fetched_bytes
                    extracting[pool.submit(extract_sources, sources.files)] = (version, since, sources)
                else:
                    version, since, sources = extracting.pop(future)
                    try:
                        facts = future.result()
                    except Exception as error:
                        text = f"its sources can't be understood: {type(error).__name__}: {error}"
                        work.log.add(version, "static", since, text, failed=True)
                        continue
                    _write(work, version, facts, sources, listing)
                    entries = sum(len(found) for found in facts["weights"].values())
                    counted = f"{len(facts['builders'])} builders, {entries} weights entries"
                    work.log.add(version, "static", since, counted)
    work.log.note(f"{fetched / 1e6:.1f} MB were fetched")


def _write(work: Workspace, version: str, facts: dict[str, Any], sources: Sources, listing: index.Listing) -> None:
    wheel = listing.source_wheel(version)
    origin = {"wheel": wheel.filename, "sha256": wheel.sha256}
    if version in listing.pre_0_9:
        work.pre_0_9.write(version, facts["api"], origin)
        return
    facts = {
        "requires": list(sources.requires),
        "requires_python": sources.requires_python,
        "wheels": [found.filename for found in listing.wheels[version]],
        "yanked": listing.is_yanked(version),
        **facts,
    }
    work.store.write(version, "static", facts, origin)


def extract_sources(files: Mapping[str, str]) -> dict[str, Any]:
    """Extract the static facts of one release, importing griffe only in the process that needs it."""
    from matrix.static.extract import extract

    return extract(files)
