"""Finding the Python that a release needs, in the usual places for interpreters."""

# The noxfile uses it too, under whichever Python runs nox.
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.version import Version

from matrix.errors import InterpreterNotFoundError


def find_interpreter(wanted: str) -> str:
    """Return the path of an interpreter of the version ``wanted``, such as ``3.8``.

    Tries the running interpreter, PATH, pyenv and uv, in this order. Each candidate is run to ask for its version,
    because pyenv puts shims on PATH even for versions that are not installed.

    Raises:
        InterpreterNotFoundError: there is none.
    """
    searched: list[str] = []
    for place, candidate in _candidates(wanted):
        if place not in searched:
            searched.append(place)
        if candidate is not None and _is_version(candidate, wanted):
            return candidate
    raise InterpreterNotFoundError(wanted, searched)


def _candidates(wanted: str) -> Iterator[tuple[str, str | None]]:
    yield "the running Python", sys.executable
    yield "PATH", shutil.which(f"python{wanted}")
    if os.name == "nt":
        yield "PATH", shutil.which("python")
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield f"pyenv ({root})", None
    folders = [folder for folder in (root / "versions").glob(f"{wanted}.*") if _version(folder.name) is not None]
    for folder in sorted(folders, key=lambda folder: Version(folder.name), reverse=True):
        for name in ("bin/python", "python.exe"):
            if (folder / name).exists():
                yield f"pyenv ({root})", str(folder / name)
    uv = shutil.which("uv")
    if uv is None:
        return
    found = subprocess.run(
        [uv, "python", "find", "--no-python-downloads", "--no-project", wanted],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    yield "uv", found.stdout.strip() or None


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:
        return None


def _is_version(candidate: str, wanted: str) -> bool:
    try:
        said = subprocess.run(
            [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and said.stdout.strip() == wanted
