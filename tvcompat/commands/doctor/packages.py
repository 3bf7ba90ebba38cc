"""An installed package as its files describe it."""

import re
from dataclasses import dataclass
from importlib import metadata
from typing import Optional

from packaging.requirements import Requirement


@dataclass
class InstalledPackage:
    """torch or torchvision as its files describe it.

    Attributes:
        version: from the metadata, ``None`` when it is not installed.
        build: ``cpu``, ``cu121``, ... as ``version.py`` says, empty if it says nothing.
        requires_torch: torchvision only: the torch its metadata asks for.
    """

    version: Optional[str] = None
    build: str = ""
    requires_torch: str = ""


def look_at(name: str) -> InstalledPackage:
    """Return a package as its metadata and its ``version.py`` describe it, without importing it."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return InstalledPackage()
    package = InstalledPackage(distribution.version)
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
    """Return ``cpu``, ``cu121``, ``rocm6.0``, ... from a ``version.py``, else from the local part of a version."""
    written = re.search(r"__version__ = ['\"][^'\"]*\+([\w.]+)['\"]", source)
    if written:
        return written.group(1)
    cuda = re.search(r"^cuda(?:: [^=\n]+)? = ['\"]([\d.]+)['\"]", source, re.MULTILINE)
    if cuda:
        return "cu" + cuda.group(1).replace(".", "")
    return version.partition("+")[2]
