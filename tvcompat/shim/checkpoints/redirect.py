"""Redirect torchvision's own downloads while a model is built."""

from __future__ import annotations

import sys
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Callable, Dict, List

if TYPE_CHECKING:
    from types import ModuleType

    from torch import Tensor

    Downloader = Callable[..., Dict[str, Tensor]]

# Building a model replaces functions of torchvision for a moment; two threads must not do so at once.
_LOCK = threading.RLock()


class RedirectedDownloads:
    """Context manager: torchvision's downloads in this thread go through ``loader(url, **options)``."""

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


# The loader that replaces the downloader in a thread.
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
    """Return the loaded modules of torchvision that call torch's downloader, each by a name of its own."""
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
