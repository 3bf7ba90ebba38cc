"""Where the audit keeps things: the folders of the checkout and the cache of the person who runs it."""

import os
from pathlib import Path

from platformdirs import user_cache_path

from tvcompat import writing

# What is generated, in a checkout.
TABLES = Path("tvcompat") / "catalog" / "tables"
TYPED_STUB = Path("tvcompat") / "_typed.pyi"
REPORT = Path("matrix") / "report"


def repository() -> Path:
    """The checkout the audit works on: the nearest folder upwards that holds ``matrix/releases.toml``.

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
    """Folder for what can be fetched or made again; ``TVCOMPAT_CACHE`` moves it."""
    chosen = os.environ.get("TVCOMPAT_CACHE")
    return Path(chosen).expanduser() if chosen else user_cache_path("tvcompat", appauthor=False)


def write(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of a file in one step, in a folder that may have to be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writing.write(path, data)


def write_text(path: Path, text: str) -> bool:
    """Write ``text`` unless the file says so already; returns whether it was written."""
    data = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return False
    write(path, data)
    return True


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a killed run left behind; nobody else writes to these folders meanwhile."""
    for leftover in folder.rglob(".*.part"):
        leftover.unlink(missing_ok=True)
