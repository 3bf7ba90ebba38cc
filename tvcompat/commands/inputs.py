"""The files that ``check``, ``fix`` and ``range`` are given, and what of them could not be checked."""

import os
import sys
from typing import List, Tuple

from tvcompat.check.engine import Unreadable
from tvcompat.errors import MissingToolError, SettingsError


def require_python() -> None:
    """Refuse to run before Python 3.10, whose syntax trees have no place for some of what is reported.

    Raises:
        SettingsError: an older one runs this; the code that is checked may be for any.
    """
    if sys.version_info < (3, 10):
        version = ".".join(map(str, sys.version_info[:2]))
        raise SettingsError(
            f"check, fix and range run on Python 3.10 or newer, and this is {version}. The program that is checked may "
            f"be for any; install tvcompat beside it: uvx --from 'tvcompat[check]' tvcompat check ..."
        )


def paths_of(given: List[str], exclude: List[str]) -> Tuple[List[str], List[Unreadable]]:
    """Return the requested files, and the folders that can't be listed.

    Raises:
        SettingsError: a path does not exist, or there is nothing to check.
        MissingToolError: pathspec is not installed.
    """
    require_python()
    # `Path.exists` raises where a name is too long or a folder can't be entered.
    missing = [path for path in given if not os.path.exists(path)]
    if missing:
        raise SettingsError(f"there is no {', '.join(missing)}")
    unlisted: List[Unreadable] = []

    def failed(path: str, error: OSError) -> None:
        unlisted.append(Unreadable(path, 1, f"can't be read: {error.strerror}", opened=False))

    try:
        from tvcompat.check.files.discovery import find

        found = find(given, exclude, failed)
    except ModuleNotFoundError as error:
        raise MissingToolError("pathspec", "check", "tvcompat check") from error
    if not found and not unlisted:
        raise SettingsError(
            f"nothing to check: no Python file, notebook or requirement file in {', '.join(given)} "
            f"(hidden files, virtual environments and what .gitignore or --exclude name are left out)"
        )
    return found, unlisted


def not_checked(unreadable: Unreadable) -> str:
    """Return the line that says what was not checked, and why."""
    return f"{unreadable.path}:{unreadable.line}: not checked: {unreadable.text}"
