"""Whole models that 0.9 to 0.12 pickled compute the same under the guard.

A few small ones lie beside this file; ``nox -s legacy`` makes the others in real installs of those releases and sets
``TVCOMPAT_PICKLES`` to where they are.
"""

import io
import lzma
import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from tvcompat import legacy
from tvcompat.releases import installed_version, parse

if find_spec("torchvision"):
    import torch

    from tests.legacy.installed.pickled import computed

FOLDERS = [Path(__file__).with_name("pickles"), *map(Path, filter(None, [os.environ.get("TVCOMPAT_PICKLES")]))]
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*/*.xz"))


def load(path):
    """The model, its input and what it computed; ``weights_only=False`` where torch knows the argument."""
    options = {"weights_only": False} if parse(torch.__version__) >= parse("1.13") else {}
    whole = torch.load(io.BytesIO(lzma.decompress(path.read_bytes())), **options)
    return torch.load(io.BytesIO(whole["model"]), **options), whole["input"], whole["outputs"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_computes_what_it_did(path):
    if parse(path.parent.name) > parse(installed_version() or "0"):
        pytest.skip("made by a newer release")
    with legacy.enable(warn=False):
        model, given, expected = load(path)
        found = computed(model, given)
    assert len(found) == len(expected)
    assert sum(tensor.numel() for tensor in expected)
    for tensor, wanted in zip(found, expected):
        assert tensor.shape == wanted.shape
        if not wanted.numel():
            continue
        scale = float(wanted.double().abs().max())
        far = (tensor.double() - wanted.double()).abs() > 1e-4 * scale
        # Masks are pasted into boxes of whole pixels: a box that ends on one may end a row later with the last digit.
        masks = "maskrcnn" in path.name and wanted.dim() == 4
        assert int(far.sum()) <= (wanted.numel() // 1000 if masks else 0)


def test_there_are_enough():
    names = {path.stem for path in FILES}
    assert len(names) >= 4
    assert {path.parent.name for path in FILES} >= {"0.9.0", "0.10.1", "0.11.3", "0.12.0"}
    assert sum(path.stat().st_size for path in FOLDERS[0].glob("*/*.xz")) < 500_000


@pytest.mark.since("0.13")
def test_a_block_and_an_activation_as_older_releases_pickled_them():
    """What 0.10 had not: modules for what were function calls, and a choice of formulas."""
    from torchvision.models.quantization.mobilenetv3 import QuantizableSqueezeExcitation

    torch.manual_seed(0)
    whole = torch.nn.Sequential(
        QuantizableSqueezeExcitation(16, 8, scale_activation=torch.nn.Hardsigmoid), torch.nn.GELU()
    )
    block, gelu = whole
    given = torch.rand(1, 16, 4, 4) - 0.5
    expected = whole.eval()(given)
    parts = block._modules
    del parts["avgpool"], parts["scale_activation"]
    parts["relu"] = parts.pop("activation")
    vars(gelu).pop("approximate")
    stream = io.BytesIO()
    torch.save(whole, stream)
    options = {"weights_only": False} if parse(torch.__version__) >= parse("1.13") else {}
    with legacy.enable(warn=False):
        found = torch.load(io.BytesIO(stream.getvalue()), **options)
        assert torch.equal(found(given), expected)
    with pytest.raises(AttributeError):
        torch.load(io.BytesIO(stream.getvalue()), **options)(given)
