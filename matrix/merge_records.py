"""Merges the records of several machines: ``nox -s merge-records -- FOLDER``.

Each machine measured some releases in a checkout of its own. What it leaves are records, and the shared values that
they name; a folder of ``FOLDER`` holds those of one machine, as ``matrix/records`` has them.
"""

import sys
from pathlib import Path

from filelock import FileLock

from matrix import paths
from matrix.errors import RecordError
from matrix.store.records import Store


def merge(store: Store, folder: Path) -> list[str]:
    """Take over every record below a folder; returns the releases.

    Raises:
        RecordError: there is none, one can't be read, or a value that it names is nowhere.
    """
    machines = sorted({path.parent for path in folder.rglob("[0-9]*.json") if path.parent.name != "before"})
    if not machines:
        raise RecordError(f"there is no record below {folder}")
    taken: list[str] = []
    with FileLock(store.folder / ".lock"):
        for place in machines:
            other = Store(place)
            for release in other.releases():
                # Read with all that it names, before anything of it is taken.
                other.load(release)
                store.adopt(other)
                paths.write_text(store.path(release), other.path(release).read_text(encoding="utf-8"))
                taken.append(release)
    return taken


def main(folder: Path) -> int:
    """Merge the records below ``folder`` into the checkout around the current folder; returns the exit code."""
    taken = merge(Store(paths.repository() / "matrix" / "records"), folder)
    print(f"{len(taken)} records: {', '.join(taken)}", file=sys.stderr)
    return 0
