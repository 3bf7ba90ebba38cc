"""The torchvision that is installed: which release it is, and whether it works."""

import sys
import warnings
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

from tvcompat.catalog import catalog
from tvcompat.errors import TorchvisionImportError
from tvcompat.releases import OLDEST_SUPPORTED, base_version, installed_version, parse


@dataclass(frozen=True)
class Installed:
    """The installed torchvision.

    Attributes:
        module: the imported package.
        version: as it calls itself, ``0.12.0+cu113``.
        release: the release of the catalog whose facts hold for it.
        newer: whether it is newer than every release of the catalog.
        era: ``pretrained``, ``weights`` or ``registry``.
    """

    module: ModuleType
    version: str
    release: str
    newer: bool
    era: str


@lru_cache(maxsize=None)
def installed() -> Installed:
    """Import torchvision and say which release it is.

    Raises:
        TorchvisionImportError: it is not installed, older than 0.9, or does not import; with what to do.
    """
    try:
        import torchvision
    except ModuleNotFoundError as error:
        if error.name not in ("torchvision", "torch"):
            raise TorchvisionImportError(f"importing torchvision failed: {error}. Run: tvcompat doctor") from error
        raise TorchvisionImportError(
            f"{error.name} is not installed. Run: pip install torchvision, or `tvcompat doctor` to see what fits here"
        ) from error
    except Exception as error:
        why = _misfit() or "`tvcompat doctor` says what is wrong"
        raise TorchvisionImportError(
            f"importing torchvision failed with {type(error).__name__}: {error}. {why}"
        ) from error
    known = catalog()
    version = str(torchvision.__version__)
    release = known.nearest(version)
    if release is None:
        raise TorchvisionImportError(
            f"torchvision {version} is installed, and tvcompat begins with {OLDEST_SUPPORTED}. "
            f'Run: pip install "torchvision>={OLDEST_SUPPORTED}"'
        )
    extension = sys.modules.get("torchvision.extension")
    if not getattr(extension, "_HAS_OPS", True):
        # Releases before 0.15 import all the same, and fail later, when an operator is needed.
        why = _misfit()
        if why:
            raise TorchvisionImportError(f"the compiled operators of torchvision did not load. {why}")
    newer = base_version(version) not in known.releases and parse(base_version(version)) > parse(known.newest)
    era = "registry" if newer else known.era(release)
    return Installed(torchvision, version, release, newer, era)


def _misfit() -> str:
    from tvcompat.catalog.torch_pairs import what_fits

    return what_fits(catalog(), installed_version("torch"), installed_version("torchvision"))


@lru_cache(maxsize=None)
def note_newer(here: Installed) -> None:
    """Say once that the installed torchvision has something that the catalog does not know."""
    warnings.warn(
        f"torchvision {here.version} is newer than tvcompat's catalog, which ends with {catalog().newest}: the "
        f"installed registry is taken as it is. Run: pip install --upgrade tvcompat",
        UserWarning,
        stacklevel=4,
    )
