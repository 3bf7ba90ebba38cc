"""What single tests need besides Python: programs, libraries, a checkout. Each test asks for it here.

Where it is missing the test is skipped, and the run ends by saying what was not tried and what that takes. With
``TVCOMPAT_TEST_REQUIRE=1``, which ``.ci/run`` sets, such a test fails instead.
"""

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple, Optional

import pytest

from tests import browser

ROOT = Path(__file__).parents[1]
REQUIRED = os.environ.get("TVCOMPAT_TEST_REQUIRE") == "1"

# Reasons of skipped tests begin like this where something is missing. The second is pytest's own, of `importorskip`.
_NEEDS = "needs "
_MISSING = (_NEEDS, "could not import ")


class Need(NamedTuple):
    """Something that tests can't do without.

    Attributes:
        find: returns what the test uses, such as a path; nothing where it is missing.
        tried: what is tried with it.
        install: how to get it.
    """

    find: Callable[[], Any]
    tried: str
    install: str


def _ffmpeg() -> bool:
    """Whether TorchCodec finds FFmpeg: its libraries count, wherever the program is."""
    from tvcompat.legacy.video import torchcodec

    return torchcodec.decoders() is not None


def _images() -> bool:
    """Whether TorchCodec's decoders of images are there, which FFmpeg is not needed for, and torchvision's of 0.29."""
    try:
        from torchcodec.decoders import decode_image
        from torchvision.io import decode_heic
    except (ImportError, OSError, RuntimeError):
        return False
    return callable(decode_image) and callable(decode_heic)


def _checkout() -> bool:
    git = shutil.which("git")
    command = [git or "git", "rev-parse", "--is-inside-work-tree"]
    return git is not None and subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _set_by_nox(variable: str) -> Callable[[], Optional[str]]:
    return lambda: os.environ.get(variable)


PROGRAMS: Dict[str, Need] = {
    "Chromium": Need(browser.find, "pages in a real browser", "apt-get install chromium, or Google Chrome"),
    "TorchCodec": Need(
        _images, "images with TorchCodec beside torchvision", "pip install --no-deps torchcodec, or nox -s tests-3.13"
    ),
    "FFmpeg": Need(_ffmpeg, "videos with TorchCodec", "apt-get install ffmpeg, and pip install torchcodec"),
    "git": Need(_checkout, "the checkout as a whole", "apt-get install git, and a git checkout"),
    "uv": Need(
        lambda: os.environ.get("UV") or shutil.which("uv"), "installing with uv", 'pip install "nox[uv]", then nox'
    ),
    "mismatched torchvision": Need(
        _set_by_nox("TVCOMPAT_TEST_MISMATCHED"), "a torchvision made for another torch", "nox -s tests-3.13"
    ),
    "numpy 2": Need(
        _set_by_nox("TVCOMPAT_TEST_NUMPY2"), "a torch for numpy 1 with numpy 2 installed", "nox -s tests-3.10"
    ),
    "expected release": Need(
        _set_by_nox("TVCOMPAT_TEST_TORCHVISION"), "that the expected torchvision is installed", "nox -s tests-3.13"
    ),
}


def need(name: str) -> Any:
    """Return what was asked for, such as the path of a program; skip the test, or the module, where it is missing."""
    wanted = PROGRAMS[name]
    found = wanted.find()
    if not found:
        # A module may ask for it before it imports what the tests need.
        pytest.skip(f"{_NEEDS}{name} ({wanted.install}); not tried: {wanted.tried}", allow_module_level=True)
    return found


def need_module(name: str) -> Any:
    """Import a library of the ``tests`` group or of an extra; skip the test where it is missing.

    On Pythons older than the tools support, where the core alone is installed, that is as it should be.
    """
    if sys.version_info < (3, 10):
        return pytest.importorskip(name, reason="on Python 3.10 or newer only")
    try:
        return importlib.import_module(name)
    except ImportError:
        pytest.skip(f"{_NEEDS}{name} (nox -s tests-3.13); not tried: what uses it", allow_module_level=True)


def lacking(report: Any) -> str:
    """Return why a test or a module was skipped, where something was missing, and ``""`` otherwise."""
    if not report.skipped or not isinstance(report.longrepr, tuple):
        return ""
    reason = str(report.longrepr[2])
    reason = reason[len("Skipped: ") :] if reason.startswith("Skipped: ") else reason
    return reason if reason.startswith(_MISSING) else ""


def require(report: Any) -> Any:
    """Turn a report of something that was missing into a failure where everything is required."""
    reason = lacking(report) if REQUIRED else ""
    if reason:
        report.outcome, report.longrepr = "failed", f"{reason}\nTVCOMPAT_TEST_REQUIRE=1 makes that a failure."
    return report


def summary(skipped: "list[Any]") -> "list[str]":
    """Return a line for each thing that was missing, with the number of tests that were not tried for it."""
    counts: Dict[str, int] = {}
    for report in skipped:
        reason = lacking(report)
        if reason:
            counts[reason] = counts.get(reason, 0) + 1
    return [f"{count} skipped: {reason}" for reason, count in sorted(counts.items())]
