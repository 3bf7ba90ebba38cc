"""Measuring one release in a real install: create an environment, run the probe in it, and remove it again."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from matrix import paths
from matrix.errors import DiskSpaceError, ProbeError
from matrix.install.installer import Installer, Note, folder_mb
from matrix.install.interpreters import find_interpreter
from matrix.release_list import ListedRelease

PROBE = Path(__file__).parents[1] / "probe" / "__main__.py"

# What is measured must not depend on a graphics card that only some machines have, nor on the number of processors. A
# process with two threads keeps 1.35 processors busy; releases are measured side by side instead.
SAME_EVERYWHERE = {"CUDA_VISIBLE_DEVICES": "", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}

# One installation at a time: the cache is emptied in between, and each has to see how much disk space the last took.
_INSTALLING = Lock()

# The assumed size of an environment and its downloads when no record says how large it was.
UNKNOWN_SIZE_MB = 9_000


@dataclass
class Measurement:
    """The facts of a release, and what measuring them cost."""

    facts: dict[str, Any]
    packages: list[str]
    seconds: dict[str, float] = field(default_factory=dict)
    environment_mb: int = 0
    verification: dict[str, Any] | None = None
    behaviour: dict[str, Any] | None = None


@contextmanager
def environment_folder(release: ListedRelease) -> Iterator[Path]:
    """Create a folder for the environment of one release and remove it afterwards, along with those of killed runs."""
    parent = paths.cache() / "environments"
    parent.mkdir(parents=True, exist_ok=True)
    for stale in parent.iterdir():
        owner = stale.name.rpartition("-")[2]
        if not (owner.isdigit() and _is_running(int(owner))):
            shutil.rmtree(stale, ignore_errors=True)
    folder = parent / f"{release.version}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def check_space(release: ListedRelease, needed_mb: int) -> None:
    """Check that there is enough disk space for an environment.

    Raises:
        DiskSpaceError: the environment would not fit; says how much it needs.
    """
    folder = paths.cache()
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < needed_mb:
        raise DiskSpaceError(f"the environment of torchvision {release.version}", needed_mb, free, str(folder))


def run_probe(python: Path, canonical: dict[str, dict[str, str]] | None, note: Note, folder: Path) -> dict[str, Any]:
    """Run the probe with the interpreter of an environment and return what it found.

    Args:
        canonical: builder path -> schema of the newest release; ``None`` when the newest itself is probed.
        folder: where to put the files that the two processes exchange.

    Raises:
        ProbeError: with the last lines the probe wrote.
    """
    command = [str(python), "-I", str(PROBE), "--out", str(folder / "facts.json")]
    if canonical is not None:
        (folder / "canonical.json").write_text(json.dumps(canonical), encoding="utf-8")
        command += ["--canonical", str(folder / "canonical.json")]
    environment = dict(os.environ, **SAME_EVERYWHERE)
    run_watched(command, environment, note, "the probe")
    with open(folder / "facts.json", encoding="utf-8") as stream:
        facts: dict[str, Any] = json.load(stream)
    return facts


def run_watched(command: list[str], environment: dict[str, str], note: Note, what: str) -> None:
    """Run a command that tells of its steps on standard error.

    Raises:
        ProbeError: it failed, with its last lines.
    """
    lines: list[str] = []
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                lines.append(line.rstrip())
                if re.match(r" *\d+\.\d s  ", line):
                    note("  " + line.strip())
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        tail = "\n    ".join(lines[-12:])
        raise ProbeError(f"{what} ended with exit code {process.returncode}:\n    {tail}")


def run_verification(
    python: Path, reference: dict[str, Any] | None, installer: Installer, note: Note, folder: Path
) -> dict[str, Any]:
    """Run the shim inside an environment, as :mod:`matrix.verify` describes, and return what it found.

    Args:
        reference: what was found inside the newest release; ``None`` when the newest itself is verified.

    Raises:
        InstallError: what the shim needs can't be installed.
        ProbeError: the verification failed to run, with its last lines.
    """
    options = []
    if reference is not None:
        (folder / "reference.json").write_text(json.dumps(reference), encoding="utf-8")
        options += ["--reference", str(folder / "reference.json")]
    return _found_by("matrix.verify", options, python, installer, note, folder)


def _found_by(
    module: str, options: Sequence[str], python: Path, installer: Installer, note: Note, folder: Path
) -> dict[str, Any]:
    """Run one of our modules inside an environment and return what it wrote."""
    installer.add(python, "packaging")
    out = folder / "found.json"
    source = str(Path(__file__).parents[2])
    environment = dict(os.environ, **SAME_EVERYWHERE, PYTHONPATH=source)
    run_watched([str(python), "-m", module, "--out", str(out), *options], environment, note, "the verification")
    with open(out, encoding="utf-8") as stream:
        found: dict[str, Any] = json.load(stream)
    return found


@dataclass(frozen=True)
class Environment:
    """A temporary install of a release.

    Attributes:
        python: its interpreter.
        folder: the environment's folder, also for files that processes exchange.
        packages: ``name==version`` of everything in it.
        seconds: how long installing took.
    """

    python: Path
    folder: Path
    packages: list[str]
    seconds: float


@contextmanager
def installed_release(
    release: ListedRelease, installer: Installer, note: Note, *, size_mb: int = UNKNOWN_SIZE_MB
) -> Iterator[Environment]:
    """Install a release into a fresh environment, and remove it afterwards.

    Args:
        size_mb: megabytes the environment is expected to need.

    Raises:
        InterpreterNotFoundError, DiskSpaceError, InstallError.
    """
    interpreter = find_interpreter(release.python)
    with environment_folder(release) as folder:
        with _INSTALLING:
            installer.bound_cache()
            check_space(release, size_mb)
            started = time.perf_counter()
            note(f"install with Python {release.python}: {', '.join(release.requirements)}")
            python = installer.install(release, interpreter, folder)
            seconds = round(time.perf_counter() - started, 1)
        note(f"installed in {seconds} s")
        yield Environment(python, folder, installer.packages(python), seconds)


def run_legacy_names(made: Environment, release: ListedRelease, installer: Installer, note: Note) -> dict[str, Any]:
    """Return what :mod:`matrix.verify.legacy` finds about the names that the next release dropped.

    Raises:
        InstallError, ProbeError.
    """
    options = ["--release", release.version]
    return _found_by("matrix.verify.legacy", options, made.python, installer, note, made.folder)


def measure(
    release: ListedRelease,
    canonical: dict[str, dict[str, str]] | None,
    installer: Installer,
    note: Note,
    *,
    size_mb: int = UNKNOWN_SIZE_MB,
    verify: Callable[[Environment, Note], dict[str, Any]] | None = None,
    evaluate: Callable[[Environment, Note], dict[str, Any]] | None = None,
) -> Measurement:
    """Install a release into a fresh environment, run the probe there, and remove it.

    Args:
        canonical: builder path -> schema of the newest release, ``None`` when this is the newest.
        size_mb: megabytes the environment is expected to need.
        verify: run after the probe; returns what it found.
        evaluate: run after that; returns what the recipes gave.

    Raises:
        InterpreterNotFoundError, DiskSpaceError, InstallError, ProbeError.
    """
    with installed_release(release, installer, note, size_mb=size_mb) as environment:
        seconds = {"install": environment.seconds}
        started = time.perf_counter()
        facts = run_probe(environment.python, canonical, note, environment.folder)
        seconds["probe"] = round(time.perf_counter() - started, 1)
        size = folder_mb(environment.folder)
        found: dict[str, dict[str, Any]] = {}
        for step, run in (("verify", verify), ("recipes", evaluate)):
            if run is not None:
                started = time.perf_counter()
                found[step] = run(environment, note)
                seconds[step] = round(time.perf_counter() - started, 1)
        return Measurement(facts, environment.packages, seconds, size, found.get("verify"), found.get("recipes"))


def keep_facts(measurement: Measurement, path: Path) -> None:
    """Write the raw facts to a file, to inspect what the record leaves out."""
    paths.write(path, json.dumps(measurement.facts, sort_keys=True).encode())
