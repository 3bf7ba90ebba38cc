"""The navigation of the site: `*` in the `nav` of mkdocs.yml stands for the pages that are named nowhere else in it.

So a new page or rule needs no entry; one is written only to give a page its place.
"""

from fnmatch import fnmatchcase
from typing import Any, Iterator, List


def expand(nav: List[Any], pages: List[str]) -> List[Any]:
    """Put pages in the place of patterns, each in the longest pattern that it fits."""
    written = list(_entries(nav))
    patterns = sorted((entry for entry in written if "*" in entry), key=len, reverse=True)
    found = {pattern: [] for pattern in patterns}
    for page in sorted(set(pages) - set(written)):
        fitting = next((pattern for pattern in patterns if fnmatchcase(page, pattern)), None)
        if fitting is not None:
            found[fitting].append(page)
    return _filled(nav, found)


def _entries(nav: List[Any]) -> Iterator[str]:
    for entry in nav:
        for value in entry.values() if isinstance(entry, dict) else [entry]:
            yield from _entries(value) if isinstance(value, list) else [value]


def _filled(nav: List[Any], found: "dict[str, List[str]]") -> List[Any]:
    filled: List[Any] = []
    for entry in nav:
        if isinstance(entry, dict):
            parts = {key: _filled(part, found) if isinstance(part, list) else part for key, part in entry.items()}
            filled.append(parts)
        else:
            filled += found.get(entry, [entry])
    return filled
