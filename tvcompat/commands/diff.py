"""``tvcompat diff A B``: what changed between two releases."""

import argparse
from itertools import groupby
from typing import Dict, List, Tuple

from tvcompat.catalog.diff import CLASSES, Change, diff
from tvcompat.catalog.queries import catalog
from tvcompat.commands.output import add_format, message, print_json, table

EXAMPLES = """examples:
  tvcompat diff 0.12 0.29
  tvcompat diff 0.16.2 0.17.0 --only breaks
  tvcompat diff 0.28 latest --exit-code
"""

# More than this many names that changed in the same way are one row; --format json has them all.
SHOWN = 4

TITLES = {
    "breaks": "Breaks: code that used it fails",
    "deprecated": "Deprecated: works and warns",
    "behaviour": "Behaviour: works and does something else",
    "added": "Added",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="A", help="the release code ran on: 0.12.0, 0.12 or latest")
    parser.add_argument("last", metavar="B", help="the release it is to run on")
    parser.add_argument("--only", choices=CLASSES, action="append", help="only this class; may be repeated")
    parser.add_argument(
        "--private", action="store_true", help="names with an underscore and merely imported ones as well"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 when something breaks")
    add_format(parser)


def grouped(changes: List[Change]) -> List[List[str]]:
    """Return rows of release, path and text; things that changed in the same way share one row."""
    alike: Dict[Tuple[str, str], List[str]] = {}
    for change in changes:
        alike.setdefault((change.release, change.text), []).append(change.path[len("torchvision.") :])
    rows = []
    for (release, text), paths in alike.items():
        if len(paths) > SHOWN:
            rows.append([release, f"{len(paths)} names", f"{text}: {', '.join(paths[:SHOWN])}, ..."])
        else:
            rows += [[release, path, text] for path in paths]
    return rows


def run(arguments: argparse.Namespace) -> int:
    known = catalog()
    first, last = known.find_release(arguments.first), known.find_release(arguments.last)
    order = known.releases
    if order.index(first) > order.index(last):
        message(f"{first} is newer than {last}; what follows are the changes from {last} to {first}")
        first, last = last, first
    changes = diff(known, first, last, private=arguments.private)
    chosen = [change for change in changes if not arguments.only or change.category in arguments.only]
    if arguments.format == "json":
        print_json([change._asdict() for change in chosen])
    else:
        for category, group in groupby(chosen, key=lambda change: change.category):
            changes_of_class = list(group)
            rows = grouped(changes_of_class)
            print(f"{TITLES[category]} ({len(changes_of_class)})")
            print("\n".join("  " + line for line in table(["in", "torchvision.", ""], rows).splitlines()))
            print()
        counts = ", ".join(f"{sum(c.category == name for c in changes)} {name}" for name in CLASSES)
        message(f"{first} to {last}: {counts}")
    breaks = any(change.category == "breaks" for change in changes)
    return 1 if arguments.exit_code and breaks else 0
