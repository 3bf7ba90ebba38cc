"""Adding releases that are on the package index but not in the list: ``nox -s new-releases``.

Adds their entries to ``matrix/releases.toml``, measures them in real installs, regenerates the catalog and the report,
and describes what changed in Markdown, for a pull request.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from matrix import paths
from matrix.errors import PackageIndexError
from matrix.new_entry import fetch_entry, render_entry
from matrix.release_list import ReleaseList, read_release_list
from matrix.run.audit import run
from matrix.run.options import Options
from matrix.run.plan import new_releases
from matrix.wheels import index
from tvcompat.catalog import Catalog
from tvcompat.catalog.diff import CLASSES, diff

HEADINGS = {"breaks": "Breaks", "deprecated": "Warns", "behaviour": "Behaves otherwise", "added": "New"}


def add_entries(root: Path) -> list[str]:
    """Add an entry to the list for each release that is newer than those in it; return these releases.

    Raises:
        PackageIndexError: the index cannot be read, or no torch or no Python fits a release.
        WheelError: a wheel is damaged.
    """
    path = root / "matrix" / "releases.toml"
    found = []
    with index.open_session() as session:
        listing = index.list_wheels(session)
        if listing.from_cache:
            raise PackageIndexError(f"the package index was not read: {listing.from_cache}")
        listed = read_release_list(path)
        text = path.read_text(encoding="utf-8")
        for version in new_releases(listed, listing.releases):
            if listing.is_yanked(version):
                continue
            entry = fetch_entry(listed, version, listing, session)
            listed = ReleaseList((*listed.releases, entry), listed.pre_0_9)
            text = text.rstrip("\n") + "\n\n" + render_entry(entry)
            found.append(version)
    if found:
        paths.write_text(path, text)
    return found


def describe_changes(known: Catalog, version: str) -> str:
    """Describe what a release changed since the previous one, as Markdown; the first line is a title."""
    before = known.releases[known.releases.index(version) - 1]
    changes = diff(known, before, version)
    lines = [f"torchvision {version}", "", f"Measured from its wheel and in a real install, against {before}:", ""]
    for kind in CLASSES:
        found = [change for change in changes if change.category == kind]
        if found:
            lines += [f"### {HEADINGS[kind]}: {len(found)}", ""]
            lines += [f"- `{change.path}`: {change.text}" for change in found]
            lines.append("")
    if not changes:
        lines += ["Nothing that a program could notice changed.", ""]
    facts = known.all_releases[version]
    lines.append(f"The shim was run inside: {facts.checks} checks, {len(facts.failures)} of them fail.")
    lines += [f"- {failure}" for failure in facts.failures]
    return "\n".join(lines) + "\n"


def measure_and_describe(root: Path, versions: Sequence[str], target: Path) -> int:
    """Measure releases, write catalog, report and ``target``, the description; return the exit code of the audit."""
    code, _ = run(root, Options(releases=tuple(versions), runtime=True))
    code = run(root, Options())[0] or code
    known = Catalog(root / paths.TABLES)
    texts = [describe_changes(known, version) for version in versions if version in known.releases]
    paths.write_text(target, "\n".join(texts))
    return code


def main(target: Path) -> int:
    """List and measure new releases in the checkout around the current folder; return the exit code."""
    root = paths.repository()
    versions = add_entries(root)
    if not versions:
        print("The list has every release that the package index has.", file=sys.stderr)
        return 0
    return measure_and_describe(root, versions, target)
