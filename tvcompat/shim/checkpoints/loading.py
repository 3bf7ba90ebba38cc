"""Load state dicts without running code from the file, even on a torch without ``weights_only``."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Dict

from tvcompat.errors import CheckpointError
from tvcompat.shim.checkpoints import archives
from tvcompat.shim.checkpoints.cache import set_aside

if TYPE_CHECKING:
    from torch import Tensor


def _load_safely(path: str, map_location: object, mapped: bool) -> object:
    """Call ``torch.load`` without running code of the file."""
    import inspect

    import torch

    from tvcompat.shim.checkpoints import safe_pickle

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
