"""Checkpoint files: fetched whole or not at all, verified by the digest in their name, loaded without running code.

``cache`` knows where files lie and whether they are intact, ``download`` fetches them, ``loading`` reads them with the
help of ``archives`` and ``safe_pickle``, and ``redirect`` sends torchvision's own downloads here.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Dict, Sequence

from tvcompat.errors import OfflineError
from tvcompat.shim.checkpoints.cache import cached, file_name, folder, verify
from tvcompat.shim.checkpoints.download import fetch
from tvcompat.shim.checkpoints.loading import read
from tvcompat.shim.checkpoints.redirect import RedirectedDownloads

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RedirectedDownloads", "cached", "fetch", "file_name", "folder", "load", "read", "verify"]


def load(
    url: str,
    *,
    progress: bool = True,
    map_location: object = "cpu",
    older: Sequence[str] = (),
    mapped: bool = False,
) -> Dict[str, Tensor]:
    """Return the state dict at a URL, downloaded if it is not in the cache.

    Args:
        url: address of the file.
        progress: show the download's progress on stderr, if that is a terminal.
        map_location: as of ``torch.load``.
        older: URLs under which older releases have the same checkpoint. A cached file from one of them is used when
            the file can't be downloaded.
        mapped: leave the tensors in the file where torch can do that, for those who copy them at once.

    Raises:
        OfflineError: the file is not in the cache and can't be downloaded.
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
