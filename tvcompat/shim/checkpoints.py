"""Checkpoint files: fetched whole or not at all, checked against the digest in their name, loaded without running code.

Files lie where torch keeps them (``TORCH_HOME``, ``torch.hub.set_dir``), under the names torch gives them, so that
what torch has fetched serves here and the other way round.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import pickle
import re
import sys
import threading
import time
import urllib.error
import urllib.request
import warnings
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Callable, Dict, List, Optional, Sequence

from tvcompat import writing
from tvcompat.errors import CheckpointError, OfflineError
from tvcompat.shim import archives

if TYPE_CHECKING:
    from types import ModuleType

    from torch import Tensor

    Downloader = Callable[..., Dict[str, Tensor]]

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 30

# A connection that drops is taken up again this often, after a pause that grows.
ATTEMPTS = 4
PAUSE_SECONDS = 0.5

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


def load(
    url: str,
    *,
    progress: bool = True,
    map_location: object = "cpu",
    older: Sequence[str] = (),
    mapped: bool = False,
) -> Dict[str, Tensor]:
    """The state dict behind an address, fetched if it is not in the cache.

    Args:
        url: address of the file.
        progress: show how far it is on stderr, if that is a terminal, while the file is fetched.
        map_location: as of ``torch.load``.
        older: addresses under which older releases have the same checkpoint. What lies in the cache from one of them
            serves when the file can't be fetched.
        mapped: leave the tensors in the file where torch can do that, for those who copy them at once.

    Raises:
        OfflineError: the file is not there and can't be fetched.
        CheckpointError: the file is damaged or not the one its name says; it was set aside as ``*.corrupt``.
    """
    try:
        path = fetch(url, progress=progress)
    except OfflineError as error:
        found = next((file for file in map(cached, older) if file.is_file()), None)
        if found is None:
            raise
        warnings.warn(
            f"{file_name(url)} can't be had ({error}); {found.name}, under which name older releases have the same "
            f"checkpoint, is in the cache and was loaded instead",
            UserWarning,
            stacklevel=2,
        )
        verify(found)
        path = found
    return read(path, map_location, mapped=mapped)


def cached(url: str) -> Path:
    """Where the file of an address lies once it was fetched."""
    return folder() / file_name(url)


def fetch(url: str, *, progress: bool = True) -> Path:
    """The file of an address in the cache, fetched if it is not there and checked in any case."""
    path = cached(url)
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
        with writing.replacing(path) as stream:
            transfer = Transfer(url, stream, progress=progress)
            transfer.run()
            expected, found = digest_in(path.name), transfer.digest.hexdigest()
            if checks_digests() and expected and not found.startswith(expected):
                is_page = transfer.beginning[:1] == b"<"
                page = " It is a web page: a proxy or a login page in between." if is_page else ""
                raise CheckpointError(
                    f"what {url} gave is not {path.name}: its sha256 begins with {found[:10]}, and the name says "
                    f"{expected}.{page} Nothing was kept."
                )
    except OfflineError:
        raise
    except OSError as error:
        raise CheckpointError(
            f"{path.name} can't be written to {path.parent}: {error.strerror}. "
            f"Set TORCH_HOME to a folder that can be written to and has room."
        ) from error
    _remember(path)


class Transfer:
    """One file on its way: continued where it stopped when the connection drops, where the server can do that.

    Args:
        url: address.
        stream: where the content goes; it has to be empty.
        progress: show how far it is, on a terminal.

    Attributes:
        digest: sha256 of what arrived.
        beginning: its first bytes.
    """

    def __init__(self, url: str, stream: IO[bytes], *, progress: bool = True) -> None:
        self.url: str = url
        self._stream: IO[bytes] = stream
        self._shows = progress and sys.stderr.isatty()
        self._version = ""
        self._restart()

    def _restart(self) -> None:
        self._stream.seek(0)
        self._stream.truncate()
        self.digest: hashlib._Hash = hashlib.sha256()
        self.beginning: bytes = b""
        self._done, self._total = 0, 0

    def run(self) -> None:
        """Receive the whole file.

        Raises:
            OfflineError: the server can't be reached, refuses, or the connection dropped again and again.
            OSError: the stream can't be written to.
        """
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE_SECONDS * attempt)
            response = self._open(last=attempt == ATTEMPTS - 1)
            if response is None:
                continue
            with response:
                reason = self._receive(response)
            if not reason:
                return
        raise OfflineError(
            f"{self.url}: the connection ended after {self._done} of {self._total} bytes, {ATTEMPTS} times ({reason}); "
            f"nothing was kept"
        )

    def _open(self, *, last: bool) -> Optional[http.client.HTTPResponse]:
        """The answer of the server from where we are, ``None`` when it is worth another attempt."""
        headers = {"User-Agent": "tvcompat"}
        if self._done:
            headers["Range"] = f"bytes={self._done}-"
            if self._version:
                headers["If-Range"] = self._version
        try:
            response: http.client.HTTPResponse = urllib.request.urlopen(
                urllib.request.Request(self.url, headers=headers), timeout=TIMEOUT_SECONDS
            )
        except urllib.error.HTTPError as error:
            error.close()
            if error.code >= 500 and not last:
                return None
            raise OfflineError(f"{self.url} answered {error.code} {error.reason}") from error
        except (OSError, http.client.HTTPException) as error:
            # One that never answered is not asked again; one that dropped in the middle may come back.
            if self._done and not last:
                return None
            raise OfflineError(
                f"{self.url} can't be reached ({getattr(error, 'reason', error)}). "
                f"Put the file into {folder()}, or set TVCOMPAT_MIRROR to the address of a mirror."
            ) from error
        if self._done and response.status != 206:
            self._restart()
        if not self._done:
            self._version = response.headers.get("ETag", "")
            self._total = int(response.headers.get("Content-Length") or 0)
        return response

    def _receive(self, response: http.client.HTTPResponse) -> str:
        """Take what comes; returns why it is not the whole, empty when it is."""
        while True:
            try:
                chunk = response.read(CHUNK_BYTES)
            except (OSError, http.client.HTTPException) as error:
                return f"{type(error).__name__}: {error}"
            if not chunk:
                break
            self._stream.write(chunk)
            self.digest.update(chunk)
            self.beginning = self.beginning or chunk[:64].lstrip()
            self._done += len(chunk)
            if self._shows and self._total:
                sys.stderr.write(f"\r{file_name(self.url)}: {self._done / 1e6:.1f} of {self._total / 1e6:.1f} MB")
        if self._total and self._done < self._total:
            return "closed early"
        if self._shows and self._total:
            sys.stderr.write("\n")
        return ""


# ---------------------------------------------------------------------------------------------------------------------
# Checking


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


def _remember(path: Path) -> None:
    """Note that a file of this size and time was found right, so that it is read once and not at every load."""
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
    _remember(path)


def set_aside(path: Path) -> Path:
    """Rename a bad file, so that nothing loads it and nothing is lost."""
    target = path.with_name(path.name + ".corrupt")
    os.replace(path, target)
    return target


def _load_safely(path: str, map_location: object, mapped: bool) -> object:
    """``torch.load`` without running code of the file."""
    import inspect

    import torch

    from tvcompat.shim import safe_pickle

    # Before torch reads a byte: a file that holds code is run by torch of some releases, whatever the options say.
    form = archives.inspect(path)
    options = inspect.signature(torch.load).parameters
    # Torch's own refuses tar archives since 2.6.
    if "weights_only" in options and form != archives.TAR:
        # Files of torch before 1.6 are no archives, whose members could be mapped.
        more = {"mmap": True} if mapped and "mmap" in options and form == archives.ZIP else {}
        try:
            return torch.load(path, map_location=map_location, weights_only=True, **more)
        except pickle.UnpicklingError:
            # Up to 2.3 torch's own refuses quantized tensors, in 1.13 even floats. Ours refuses what could run code.
            pass
    return torch.load(path, map_location=map_location, pickle_module=safe_pickle)


def read(path: Path, map_location: object = "cpu", *, mapped: bool = False) -> Dict[str, Tensor]:
    """Load a state dict, with ``weights_only=True`` where the installed torch has it, else as safely.

    Raises:
        CheckpointError: it holds more than tensors, or torch can't read it; it was set aside.
    """
    try:
        found = _load_safely(str(path), map_location, mapped)
    except Exception as error:
        with open(path, "rb") as stream:
            beginning = stream.read(64).lstrip()
        aside = set_aside(path).name
        if beginning[:1] == b"<":
            reason = "looks like a web page, not a checkpoint"
        elif isinstance(error, archives.RefusedFileError):
            reason = f"was not loaded: {error.reason}"
        else:
            reason = f"can't be read ({type(error).__name__}: {str(error)[:200]})"
        advice = getattr(error, "advice", "")
        raise CheckpointError(f"{path} {reason}. It was renamed to {aside}.{' ' if advice else ''}{advice}") from error
    if not isinstance(found, dict):
        raise CheckpointError(f"{path} holds a {type(found).__name__}, not a state dict; it was left where it is")
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Standing in for torchvision's downloader


class StandingIn:
    """While a model is built, every download of torchvision in this thread goes through ``loader(url, **options)``."""

    __slots__ = ("_before", "_loader", "_originals")

    def __init__(self, loader: Callable[..., Dict[str, Tensor]]) -> None:
        self._loader = loader

    def __enter__(self) -> None:
        _LOCK.acquire()
        self._before = getattr(_CURRENT, "loader", None)
        _CURRENT.loader = self._loader
        self._originals = []
        for module in _downloading():
            original = vars(module)["load_state_dict_from_url"]
            self._originals.append((module, original))
            setattr(module, "load_state_dict_from_url", _replacement(original))  # noqa: B010

    def __exit__(self, *error: object) -> None:
        for module, original in self._originals:
            setattr(module, "load_state_dict_from_url", original)  # noqa: B010
        _CURRENT.loader = self._before
        _LOCK.release()


# What stands in for the downloader in a thread.
_CURRENT = threading.local()


@lru_cache(maxsize=None)
def _replacement(original: Downloader) -> Downloader:
    def load_state_dict_from_url(url: str, *arguments: object, **options: object) -> Dict[str, Tensor]:
        loader = getattr(_CURRENT, "loader", None)
        # Another thread may call torch's downloader while this one builds.
        return original(url, *arguments, **options) if loader is None else loader(url, **options)

    return load_state_dict_from_url


# Number of loaded modules -> those of them that fetch checkpoints; there are thousands, and looking takes time.
_DOWNLOADING: Dict[int, List[ModuleType]] = {}


def _downloading() -> List[ModuleType]:
    """Loaded modules of torchvision that call torch's downloader, all by a name of their own."""
    count = len(sys.modules)
    found = _DOWNLOADING.get(count)
    if found is None:
        found = [
            module
            for name, module in list(sys.modules.items())
            if name.startswith("torchvision.models") and "load_state_dict_from_url" in getattr(module, "__dict__", {})
        ]
        _DOWNLOADING.clear()
        _DOWNLOADING[count] = found
    return found
