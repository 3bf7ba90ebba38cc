"""Environments with a release in them, created with uv if it is available, else with venv and pip."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from matrix import paths
from matrix.errors import InstallError
from matrix.release_list import ListedRelease

# The packages of all releases together take far more space than a laptop has to spare, and releases share few of them.
CACHE_LIMIT_MB = 20_000

Note = Callable[[str], None]


def folder_mb(folder: Path) -> int:
    """Return the size of the files below a folder in megabytes, counting hard-linked files once."""
    seen, total = set(), 0
    for root, _, names in os.walk(folder):
        for name in names:
            status = os.lstat(os.path.join(root, name))
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                total += status.st_size
    return total // 1_000_000


class Installer:
    """Creates environments and installs into them, with uv if it is available, else with venv and pip."""

    def __init__(self, note: Note, torch_backend: str | None = None) -> None:
        self.note = note
        self.uv: str | None = os.environ.get("UV") or shutil.which("uv")
        self.torch_backend = torch_backend
        self.cache: Path = paths.cache() / "uv"
        if torch_backend and self.uv is None:
            raise InstallError("--torch-backend needs uv, which was not found on PATH. Run: pip install uv")

    def bound_cache(self) -> None:
        """Empty the download cache if it exceeds its limit; nothing in it is needed again soon."""
        limit = int(os.environ.get("TVCOMPAT_CACHE_MB", CACHE_LIMIT_MB))
        if self.uv is not None and self.cache.is_dir() and folder_mb(self.cache) > limit:
            self.note(f"the download cache is over {limit / 1000:.0f} GB: emptied")
            shutil.rmtree(self.cache, ignore_errors=True)

    def install(self, release: ListedRelease, interpreter: str, folder: Path) -> Path:
        """Create an environment in ``folder``, install ``release`` into it and return its interpreter.

        Raises:
            InstallError: with the last lines the installer wrote.
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
            InstallError: with the last lines the installer wrote.
        """
        if self.uv is not None:
            command = [self.uv, "pip", "install", "--quiet", "--python", str(python), requirement]
        else:
            command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise InstallError(f"{requirement} could not be installed:\n{done.stdout.strip()[-500:]}")

    def packages(self, python: Path) -> list[str]:
        """Return ``name==version`` of everything installed, sorted."""
        if self.uv is not None:
            command = [self.uv, "pip", "freeze", "--quiet", "--python", str(python)]
        else:
            command = [str(python), "-m", "pip", "freeze", "--disable-pip-version-check"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        return sorted(line for line in done.stdout.splitlines() if "==" in line)

    @staticmethod
    def _explain(release: ListedRelease, output: str) -> str:
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
