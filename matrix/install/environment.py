"""One release, really installed: a fresh environment, the probe run in it, and the environment gone again."""

import json
import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence

from matrix import paths
from matrix.errors import DiskSpaceError, InstallError, ProbeError
from matrix.install.interpreters import find_interpreter
from matrix.release_list import Release

PROBE = Path(__file__).parents[1] / "probe.py"

# Packages of all releases together take far more than a laptop has to spare, and two releases share little.
CACHE_LIMIT_MB = 20_000

# What an environment and the downloads for it are taken to need where no record says how large it was.
UNKNOWN_SIZE_MB = 9_000

Note = Callable[[str], None]


@dataclass
class Measurement:
    """What a release said about itself, and what it cost to ask."""

    facts: Dict[str, Any]
    packages: List[str]
    seconds: Dict[str, float] = field(default_factory=dict)
    environment_mb: int = 0
    verification: Optional[Dict[str, Any]] = None


def folder_mb(folder: Path) -> int:
    """Size of the files below a folder in megabytes; a file with several names counts once."""
    seen, total = set(), 0
    for root, _, names in os.walk(folder):
        for name in names:
            status = os.lstat(os.path.join(root, name))
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                total += status.st_size
    return total // 1_000_000


class Installer:
    """Makes environments and installs into them, with uv where it is there, else with venv and pip."""

    def __init__(self, note: Note, torch_backend: Optional[str] = None) -> None:
        self.note = note
        self.uv: Optional[str] = os.environ.get("UV") or shutil.which("uv")
        self.torch_backend = torch_backend
        self.cache: Path = paths.cache() / "uv"
        if torch_backend and self.uv is None:
            raise InstallError("--torch-backend needs uv, which was not found on PATH. Run: pip install uv")

    def bound_cache(self) -> None:
        """Empty the download cache when it has outgrown its limit; nothing in it is needed twice soon."""
        limit = int(os.environ.get("TVCOMPAT_CACHE_MB", CACHE_LIMIT_MB))
        if self.uv is not None and self.cache.is_dir() and folder_mb(self.cache) > limit:
            self.note(f"the download cache is over {limit / 1000:.0f} GB: emptied")
            shutil.rmtree(self.cache, ignore_errors=True)

    def install(self, release: Release, interpreter: str, folder: Path) -> Path:
        """Make an environment in ``folder`` that holds ``release``; returns its interpreter.

        Raises:
            InstallError: with what the installer said last.
        """
        environment = dict(os.environ)
        environment.pop("VIRTUAL_ENV", None)
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if self.uv is not None:
            environment["UV_CACHE_DIR"] = str(self.cache)
            create = [self.uv, "venv", "--quiet", "--no-project", "--python", interpreter, str(folder)]
            install = [self.uv, "pip", "install", "--quiet", "--python", str(python)]
            if self.torch_backend:
                install += ["--torch-backend", self.torch_backend]
        else:
            create = [interpreter, "-m", "venv", str(folder)]
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
        for command in (create, [*install, "--only-binary", ":all:", *release.requirements]):
            done = subprocess.run(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
            )
            if done.returncode:
                raise InstallError(self._explain(release, done.stdout))
        return python

    def add(self, python: Path, requirement: str) -> None:
        """Install one more distribution into an environment.

        Raises:
            InstallError: with what the installer said last.
        """
        if self.uv is not None:
            command = [self.uv, "pip", "install", "--quiet", "--python", str(python), requirement]
        else:
            command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise InstallError(f"{requirement} could not be installed:\n{done.stdout.strip()[-500:]}")

    def packages(self, python: Path) -> List[str]:
        """``name==version`` of everything installed, sorted."""
        if self.uv is not None:
            command = [self.uv, "pip", "freeze", "--quiet", "--python", str(python)]
        else:
            command = [str(python), "-m", "pip", "freeze", "--disable-pip-version-check"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        return sorted(line for line in done.stdout.splitlines() if "==" in line)

    @staticmethod
    def _explain(release: Release, output: str) -> str:
        tail = "\n    ".join(output.strip().splitlines()[-6:])
        message = f"torchvision {release.version} could not be installed with torch {release.torch}:\n    {tail}"
        flat = " ".join(output.split())
        if re.search(
            rf"no version of torch\s*==\s*{re.escape(release.torch)}|No matching distribution found for torch==", flat
        ):
            message += (
                f"\nThe package index has no torch {release.torch} for this platform: "
                f"mend the `torch` of {release.version} in matrix/releases.toml."
            )
        elif re.search(r"unsatisfiable|conflicting", flat):
            message += (
                f"\nThe versions in matrix/releases.toml for {release.version} do not fit each other; "
                f"the torch its wheel asks for is the right one."
            )
        return message


@contextmanager
def environment_folder(release: Release) -> Iterator[Path]:
    """A folder for the environment of one release, removed afterwards; leftovers of killed runs go as well."""
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


def check_space(release: Release, needed_mb: int) -> None:
    """
    Raises:
        DiskSpaceError: the environment would not fit, with how much it needs.
    """
    folder = paths.cache()
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < needed_mb:
        raise DiskSpaceError(f"the environment of torchvision {release.version}", needed_mb, free, str(folder))


def run_probe(python: Path, canonical: Optional[Dict[str, Dict[str, str]]], note: Note, folder: Path) -> Dict[str, Any]:
    """Run the probe with the interpreter of an environment and return what it found.

    Args:
        canonical: builder path -> schema of the newest release; ``None`` when the newest itself is probed.
        folder: where the files that pass between the two processes may lie.

    Raises:
        ProbeError: with the last lines the probe wrote.
    """
    command = [str(python), "-I", str(PROBE), "--out", str(folder / "facts.json")]
    if canonical is not None:
        (folder / "canonical.json").write_text(json.dumps(canonical), encoding="utf-8")
        command += ["--canonical", str(folder / "canonical.json")]
    # The answers must not depend on a graphics card that one machine has and another has not.
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", PYTHONHASHSEED="0")
    _watched(command, environment, note, "the probe")
    with open(folder / "facts.json", encoding="utf-8") as stream:
        facts: Dict[str, Any] = json.load(stream)
    return facts


def _watched(command: List[str], environment: Dict[str, str], note: Note, what: str) -> None:
    """Run a command that tells of its steps on stderr.

    Raises:
        ProbeError: it failed, with its last lines.
    """
    lines: List[str] = []
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
    python: Path, reference: Optional[Dict[str, Any]], installer: Installer, note: Note, folder: Path
) -> Dict[str, Any]:
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
) -> Dict[str, Any]:
    """What a module of ours writes when it is run inside an environment."""
    installer.add(python, "packaging")
    out = folder / "found.json"
    source = str(Path(__file__).parents[2])
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", PYTHONHASHSEED="0", PYTHONPATH=source)
    _watched([str(python), "-m", module, "--out", str(out), *options], environment, note, "the verification")
    with open(out, encoding="utf-8") as stream:
        found: Dict[str, Any] = json.load(stream)
    return found


