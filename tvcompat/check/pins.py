"""Requirement files: which torch and which torchvision they ask for."""

import os
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Dict, Iterator, List, Optional, Tuple

from packaging.requirements import InvalidRequirement, Requirement

from tvcompat.check.uses import Use

NAMES = ("requirements*.txt", "*requirements.txt", "constraints*.txt", "pyproject.toml")

# A requirement as text in `pyproject.toml`, and a line of a requirement file.
QUOTED = re.compile(r"""(["'])(torch(?:vision)?(?![\w.-])[^"'\n]*)\1""")
LINE = re.compile(r"^[ \t]*(torch(?:vision)?(?![\w.-])[^#\n]*?)[ \t]*(?:\\?$|#| --)", re.MULTILINE)


def is_requirement_file(path: str) -> bool:
    name = os.path.basename(path)
    return any(fnmatch(name, pattern) for pattern in NAMES)


@dataclass(frozen=True)
class Place:
    """Where a requirement stands, as a node of a syntax tree says it."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def uses(path: str, text: str) -> List[Use]:
    """One use for each torchvision that is asked for beside a torch in the same list of requirements."""
    pattern, group = (QUOTED, 2) if path.endswith(".toml") else (LINE, 1)
    found: List[Tuple[Requirement, Place, str]] = []
    for match in pattern.finditer(text):
        requirement = _requirement(match.group(group))
        if requirement is not None:
            found.append(
                (requirement, _place(text, match.start(group), match.end(group)), _list(path, text, match.start()))
            )
    return list(_pairs(found))


def _requirement(text: str) -> Optional[Requirement]:
    try:
        return Requirement(text.strip())
    except InvalidRequirement:
        return None


def _place(text: str, start: int, end: int) -> Place:
    line = text.count("\n", 0, start) + 1
    before = text.rfind("\n", 0, start) + 1
    column = len(text[before:start].encode())
    return Place(line, column, line, column + len(text[start:end].encode()))


def _list(path: str, text: str, position: int) -> str:
    """Which list of ``pyproject.toml`` a requirement is in: extras may ask for other versions."""
    if not path.endswith(".toml"):
        return ""
    opened = text.rfind("[", 0, position)
    return str(opened)


def _pairs(found: List[Tuple[Requirement, Place, str]]) -> Iterator[Use]:
    groups: Dict[Tuple[str, str], Dict[str, List[Tuple[Requirement, Place]]]] = {}
    for requirement, place, group in found:
        # Lines for other platforms or Pythons are other installations.
        key = (group, str(requirement.marker or ""))
        groups.setdefault(key, {}).setdefault(requirement.name, []).append((requirement, place))
    for named in groups.values():
        if len(named.get("torch", ())) != 1:
            continue
        ((torch, _),) = named["torch"]
        for torchvision, place in named.get("torchvision", ()):
            extra = {"torch": torch.specifier, "torchvision": torchvision.specifier}
            yield Use("pins", "torchvision", place, frozenset(), extra=extra)
