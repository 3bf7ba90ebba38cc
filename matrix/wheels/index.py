"""Asking the package index which torchvision wheels there are."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import requests
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    DistributionPackage,
    NoSuchProjectError,
    PyPISimple,
    UnsupportedContentTypeError,
)
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from matrix import paths
from matrix.errors import PackageIndexError

OLDEST = Version("0.9")
TIMEOUT_SECONDS = 30

_UNREADABLE = (requests.RequestException, NoSuchProjectError, UnsupportedContentTypeError, ValueError)

__all__ = ["Listing", "Wheel", "list_torch", "list_wheels", "open_session"]


@dataclass(frozen=True)
class Wheel:
    """One wheel file of the index.

    Attributes:
        filename: as the index names it.
        url: where it can be fetched.
        sha256: digest of the whole file, empty where the index gives none.
        yanked: whether it was yanked.
    """

    filename: str
    url: str
    sha256: str
    yanked: bool = False

    @property
    def version(self) -> Version:
        return parse_wheel_filename(self.filename)[1]

    @property
    def platforms(self) -> list[str]:
        return sorted({tag.platform for tag in parse_wheel_filename(self.filename)[3]})

    @property
    def interpreters(self) -> list[str]:
        return sorted({tag.interpreter for tag in parse_wheel_filename(self.filename)[3]})


@dataclass(frozen=True)
class Listing:
    """The wheels of every torchvision release.

    Attributes:
        wheels: release from 0.9 on -> its wheels, sorted by file name; releases oldest first.
        from_cache: why the index itself was not read; empty if it was.
        pre_0_9: the same for releases before 0.9.
    """

    wheels: dict[str, tuple[Wheel, ...]]
    from_cache: str = ""
    pre_0_9: dict[str, tuple[Wheel, ...]] = field(default_factory=dict)

    @property
    def releases(self) -> list[str]:
        return list(self.wheels)

    def is_yanked(self, release: str) -> bool:
        return all(wheel.yanked for wheel in self.wheels[release])

    def source_wheel(self, release: str) -> Wheel:
        """Return the wheel whose Python sources represent the release: Linux x86-64, for the lowest Python available.

        The release may be one before 0.9.

        The sources are the same in all wheels of a release; the choice is fixed so that measuring again reads the same
        file on every machine.
        """

        def preference(wheel: Wheel) -> tuple[bool, bool, tuple[int, ...], str]:
            linux = any("linux" in platform and platform.endswith("x86_64") for platform in wheel.platforms)
            name = wheel.interpreters[0]
            digits = name.lstrip("cpy")
            minor = (int(digits[:1]), int(digits[1:] or 0)) if digits.isdigit() else (99,)
            return (not linux, name.startswith("pp"), minor, wheel.filename)

        return min(self.wheels[release] if release in self.wheels else self.pre_0_9[release], key=preference)


def open_session() -> requests.Session:
    """Return a session that retries temporary server failures three times, with increasing pauses."""
    session = requests.Session()
    retry = Retry(
        total=3, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), respect_retry_after_header=True
    )
    adapter = HTTPAdapter(max_retries=retry, pool_maxsize=16)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _cached_page() -> Path:
    return paths.cache() / "index" / "torchvision.json"


def list_torch(session: requests.Session) -> dict[str, list[str]]:
    """Return version -> names of its wheels, for all torch releases that were not yanked.

    Raises:
        PackageIndexError: the index can't be read.
    """
    try:
        packages = _fetch("torch", session)
    except _UNREADABLE as error:
        raise PackageIndexError(f"the package index can't be read ({_reason(error, 'torch')})") from error
    found: dict[str, list[str]] = {}
    for package in packages:
        if package.package_type != "wheel" or package.is_yanked:
            continue
        try:
            version = parse_wheel_filename(package.filename)[1]
        except InvalidWheelFilename:
            continue
        if not version.is_prerelease:
            found.setdefault(str(version), []).append(package.filename)
    return found


def _endpoint() -> str:
    return os.environ.get("TVCOMPAT_INDEX") or PYPI_SIMPLE_ENDPOINT


def _fetch(project: str, session: requests.Session) -> list[DistributionPackage]:
    page = PyPISimple(_endpoint(), session=session).get_project_page(project, timeout=TIMEOUT_SECONDS)
    return page.packages


def list_wheels(session: requests.Session, *, offline: bool = False) -> Listing:
    """List all wheels of torchvision; the last response is cached and used when there is no network.

    The index is the public one unless ``TVCOMPAT_INDEX`` holds the address of another with the same interface (an HTML
    or a JSON page per project).

    Raises:
        PackageIndexError: the index cannot be read, and no earlier response is cached.
    """
    reason = "asked to work offline"
    if not offline:
        try:
            packages = _fetch("torchvision", session)
        except _UNREADABLE as error:
            reason = _reason(error, "torchvision")
        else:
            wheels = [
                Wheel(package.filename, package.url, package.digests.get("sha256", ""), bool(package.is_yanked))
                for package in packages
                if package.package_type == "wheel"
            ]
            listing = _sorted(wheels)
            if not listing.wheels:
                raise PackageIndexError(f"the package index at {_endpoint()} lists no torchvision wheel from 0.9 on")
            paths.write(_cached_page(), json.dumps([asdict(wheel) for wheel in wheels], indent=0).encode())
            return listing
    try:
        kept = json.loads(_cached_page().read_text(encoding="utf-8"))
        return _sorted([Wheel(**table) for table in kept], from_cache=reason)
    except (OSError, ValueError, TypeError):
        raise PackageIndexError(
            f"the package index can't be read ({reason}), and no earlier answer is in the cache ({paths.cache()})"
        ) from None


def _reason(error: Exception, project: str) -> str:
    if isinstance(error, NoSuchProjectError):
        return f"it has no {project}"
    response: requests.Response | None = getattr(error, "response", None)
    if response is not None:
        return f"it answered {response.status_code} {response.reason}"
    if isinstance(error, requests.exceptions.RetryError):
        return "it kept answering with errors, also after three more attempts"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, requests.Timeout):
        return f"no answer within {TIMEOUT_SECONDS} s"
    return f"{type(error).__name__}: {error}"


def _sorted(wheels: list[Wheel], from_cache: str = "") -> Listing:
    found: dict[Version, list[Wheel]] = {}
    for wheel in wheels:
        try:
            version = wheel.version
        except InvalidWheelFilename:
            continue
        if not version.is_prerelease:
            found.setdefault(version, []).append(wheel)
    ordered = {version: tuple(sorted(found[version], key=lambda wheel: wheel.filename)) for version in sorted(found)}
    return Listing(
        {str(version): wheels for version, wheels in ordered.items() if version >= OLDEST},
        from_cache,
        {str(version): wheels for version, wheels in ordered.items() if version < OLDEST},
    )
