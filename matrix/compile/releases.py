"""The table ``releases``: torch, Pythons and platforms of each release, and what was measured of it."""

from collections.abc import Mapping
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from matrix.compile.table import Table
from matrix.release_list import ReleaseList
from matrix.store.records import Record


def describe_release(name: str, releases: ReleaseList, record: Record | None) -> Table:
    """Return torch, Pythons and platforms of one release, its era, and whether it was measured at run time."""
    listed = {release.version: release for release in releases.releases}.get(name)
    described: Table = {"torch": listed.torch if listed else "", "python": listed.python if listed else ""}
    if listed and listed.yanked:
        described["yanked"] = listed.yanked
    if record is None or record.static is None:
        return described
    static = record.static
    described["era"] = era_of(static)
    for line in static["requires"]:
        requirement = Requirement(line)
        if requirement.name == "torch":
            described["requires_torch"] = str(requirement.specifier)
    described["requires_python"] = static["requires_python"]
    platforms: dict[str, list[str]] = {}
    for filename in static["wheels"]:
        for tag in parse_wheel_filename(filename)[3]:
            platforms.setdefault(_platform(tag.platform), []).append(tag.interpreter)
    described["wheels"] = {
        platform: sorted(set(found), key=lambda name: (len(name), name))
        for platform, found in sorted(platforms.items())
    }
    described["measured"] = record.measured
    if record.verification is not None:
        described["checks"] = sum(record.verification["counts"].values())
        described["failures"] = list(record.verification["failures"])
    return described


def era_of(static: Mapping[str, Any]) -> str:
    """Return the era of a release from its sources: ``pretrained``, ``weights`` or ``registry``."""
    if static["registry"]:
        return "registry"
    return "weights" if static["weights"] else "pretrained"


def _platform(tag: str) -> str:
    """Return ``linux x86_64`` for every flavour of manylinux, ``macos arm64`` for every macOS version."""
    for prefix, name in (("manylinux", "linux"), ("linux", "linux"), ("macosx", "macos")):
        if tag.startswith(prefix):
            for machine in ("x86_64", "aarch64", "arm64", "i686"):
                if tag.endswith(machine):
                    return f"{name} {machine}"
    return {"win_amd64": "windows x86_64", "win32": "windows i686"}.get(tag, tag)
