"""Errors that only measuring, compiling and reporting raise."""

from collections.abc import Sequence

from tvcompat.errors import TVCompatError


class ReleaseListError(TVCompatError, ValueError):
    """``matrix/releases.toml`` is invalid."""


class QuirksError(TVCompatError, ValueError):
    """``matrix/quirks.toml`` is invalid."""


class ExplanationError(TVCompatError, ValueError):
    """``matrix/behaviour.toml`` is invalid."""


class RecordError(TVCompatError, ValueError):
    """A record cannot be read: not JSON, of another format version, or of another release."""


class PackageIndexError(TVCompatError, OSError):
    """The package index gave no usable response."""


class WheelError(TVCompatError, ValueError):
    """A wheel is damaged, is not the file the index announced, or contains something that no wheel may contain."""


class InterpreterNotFoundError(TVCompatError, FileNotFoundError):
    """No interpreter of the Python version that a release needs was found.

    Args:
        wanted: the version, such as ``3.8``.
        searched: the places that were searched.
    """

    def __init__(self, wanted: str, searched: Sequence[str]) -> None:
        self.wanted = wanted
        super().__init__(
            f"Python {wanted} was not found; looked at {', '.join(searched)}. "
            f"Get it with `uv python install {wanted}` or `pyenv install {wanted}`, "
            f"or put a python{wanted} on PATH."
        )


class DiskSpaceError(TVCompatError, OSError):
    """The next environment does not fit on the disk.

    Args:
        what: the thing to be installed.
        needed_mb: megabytes it needs.
        free_mb: megabytes available.
        where: a folder on the disk.
    """

    def __init__(self, what: str, needed_mb: int, free_mb: int, where: str) -> None:
        self.needed_mb: int = needed_mb
        self.free_mb: int = free_mb
        super().__init__(
            f"{what} needs about {needed_mb / 1000:.1f} GB and {free_mb / 1000:.1f} GB are free in {where}. "
            f"Free some, or set TVCOMPAT_CACHE to a folder on another disk."
        )


class InstallError(TVCompatError, RuntimeError):
    """A release could not be installed into its environment."""


class ProbeError(TVCompatError, RuntimeError):
    """The probe failed inside a release's environment."""
