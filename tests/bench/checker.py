"""The checker beside TorchFix and ruff, on real packages, whole processes."""

import json
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import List, Tuple

from tests.check.labels import LABELS, fetch, unpack

from .rows import Row, launched

OWN = [sys.executable, "-m", "tvcompat", "check", "."]

FILES = 200
MANY = 10_000


def timed(command: List[str], folder: Path) -> Tuple[float, float]:
    """Seconds and peak megabytes of a command and its children; what it says does not matter."""
    _, took, peak = launched(command, str(folder))
    return took, peak


def speaking(folder: Path) -> Tuple[int, int]:
    """Files of real packages that speak of torchvision, and nothing else; returns how many, and their lines."""
    whole = folder.with_name("packages")
    for package in LABELS:
        unpack(fetch(package), whole)
    chosen = [path for path in sorted(whole.rglob("*.py")) if b"torchvision" in path.read_bytes()][:FILES]
    for number, path in enumerate(chosen):
        target = folder / f"m{number}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return len(chosen), sum(path.read_bytes().count(b"\n") for path in chosen)


def packages(folder: Path) -> Tuple[int, int]:
    """Real packages as they are, the first ones of those that have labels; returns how many files, and their lines."""
    found: List[Path] = []
    for package in LABELS:
        if len(found) < FILES:
            unpack(fetch(package), folder / package["name"])
            found = sorted(folder.rglob("*.py"))
    return len(found), sum(path.read_bytes().count(b"\n") for path in found)


def many(folder: Path) -> Tuple[int, int]:
    """All kinds of Python files: those that are installed here, then those of Python itself."""
    folder.mkdir()
    count = lines = 0
    roots = [Path(sysconfig.get_path(name)) for name in ("purelib", "stdlib")]
    for path in [path for root in roots for path in sorted(root.rglob("*.py"))]:
        if count == MANY:
            break
        data = path.read_bytes()
        (folder / f"{count % 100}").mkdir(exist_ok=True)
        (folder / f"{count % 100}" / f"m{count}.py").write_bytes(data)
        count, lines = count + 1, lines + data.count(b"\n")
    return count, lines


def beside(folder: Path, what: str) -> List[Row]:
    """The checker, ruff and TorchFix on the same files."""
    binaries = Path(sys.executable).parent
    ruff = [str(binaries / "ruff"), "check", "--no-cache", "--select", "NPY201,UP", "."]
    torchfix = [str(binaries / "torchfix"), "--select=TOR201,TOR202,TOR203", "."]
    said = subprocess.run([*OWN, "--format", "json"], cwd=folder, stdout=subprocess.PIPE, text=True)
    assert json.loads(said.stdout), "nothing was found, so nothing was measured"
    pairs = [(timed(OWN, folder)[0], timed(ruff, folder)[0]) for _ in range(7)]
    mine, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    # Both were loaded once before, so that no run writes what Python compiles.
    timed([torchfix[0], "--help"], folder)
    slow = timed(torchfix, folder)[0]
    return [
        Row(f"check: at most 6 times ruff's time ({what})", f"{mine:.2f} s, ratio {mine / theirs:.1f}",
            f"ruff: {theirs:.2f} s", mine <= 6 * theirs),
        Row(f"check: at least 100 times TorchFix's speed ({what})", f"{mine:.2f} s, {slow / mine:.0f} times",
            f"TorchFix: {slow:.1f} s", slow >= 100 * mine),
    ]  # fmt: skip


def rows() -> List[Row]:
    with tempfile.TemporaryDirectory() as temporary:
        whole, chosen, big = (Path(temporary) / name for name in ("whole", "chosen", "many"))
        count, lines = packages(whole)
        found = beside(whole, f"packages as they are: {count} files, {lines} lines")
        count, lines = speaking(chosen)
        found += beside(chosen, f"only files that speak of torchvision: {count} files, {lines} lines")
        count, lines = many(big)
        took, peak = min(timed(OWN, big) for _ in range(2))
    return [
        *found,
        Row(f"check: {count} files, {lines} lines, in 6 s", f"{took:.1f} s", "", took <= 6),
        Row("  and under 300 MB", f"{peak:.0f} MB", "", peak < 300),
    ]
