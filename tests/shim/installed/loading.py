"""Files handed to the loader, and to the installed torch itself."""

import inspect

import pytest
import torch

from tvcompat import errors
from tvcompat.shim import checkpoints


def refused(path, content, match):
    """Hand a file to the loader: it is refused and set aside, and nothing else happens."""
    path.write_bytes(content)
    with pytest.raises(errors.CheckpointError, match=match) as caught:
        checkpoints.read(path)
    assert not path.exists()
    assert path.with_name(path.name + ".corrupt").read_bytes() == content
    return str(caught.value)


def directly(path):
    """`torch.load` as safe as the installed torch can be asked to."""
    options = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}
    return torch.load(str(path), map_location="cpu", **options)
