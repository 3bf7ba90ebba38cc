"""``tvcompat doctor``: do the installed torch, torchvision and Python fit, and what to install if they do not.

Both packages are looked at from outside first (their metadata and ``version.py``), then imported in a process of its
own, so that a crash there is an answer and not the end of this program.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from importlib import metadata
from typing import List, Optional

from packaging.requirements import Requirement
from packaging.version import Version

from tvcompat.catalog.queries import Catalog, catalog
from tvcompat.catalog.torch_pairs import satisfies, torchvision_for
from tvcompat.commands.output import add_format, print_json
from tvcompat.releases import base_version

EXAMPLES = """examples:
  tvcompat doctor
  python -m tvcompat doctor --format json      in the environment that python belongs to
"""

# The probe imports both packages and calls one compiled operator; the first import of a large torch can take long.
IMPORT_SECONDS = 180
IMAGE_WARNING = "Failed to load image Python extension"
CHECK = """
import torch
print("torch", torch.__version__, torch.version.cuda)
import torchvision
print("torchvision", torchvision.__version__)
boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
print("nms", torchvision.ops.nms(boxes, torch.tensor([1.0]), 0.5).tolist())
"""


@dataclass
class Package:
    """One of the two packages as its files describe it.

    Attributes:
        version: from the metadata, ``None`` when it is not installed.
        build: ``cpu``, ``cu121``, ... as ``version.py`` says, empty where it says nothing.
        requires_torch: torchvision only: the torch its metadata asks for.
    """

    version: Optional[str] = None
    build: str = ""
    requires_torch: str = ""


@dataclass
class Diagnosis:
    """What was found.

    Attributes:
        fits: whether code that uses torchvision runs here.
        problem: what is wrong, in a sentence; empty when nothing is.
        remedy: the command that mends it.
        error: the last line of what importing said, where it failed.
        notes: what else is worth knowing.
    """

    python: str
    torch: Package
    torchvision: Package
    fits: bool = True
    problem: str = ""
    remedy: str = ""
    error: str = ""
    notes: List[str] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    found = diagnose(catalog())
    if arguments.format == "json":
        print_json(asdict(found))
    else:
        print("\n".join(text(found)))
    return 0 if found.fits else 1


def text(found: Diagnosis) -> List[str]:
    """The diagnosis for people."""
    lines = [f"Python       {found.python}"]
    for name, package in (("torch", found.torch), ("torchvision", found.torchvision)):
        build = f"  ({package.build} build)" if package.build else ""
        lines.append(f"{name:<12} {package.version or 'not installed'}{build}")
    lines.append("They fit, and the compiled operators work." if found.fits else f"Problem: {found.problem}")
    if found.error:
        lines.append(f"Importing said: {found.error}")
    if found.remedy:
        lines.append(f"Mend it with:\n    {found.remedy}")
    return lines + [f"Note: {note}" for note in found.notes]


def look_at(name: str) -> Package:
    """A package as its metadata and its ``version.py`` describe it, without importing it."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return Package()
    package = Package(distribution.version)
    for line in distribution.requires or ():
        requirement = Requirement(line)
        if name == "torchvision" and requirement.name == "torch":
            package.requires_torch = str(requirement.specifier)
    try:
        written = str(distribution.locate_file(f"{name}/version.py"))
        with open(written, encoding="utf-8") as stream:
            source = stream.read()
    except (OSError, UnicodeDecodeError):
        source = ""
    package.build = build_of(source, package.version or "")
    return package


def build_of(source: str, version: str) -> str:
    """``cpu``, ``cu121``, ``rocm6.0``, ... from a ``version.py``, else from the local part of a version."""
    written = re.search(r"__version__ = ['\"][^'\"]*\+([\w.]+)['\"]", source)
    if written:
        return written.group(1)
    cuda = re.search(r"^cuda(?:: [^=\n]+)? = ['\"]([\d.]+)['\"]", source, re.MULTILINE)
    if cuda:
        return "cu" + cuda.group(1).replace(".", "")
    return version.partition("+")[2]


