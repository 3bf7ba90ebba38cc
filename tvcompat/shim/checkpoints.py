"""Checkpoint files: fetched whole or not at all, checked against the digest in their name, loaded without running code.

Files lie where torch keeps them (``TORCH_HOME``, ``torch.hub.set_dir``), under the names torch gives them, so that
what torch has fetched serves here and the other way round.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
import threading
import urllib.error
import urllib.request
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

from tvcompat.errors import CheckpointError, OfflineError

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 30

# Building a model replaces functions of torchvision for a moment; two threads must not do so at once.
_LOCK = threading.RLock()

# `resnet50-0676ba61.pth` and `quantized/resnet50_fbgemm_bf931d71.pth` carry the beginning of their sha256.
_DIGEST = re.compile(r"[-_]([0-9a-f]{8,64})\.[^./]+$")


def folder() -> Path:
    """Where checkpoints lie: where torch says, and where it would say if it were loaded."""
    torch = sys.modules.get("torch")
    if torch is not None:
        return Path(torch.hub.get_dir()) / "checkpoints"
    home = os.environ.get("TORCH_HOME")
    if home is None:
        home = os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def file_name(url: str) -> str:
    """The name under which torch keeps the file of an address."""
    return url.rpartition("/")[2]


def digest_in(name: str) -> str:
    """The beginning of the sha256 that a file name carries, empty where it carries none."""
    match = _DIGEST.search(name)
    return match.group(1) if match else ""


def is_offline() -> bool:
    return os.environ.get("TVCOMPAT_OFFLINE", "") not in ("", "0")


def checks_digests() -> bool:
    return os.environ.get("TVCOMPAT_CHECK_HASH", "1") != "0"


def load(url: str, *, progress: bool = True, map_location: Any = "cpu") -> Dict[str, Any]:
    """The state dict behind an address, fetched if it is not in the cache.

    Args:
        url: address of the file.
        progress: show a progress bar on stderr while it is fetched.
        map_location: as of ``torch.load``.

    Raises:
        OfflineError: the file is not there and can't be fetched.
        CheckpointError: the file is damaged or not the one its name says; it was set aside as ``*.corrupt``.
    """
    path = fetch(url, progress=progress)
    return read(path, map_location)


def fetch(url: str, *, progress: bool = True) -> Path:
    """The file of an address in the cache, fetched if it is not there and checked in any case."""
    path = folder() / file_name(url)
    if path.is_file():
        verify(path)
        return path
    if is_offline():
        raise OfflineError(
            f"{path.name} is not in {path.parent}, and TVCOMPAT_OFFLINE is set. "
            f"Put the file there, or unset TVCOMPAT_OFFLINE to fetch {url}"
        )
    download(mirrored(url), path, progress=progress)
    return path


def mirrored(url: str) -> str:
    """The address at the mirror that ``TVCOMPAT_MIRROR`` names, the address itself where none is."""
    base = os.environ.get("TVCOMPAT_MIRROR", "").rstrip("/")
    return re.sub(r"^https?://[^/]+(/models)?", base, url) if base else url


def download(url: str, path: Path, *, progress: bool = True) -> None:
    """Fetch a file beside its place and put it there when it is whole and right.

    Two processes that fetch the same file at once both write files of their own; the one that ends last replaces the
    other's, which is the same.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise CheckpointError(
            f"{path.name} can't be written to {path.parent}: {error.strerror}. "
            f"Set TORCH_HOME to a folder that can be written to."
        ) from error
    try:
        digest = hashlib.sha256()
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in _chunks(url, progress=progress):
                stream.write(chunk)
                digest.update(chunk)
        expected = digest_in(path.name)
        if checks_digests() and expected and not digest.hexdigest().startswith(expected):
            raise CheckpointError(
                f"what {url} gave is not {path.name}: its sha256 begins with {digest.hexdigest()[:10]}. "
                f"Nothing was kept; a proxy or a login page in between is the usual reason."
            )
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException as error:
        os.unlink(name)
        if isinstance(error, OSError) and not isinstance(error, OfflineError):
            raise CheckpointError(f"{path.name} can't be written to {path.parent}: {error.strerror}") from error
        raise
    _remember(path)


