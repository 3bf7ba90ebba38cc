"""Planning an audit: what is missing, given the list of releases, the records and the package index.

Nothing here reads or writes a file; the steps carry out the plans.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from packaging.version import Version

from matrix.release_list import ListedRelease, ReleaseList


@dataclass(frozen=True)
class Recorded:
    """What the records contain.

    Attributes:
        wheels: release -> sha256 of the wheel that its static facts were read from; without facts it has no entry.
        measured: releases with run-time facts.
        verified: releases inside which the shim was run.
        evaluated: releases in which the recipes were evaluated, all of those that there are now.
        pre_0_9: releases before 0.9 whose names are recorded.
        called_pre_0_9: those of them whose names were called in a real install.
    """

    wheels: Mapping[str, str] = field(default_factory=dict)
    measured: frozenset[str] = frozenset()
    verified: frozenset[str] = frozenset()
    evaluated: frozenset[str] = frozenset()
    pre_0_9: frozenset[str] = frozenset()
    called_pre_0_9: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StaticPlan:
    """Releases whose sources have to be read, and those that have no wheel on the index."""

    read: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def requested_releases(listed: ReleaseList, requested: Sequence[str]) -> list[ListedRelease]:
    """Return the requested releases in the order of the list; all of them if none is named.

    Raises:
        UnknownReleaseError: one of them is not in the list.
    """
    if not requested:
        return list(listed.releases)
    chosen = [listed.find(each) for each in requested]
    return [release for release in listed.releases if release in chosen]


def new_releases(listed: ReleaseList, on_index: Iterable[str]) -> list[str]:
    """Return the releases on the index that are newer than the list."""
    newest = Version(listed.releases[-1].version)
    return [version for version in on_index if Version(version) > newest]


def unlisted_releases(listed: ReleaseList, on_index: Iterable[str]) -> list[str]:
    """Return the releases on the index that are missing from the list and older than its newest."""
    newest = Version(listed.releases[-1].version)
    return [version for version in on_index if version not in listed.versions and Version(version) < newest]


def plan_static(
    listed: ReleaseList,
    requested: Sequence[ListedRelease],
    wheels: Mapping[str, str],
    recorded: Recorded,
    *,
    all_requested: bool,
    refresh: bool,
) -> StaticPlan:
    """Find the releases whose sources have not been read yet, or whose wheel has changed.

    Args:
        requested: releases to consider.
        wheels: release, including those before 0.9 -> sha256 of the wheel on the index to read its sources from.
        all_requested: whether no releases were named; then those that are newer than the list are read as well.
        refresh: read everything again.
    """
    names = {release.version for release in requested}
    pre_0_9 = [release.version for release in listed.pre_0_9]
    candidates = [version for version in wheels if version in names]
    if all_requested:
        candidates += new_releases(listed, (version for version in wheels if version not in pre_0_9))
    read = [version for version in candidates if refresh or recorded.wheels.get(version) != wheels[version]]
    lacking = [version for version in pre_0_9 if version not in recorded.pre_0_9]
    read += [version for version in (pre_0_9 if refresh else lacking) if version in wheels]
    missing = [version for version in lacking if version not in wheels]
    missing += sorted((names - set(wheels)) - set(recorded.wheels), key=Version)
    return StaticPlan(tuple(read), tuple(missing))


def plan_runtime(
    listed: ReleaseList, requested: Sequence[ListedRelease], recorded: Recorded, *, again: bool
) -> list[ListedRelease]:
    """Find the releases to install and measure, newest first, since the others are filled using its parameter names.

    Args:
        again: include those that already have run-time facts.
    """
    todo = [r for r in requested if not r.yanked and (again or r.version not in recorded.measured)]
    return sorted(todo, key=lambda release: release != listed.newest)


def plan_verification(
    listed: ReleaseList, requested: Sequence[ListedRelease], recorded: Recorded, *, again: bool
) -> list[ListedRelease]:
    """Find the measured releases to run the shim in, newest first, since its outputs are the reference.

    Args:
        again: include every release that was not yanked.
    """
    todo = [
        release
        for release in requested
        if (release.version in recorded.measured and release.version not in recorded.verified)
        or (again and not release.yanked)
    ]
    return sorted(todo, key=lambda release: release != listed.newest)


def plan_behaviour(requested: Sequence[ListedRelease], recorded: Recorded, *, again: bool) -> list[ListedRelease]:
    """Find the releases to evaluate the recipes in.

    Args:
        again: evaluate them in every release that was not yanked.
    """
    return [
        release for release in requested if not release.yanked and (again or release.version not in recorded.evaluated)
    ]


def plan_pre_0_9(listed: ReleaseList, recorded: Recorded, *, again: bool) -> list[ListedRelease]:
    """Find the releases before 0.9 whose names have to be called."""
    return [release for release in listed.pre_0_9 if again or release.version not in recorded.called_pre_0_9]
