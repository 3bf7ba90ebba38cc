"""Who warns: the package whose code asked for a warning, whatever line the warning is attributed to.

A warning that Pillow raises with ``stacklevel=2`` names a line of torchvision, and so does one of compiled code. So
``warnings.warn`` is replaced by a function that looks at its caller. That has to happen before torch is imported, since
torch knows ``warnings.warn`` in scripted functions by identity.
"""

import os
import sys
import warnings
from types import FrameType
from typing import Any, List, Optional, Union

# Decorators like `typing_extensions.deprecated` warn in the name of what they decorate.
_DECORATORS = ("typing_extensions", "warnings", "_py_warnings")

_PACKAGES = ("torchvision", "torch", "numpy", "PIL")

_plain_warn = warnings.warn
_warned: List[str] = []
_log: List[warnings.WarningMessage] = []


def install() -> None:
    """Replace ``warnings.warn``, once in a process and before torch is imported."""
    warnings.warn = _warn


def watch(log: List[warnings.WarningMessage]) -> None:
    """Note from now on who asked for the warnings that arrive in ``log``."""
    global _log
    _log = log
    _warned.clear()


def warner(number: int) -> str:
    """Return the package that asked for a warning of the log: its own for compiled code is ``compiled``."""
    if number < len(_warned) and _warned[number]:
        return _warned[number]
    told = _log[number]
    # Scripted functions of torchvision warn through torch's compiled code, always of this class.
    is_compiled = told.category is not UserWarning or "Triggered internally" in str(told.message)
    return "compiled" if is_compiled else package_of(told.filename)


def package_of(path: str) -> str:
    """Return the package that a file belongs to; recipes count as torchvision."""
    if path == "<recipe>":
        return "torchvision"
    parts = path.replace(os.sep, "/").split("/")
    return next((name for name in _PACKAGES if name in parts), os.path.basename(os.path.dirname(path)))


def _warn(
    message: Union[str, Warning],
    category: Optional[type] = None,
    stacklevel: int = 1,
    source: Any = None,
    **others: Any,
) -> None:
    before = len(_log)
    _plain_warn(message, category, stacklevel + 1, source, **others)
    _warned.extend([""] * (before - len(_warned)))
    _warned.extend([_caller(sys._getframe(1))] * (len(_log) - before))


def _caller(frame: Optional[FrameType]) -> str:
    while frame is not None:
        if frame.f_globals.get("__name__") not in _DECORATORS:
            return package_of(frame.f_code.co_filename)
        decorated = getattr(frame.f_locals.get("arg"), "__module__", None)
        if decorated:
            return str(decorated).partition(".")[0]
        frame = frame.f_back
    return ""
