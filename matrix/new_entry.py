"""The entry of ``matrix/releases.toml`` for a release that the list lacks, from the metadata of its wheels."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import requests
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from matrix.errors import PackageIndexError
from matrix.release_list import ListedRelease, Pin, ReleaseList
from matrix.wheels import index
from matrix.wheels.sources import SourceCache, read_sources

# Version -> names of its wheels.
WheelNames = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Metadata:
    """What the wheels of a release say about it.

    Attributes:
        version: ``0.30.0``.
        requires: the ``Requires-Dist`` lines.
        requires_python: the ``Requires-Python`` line, empty where there is none.
        wheels: file names.
    """

    version: str
    requires: Sequence[str]
    requires_python: str
    wheels: Sequence[str]


def suggested_entry(listed: ReleaseList, version: str, listing: index.Listing, session: requests.Session) -> str:
    """Return the entry to add for a release of the index, as TOML.

    Raises:
        PackageIndexError: the index can't be read, or no torch or no Python fits.
        WheelError: the wheel is damaged.
    """
    return render_entry(fetch_entry(listed, version, listing, session))


def fetch_entry(listed: ReleaseList, version: str, listing: index.Listing, session: requests.Session) -> ListedRelease:
    """Read the metadata of a release on the index and make its entry.

    Raises:
        PackageIndexError, WheelError: as for :func:`suggested_entry`.
    """
    sources = read_sources(listing.source_wheel(version), session, SourceCache())
    names = [wheel.filename for wheel in listing.wheels[version]]
    metadata = Metadata(version, sources.requires, sources.requires_python, names)
    return make_entry(listed, metadata, lambda: index.list_torch(session))


def make_entry(listed: ReleaseList, metadata: Metadata, torch_wheels: Callable[[], WheelNames]) -> ListedRelease:
    """Make the entry of a release by the rules that ``matrix/releases.toml`` states.

    The torch is the one that the wheel requires, or the newest that fits if it requires a range. The Python is the
    highest that an earlier release was measured under and that has Linux x86-64 wheels. Pins are those of the previous
    release: which requirements a release fails to state only shows when it is tried.

    Args:
        torch_wheels: returns the wheels of every torch on the index; called only if the wheel requires a range.

    Raises:
        PackageIndexError: no torch or no Python fits.
    """
    version = Version(metadata.version)
    earlier = [release for release in listed.measurable if Version(release.version) < version]
    measured = list(dict.fromkeys(release.python for release in earlier))
    pythons = fitting_pythons(metadata.wheels, metadata.requires_python, measured)
    if not pythons:
        raise PackageIndexError(
            f"torchvision {metadata.version} has no Linux x86-64 wheel for a Python that can be told from the names "
            f"of its wheels ({', '.join(metadata.wheels)}); add its entry by hand"
        )
    torch, python = choose_torch(metadata, pythons, torch_wheels)
    pins: tuple[Pin, ...] = earlier[-1].pins if earlier else ()
    return ListedRelease(metadata.version, torch, python, pins)


def choose_torch(metadata: Metadata, pythons: Sequence[str], torch_wheels: Callable[[], WheelNames]) -> tuple[str, str]:
    """Return the torch version to install a release with, and the best of the Pythons that it has wheels for.

    Raises:
        PackageIndexError: the wheel does not require torch, or no torch on the index fits.
    """
    found = [requirement for requirement in map(Requirement, metadata.requires) if requirement.name == "torch"]
    if not found:
        raise PackageIndexError(
            f"torchvision {metadata.version} asks for no torch ({', '.join(metadata.requires)}); add its entry by hand"
        )
    wanted = found[0].specifier
    exact = [each for each in wanted if each.operator == "==" and "*" not in each.version]
    if exact:
        return exact[0].version, pythons[0]
    known = torch_wheels()
    for torch in sorted(wanted.filter(known), key=Version, reverse=True):
        fitting = _with_wheels(_linux_tags(known[torch]), pythons)
        if fitting:
            return torch, fitting[0]
    raise PackageIndexError(
        f"torchvision {metadata.version} asks for torch{wanted}, and the package index has none that fits; "
        f"add its entry by hand"
    )


def fitting_pythons(wheels: Iterable[str], requires_python: str, measured: Sequence[str]) -> list[str]:
    """Return the Pythons that Linux x86-64 wheels run under, the best one to measure with first.

    Those that releases were measured under come first, highest first. If no wheel runs under one of them, it is the
    lowest that has a wheel of its own, since most other packages support that one.
    """
    tags = _linux_tags(wheels)
    allowed = SpecifierSet(requires_python)
    # Single patch releases may be excluded, as by `!=3.14.1`; a version stands for the others.
    candidates = [python for python in measured if any(allowed.contains(f"{python}.{patch}") for patch in range(30))]
    known = _with_wheels(tags, sorted(candidates, key=Version, reverse=True))
    if known:
        return known
    own = {f"3.{match.group(1)}" for tag in tags for match in [re.fullmatch(r"cp3(\d+)", tag.interpreter)] if match}
    return sorted(own, key=Version)[:1]


def _linux_tags(wheels: Iterable[str]) -> list[Tag]:
    tags = [tag for name in wheels for tag in parse_wheel_filename(name)[3]]
    return [t for t in tags if t.platform == "any" or ("linux" in t.platform and t.platform.endswith("x86_64"))]


def _with_wheels(tags: Sequence[Tag], pythons: Iterable[str]) -> list[str]:
    return [python for python in pythons if any(_runs(tag, python) for tag in tags)]


def _runs(tag: Tag, python: str) -> bool:
    """Return whether a wheel with this tag runs under a Python such as ``3.12`` in its default build (with the GIL)."""
    major, minor = python.split(".")
    if tag.interpreter in (f"py{major}", f"py{major}{minor}"):
        return tag.abi == "none"
    match = re.fullmatch(rf"cp{major}(\d+)", tag.interpreter)
    if match is None or tag.abi.endswith("t"):
        return False
    return int(match.group(1)) <= int(minor) if tag.abi == "abi3" else match.group(1) == minor


def render_entry(release: ListedRelease) -> str:
    """Return an entry of ``matrix/releases.toml``."""
    lines = [
        "[[release]]",
        f'version = "{release.version}"',
        f'torch = "{release.torch}"',
        f'python = "{release.python}"',
    ]
    if release.pins:
        lines.append(f"pins = {json.dumps([pin.name for pin in release.pins])}")
    return "\n".join(lines) + "\n"
