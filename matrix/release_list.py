"""The hand-written list of releases: ``matrix/releases.toml``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from matrix.errors import ReleaseListError
from matrix.hand_written import parse_toml
from tvcompat.errors import UnknownReleaseError


@dataclass(frozen=True)
class Pin:
    """A requirement that a release has but does not state, with the reason.

    Attributes:
        requirement: as passed to the installer.
        why: the reason.
        name: how entries of the list refer to it.
    """

    requirement: str
    why: str
    name: str = ""


@dataclass(frozen=True)
class ListedRelease:
    """One torchvision release and what it is measured with.

    Attributes:
        version: as on the package index, ``0.12.0``.
        torch: the version of torch it is installed with.
        python: ``major.minor`` of the interpreter.
        pins: further requirements.
        yanked: why it was yanked; empty if it was not.
    """

    version: str
    torch: str
    python: str
    pins: tuple[Pin, ...] = ()
    yanked: str = ""

    @property
    def requirements(self) -> list[str]:
        """The requirements passed to the installer, torchvision and torch first."""
        return [f"torchvision=={self.version}", f"torch=={self.torch}", *(pin.requirement for pin in self.pins)]


@dataclass(frozen=True)
class ReleaseList:
    """All releases, oldest first.

    Attributes:
        releases: those from 0.9 on.
        pre_0_9: earlier ones, needed only for the names that old programs still use.
    """

    releases: tuple[ListedRelease, ...]
    pre_0_9: tuple[ListedRelease, ...] = ()

    @property
    def newest(self) -> ListedRelease:
        return [release for release in self.releases if not release.yanked][-1]

    @property
    def versions(self) -> list[str]:
        return [release.version for release in self.releases]

    @property
    def measurable(self) -> list[ListedRelease]:
        """The releases that are installed and run: all except the yanked ones."""
        return [release for release in self.releases if not release.yanked]

    def find(self, asked: str) -> ListedRelease:
        """Return the release called ``asked``: a full version, ``latest``, or ``0.12`` for the newest 0.12.

        Raises:
            UnknownReleaseError: there is none.
        """
        if asked == "latest":
            return self.newest
        for release in self.releases:
            if release.version == asked:
                return release
        line = [release for release in self.measurable if release.version.startswith(asked + ".")]
        if not line or asked.count(".") != 1:
            raise UnknownReleaseError(asked, self.versions)
        return line[-1]


def _text(table: dict[str, object], key: str, where: str, *, required: bool = True) -> str:
    value = table.get(key, None if required else "")
    if not isinstance(value, str) or (required and not value):
        raise ReleaseListError(f"{where}: `{key}` must be text, found {value!r}")
    return value


def parse_release_list(text: str, source: str = "matrix/releases.toml") -> ReleaseList:
    """Read the list from TOML.

    Raises:
        ReleaseListError: an entry is invalid; names the entry and what is wrong.
    """
    document = parse_toml(text, source, ReleaseListError)
    pins: dict[str, Pin] = {}
    for name, table in document.get("pins", {}).items():
        where = f"{source}, pin {name}"
        pin = Pin(_text(table, "requirement", where), _text(table, "why", where), name)
        try:
            Requirement(pin.requirement)
        except InvalidRequirement as error:
            raise ReleaseListError(f"{where}: {pin.requirement!r} is no requirement: {error}") from error
        pins[name] = pin

    pre_0_9 = _releases(document.get("before", []), pins, f"{source}, before")
    releases = _releases(document.get("release", []), pins, f"{source}, release")
    if not any(not release.yanked for release in releases):
        raise ReleaseListError(f"{source} lists no release")
    return ReleaseList(releases, pre_0_9)


def _releases(tables: Sequence[dict[str, Any]], pins: Mapping[str, Pin], source: str) -> tuple[ListedRelease, ...]:
    releases: list[ListedRelease] = []
    previous: Version | None = None
    for number, table in enumerate(tables, 1):
        where = f"{source} {table.get('version', f'number {number}')}"
        unknown = sorted(set(table) - {"version", "torch", "python", "pins", "yanked"})
        if unknown:
            raise ReleaseListError(f"{where}: unknown key {', '.join(unknown)}")
        version, torch = _text(table, "version", where), _text(table, "torch", where)
        for value in (version, torch):
            try:
                Version(value)
            except InvalidVersion as error:
                raise ReleaseListError(f"{where}: {value!r} is not a version") from error
        if previous is not None and Version(version) <= previous:
            raise ReleaseListError(f"{where}: stands after {previous}; the list is oldest first, each release once")
        previous = Version(version)
        chosen = []
        for name in table.get("pins", []):
            if name not in pins:
                raise ReleaseListError(f"{where}: there is no pin {name!r}, only {', '.join(sorted(pins))}")
            chosen.append(pins[name])
        python = _text(table, "python", where)
        releases.append(
            ListedRelease(version, torch, python, tuple(chosen), _text(table, "yanked", where, required=False))
        )
    return tuple(releases)


def read_release_list(path: Path) -> ReleaseList:
    """Read the list from the file ``path``.

    Raises:
        ReleaseListError: an entry is invalid; names the entry and what is wrong.
    """
    return parse_release_list(path.read_text(encoding="utf-8"), str(path.name))
