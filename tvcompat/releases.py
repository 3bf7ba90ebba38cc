"""torchvision releases: their order, their eras, and which one is installed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Optional

# Imported where needed: plain releases, the usual case, do not need it, which keeps the first call fast.
if TYPE_CHECKING:
    from packaging.version import Version

OLDEST_SUPPORTED = "0.9"


@lru_cache(maxsize=None)
def parse(version: str) -> Version:
    """Parse a version; cached, since the same few are compared over and over."""
    from packaging.version import Version

    return Version(version)


def release_of(version: str) -> Optional[str]:
    """Return the release a version belongs to: ``0.12.0`` for ``0.12.0+cu113`` and ``0.11.0a0+fa347eb``.

    Builds from source call themselves after the release they lead to; ``0.30.0.dev20261101`` belongs to 0.30.0.
    Returns ``None`` for what is no version at all.
    """
    if _is_plain(version):
        return version.partition("+")[0]
    from packaging.version import InvalidVersion

    try:
        found = parse(version.strip())
    except InvalidVersion:
        return None
    return ".".join(str(part) for part in (*found.release, 0, 0)[:3])


def line_of(release: str) -> str:
    """Return the release line of a release: ``0.13`` for ``0.13.0``."""
    return release.rpartition(".")[0]


def _is_plain(version: str) -> bool:
    """Return whether a version looks like ``0.12.0`` or ``0.12.0+cu113``, without compiling a regular expression."""
    release, plus, local = version.partition("+")
    numbers = release.split(".")
    return (
        version.isascii()
        and len(numbers) == 3
        and all(number.isdigit() and (number == "0" or number[0] != "0") for number in numbers)
        and (not plus or local.replace(".", "").isalnum())
    )


def installed_version(distribution: str = "torchvision") -> Optional[str]:
    """Return an installed distribution's version from its metadata, without importing it; ``None`` if it is missing.

    Source builds leave metadata in several forms; the first that names a version counts.
    """
    from importlib import metadata

    try:
        found = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
    return found or None


def base_version(version: str) -> str:
    """Return a version without its local part: ``2.5.0`` for ``2.5.0+cu121``."""
    return version.partition("+")[0]
