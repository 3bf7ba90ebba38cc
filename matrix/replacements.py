"""``matrix/replacements.toml``: hand-written replacements for removed names."""

from pathlib import Path
from typing import Any, NamedTuple

from matrix.errors import ReleaseListError
from matrix.hand_written import parse_toml

REQUIRED = {"name", "instead", "words"}
OPTIONAL = {"stand_in", "arguments"}
PARAMETER = {"name", "old", "new", "gone"}
MEMBER_REQUIRED = {"name", "instead", "words"}
MEMBER_OPTIONAL = {"stand_in", "submodule", "caller", "calls", "arguments"}


class Replacements(NamedTuple):
    """The entries of the file, in its order.

    Attributes:
        names: ``name``, ``instead``, ``words`` and the optional keys of an entry for a name.
        parameters: ``name``, ``old``, ``new``, ``gone`` of renamed parameters.
        members: ``name``, ``instead``, ``words`` and the optional keys of an entry for a member of a class.
    """

    names: list[dict[str, Any]]
    parameters: list[dict[str, str]]
    members: list[dict[str, Any]]


def read_replacements(path: Path) -> Replacements:
    """Read the file; return no replacements if there is none.

    Raises:
        ReleaseListError: the file cannot be read, or an entry has missing or unknown keys.
    """
    document = _document(path)
    names, parameters = document.get("replacement", []), document.get("parameter", [])
    members = document.get("member", [])
    for entry in names:
        where = f"{path.name}: {entry.get('name', entry)}"
        if not REQUIRED <= set(entry) <= REQUIRED | OPTIONAL:
            allowed = f"{', '.join(sorted(REQUIRED))}, and may have {', '.join(sorted(OPTIONAL))}"
            raise ReleaseListError(f"{where} has to have {allowed}")
        arguments = entry.get("arguments", {})
        texts = [value for key, value in entry.items() if key != "arguments"]
        if not isinstance(arguments, dict) or not all(isinstance(text, str) for text in [*texts, *arguments.values()]):
            raise ReleaseListError(f"{where}: every value has to be text, and `arguments` a table of texts")
    for entry in parameters:
        if set(entry) != PARAMETER or not all(isinstance(text, str) for text in entry.values()):
            raise ReleaseListError(
                f"{path.name}: parameter {entry} has to have {', '.join(sorted(PARAMETER))}, as text"
            )
    for entry in members:
        where = f"{path.name}: {entry.get('name', entry)}"
        if not MEMBER_REQUIRED <= set(entry) <= MEMBER_REQUIRED | MEMBER_OPTIONAL:
            allowed = f"{', '.join(sorted(MEMBER_REQUIRED))}, and may have {', '.join(sorted(MEMBER_OPTIONAL))}"
            raise ReleaseListError(f"{where} has to have {allowed}")
        if ("caller" in entry) != ("calls" in entry):
            raise ReleaseListError(f"{where}: `caller` and `calls` go together")
        given = entry.get("arguments", [])
        texts = [value for key, value in entry.items() if key != "arguments"]
        if not isinstance(given, list) or not all(isinstance(text, str) for text in [*texts, *given]):
            raise ReleaseListError(f"{where}: every value has to be text, and `arguments` a list of texts")
    return Replacements(names, parameters, members)


def _document(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseListError(f"{path.name} can't be read: {error}") from error
    return parse_toml(text, path.name, ReleaseListError)
