"""``matrix/behaviour.toml``: hand-written words for what the recipes showed, with its condition and its source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from matrix.errors import ExplanationError
from matrix.hand_written import parse_toml
from tvcompat.check.call_conditions import parse_condition

# Kinds of changes, as `matrix.compile.behaviour` finds them.
KINDS = ("fails", "works", "error", "type", "numbers", "draws", "warns", "warns no more")

_NEEDED = ("release", "names", "text")
_TEXTS = ("calls", "text", "when", "source", "cause")
_OPTIONAL = ("kinds", "calls", "when", "source", "cause", "concerns")

# What an explanation may say of the cause; without it, the cause is the one that was measured.
CAUSES = ("torchvision", "torch", "Pillow", "numpy", "Python")


@dataclass(frozen=True)
class Explanation:
    """One entry.

    Attributes:
        where: how messages call the entry.
        release: the first release that does otherwise.
        names: full paths of functions and classes, with ``*`` for any part.
        kinds: kinds of the changes that it is about; empty for any.
        calls: regular expression, found in the recipes that it is about; empty for any.
        text: what changed, in words.
        when: the condition, in words; empty if it is for every call.
        source: address of the pull request, release note or issue; empty where it is not known.
        cause: what made the change, ``""`` where it is what was measured.
        concerns: for the checker, lists of conditions on the arguments of a call, one of which has to hold; none if the
            checker can't tell. ``tvcompat.check.call_conditions`` has the language.
    """

    where: str
    release: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    calls: str
    text: str
    when: str
    source: str
    cause: str
    concerns: tuple[tuple[str, ...], ...] = ()

    def covers(self, release: str, path: str, kind: str, call: str) -> bool:
        """Return whether a change that a recipe showed is the one that the entry is about."""
        return (
            release == self.release
            and (not self.kinds or kind in self.kinds)
            and any(fnmatchcase(path, name) for name in self.names)
            and re.search(self.calls, call) is not None
        )


def read_explanations(path: Path) -> list[Explanation]:
    """Read the file; return no explanations if there is none.

    Raises:
        ExplanationError: it cannot be read, or an entry is invalid; names the entry and what is wrong.
    """
    try:
        return parse_explanations(path.read_text(encoding="utf-8"), path.name) if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise ExplanationError(f"{path.name} can't be read: {error}") from error


def parse_explanations(text: str, source: str = "behaviour.toml") -> list[Explanation]:
    """Read entries from TOML.

    Raises:
        ExplanationError: an entry is invalid; names the entry and what is wrong.
    """
    document = parse_toml(text, source, ExplanationError)
    if set(document) - {"change"} or not isinstance(document.get("change", []), list):
        raise ExplanationError(f"{source}: has tables begun by [[change]] and nothing else")
    return [_explanation(entry, f"{source}, change {n}") for n, entry in enumerate(document.get("change", ()), 1)]


def _explanation(entry: Any, where: str) -> Explanation:
    if not isinstance(entry, dict):
        raise ExplanationError(f"{where}: must be a table, found {entry!r}")
    missing = [key for key in _NEEDED if not entry.get(key)]
    unknown = sorted(entry.keys() - {*_NEEDED, *_OPTIONAL})
    if missing or unknown:
        said = [f"missing {', '.join(missing)}"] if missing else []
        said += [f"unknown key {', '.join(unknown)}"] if unknown else []
        raise ExplanationError(f"{where}: {'; '.join(said)}")
    where = f"{where} ({entry['release']}, {entry['text']!r})"
    _check(entry, where)
    calls, text, when, source, cause = (entry.get(key, "") for key in _TEXTS)
    concerns = tuple(map(tuple, entry.get("concerns", ())))
    names, kinds = tuple(entry["names"]), tuple(entry.get("kinds", ()))
    return Explanation(where, entry["release"], names, kinds, calls, text, when, source, cause, concerns)


def _check(entry: Mapping[str, Any], where: str) -> None:
    for key in ("names", "kinds"):
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ExplanationError(f"{where}: {key} must be a list of text, found {value!r}")
    for key in sorted({*_NEEDED, *_OPTIONAL} - {"names", "kinds", "concerns"}):
        if not isinstance(entry.get(key, ""), str):
            raise ExplanationError(f"{where}: {key} must be text, found {entry[key]!r}")
    strange = [kind for kind in entry.get("kinds", ()) if kind not in KINDS]
    if strange:
        raise ExplanationError(f"{where}: unknown kind {', '.join(strange)}; kinds: {', '.join(KINDS)}")
    if entry.get("cause") and entry["cause"] not in CAUSES:
        raise ExplanationError(f"{where}: unknown cause {entry['cause']!r}; causes: {', '.join(CAUSES)}")
    if entry.get("source") and not entry["source"].startswith("https://"):
        raise ExplanationError(f"{where}: source must be an address that begins with https://")
    concerns = entry.get("concerns", [])
    if not isinstance(concerns, list) or not all(isinstance(each, list) for each in concerns):
        raise ExplanationError(f"{where}: concerns must be a list of lists of conditions, found {concerns!r}")
    try:
        for condition in (each for conditions in concerns for each in conditions):
            parse_condition(condition)
    except (AttributeError, SyntaxError, ValueError) as error:
        raise ExplanationError(f"{where}: concerns: {error}") from error
    try:
        re.compile(entry.get("calls", ""))
    except re.error as error:
        raise ExplanationError(f"{where}: calls is no regular expression: {error}") from error
