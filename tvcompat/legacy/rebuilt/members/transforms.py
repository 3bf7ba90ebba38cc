"""Members of transforms: interpolation under its older name, and the operations of AutoAugment."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, Tuple

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import InterpolationMode

from tvcompat.legacy.rebuilt.members import Rebuilt, keep

# What Pillow calls the modes by number.
_MODES = ("NEAREST", "LANCZOS", "BILINEAR", "BICUBIC", "BOX", "HAMMING")

# AutoAugment takes one of ten magnitudes, given as fractions of the image for these two.
_BINS = 10
_BY_WIDTH = {"TranslateX": 1, "TranslateY": 0}
_WITHOUT_MAGNITUDE = ("AutoContrast", "Equalize", "Invert")


def _set_rotation(self: Any, value: Any) -> None:
    # Images were rotated with this one of the two, though `interpolation` had the same value.
    vars(self)["resample"] = value
    if isinstance(value, int) and 0 <= value < len(_MODES):
        value = InterpolationMode[_MODES[value]]
    if isinstance(value, InterpolationMode):
        self.interpolation = value


rotation_resample: Rebuilt = Rebuilt(lambda transform: transform.interpolation, _set_rotation)


def _set_policies(self: Any, value: Any) -> None:
    self.policies = value


policies: Rebuilt = Rebuilt(lambda transform: transform.policies, _set_policies)

Magnitudes = Tuple[Optional[Tensor], Optional[bool]]


def _operations(self: Any) -> Dict[str, Magnitudes]:
    """Return the magnitudes of each operation, and whether they have a sign, as 0.10 had them."""
    found: Dict[str, Magnitudes] = dict(self._augmentation_space(_BINS, (1, 1)))
    found["Posterize"] = (torch.tensor([8, 8, 7, 7, 6, 6, 5, 5, 4, 4]), False)
    found["Solarize"] = (torch.linspace(256.0, 0.0, _BINS), False)
    found.update((name, (None, None)) for name in _WITHOUT_MAGNITUDE)
    return found


op_meta: Rebuilt = Rebuilt(_operations, keep("_op_meta"))


def get_op_meta(self: Any, name: str) -> Magnitudes:
    """Return the magnitudes of an operation, and whether they have a sign; ``None`` where it has none."""
    known = vars(self).get("_op_meta")
    return (_operations(self) if known is None else known)[name]


class _Asked(Mapping[str, Tuple[Tensor, bool]]):
    """The magnitudes of operations that a class returns one by one, for images of a size."""

    def __init__(self, ask: Callable[[str], Magnitudes], names: Mapping[str, object], size: Tuple[int, int]) -> None:
        self._ask, self._names, self._size = ask, names, size

    def __getitem__(self, name: str) -> Tuple[Tensor, bool]:
        magnitudes, signed = self._ask(name)
        if magnitudes is None:
            return torch.zeros(_BINS), False
        if name in _BY_WIDTH:
            magnitudes = magnitudes * self._size[_BY_WIDTH[name]]
        return magnitudes, bool(signed)

    def __iter__(self) -> Any:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def augment(function: Callable[..., Any], hook: str, self: Any, img: Any) -> Any:
    """Augment an image with the magnitudes that the class returns for ``_get_op_meta``."""
    variables = vars(self)

    def asked(bins: int, size: Tuple[int, int]) -> _Asked:
        # The hook may ask for the space itself.
        del variables["_augmentation_space"]
        return _Asked(getattr(self, hook), self._augmentation_space(bins, size), size)

    variables["_augmentation_space"] = asked
    try:
        return function(self, img)
    finally:
        variables.pop("_augmentation_space", None)


def permute_channels(self: Any, inpt: Any, permutation: Tensor) -> Any:
    """Return an image or a video with its channels in another order."""
    from torchvision.transforms.v2 import functional

    order = permutation.tolist()
    if isinstance(inpt, Image.Image):
        return functional.to_pil_image(functional.permute_channels(functional.pil_to_tensor(inpt), order))
    return functional.permute_channels(inpt, order)


def distort(function: Callable[..., Any], hook: str, self: Any, inpt: Any, params: Dict[str, Any]) -> Any:
    """Distort an image, and let the class put its channels in another order."""
    order = params["channel_permutation"]
    result = function(self, inpt, {**params, "channel_permutation": None})
    return result if order is None else getattr(self, hook)(result, permutation=order)
