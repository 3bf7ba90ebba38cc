"""The cache of checkpoint files, shared with torch, and the check of each file against the digest in its name.

Files lie where torch keeps them (``TORCH_HOME``, ``torch.hub.set_dir``), under the names torch gives them, so that
each finds what the other has downloaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Dict

from tvcompat import writing
from tvcompat.errors import CheckpointError

CHUNK_BYTES = 1 << 20

# `resnet50-0676ba61.pth` and `quantized/resnet50_fbgemm_bf931d71.pth` carry the beginning of their sha256.
_DIGEST = re.compile(r"[-_]([0-9a-f]{8,64})\.[^./]+$")


def folder() -> Path:
    """Return the folder of the cache: the one torch names, or would name if it were loaded."""
    torch = sys.modules.get("torch")
    if torch is not None:
        return Path(torch.hub.get_dir()) / "checkpoints"
    home = os.environ.get("TORCH_HOME")
    if home is None:
        home = os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def file_name(url: str) -> str:
    """Return the name under which torch keeps the file of a URL."""
    return url.rpartition("/")[2]


def digest_in(name: str) -> str:
    """Return the first digits of the sha256 that a file name carries, empty if it carries none."""
    match = _DIGEST.search(name)
    return match.group(1) if match else ""


def cached(url: str) -> Path:
    """Return the path that the file of a URL has in the cache, whether or not it is there."""
    return folder() / file_name(url)


def checks_digests() -> bool:
    return os.environ.get("TVCOMPAT_CHECK_HASH", "1") != "0"


def _memory() -> Path:
    return folder() / ".tvcompat-verified.json"


def _mark(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _remembered() -> Dict[str, object]:
    try:
        found = json.loads(_memory().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remember(path: Path) -> None:
    """Record that a file of this size and time is intact, so that it is read once and not at every load."""
    known = {**_remembered(), path.name: _mark(path)}
    try:
        writing.write(_memory(), json.dumps(known).encode())
    except OSError:
        # A folder that can only be read is fine; files in it are checked each time.
        pass


def verify(path: Path) -> None:
    """Check a file against the digest in its name.

    Raises:
        CheckpointError: it is another file; it was set aside.
    """
    expected = digest_in(path.name)
    if not expected:
        return
    if not checks_digests():
        warnings.warn(f"TVCOMPAT_CHECK_HASH=0: {path.name} is taken unchecked", UserWarning, stacklevel=2)
        return
    if _remembered().get(path.name) == _mark(path):
        return
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for chunk in iter(lambda: stream.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    if not digest.hexdigest().startswith(expected):
        raise CheckpointError(
            f"{path} is damaged: its sha256 begins with {digest.hexdigest()[: len(expected)]}, and its name says "
            f"{expected}. It was set aside as {set_aside(path).name}; the next call fetches it again. For a file you "
            f"made yourself, set TVCOMPAT_CHECK_HASH=0 and move it back."
        )
    remember(path)


def set_aside(path: Path) -> Path:
    """Rename a bad file, so that nothing loads it and nothing is lost."""
    target = path.with_name(path.name + ".corrupt")
    os.replace(path, target)
    return target
