"""What breaks between any two releases, small enough to embed in a page.

Each difference that :func:`tvcompat.catalog.diff.diff` reports is stored once, with the pairs of releases it is for.
These are all pairs from one run of consecutive releases to another run, so four numbers describe them.
"""

import json
from collections.abc import Iterator
from typing import Any

from tvcompat.catalog.diff import CLASSES, Change, diff
from tvcompat.catalog.queries import Catalog

# First and last release to upgrade from, first and last release to upgrade to, by number.
Runs = tuple[int, int, int, int]


def render(known: Catalog) -> str:
    """Return JSON: ``releases``, ``classes``, ``paths`` (each with what to write instead), ``texts`` and ``changes``.

    A change is ``[class, path, text, release, first from, last from, first to, last to]``, by number.
    """
    paths: dict[str, int] = {}
    texts: dict[str, int] = {}
    changes: list[list[int]] = []
    for change, pairs in sorted(
        _by_change(known).items(), key=lambda item: (CLASSES.index(item[0].category), item[0].path, item[0].text)
    ):
        path = paths.setdefault(change.path, len(paths))
        text = texts.setdefault(change.text, len(texts))
        release = known.releases.index(change.release)
        changes += [[CLASSES.index(change.category), path, text, release, *runs] for runs in sorted(_runs(pairs))]
    instead = []
    for path_name in paths:
        replacement = known.replacement(path_name)
        instead.append([path_name, replacement.words] if replacement is not None else [path_name])
    document: dict[str, Any] = {
        "releases": list(known.releases),
        "classes": list(CLASSES),
        "paths": instead,
        "texts": list(texts),
        "changes": changes,
    }
    # Nothing inside a script element may look like its closing tag.
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")


def _by_change(known: Catalog) -> dict[Change, set[tuple[int, int]]]:
    """Return the pairs of releases, by number, for which each difference is reported."""
    # Many releases changed nothing visible: a difference reported for one release of a group holds for all of it.
    # A removed module gets a different message if its file came back broken, so such a release starts a group.
    broken = {first for spans in known.table("names")["broken"].values() for first, *_ in spans}
    groups: list[list[int]] = [[0]]
    for number in range(1, len(known.releases)):
        release = known.releases[number]
        if release in broken or diff(known, known.releases[number - 1], release):
            groups.append([number])
        else:
            groups[-1].append(number)
    found: dict[Change, set[tuple[int, int]]] = {}
    for number, group in enumerate(groups):
        for later in groups[number + 1 :]:
            pairs = {(first, last) for first in group for last in later}
            for change in diff(known, known.releases[group[0]], known.releases[later[0]]):
                found.setdefault(change, set()).update(pairs)
    return found


def _runs(pairs: set[tuple[int, int]]) -> Iterator[Runs]:
    """Split pairs into a few products of two runs."""
    left = set(pairs)
    while left:
        first, to = min(left)
        last = to
        while (first, last + 1) in left:
            last += 1
        until = first
        while all((until + 1, each) in left for each in range(to, last + 1)):
            until += 1
        left -= {(each, other) for each in range(first, until + 1) for other in range(to, last + 1)}
        yield first, until, to, last
