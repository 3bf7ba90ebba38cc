"""``matrix/replacements.toml``: what stands in for names that are gone, written by hand."""

import sys
from pathlib import Path
from typing import Any, Dict, List

from tvcompat.errors import ReleaseListError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REQUIRED = {"name", "instead", "words"}
OPTIONAL = {"twin", "arguments"}
PARAMETER = {"name", "old", "new", "gone"}


def read_replacements(path: Path) -> List[Dict[str, Any]]:
    """The entries in their order; none where there is no file.

    Raises:
        ReleaseListError: the file can't be read, or an entry has other keys than it should.
    """
    entries: List[Dict[str, Any]] = _document(path).get("replacement", [])
    for entry in entries:
        where = f"{path.name}: {entry.get('name', entry)}"
        if not REQUIRED <= set(entry) <= REQUIRED | OPTIONAL:
            allowed = f"{', '.join(sorted(REQUIRED))}, and may have {', '.join(sorted(OPTIONAL))}"
            raise ReleaseListError(f"{where} has to have {allowed}")
        arguments = entry.get("arguments", {})
        texts = [value for key, value in entry.items() if key != "arguments"]
        if not isinstance(arguments, dict) or not all(isinstance(text, str) for text in [*texts, *arguments.values()]):
            raise ReleaseListError(f"{where}: every value has to be text, and `arguments` a table of texts")
    return entries


def read_parameters(path: Path) -> List[Dict[str, str]]:
    """The parameters that have another name now; none where there is no file.

    Raises:
        ReleaseListError: the file can't be read, or an entry has other keys than it should.
    """
    entries: List[Dict[str, str]] = _document(path).get("parameter", [])
    for entry in entries:
        if set(entry) != PARAMETER or not all(isinstance(text, str) for text in entry.values()):
            raise ReleaseListError(
                f"{path.name}: parameter {entry} has to have {', '.join(sorted(PARAMETER))}, as text"
            )
    return entries


def _document(path: Path) -> Dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseListError(f"{path.name} can't be read: {error}") from error
