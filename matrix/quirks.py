"""``matrix/quirks.toml``: hand-written differences between releases that no measurement shows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from matrix.errors import QuirksError
from matrix.hand_written import parse_toml

# Where torchvision and torch are developed, with pull requests and source lines to link to.
SOURCES = ("https://github.com/pytorch/vision/", "https://github.com/pytorch/pytorch/")


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "text"


def _texts(value: Any) -> str:
    return "" if isinstance(value, list) and all(isinstance(each, str) and each for each in value) else "a list of text"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _whole(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) else "a whole number"


def _number(value: Any) -> str:
    return "" if isinstance(value, (int, float)) and not isinstance(value, bool) else "a number"


def _path(value: Any) -> str:
    return "" if isinstance(value, str) and re.fullmatch(r"\w+(\.\w+)+", value) else "a full path such as torchvision.x"


def _effect(value: Any) -> str:
    effects = ("none", "drops-branches", "builds-head")
    return "" if value in effects else f"one of {', '.join(effects)}"


# Kind -> its keys -> a function that says what a value has to be if it is something else.
KINDS: dict[str, dict[str, Callable[[Any], str]]] = {
    "momentum": {"model": _text, "found": _number, "right": _number},
    "metadata_version": {"model": _text, "version": _whole},
    "partial_file": {"file": _text, "prefix": _text},
    "accepted_argument": {"models": _texts, "argument": _text, "value": _flag, "effect": _effect, "implied": _texts},
    "pretrained_value": {"model": _text, "value": _text, "entry": _text},
    "warned_constants": {"parameter": _text},
    "stray_package": {"name": _path},
    "pickled_class": {"name": _path},
}

COMMON = ("what", "first", "reason", "source")
OPTIONAL = ("last", "evidence")


@dataclass(frozen=True)
class Evidence:
    """How the sources of a release show a quirk: a file or a folder of torchvision, and a regular expression."""

    file: str
    pattern: str

    def holds(self, files: Mapping[str, str]) -> bool:
        """Return whether the sources show it.

        Args:
            files: ``torchvision/models/resnet.py`` -> its text.
        """
        found = (text for name, text in files.items() if name.startswith(self.file))
        return any(re.search(self.pattern, text, re.MULTILINE) for text in found)


@dataclass(frozen=True)
class Quirk:
    """One entry.

    Attributes:
        kind: the table it is in.
        what, reason, source: for people; ``source`` is an address.
        first, last: the releases in which it holds; ``last`` is empty if it still does.
        evidence: how to see it in the sources; ``None`` if torchvision's do not show it.
        values: the keys of its kind.
    """

    kind: str
    what: str
    first: str
    last: str
    reason: str
    source: str
    evidence: Evidence | None
    values: Mapping[str, Any]

    def holds(self, release: str) -> bool:
        """Return whether it holds in a release."""
        return Version(self.first) <= Version(release) and not (self.last and Version(release) > Version(self.last))


def read_quirks(path: Path) -> list[Quirk]:
    """Read the file; return no quirks if there is none.

    Raises:
        QuirksError: it cannot be read, or an entry is invalid; names the entry and what is wrong.
    """
    try:
        return parse_quirks(path.read_text(encoding="utf-8"), path.name) if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise QuirksError(f"{path.name} can't be read: {error}") from error


def parse_quirks(text: str, source: str = "quirks.toml") -> list[Quirk]:
    """Read entries from TOML.

    Raises:
        QuirksError: an entry is invalid; names the entry and what is wrong.
    """
    found = []
    for kind, entries in parse_toml(text, source, QuirksError).items():
        if kind not in KINDS:
            raise QuirksError(f"{source}: unknown kind [[{kind}]]; kinds: {', '.join(KINDS)}")
        if not isinstance(entries, list):
            raise QuirksError(f"{source}: {kind} must be a list of tables, each begun by [[{kind}]]")
        found += [_quirk(kind, entry, f"{source}, {kind} number {n}") for n, entry in enumerate(entries, 1)]
    return found


def _quirk(kind: str, entry: Any, where: str) -> Quirk:
    if not isinstance(entry, dict):
        raise QuirksError(f"{where}: must be a table, found {entry!r}")
    own = KINDS[kind]
    missing = [key for key in (*COMMON, *own) if key not in entry]
    if missing:
        raise QuirksError(f"{where}: missing {', '.join(missing)}")
    unknown = sorted(entry.keys() - {*COMMON, *OPTIONAL, *own})
    if unknown:
        raise QuirksError(f"{where}: unknown key {', '.join(unknown)}")
    for key, wrong in {**dict.fromkeys(COMMON, _text), "last": _text, **own}.items():
        expected = wrong(entry[key]) if key in entry else ""
        if expected:
            raise QuirksError(f"{where}: {key} must be {expected}, found {entry[key]!r}")
    _check_releases(entry["first"], entry.get("last", ""), where)
    if not entry["source"].startswith(SOURCES):
        raise QuirksError(f"{where}: source must be an address that begins with {' or '.join(SOURCES)}")
    return Quirk(
        kind,
        entry["what"],
        entry["first"],
        entry.get("last", ""),
        entry["reason"],
        entry["source"],
        _evidence(entry, where),
        {key: entry[key] for key in own},
    )


def _check_releases(first: str, last: str, where: str) -> None:
    for key, release in (("first", first), ("last", last)):
        try:
            Version(release or "0")
        except InvalidVersion as error:
            raise QuirksError(f"{where}: {key} must be a release, found {release!r}") from error
    if last and Version(last) < Version(first):
        raise QuirksError(f"{where}: last, {last}, is older than first, {first}")


def _evidence(entry: Mapping[str, Any], where: str) -> Evidence | None:
    if "evidence" not in entry:
        if entry["source"].startswith(SOURCES[0]):
            raise QuirksError(f"{where}: missing evidence, which a quirk of torchvision's needs")
        return None
    found = entry["evidence"]
    if not isinstance(found, dict) or set(found) != {"file", "pattern"} or _texts(list(found.values())):
        raise QuirksError(f"{where}: evidence must have file and pattern, both text, found {found!r}")
    try:
        re.compile(found["pattern"])
    except re.error as error:
        raise QuirksError(f"{where}: the pattern of evidence is no regular expression: {error}") from error
    return Evidence(found["file"], found["pattern"])
