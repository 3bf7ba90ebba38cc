"""Which torch and which torchvision belong together, as the wheels say."""

import re
from typing import Optional

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion

from tvcompat.catalog.queries import Catalog
from tvcompat.releases import base_version


def satisfies(version: str, specifier: str) -> bool:
    """Whether a torch is one that a wheel asks for, whatever build of it."""
    try:
        # A wheel may ask for `2.0.0+cu117`, which the same torch from another place is as well.
        return SpecifierSet(re.sub(r"\+[\w.]+", "", specifier)).contains(base_version(version), prereleases=True)
    except InvalidVersion:
        return False


def torchvision_for(known: Catalog, torch: str) -> Optional[str]:
    """The newest release whose wheel takes this torch, ``None`` where there is none."""
    for release in reversed(known.releases):
        wanted = known.all_releases[release].requires_torch
        if wanted and satisfies(torch, wanted):
            return release
    return None


def what_fits(known: Catalog, torch: Optional[str], torchvision: Optional[str]) -> str:
    """What is wrong between an installed torch and torchvision, with what to install; empty if they belong together.

    Args:
        torch, torchvision: versions as they are installed, ``None`` where one is not.
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