def _chunks(url: str, *, progress: bool) -> Iterator[bytes]:
    """The content of an address piece by piece; a connection that drops is an error, never a short file."""
    request = urllib.request.Request(url, headers={"User-Agent": "tvcompat"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            total = int(response.headers.get("Content-Length") or 0)
            done = 0
            while True:
                chunk = response.read(CHUNK_BYTES)
                if not chunk:
                    break
                done += len(chunk)
                if progress and total and sys.stderr.isatty():
                    sys.stderr.write(f"\r{file_name(url)}: {done / 1e6:.1f} of {total / 1e6:.1f} MB")
                yield chunk
            if progress and total and sys.stderr.isatty():
                sys.stderr.write("\n")
            if total and done < total:
                raise OfflineError(f"{url}: the connection ended after {done} of {total} bytes; nothing was kept")
    except urllib.error.HTTPError as error:
        raise OfflineError(f"{url} answered {error.code} {error.reason}") from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise OfflineError(
            f"{url} can't be reached ({getattr(error, 'reason', error)}). "
            f"Put the file into {folder()}, or set TVCOMPAT_MIRROR to the address of a mirror."
        ) from error


# ---------------------------------------------------------------------------------------------------------------------
# Checking


def _memory() -> Path:
    return folder() / ".tvcompat-verified.json"


def _mark(path: Path) -> "list[int]":
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _remembered() -> Dict[str, Any]:
    try:
        found = json.loads(_memory().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(path: Path) -> None:
    """Note that a file of this size and time was found right, so that it is read once and not at every load."""
    known = {**_remembered(), path.name: _mark(path)}
    try:
        descriptor, name = tempfile.mkstemp(prefix=".tvcompat-", suffix=".part", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(known, stream)
        os.replace(name, _memory())
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
    _remember(path)


def set_aside(path: Path) -> Path:
    """Rename a bad file, so that nothing loads it and nothing is lost."""
    target = path.with_name(path.name + ".corrupt")
    os.replace(path, target)
    return target


def read(path: Path, map_location: Any = "cpu") -> Dict[str, Any]:
    """Load a state dict, with ``weights_only=True`` where the installed torch has it.

    Raises:
        CheckpointError: torch can't read it; it was set aside.
    """
    import inspect

    import torch

    safe = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}
    try:
        found = torch.load(str(path), map_location=map_location, **safe)
    except Exception as error:
        with open(path, "rb") as stream:
            beginning = stream.read(64).lstrip()
        page = " It looks like a web page, not a checkpoint." if beginning[:1] == b"<" else ""
        raise CheckpointError(
            f"{path} can't be read ({type(error).__name__}: {str(error)[:200]}).{page} "
            f"It was set aside as {set_aside(path).name}."
        ) from error
    if not isinstance(found, dict):
        raise CheckpointError(f"{path} holds a {type(found).__name__}, not a state dict; it was left where it is")
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Standing in for torchvision's downloader


@contextmanager
def standing_in(loader: Callable[..., Dict[str, Any]]) -> Iterator[None]:
    """While a model is built, every download of torchvision in this thread goes through ``loader(url, **options)``."""
    import torch

    thread = threading.get_ident()
    replaced: list[tuple[Any, Any]] = []

    def replacement(original: Any) -> Any:
        def load_state_dict_from_url(url: str, *arguments: Any, **options: Any) -> Any:
            if threading.get_ident() != thread:
                return original(url, *arguments, **options)
            return loader(url, **options)

        return load_state_dict_from_url

    with _LOCK:
        for name, module in list(sys.modules.items()):
            if name.startswith("torchvision.") or module is torch.hub:
                original = getattr(module, "__dict__", {}).get("load_state_dict_from_url")
                if original is not None:
                    replaced.append((module, original))
                    module.load_state_dict_from_url = replacement(original)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            for module, original in replaced:
                module.load_state_dict_from_url = original
