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

FILES = 200
MANY = 10_000


def timed(command: List[str], folder: Path) -> Tuple[float, float]:
    """Seconds and peak megabytes of a command and its children; what it says does not matter."""
    _, took, peak = launched(command, str(folder))
    return took, peak


def sample(folder: Path) -> int:
    """Files of real packages that speak of torchvision; returns how many lines they have."""
    whole = folder.with_name("packages")
    for package in LABELS:
        unpack(fetch(package), whole)
    chosen = [path for path in sorted(whole.rglob("*.py")) if b"torchvision" in path.read_bytes()][:FILES]
    for number, path in enumerate(chosen):
        target = folder / f"m{number}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return sum(path.read_bytes().count(b"\n") for path in chosen)


def many(folder: Path) -> Tuple[int, int]:
    """All kinds of Python files, those that are installed here."""
    folder.mkdir()
    count = lines = 0
    for path in sorted(Path(sysconfig.get_path("purelib")).rglob("*.py")):
        if count == MANY:
            break
        data = path.read_bytes()
        (folder / f"{count % 100}").mkdir(exist_ok=True)
        (folder / f"{count % 100}" / f"m{count}.py").write_bytes(data)
        count, lines = count + 1, lines + data.count(b"\n")
    return count, lines


def rows() -> List[Row]:
    binaries = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "sample"
        lines = sample(folder)
        own = [sys.executable, "-m", "tvcompat", "check", "."]
        ruff = [str(binaries / "ruff"), "check", "--no-cache", "--select", "NPY201,UP", "."]
        torchfix = [str(binaries / "torchfix"), "--select=TOR201,TOR202,TOR203", "."]
        said = subprocess.run([*own, "--format", "json"], cwd=folder, stdout=subprocess.PIPE, text=True)
        assert json.loads(said.stdout), "nothing was found, so nothing was measured"
        pairs = [(timed(own, folder)[0], timed(ruff, folder)[0]) for _ in range(7)]
        mine, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        slow = timed(torchfix, folder)[0]
        big = Path(temporary) / "many"
        count, all_lines = many(big)
        took, peak = min(timed(own, big) for _ in range(2))
    what = f"{FILES} files that speak of torchvision, {lines} lines"
    return [
        Row(f"check: at most 6 times ruff's time ({what})", f"{mine:.2f} s, ratio {mine / theirs:.1f}",
            f"ruff: {theirs:.2f} s", mine <= 6 * theirs),
        Row("check: at least 100 times TorchFix's speed", f"{mine:.2f} s, {slow / mine:.0f} times",
            f"TorchFix: {slow:.1f} s", slow >= 100 * mine),
        Row(f"check: {count} files, {all_lines} lines, in 6 s", f"{took:.1f} s", "", took <= 6),
        Row("  and under 300 MB", f"{peak:.0f} MB", "", peak < 300),
    ]  # fmt: skip
