"""Where the audit keeps its files: the folders of the checkout, and the user's cache."""

import os
from pathlib import Path

from platformdirs import user_cache_path

from tvcompat import writing

# Generated files, relative to the checkout.
TABLES = Path("tvcompat") / "catalog" / "tables"
TYPED_STUB = Path("tvcompat") / "_typed.pyi"
REPORT = Path("matrix") / "report"


def repository() -> Path:
    """Return the checkout the audit works on: the nearest parent folder that contains ``matrix/releases.toml``.

    Raises:
        FileNotFoundError: the current folder is not inside a checkout.
    """
    for folder in [Path.cwd(), *Path.cwd().parents]:
        if (folder / "matrix" / "releases.toml").is_file():
            return folder
    raise FileNotFoundError(
        f"no matrix/releases.toml in {Path.cwd()} or above it: run this inside a checkout of tvcompat"
    )


def cache() -> Path:
    """Return the folder for everything that can be fetched or made again; ``TVCOMPAT_CACHE`` overrides it."""
    chosen = os.environ.get("TVCOMPAT_CACHE")
    return Path(chosen).expanduser() if chosen else user_cache_path("tvcompat", appauthor=False)


def write(path: Path, data: bytes) -> None:
    """Write ``data`` to a file atomically, creating its folder if necessary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writing.write(path, data)


def write_text(path: Path, text: str) -> bool:
    """Write ``text`` unless the file has this content already; return whether it was written."""
    data = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return False
    write(path, data)
    return True


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a killed run left behind; nothing else may be writing to the folder."""
    for leftover in folder.rglob(".*.part"):
        leftover.unlink(missing_ok=True)
