"""The Python sources of a wheel, read out of the remote file without fetching the rest of it.

A zip archive has its directory at the end and each member in one piece, so three or four range requests are enough
for the sources; the compiled parts, most of the 10 MB, are not fetched. If a server does not support ranges, the
whole wheel is fetched and checked against the digest of the index.

Nothing is ever unpacked to disk: member names of an archive are used as dictionary keys, never as paths.
"""

import base64
import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import requests
from remotezip import PartialBuffer, RangeNotSupported, RemoteFetcher, RemoteIOError, RemoteZip, RemoteZipError

from matrix import paths
from matrix.errors import PackageIndexError, WheelError
from matrix.wheels.index import TIMEOUT_SECONDS, Wheel

# Two wanted members with fewer bytes than this between them are fetched in a single request.
GAP_BYTES = 128 * 1024

MEMBER_LIMIT_BYTES = 20_000_000
TOTAL_LIMIT_BYTES = 100_000_000

_SOURCE = re.compile(r"torchvision/(?:\w+/)*\w+\.py")
_METADATA = re.compile(r"torchvision-[^/]+\.dist-info/(?:METADATA|RECORD)")


@dataclass(frozen=True)
class Sources:
    """What was read from one wheel.

    Attributes:
        files: ``torchvision/ops/boxes.py`` -> source text.
        requires: the ``Requires-Dist`` lines of the metadata.
        requires_python: the ``Requires-Python`` line, empty where there is none.
        fetched_bytes: how much was fetched over the network.
    """

    files: dict[str, str]
    requires: tuple[str, ...]
    requires_python: str
    fetched_bytes: int = 0


class _Spans(RemoteFetcher):  # type: ignore[misc]
    """Prefetches spans of the file, serves reads from them, and counts the bytes."""

    def __init__(self, url: str, session: requests.Session) -> None:
        # remotezip leaves responses that it does not use open, and their connections with them.
        super().__init__(url, session, timeout=TIMEOUT_SECONDS, hooks={"response": self._seen})
        self.responses: list[requests.Response] = []
        self.spans: list[tuple[int, bytes]] = []
        self.fetched = 0

    def _seen(self, response: requests.Response, *arguments: Any, **options: Any) -> None:
        self.responses.append(response)

    def close(self) -> None:
        """Close all responses, including those that were not read to the end."""
        for response in self.responses:
            response.close()

    def fetch(self, data_range: tuple[int, int | None], stream: bool = False) -> PartialBuffer:
        first, last = data_range
        if last is not None:
            for start, data in self.spans:
                if start <= first and last < start + len(data):
                    part = data[first - start : last + 1 - start]
                    return PartialBuffer(io.BytesIO(part), first, len(part), False)
        buffer = super().fetch(data_range, False)
        self.fetched += len(buffer)
        return buffer

    def fetch_ahead(self, first: int, last: int) -> None:
        self.spans.append((first, self.fetch((first, last)).read()))


def is_wanted(name: str) -> bool:
    """Return whether a member is a source or metadata; anything with an unusual path is not."""
    return bool(_SOURCE.fullmatch(name) or _METADATA.fullmatch(name))


