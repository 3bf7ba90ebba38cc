"""Brings the records of several machines together: ``python -m tvcompat.audit.gather FOLDER``.

Each machine measured some releases in a checkout of its own. What it leaves are records, and the shared values that
they name; a folder of ``FOLDER`` holds those of one machine, as ``matrix/records`` has them.
"""

import argparse
import sys
from pathlib import Path
from typing import List

from filelock import FileLock

from tvcompat.audit import places
from tvcompat.audit.records import Store
from tvcompat.errors import RecordError, TVCompatError


def gather(store: Store, folder: Path) -> List[str]:
    """Take over every record below a folder; returns the releases.

    Raises:
        RecordError: there is none, one can't be read, or a value that it names is nowhere.
    """
    machines = sorted({path.parent for path in folder.rglob("[0-9]*.json") if path.parent.name != "before"})
    if not machines:
        raise RecordError(f"there is no record below {folder}")
    taken: List[str] = []
    with FileLock(store.folder / ".lock"):
        for place in machines:
            other = Store(place)
            for release in other.releases():
                # Read with all that it names, before anything of it is taken.
                other.load(release)
                store.adopt(other)
                places.write_text(store.path(release), other.path(release).read_text(encoding="utf-8"))
                taken.append(release)
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    try:
        taken = gather(Store(places.repository() / "matrix" / "records"), arguments.folder)
    except (TVCompatError, FileNotFoundError) as error:
        print(f"tvcompat: {error}", file=sys.stderr)
        return 2
    print(f"{len(taken)} records: {', '.join(taken)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
