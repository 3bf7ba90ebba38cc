"""Stack frames: which line of the program is asking, and what for."""

from __future__ import annotations

import dis
import sys
from functools import lru_cache
from types import CodeType, FrameType
from typing import FrozenSet, Optional

from tvcompat.errors import LegacyAttributeError, LegacyImportError, LegacyNameError

# Modules that ask on behalf of the program: the line that counts is the one that called them.
_BETWEEN = ("importlib", "tvcompat.legacy", "tvcompat.shim", "torchvision", "torch", "pickle", "runpy", "copyreg")

_IMPORT_NAME = dis.opmap.get("IMPORT_NAME", -1)
_IMPORT_FROM = dis.opmap.get("IMPORT_FROM", -1)
_IMPORT_STAR = dis.opmap.get("IMPORT_STAR", -1)
# Since Python 3.12 `import *` is one of several things that this instruction does.
_INTRINSIC = dis.opmap.get("CALL_INTRINSIC_1", -1)
_INTRINSIC_IMPORT_STAR = 2


def of_the_program(frame: Optional[FrameType]) -> Optional[FrameType]:
    """Return the innermost frame that belongs to the program, ``None`` if there is none."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not _is_between(name):
            return frame
        frame = frame.f_back
    return None


@lru_cache(maxsize=4096)
def _is_between(name: object) -> bool:
    return isinstance(name, str) and any(name == part or name.startswith(part + ".") for part in _BETWEEN)


def takes_names(frame: FrameType) -> bool:
    """Return whether the frame executes ``from module import ...``, and no plain ``import module``."""
    code, at = frame.f_code, frame.f_lasti
    if at < 2 or code.co_code[at] != _IMPORT_NAME:
        return False
    # The names, or None, are the constant that was loaded last.
    number = code.co_code[at - 1]
    return number < len(code.co_consts) and code.co_consts[number] is not None


def is_own(frame: FrameType) -> bool:
    """Return whether the shim itself is asking, which has to see what torchvision really has."""
    name = frame.f_globals.get("__name__", "")
    return isinstance(name, str) and name.startswith("tvcompat.shim.")


def asking_whether(frame: Optional[FrameType]) -> bool:
    """Return whether the import system only checks that a package has a name, which it fetches right after."""
    return frame is not None and frame.f_code.co_name == "_handle_fromlist" and "importlib" in frame.f_code.co_filename


def imports_name(frame: Optional[FrameType]) -> bool:
    """Return whether the frame executes ``from module import name``."""
    return frame is not None and _instruction(frame) == _IMPORT_FROM


def refusal(path: str, message: str, frame: Optional[FrameType]) -> LegacyNameError:
    """Return the error for a name that can't be given, of the class that the code in the frame expects."""
    kind = LegacyImportError if asking_whether(frame) or imports_name(frame) else LegacyAttributeError
    return kind(path, message)


def imports_everything(frame: Optional[FrameType]) -> bool:
    """Return whether the frame executes ``from module import *``."""
    if frame is None or frame.f_lasti < 0:
        return False
    operation = _instruction(frame)
    if operation == _INTRINSIC and sys.version_info >= (3, 12):
        return frame.f_code.co_code[frame.f_lasti + 1] == _INTRINSIC_IMPORT_STAR
    return operation == _IMPORT_STAR


def _instruction(frame: FrameType) -> int:
    return frame.f_code.co_code[frame.f_lasti] if frame.f_lasti >= 0 else -1


@lru_cache(maxsize=256)
def mentioned(code: CodeType) -> FrozenSet[str]:
    """Return the names that a piece of code uses, in its functions and classes too."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= mentioned(constant)
    return frozenset(found)
