"""Which torch and torchvision versions match, by the requirements of the wheels."""

import re
from typing import Optional

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion

from tvcompat.catalog.queries import Catalog
from tvcompat.releases import base_version


def satisfies(version: str, specifier: str) -> bool:
    """Return whether a torch version, of any build, meets the requirement of a wheel."""
    try:
        # A wheel may require `2.0.0+cu117`; the same torch from another index satisfies it as well.
        return SpecifierSet(re.sub(r"\+[\w.]+", "", specifier)).contains(base_version(version), prereleases=True)
    except InvalidVersion:
        return False


def torchvision_for(known: Catalog, torch: str) -> Optional[str]:
    """Return the newest torchvision release whose wheel accepts this torch, ``None`` if there is none."""
    for release in reversed(known.releases):
        wanted = known.all_releases[release].requires_torch
        if wanted and satisfies(torch, wanted):
            return release
    return None


def what_fits(known: Catalog, torch: Optional[str], torchvision: Optional[str]) -> str:
    """Return why an installed torch and torchvision do not match and what to install; empty if they match.

    Args:
        torch, torchvision: versions as they are installed, ``None`` if one is not.
    """
    release = known.nearest(torchvision) if torchvision else None
    wanted = known.all_releases[release].requires_torch if release else ""
    if torch is None or not wanted or satisfies(torch, wanted):
        return ""
    fitting = torchvision_for(known, torch)
    instead = f', or pip install "torchvision=={fitting}" for the torch that is there' if fitting else ""
    return (
        f"torchvision {torchvision} was built for torch{wanted}, and torch {torch} is installed. "
        f'Run: pip install "torch{wanted}"{instead}'
    )