@dataclass(frozen=True)
class Environment:
    """A release that is installed for the moment.

    Attributes:
        python: its interpreter.
        folder: the environment's folder; files that pass between processes may lie there.
        packages: ``name==version`` of everything in it.
        seconds: how long installing took.
    """

    python: Path
    folder: Path
    packages: List[str]
    seconds: float


@contextmanager
def installed_release(
    release: Release, installer: Installer, note: Note, *, size_mb: int = UNKNOWN_SIZE_MB
) -> Iterator[Environment]:
    """A fresh environment with a release in it, removed afterwards.

    Args:
        size_mb: megabytes the environment is expected to need.

    Raises:
        InterpreterNotFoundError, DiskSpaceError, InstallError.
    """
    interpreter = find_interpreter(release.python)
    installer.bound_cache()
    check_space(release, size_mb)
    with environment_folder(release) as folder:
        started = time.perf_counter()
        note(f"install with Python {release.python}: {', '.join(release.requirements)}")
        python = installer.install(release, interpreter, folder)
        seconds = round(time.perf_counter() - started, 1)
        note(f"installed in {seconds} s")
        yield Environment(python, folder, installer.packages(python), seconds)


def run_legacy_names(made: Environment, release: Release, installer: Installer, note: Note) -> Dict[str, Any]:
    """What the names give that the release after this one dropped, as :mod:`matrix.verify.legacy` says.

    Raises:
        InstallError, ProbeError.
    """
    options = ["--release", release.version]
    return _found_by("matrix.verify.legacy", options, made.python, installer, note, made.folder)


def measure(
    release: Release,
    canonical: Optional[Dict[str, Dict[str, str]]],
    installer: Installer,
    note: Note,
    *,
    size_mb: int = UNKNOWN_SIZE_MB,
    verify: Optional[Callable[[Environment], Dict[str, Any]]] = None,
) -> Measurement:
    """Install a release into a fresh environment, run the probe there, and remove it.

    Args:
        canonical: builder path -> schema of the newest release, ``None`` when this is the newest.
        size_mb: megabytes the environment is expected to need.
        verify: run after the probe; returns what it found.

    Raises:
        InterpreterNotFoundError, DiskSpaceError, InstallError, ProbeError.
    """
    with installed_release(release, installer, note, size_mb=size_mb) as environment:
        seconds = {"install": environment.seconds}
        started = time.perf_counter()
        facts = run_probe(environment.python, canonical, note, environment.folder)
        seconds["probe"] = round(time.perf_counter() - started, 1)
        size = folder_mb(environment.folder)
        verification = None
        if verify is not None:
            started = time.perf_counter()
            verification = verify(environment)
            seconds["verify"] = round(time.perf_counter() - started, 1)
        return Measurement(facts, environment.packages, seconds, size, verification)


def keep_facts(measurement: Measurement, path: Path) -> None:
    """Write the raw facts to a file, for looking at what the record leaves out."""
    paths.write(path, json.dumps(measurement.facts, sort_keys=True).encode())
