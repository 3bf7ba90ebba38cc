"""Merging the records of several machines: ``nox -s merge-records -- FOLDER``.

Each machine measures some releases in its own checkout and leaves records, with the shared values that they refer to. A
folder of ``FOLDER`` holds those of one machine, laid out like ``matrix/records``.
"""

import sys
from pathlib import Path

from filelock import FileLock

from matrix import paths
from matrix.errors import RecordError
from matrix.store.records import Store


def merge(store: Store, folder: Path) -> list[str]:
    """Copy every record below a folder into the store and return their releases.

    Raises:
        RecordError: there is none, one cannot be read, or a value that it refers to is missing.
    """
    machines = sorted({path.parent for path in folder.rglob("[0-9]*.json") if path.parent.name != "before"})
    if not machines:
        raise RecordError(f"there is no record below {folder}")
    taken: list[str] = []
    with FileLock(store.folder / ".lock"):
        for place in machines:
            other = Store(place)
            for release in other.releases():
                # Resolve all its references before copying any of it.
                other.load(release)
                store.adopt(other)
                paths.write_text(store.path(release), other.path(release).read_text(encoding="utf-8"))
                taken.append(release)
    return taken


def main(folder: Path) -> int:
    """Merge the records below ``folder`` into the checkout around the current folder; return the exit code."""
    taken = merge(Store(paths.repository() / "matrix" / "records"), folder)
    print(f"{len(taken)} records: {', '.join(taken)}", file=sys.stderr)
    return 0
