"""``matrix/replacements.toml``: what stands in for names that are gone, written by hand."""

import sys
from pathlib import Path
from typing import Any, Dict, List

from tvcompat.errors import ReleaseListError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KEYS = {"name", "instead", "words"}


def read_replacements(path: Path) -> List[Dict[str, Any]]:
    """The entries in their order; none where there is no file.

    Raises:
        ReleaseListError: the file can't be read, or an entry has other keys than it should.
    """
    if not path.is_file():
        return []
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseListError(f"{path.name} can't be read: {error}") from error
    entries: List[Dict[str, Any]] = document.get("replacement", [])
    for entry in entries:
        if set(entry) != KEYS or not all(isinstance(value, str) for value in entry.values()):
            raise ReleaseListError(f"{path.name}: {entry.get('name', entry)} has to have {', '.join(sorted(KEYS))}")
    return entries
