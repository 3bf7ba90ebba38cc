"""Removed names without a replacement, rebuilt with their old interface.

What each took and did is in the records of the releases that had it. ``matrix/replacements.toml`` names them by the
path they have here.
"""

from tvcompat.legacy.rebuilt.datasets import (
    Kinetics400,
    download_extract,
    gen_bar_updater,
    open_maybe_compressed_file,
)
from tvcompat.legacy.rebuilt.layers import (
    ConvBNActivation,
    ConvBNReLU,
    SqueezeExcitation,
    _new_empty_tensor,
    new_empty_tensor,
    smooth_l1_loss,
)
from tvcompat.legacy.rebuilt.model_urls import addresses
from tvcompat.legacy.rebuilt.transforms import RandomSizedCrop, Scale, pil_constants, resize_tensor, scale

__all__ = [
    "ConvBNActivation",
    "ConvBNReLU",
    "Kinetics400",
    "RandomSizedCrop",
    "Scale",
    "SqueezeExcitation",
    "_new_empty_tensor",
    "addresses",
    "download_extract",
    "gen_bar_updater",
    "new_empty_tensor",
    "open_maybe_compressed_file",
    "pil_constants",
    "resize_tensor",
    "scale",
    "smooth_l1_loss",
]
