"""Releases that the package index has and the list has not: ``python -m tvcompat.audit.news``.

Their entries are put into ``matrix/releases.toml``, they are measured in real installs, the catalog and the report are
written again, and what changed is told in Markdown, for a pull request.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import List, Sequence

from packaging.version import Version

from tvcompat.audit import index, places, wheels
from tvcompat.audit.compile import TABLES
from tvcompat.audit.release_list import ReleaseList, read_release_list
from tvcompat.audit.run import Audit, Options
from tvcompat.catalog import Catalog
from tvcompat.catalog.diff import CLASSES, diff
from tvcompat.errors import PackageIndexError, TVCompatError

HEADINGS = {"breaks": "Breaks", "deprecated": "Warns", "behaviour": "Behaves otherwise", "added": "New"}

ENTRY = """
[[release]]
version = "{version}"
torch = "{torch}"
python = "{python}"
"""


def add_entries(root: Path) -> List[str]:
    """Put an entry into the list for each release that is newer than it; returns the releases.

    Raises:
        PackageIndexError: the index can't be read, or a wheel does not say which torch it was built for.
        WheelError: a wheel is damaged.
    """
    path = root / "matrix" / "releases.toml"
    listed = read_release_list(path)
    session = index.open_session()
    listing = index.list_wheels(session)
    if listing.from_cache:
        raise PackageIndexError(f"the package index was not read: {listing.from_cache}")
    newest = Version(listed.releases[-1].version)
    text = path.read_text(encoding="utf-8")
    found = []
    for version in listing.releases:
        if Version(version) <= newest or listing.is_yanked(version):
            continue
        read = wheels.read_sources(listing.source_wheel(version), session)
        pythons = {name for wheel in listing.wheels[version] for name in wheel.interpreters}
        entry = {"version": version, "torch": torch_of(version, read.requires), "python": python_of(listed, pythons)}
        text = text.rstrip("\n") + "\n" + ENTRY.format(**entry)
        found.append(version)
    if found:
        places.write_text(path, text)
    return found


def torch_of(version: str, requires: Sequence[str]) -> str:
    """The torch that a wheel asks for.

    Raises:
        PackageIndexError: it asks for none in particular; a person has to look which fits.
    """
    for requirement in requires:
        match = re.match(r"torch\s*\(?==\s*([\d.]+)", requirement)
        if match:
            return match.group(1)
    raise PackageIndexError(
        f"torchvision {version} asks for no torch in particular ({', '.join(requires)}); add its entry by hand"
    )


def python_of(listed: ReleaseList, interpreters: "set[str]") -> str:
    """The Python of the release before where there are wheels for it, the lowest that there are some for otherwise."""
    there = sorted(int(name[3:]) for name in interpreters if re.fullmatch(r"cp3\d+", name))
    usual = int(listed.releases[-1].python.partition(".")[2])
    return f"3.{usual if usual in there or not there else there[0]}"


def told(known: Catalog, version: str) -> str:
    """What a release changed against the one before it, as Markdown; the first line is a title."""
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


def tell(root: Path, versions: Sequence[str], target: Path) -> int:
    """Measure releases, write catalog and report, and the text; returns the exit code of the audit."""
    code = Audit(root, Options(releases=tuple(versions), runtime=True)).run()
    code = Audit(root, Options()).run() or code
    known = Catalog(root / TABLES)
    texts = [told(known, version) for version in versions if version in known.releases]
    places.write_text(target, "\n".join(texts))
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", type=Path, default=Path("change.md"), help="the file for the text")
    arguments = parser.parse_args()
    try:
        root = places.repository()
        versions = add_entries(root)
        if not versions:
            print("The list has every release that the package index has.", file=sys.stderr)
            return 0
        return tell(root, versions, arguments.write.absolute())
    except (TVCompatError, FileNotFoundError) as error:
        print(f"tvcompat: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
