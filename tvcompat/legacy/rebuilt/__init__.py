"""Removed names without a replacement, rebuilt with their old interface.

What each took and did is in the records of the releases that had it. ``matrix/replacements.toml`` names them by the
path they have here. Each is loaded when it is used, since not every release has what all of them are made of.
"""

from typing import TYPE_CHECKING, Any, Callable

from tvcompat.lazy import lazy_names

if TYPE_CHECKING:
    from tvcompat.legacy.rebuilt.datasets import download_extract as download_extract
    from tvcompat.legacy.rebuilt.datasets import gen_bar_updater as gen_bar_updater
    from tvcompat.legacy.rebuilt.datasets import open_maybe_compressed_file as open_maybe_compressed_file
    from tvcompat.legacy.rebuilt.kinetics import Kinetics400 as Kinetics400
    from tvcompat.legacy.rebuilt.layers import ConvBNActivation as ConvBNActivation
    from tvcompat.legacy.rebuilt.layers import ConvBNReLU as ConvBNReLU
    from tvcompat.legacy.rebuilt.layers import SqueezeExcitation as SqueezeExcitation
    from tvcompat.legacy.rebuilt.layers import _new_empty_tensor as _new_empty_tensor
    from tvcompat.legacy.rebuilt.layers import new_empty_tensor as new_empty_tensor
    from tvcompat.legacy.rebuilt.layers import smooth_l1_loss as smooth_l1_loss
    from tvcompat.legacy.rebuilt.model_urls import addresses as addresses
    from tvcompat.legacy.rebuilt.transforms import RandomSizedCrop as RandomSizedCrop
    from tvcompat.legacy.rebuilt.transforms import Scale as Scale
    from tvcompat.legacy.rebuilt.transforms import pil_constants as pil_constants
    from tvcompat.legacy.rebuilt.transforms import resize_tensor as resize_tensor
    from tvcompat.legacy.rebuilt.transforms import scale as scale

_HOMES = {
    "datasets": ("download_extract", "gen_bar_updater", "open_maybe_compressed_file"),
    "kinetics": ("Kinetics400",),
    "layers": (
        "ConvBNActivation",
        "ConvBNReLU",
        "SqueezeExcitation",
        "_new_empty_tensor",
        "new_empty_tensor",
        "smooth_l1_loss",
    ),
    "model_urls": ("addresses",),
    "transforms": ("RandomSizedCrop", "Scale", "pil_constants", "resize_tensor", "scale"),
}

_LAZY = {name: f"{__name__}.{home}" for home, names in _HOMES.items() for name in names}

__getattr__: Callable[[str], Any] = lazy_names(globals(), _LAZY)