def spans_of(archive: zipfile.ZipFile, wanted: Iterable[zipfile.ZipInfo]) -> list[tuple[int, int]]:
    """Return first and last byte of the parts of the file with the wanted members, joined if they are close."""
    starts = [*sorted(info.header_offset for info in archive.infolist()), archive.start_dir]
    following = dict(pairwise(starts))
    spans: list[tuple[int, int]] = []
    for start in sorted(info.header_offset for info in wanted):
        end = following[start] - 1
        if spans and start - spans[-1][1] <= GAP_BYTES:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def read_members(archive: zipfile.ZipFile, source: str) -> dict[str, bytes]:
    """Read the wanted members of an archive and check each against the wheel's own list of digests.

    Raises:
        WheelError: a member is damaged, too large, or does not match the wheel's list.
    """
    members: dict[str, bytes] = {}
    total = 0
    for info in archive.infolist():
        if not is_wanted(info.filename):
            continue
        total += info.file_size
        if info.file_size > MEMBER_LIMIT_BYTES or total > TOTAL_LIMIT_BYTES:
            raise WheelError(f"{source}: {info.filename} is {info.file_size} bytes long, more than any source file is")
        try:
            members[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise WheelError(f"{source}: {info.filename} is damaged: {error}") from error
    records = [name for name in members if name.endswith("/RECORD")]
    if len(records) != 1 or not any(name.endswith("/METADATA") for name in members):
        raise WheelError(f"{source} is not a torchvision wheel: it has no METADATA and RECORD")
    for row in csv.reader(io.StringIO(members[records[0]].decode("utf-8"))):
        # METADATA is not checked: that of 0.9.1 was edited after its wheel was built, without updating its digest.
        if len(row) < 2 or not row[0].endswith(".py") or row[0] not in members or not row[1].startswith("sha256="):
            continue
        digest = base64.urlsafe_b64encode(hashlib.sha256(members[row[0]]).digest()).rstrip(b"=").decode()
        if digest != row[1][len("sha256=") :].rstrip("="):
            raise WheelError(f"{source}: {row[0]} is not the file that the wheel's RECORD describes")
    return members


def _sources(members: dict[str, bytes], fetched: int) -> Sources:
    from email.parser import Parser

    metadata = Parser().parsestr(next(v for k, v in members.items() if k.endswith("/METADATA")).decode("utf-8"))
    return Sources(
        files={name: data.decode("utf-8-sig") for name, data in sorted(members.items()) if name.endswith(".py")},
        requires=tuple(metadata.get_all("Requires-Dist") or ()),
        requires_python=metadata.get("Requires-Python") or "",
        fetched_bytes=fetched,
    )


class SourceCache:
    """Sources of wheels by the digest of the wheel, each stored with its own digest."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder: Path = folder or paths.cache() / "sources"

    def _path(self, wheel: Wheel) -> Path:
        key = wheel.sha256 or hashlib.sha256(wheel.url.encode()).hexdigest()
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise PackageIndexError(f"the index gives no usable digest for {wheel.filename}: {key!r}")
        return self.folder / f"{key}.zip"

    def read(self, wheel: Wheel) -> dict[str, bytes] | None:
        """Return the cached members of a wheel, or ``None``; a file that was damaged in the meantime is deleted."""
        path = self._path(wheel)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        # The first line is the digest of what follows; zip readers accept an archive after such a line.
        digest, _, content = data.partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != digest:
            path.unlink()
            return None
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def write(self, wheel: Wheel, members: dict[str, bytes]) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(members):
                archive.writestr(zipfile.ZipInfo(name), members[name], zipfile.ZIP_DEFLATED)
        digest = hashlib.sha256(buffer.getvalue()).hexdigest().encode()
        paths.write(self._path(wheel), digest + b"\n" + buffer.getvalue())


def read_sources(
    wheel: Wheel, session: requests.Session, cache: SourceCache | None = None, *, whole: bool = False
) -> Sources:
    """Return the Python sources and the requirements of a wheel, from the cache or over the network.

    Args:
        whole: fetch the whole wheel even if ranges would be enough.

    Raises:
        WheelError: the file is damaged, even when fetched a second time.
        PackageIndexError: it cannot be fetched.
    """
    cache = cache or SourceCache()
    members = cache.read(wheel)
    if members is not None:
        return _sources(members, 0)
    fetch = _fetch_whole if whole else _fetch_ranges
    try:
        try:
            members, fetched = fetch(wheel, session)
        except WheelError:
            # It may have been damaged in transit; if it is damaged twice, it is damaged at the source.
            members, fetched = fetch(wheel, session)
    except (requests.RequestException, RemoteIOError) as error:
        raise PackageIndexError(f"{wheel.filename} can't be fetched: {type(error).__name__}") from error
    cache.write(wheel, members)
    return _sources(members, fetched)


def _fetch_ranges(wheel: Wheel, session: requests.Session) -> tuple[dict[str, bytes], int]:
    """Return members and number of fetched bytes, using range requests; fetch the whole file if those are refused."""
    spans = _Spans(wheel.url, session)

    def fetcher(*args: Any, **kwargs: Any) -> _Spans:
        return spans

    try:
        with RemoteZip(wheel.url, session=session, fetcher=fetcher) as archive:
            for first, last in spans_of(archive, [i for i in archive.infolist() if is_wanted(i.filename)]):
                spans.fetch_ahead(first, last)
            return read_members(archive, wheel.filename), spans.fetched
    except RangeNotSupported:
        spans.close()
        return _fetch_whole(wheel, session)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise WheelError(f"{wheel.filename} is not a whole zip archive: {error}") from error
    except RemoteIOError:
        raise
    except RemoteZipError as error:
        raise WheelError(f"{wheel.filename}: {error}") from error
    finally:
        spans.close()


def _fetch_whole(wheel: Wheel, session: requests.Session) -> tuple[dict[str, bytes], int]:
    response = session.get(wheel.url, timeout=TIMEOUT_SECONDS)
    response.raise_for_status()
    data = response.content
    found = hashlib.sha256(data).hexdigest()
    if wheel.sha256 and found != wheel.sha256:
        raise WheelError(
            f"{wheel.filename} is not the file the index announced: sha256 {found[:12]}..., expected "
            f"{wheel.sha256[:12]}... ({len(data)} bytes were fetched)"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return read_members(archive, wheel.filename), len(data)
    except zipfile.BadZipFile as error:
        raise WheelError(f"{wheel.filename} is not a zip archive: {error}") from error