def import_both() -> "tuple[bool, str]":
    """Whether both import and a compiled operator runs, and the line that says what went wrong, if anything did."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHECK], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", timeout=IMPORT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, f"no answer within {IMPORT_SECONDS} s"
    if done.returncode == 0 and "nms [0]" in done.stdout:
        return True, next((line for line in done.stdout.splitlines() if IMAGE_WARNING in line), "")
    lines = [line for line in done.stdout.strip().splitlines() if line.strip()]
    if done.returncode < 0:
        return False, f"the process was ended by signal {-done.returncode}"
    return False, lines[-1] if lines else f"exit code {done.returncode}"


def diagnose(known: Catalog) -> Diagnosis:
    """Look at both packages, then import them."""
    found = Diagnosis(".".join(map(str, sys.version_info[:3])), look_at("torch"), look_at("torchvision"))
    works, error = import_both() if found.torch.version and found.torchvision.version else (False, "")
    judge(known, found, works, error)
    return found


def judge(known: Catalog, found: Diagnosis, works: bool, error: str) -> None:
    """Fill in what is wrong and what mends it. Pure, so that every case can be tested."""
    torch, torchvision = found.torch, found.torchvision
    found.fits, found.error = works, "" if works else error
    if works and IMAGE_WARNING in error:
        found.notes.append(
            "torchvision.io can't decode images here: its image extension does not load, most often for want of "
            "libjpeg or libpng. Reading them with PIL works."
        )
    if torchvision.version is None:
        found.fits = False
        found.problem = "torchvision is not installed."
        fitting = torchvision_for(known, torch.version) if torch.version else None
        if torch.version and fitting is None:
            found.problem += f" No torchvision from 0.9 on is made for torch {torch.version}."
            found.remedy = f'pip install "torchvision=={known.newest}"'
        else:
            found.remedy = install(f"torchvision=={fitting}" if fitting else "torchvision", torch)
        return
    if torch.version is None:
        found.fits = False
        found.problem = "torch is not installed, and torchvision needs it."
        found.remedy = f'pip install "torch{torchvision.requires_torch}"'
        return
    release = known.nearest(torchvision.version)
    if release is None:
        found.notes.append(f"torchvision {torchvision.version} is older than 0.9, the oldest release tvcompat knows")
    elif Version(base_version(torchvision.version)) > Version(known.newest):
        found.notes.append(
            f"torchvision {torchvision.version} is newer than {known.newest}, the newest release tvcompat knows"
        )
    wanted = torchvision.requires_torch or (known.all_releases[release].requires_torch if release else "")
    if wanted and not satisfies(torch.version, wanted):
        found.fits = False
        found.problem = (
            f"torchvision {torchvision.version} was compiled for torch {wanted}, "
            f"and torch {torch.version} is installed."
        )
        fitting = torchvision_for(known, torch.version)
        if fitting:
            found.remedy = install(f"torchvision=={fitting}", torch)
        else:
            found.remedy = install(f"torch{wanted}", torch)
            found.problem += f" No torchvision from 0.9 on is made for torch {torch.version}."
        return
    if works:
        return
    if torch.build and torchvision.build and torch.build != torchvision.build:
        found.problem = (
            f"torch is a {torch.build} build and torchvision a {torchvision.build} build. "
            f"The compiled operators of one do not load into the other."
        )
        found.remedy = install(f"torchvision=={base_version(torchvision.version)}", torch)
    elif re.search(r"operator torchvision::\w+ does not exist|Couldn't load custom C\+\+ ops", error):
        found.problem = "torchvision's compiled operators do not load into this torch: the two builds do not fit."
        found.remedy = reinstall(torch.version, torchvision.version)
    elif "numpy" in error.lower() or "_ARRAY_API" in error:
        found.problem = "numpy 2 is installed, and this torch was compiled against numpy 1."
        found.remedy = 'pip install "numpy<2"'
    elif re.search(r"PIL|Pillow", error):
        found.problem = "the installed Pillow has no longer what this torchvision uses."
        found.remedy = 'pip install "pillow<10"'
    elif "pkg_resources" in error:
        found.problem = "this torch imports pkg_resources, which newer setuptools do not have."
        found.remedy = 'pip install "setuptools<70"'
    else:
        found.problem = "importing the two fails."
        found.remedy = reinstall(torch.version, torchvision.version)


def install(requirement: str, torch: Package) -> str:
    """The command that installs a requirement beside the torch that is there, from the same kind of builds.

    A local part in the version (``2.5.0+cpu``) shows that a torch did not come from the index that pip reads by
    default; uv knows where such builds are kept.
    """
    local = (torch.version or "").partition("+")[2]
    if local:
        pinned = f'"torch=={base_version(str(torch.version))}"'
        return f'uv pip install --torch-backend {local} --reinstall-package torchvision "{requirement}" {pinned}'
    return f'pip install "{requirement}"'


def reinstall(torch: str, torchvision: str) -> str:
    """The command that installs both anew, from one place."""
    return f'pip install --force-reinstall "torch=={base_version(torch)}" "torchvision=={base_version(torchvision)}"'
