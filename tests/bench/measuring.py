"""Measuring releases. Network figures depend on the line to the package index."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

import griffe

from matrix import paths
from matrix.install import environment
from matrix.release_list import read_release_list
from matrix.run.options import Options
from matrix.run.static import measure_static
from matrix.run.workspace import Workspace
from matrix.static import extract as static
from matrix.store.records import Store
from matrix.wheels import index
from matrix.wheels import sources as wheels

from .rows import Row, launched, seconds, turns

ROOT = Path(__file__).parents[2]


@contextmanager
def empty_cache(folder: str) -> Iterator[None]:
    """Nothing that was fetched before is there."""
    before = os.environ.get("TVCOMPAT_CACHE")
    os.environ["TVCOMPAT_CACHE"] = str(Path(folder) / "cache")
    try:
        yield
    finally:
        if before is None:
            del os.environ["TVCOMPAT_CACHE"]
        else:
            os.environ["TVCOMPAT_CACHE"] = before


def static_of_all(listing: index.Listing) -> Row:
    """Static facts of all releases, from an empty cache, against fetching the wheels whole."""
    fetched: List[str] = []
    with tempfile.TemporaryDirectory() as folder, empty_cache(folder):
        root = Path(folder)
        (root / "matrix").mkdir()
        (root / "matrix" / "releases.toml").write_bytes((ROOT / "matrix" / "releases.toml").read_bytes())
        work = Workspace(root, Options())
        work.log.note = fetched.append  # type: ignore[method-assign]
        took = seconds(lambda: measure_static(work, list(work.listed.releases)))
        assert not work.log.failed
    megabytes = float(fetched[-1].split()[0])

    def whole(release: str) -> int:
        with tempfile.TemporaryDirectory() as cache:
            own = wheels.SourceCache(Path(cache))
            return wheels.read_sources(listing.source_wheel(release), session, own, whole=True).fetched_bytes

    started = time.perf_counter()
    with index.open_session() as session, ThreadPoolExecutor(8) as pool:
        total = sum(pool.map(whole, listing.releases))
    peer = f"fetching whole wheels alone: {time.perf_counter() - started:.1f} s, {total / 1e6:.0f} MB"
    goal = f"static facts of {len(listing.releases)} releases, empty cache: 60 s, 60 MB"
    return Row(goal, f"{took:.1f} s, {megabytes:.1f} MB", peer, took <= 60 and megabytes <= 60)


def extraction(listing: index.Listing) -> Row:
    """Extraction of the newest release against griffe's own load of the same files, in turns."""
    with index.open_session() as session:
        files = wheels.read_sources(listing.source_wheel(listing.releases[-1]), session).files
    ours: List[float] = []
    peers: List[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

        def load() -> None:
            loader = griffe.GriffeLoader(search_paths=[folder], allow_inspection=False)
            loader.load("torchvision")
            loader.resolve_aliases()

        for _ in range(7):
            ours.append(seconds(lambda: static.extract(files)))
            peers.append(seconds(load))
    ratio = statistics.median(a / b for a, b in zip(ours, peers))
    figure = f"{statistics.median(ours):.2f} s, ratio {ratio:.2f}"
    peer = f"griffe's load: {statistics.median(peers):.2f} s"
    return Row("static extraction of one release: at most 1.5 times griffe's load", figure, peer, ratio <= 1.5)


def nothing_to_do() -> Row:
    """`nox -s audit` with everything recorded, against nox that runs nothing."""

    def nox(*arguments: str) -> float:
        command = [sys.executable, "-m", "nox", *arguments]
        return seconds(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True))

    nox("-s", "audit")
    audit, alone = turns(lambda: nox("-s", "audit"), lambda: nox("--list"), 3)
    extra = audit - alone
    return Row("everything recorded: at most 3 s over nox", f"{extra:.1f} s", f"nox --list: {alone:.1f} s", extra <= 3)


# What a probe cannot do without: every builder of torchvision called once, without weights.
BUILDING = """
import warnings
from torchvision import models
warnings.simplefilter("ignore")
for name in models.list_models():
    builder = models.get_model_builder(name)
    nested = builder.__module__.split(".")[2] in ("detection", "segmentation")
    builder(weights=None, **({"weights_backbone": None} if nested else {}))
"""


def real_installs(store: Store) -> List[Row]:
    """What the committed records say their measuring took, and one release measured now."""
    releases = read_release_list(ROOT / "matrix" / "releases.toml").measurable
    found = [store.load(release.version) for release in releases]
    origins = [record.provenance["runtime"] for record in found if record is not None and record.measured]
    recipes = [
        record.provenance["behaviour"]["seconds"]
        for record in found
        if record is not None and record.behaviour is not None
    ]
    # The recipes are evaluated in the environment that the probe has made.
    total = (sum(origin["seconds"]["install"] + origin["seconds"]["probe"] for origin in origins) + sum(recipes)) / 60
    slowest = max(recipes)
    memory = max(origin["peak_memory_mb"] for origin in origins) / 1000
    installer = environment.Installer(print)

    def measure() -> None:
        environment.measure(releases[-1], None, installer, print)

    measure()
    took = seconds(measure)
    _, building, _ = launched([sys.executable, "-c", BUILDING], str(ROOT), OMP_NUM_THREADS="1")
    one = f"{releases[-1].version}, install and probe, warm cache: at most 2.5 times building its models"
    peer = f"torchvision alone builds them: {building:.0f} s"
    return [
        Row(one, f"{took:.0f} s, ratio {took / building:.1f}", peer, took <= 2.5 * building),
        Row("whole matrix: at most 110 min (sum over the records)", f"{total:.0f} min, {len(origins)} releases", "", total <= 110),
        Row("recipes: at most 60 s a release (largest record)", f"{slowest:.0f} s", "", slowest <= 60),
        Row("peak memory of the probe: under 6 GB (largest record)", f"{memory:.1f} GB", "", memory < 6),
    ]  # fmt: skip


def sizes() -> List[Row]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    checkout = sum((ROOT / name.decode()).stat().st_size for name in listed.split(b"\0") if name) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, str(ROOT)]
        subprocess.run(command, check=True, capture_output=True)
        (wheel,) = Path(folder).glob("*.whl")
        size = wheel.stat().st_size / 1e6
        with zipfile.ZipFile(wheel) as archive:
            assert "tvcompat/catalog/tables/builders.json" in archive.namelist()
    return [
        Row("checkout: under 20 MB", f"{checkout:.1f} MB", "", checkout < 20),
        Row("wheel: under 1.5 MB", f"{size:.2f} MB", "", size < 1.5),
    ]


def rows() -> List[Row]:
    paths.cache().mkdir(parents=True, exist_ok=True)
    with index.open_session() as session:
        listing = index.list_wheels(session)
    found = [extraction(listing), static_of_all(listing), nothing_to_do()]
    return found + sizes() + real_installs(Store(ROOT / "matrix" / "records"))
