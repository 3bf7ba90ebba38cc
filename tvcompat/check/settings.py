"""Read ``[tool.tvcompat]`` of ``pyproject.toml``: a project's options for ``check``."""

import sys
from pathlib import Path
from typing import Any, Dict, Optional

from tvcompat.errors import MissingToolError, SettingsError

# Key -> type, as in the options of the command.
KEYS: Dict[str, Any] = {
    "from": str,
    "to": str,
    "min": str,
    "max": str,
    "select": list,
    "ignore": list,
    "exclude": list,
}


def find(start: Path) -> Optional[Path]:
    """Return the nearest ``pyproject.toml``, looking upwards from ``start``."""
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.resolve().parents):
        path = candidate / "pyproject.toml"
        if path.is_file():
            return path
    return None


def read(path: Path) -> Dict[str, Any]:
    """Read the settings in a file; empty if it has no such table.

    Raises:
        SettingsError: the file can't be parsed, or the table has a key or a type that it can't have.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        try:
            import tomli as tomllib
        except ImportError as error:
            raise MissingToolError("tomli", "check", f"reading {path}") from error
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} can't be read: {error}") from error
    table: Dict[str, Any] = document.get("tool", {}).get("tvcompat", {})
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsError(f"{path}: [tool.tvcompat] has no key {key!r}; it takes {', '.join(KEYS)}")
        parts = value if isinstance(value, list) else [value]
        fits: bool = type(value) is KEYS[key] and all(isinstance(part, str) for part in parts)
        if not fits:
            expected = "a list of texts" if KEYS[key] is list else "a text"
            raise SettingsError(f"{path}: {key} in [tool.tvcompat] has to be {expected}, not {value!r}")
    return table
