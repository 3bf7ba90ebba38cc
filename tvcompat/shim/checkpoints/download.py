"""Download checkpoint files: whole and right, or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Optional

from tvcompat import writing
from tvcompat.errors import CheckpointError, OfflineError
from tvcompat.shim.checkpoints import cache

TIMEOUT_SECONDS = 30

# How many times a dropped connection is resumed, after growing pauses.
ATTEMPTS = 4
PAUSE_SECONDS = 0.5


def is_offline() -> bool:
    return os.environ.get("TVCOMPAT_OFFLINE", "") not in ("", "0")


def fetch(url: str, *, progress: bool = True) -> Path:
    """Return the path of a checkpoint in the cache; it is downloaded if it is missing, and checked in any case."""
    path = cache.cached(url)
    if path.is_file():
        cache.verify(path)
        return path
    if is_offline():
        raise OfflineError(
            f"{path.name} is not in {path.parent}, and TVCOMPAT_OFFLINE is set. "
            f"Put the file there, or unset TVCOMPAT_OFFLINE to fetch {url}"
        )
    download(mirrored(url), path, progress=progress)
    return path


def mirrored(url: str) -> str:
    """Return the URL at the mirror that ``TVCOMPAT_MIRROR`` names, the URL itself where there is none."""
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
            expected, found = cache.digest_in(path.name), transfer.digest.hexdigest()
            if cache.checks_digests() and expected and not found.startswith(expected):
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
    cache.remember(path)


class Transfer:
    """Receive one file; a connection that drops is resumed where the server supports ranges.

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
        """Resume the download where it stopped; return the server's response, ``None`` if another attempt may help."""
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
            # A server that never answered is not tried again; one that dropped the connection may recover.
            if self._done and not last:
                return None
            raise OfflineError(
                f"{self.url} can't be reached ({getattr(error, 'reason', error)}). "
                f"Put the file into {cache.folder()}, or set TVCOMPAT_MIRROR to the address of a mirror."
            ) from error
        if self._done and response.status != 206:
            self._restart()
        if not self._done:
            self._version = response.headers.get("ETag", "")
            self._total = int(response.headers.get("Content-Length") or 0)
        return response

    def _receive(self, response: http.client.HTTPResponse) -> str:
        """Write what arrives; return why it is incomplete, empty if it is whole."""
        while True:
            try:
                chunk = response.read(cache.CHUNK_BYTES)
            except (OSError, http.client.HTTPException) as error:
                return f"{type(error).__name__}: {error}"
            if not chunk:
                break
            self._stream.write(chunk)
            self.digest.update(chunk)
            self.beginning = self.beginning or chunk[:64].lstrip()
            self._done += len(chunk)
            if self._shows and self._total:
                sys.stderr.write(f"\r{cache.file_name(self.url)}: {self._done / 1e6:.1f} of {self._total / 1e6:.1f} MB")
        if self._total and self._done < self._total:
            return "closed early"
        if self._shows and self._total:
            sys.stderr.write("\n")
        return ""
