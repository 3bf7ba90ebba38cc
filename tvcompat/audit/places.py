"""Where the audit keeps things: the folders of the checkout and the cache of the person who runs it."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Iterator

from platformdirs import user_cache_path


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


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of ``path`` only when all of it was written.

    The temporary file lies in the same folder, so that replacing is one step of the file system.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        # mkstemp makes files that only their owner can read.
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_text(path: Path, text: str) -> bool:
    """Write ``text`` unless the file says so already; returns whether it was written."""
    data = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return False
    with replacing(path) as stream:
        stream.write(data)
    return True


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a killed run left behind; nobody else writes to these folders meanwhile."""
    for leftover in folder.rglob(".*.part"):
        leftover.unlink(missing_ok=True)
