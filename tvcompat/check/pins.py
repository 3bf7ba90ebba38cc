"""Requirements files: which torch and torchvision they require."""

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Optional, Tuple

from tvcompat.check.analysis.conditions import ALWAYS
from tvcompat.check.analysis.uses import RequirementUse, Use

if TYPE_CHECKING:
    from packaging.requirements import Requirement

NAMES = (
    *("requirements*.txt", "*requirements.txt", "requirements*.in", "constraints*.txt"),
    *("pyproject.toml", "setup.cfg", "Pipfile", "environment*.yml", "environment*.yaml"),
)

# Files that are no programs, whatever their name.
SUFFIXES = (".txt", ".in", ".toml", ".cfg", ".yml", ".yaml")

# A requirement as text in `pyproject.toml`, an item of a list in YAML (where conda writes `torchvision=0.9.1`, with a
# build behind another `=`), a line of a `Pipfile`, and one of a requirement file or `setup.cfg`.
# They are compiled where they are used: most runs see programs alone.
QUOTED = r"""(["'])(torch(?:vision)?(?![\w.-])[^"'\n]*)\1"""
ITEM = r"""^[ \t]*-[ \t]+["']?(?:[\w.-]+::)?((?:py)?torch(?:vision)?(?![\w.-])[^#"'\n]*)"""
ENTRY = r"""^[ \t]*(torch(?:vision)?)[ \t]*=[ \t]*["']([^"'\n]*)["']"""
LINE = r"^[ \t]*(torch(?:vision)?(?![\w.-])[^#\n]*?)[ \t]*(?:\\?$|#| --)"


def is_requirement_file(path: str) -> bool:
    """Return whether a file found in a folder is a requirements file, by its name."""
    return holds_no_code(path) and _named().match(os.path.basename(path)) is not None


@lru_cache(maxsize=None)
def _named() -> "re.Pattern[str]":
    from fnmatch import translate

    return re.compile("|".join(translate(name) for name in NAMES))


def holds_no_code(path: str) -> bool:
    """Return whether a file named on the command line is read for requirements and not as a program."""
    return path.endswith(SUFFIXES) or os.path.basename(path) == "Pipfile"


class Location(NamedTuple):
    """Where a requirement stands, as a node of a syntax tree says it."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def uses(path: str, text: str) -> List[Use]:
    """Return one use for each torchvision requirement that stands beside one of torch in the same list."""
    found: List[Tuple[Requirement, Location, str]] = []
    for match, group, written in _written(path, text):
        requirement = _requirement(written)
        if requirement is not None:
            place = _place(text, match.start(group), match.start(group) + len(match.group(group).rstrip()))
            found.append((requirement, place, _list(path, text, match.start())))
    return list(_pairs(found))


def _written(path: str, text: str) -> Iterator[Tuple["re.Match[str]", int, str]]:
    """Yield the requirements of torch and torchvision: the match, its position, and the text as pip would write it."""
    name = os.path.basename(path)
    if name.endswith((".yml", ".yaml")):
        for match in re.finditer(ITEM, text, re.MULTILINE):
            yield match, 1, _from_conda(match.group(1).strip())
    elif name == "Pipfile":
        for match in re.finditer(ENTRY, text, re.MULTILINE):
            yield match, 0, match.group(1) + (match.group(2) if match.group(2) != "*" else "")
    elif name.endswith(".toml"):
        for match in re.finditer(QUOTED, text):
            yield match, 2, match.group(2)
    else:
        for match in re.finditer(LINE, text, re.MULTILINE):
            yield match, 1, match.group(1)


def _from_conda(text: str) -> str:
    """Convert ``pytorch=1.8.0=py3.8_cuda`` to ``torch==1.8.0``; in conda, `=1.8` means any 1.8."""
    name, equals, rest = re.sub(r"^pytorch\b", "torch", text).partition("=")
    if not equals or not re.fullmatch(r"torch(?:vision)?\s*", name) or rest.startswith("="):
        return re.sub(r"^pytorch\b", "torch", text)
    version = rest.partition("=")[0].strip()
    exact = version.count(".") > 1 or version.endswith("*")
    return f"{name.strip()}=={version}" if exact else f"{name.strip()}=={version}.*"


def _requirement(text: str) -> "Optional[Requirement]":
    # Imported here: few runs see a requirements file.
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text.strip())
    except InvalidRequirement:
        return None


def _place(text: str, start: int, end: int) -> Location:
    line = text.count("\n", 0, start) + 1
    before = text.rfind("\n", 0, start) + 1
    column = len(text[before:start].encode())
    return Location(line, column, line, column + len(text[start:end].encode()))


def _list(path: str, text: str, position: int) -> str:
    """Return which list a requirement is in: extras may ask for other versions."""
    if path.endswith("setup.cfg"):
        # A list goes from its `key =` to the next.
        heads = [match.start() for match in re.finditer(r"^[\w.-]+[ \t]*=|^\[", text, re.MULTILINE)]
        return str(max((head for head in heads if head <= position), default=0))
    if not path.endswith((".toml", "Pipfile")):
        return ""
    return str(text.rfind("[", 0, position))


def _pairs(found: "List[Tuple[Requirement, Location, str]]") -> Iterator[Use]:
    groups: Dict[Tuple[str, str], Dict[str, List[Tuple[Requirement, Location]]]] = {}
    for requirement, place, group in found:
        # Lines for other platforms or Pythons are other installations.
        key = (group, str(requirement.marker or ""))
        groups.setdefault(key, {}).setdefault(requirement.name, []).append((requirement, place))
    for named in groups.values():
        if len(named.get("torch", ())) != 1:
            continue
        ((torch, _),) = named["torch"]
        for torchvision, place in named.get("torchvision", ()):
            yield RequirementUse(place, ALWAYS, torch.specifier, torchvision.specifier)
