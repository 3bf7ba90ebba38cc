"""The speed and size goals, each beside what it is compared with in the same run: `nox -s bench`.

Figures are of this machine and this run. `nox -s bench -- shim` measures one part alone.
"""

import json
import sys
from importlib import import_module
from typing import List

from .rows import Row

PARTS = ("shim", "guard", "checker", "measuring")


def main(arguments: List[str]) -> int:
    chosen = [part for part in PARTS if part in arguments] or PARTS
    rows: List[Row] = []
    for part in chosen:
        rows += import_module(f"tests.bench.{part}").rows()
    width = max(len(row.goal) for row in rows)
    for row in rows:
        print(f"{row.goal:<{width}}  {row.figure:<26} {'holds' if row.holds else 'MISSED':<7} {row.peer}")
    if "--json" in arguments:
        print(json.dumps([row._asdict() for row in rows], indent=1))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
