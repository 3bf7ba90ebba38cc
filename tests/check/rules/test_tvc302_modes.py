"""TVC302: what is resized in a mode that never filters gives the same numbers, antialias or not."""

import pytest

from ..programs import check_reported, check_silent

IN_ANOTHER_MODE = {
    "member": "resize(x, [8, 8], InterpolationMode.NEAREST)",
    "keyword": "resize(x, [8, 8], interpolation=InterpolationMode.NEAREST_EXACT)",
    "either-of-two": "resize(x, [8, 8], InterpolationMode.NEAREST if y else InterpolationMode.NEAREST_EXACT)",
    "by-a-name": "resize(x, [8, 8], mode)",
    "number": "resize(x, [8, 8], interpolation=0)",
    "transform": "Compose([ToTensor(), Resize(8, interpolation=InterpolationMode.NEAREST)])",
    "crop": "Compose([ToTensor(), RandomResizedCrop(8, interpolation=InterpolationMode.NEAREST)])",
}

MODES = """
import torch
from torchvision.transforms import *
from torchvision.transforms.functional import *
x = torch.zeros(3, 9, 9)
mode = InterpolationMode.NEAREST
{}
"""


@pytest.mark.parametrize("call", IN_ANOTHER_MODE.values(), ids=IN_ANOTHER_MODE)
def test_a_mode_that_is_never_filtered_is_not_reported(call):
    """Measured: on 0.13.1 and 0.17.2 such calls give the same numbers."""
    check_silent(MODES.format(call))


@pytest.mark.parametrize("mode", ["BILINEAR", "BICUBIC"], ids=str)
def test_a_mode_that_is_filtered_is_reported(mode):
    check_reported(
        f"""
        import torch
        from torchvision.transforms import *
        from torchvision.transforms.functional import *
        x = torch.zeros(3, 9, 9)
        resize(x, [8, 8], InterpolationMode.{mode})
        {"^" * len(f"resize(x, [8, 8], InterpolationMode.{mode})")} TVC302
        """
    )


def test_a_mode_that_may_be_filtered_is_reported():
    check_reported(
        """
        import torch
        from torchvision.transforms import *
        from torchvision.transforms.functional import *
        x = torch.zeros(3, 9, 9)
        resize(x, [8, 8], InterpolationMode.NEAREST if y else InterpolationMode.BILINEAR)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC302
        """
    )
