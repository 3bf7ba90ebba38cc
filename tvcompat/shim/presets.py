"""Preprocessing that gives the newest release's numbers on every release.

Steps that never changed (cropping, scaling to 0..1, normalising) are those of the installed torchvision. Resizing is
not among them: for tensors it has an antialias filter since 0.17, and old releases have none that could be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Sequence, Tuple, Union

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    # What presets accept: a PIL image, or a tensor.
    Picture = Union[Image, Tensor]
    Preset = Callable[..., object]

MODES = {"nearest": 0, "bilinear": 2, "bicubic": 3}


@dataclass(frozen=True)
class Normalisation:
    """Mean and standard deviation of each channel, for values in 0..1."""

    mean: Tuple[float, ...]
    std: Tuple[float, ...]

    def __call__(self, image: Picture) -> Tensor:
        """Scale a tensor ``(..., C, H, W)`` to 0..1 if it holds integers, then normalise it; return float32."""
        import torch
        from torchvision.transforms import functional

        values = functional.convert_image_dtype(image, torch.float)
        return functional.normalize(values, mean=list(self.mean), std=list(self.std))


def to_tensor(image: Picture) -> Tensor:
    """Convert a PIL image to a ``(C, H, W)`` uint8 tensor; return a tensor as it is."""
    import torch
    from torchvision.transforms import functional

    return image if isinstance(image, torch.Tensor) else functional.pil_to_tensor(image)


def output_size(height: int, width: int, size: Sequence[int]) -> Tuple[int, int]:
    """Return height and width after resizing: ``size`` if it names both, else its one number for the shorter edge."""
    if len(size) == 2:
        return size[0], size[1]
    short, long = (height, width) if height <= width else (width, height)
    new_short, new_long = size[0], int(size[0] * long / short)
    return (new_short, new_long) if height <= width else (new_long, new_short)


def resize(image: Picture, size: Sequence[int], mode: str, *, antialias: bool) -> Picture:
    """Resize a PIL image or a tensor ``(..., C, H, W)``.

    Args:
        size: height and width, or one number for the shorter edge, in pixels.
        mode: ``bilinear`` or ``bicubic``.
        antialias: filter before shrinking; PIL images always are.
    """
    import torch

    if not isinstance(image, torch.Tensor):
        height, width = output_size(image.size[1], image.size[0], size)
        return image.resize((width, height), MODES[mode])
    height, width = output_size(image.shape[-2], image.shape[-1], size)
    if (height, width) == tuple(image.shape[-2:]):
        return image
    values = image.to(torch.float32)
    if not antialias:
        flat = values.reshape(-1, *image.shape[-3:])
        resized = torch.nn.functional.interpolate(flat, size=[height, width], mode=mode, align_corners=False)
        resized = resized.reshape(*image.shape[:-2], height, width)
    else:
        resized = _filtered(values, height, width, mode)
    if image.is_floating_point():
        return resized.to(image.dtype)
    if mode == "bicubic":
        resized = resized.clamp(0, 255)
    return resized.round().to(image.dtype)


def _filtered(values: Tensor, height: int, width: int, mode: str) -> Tensor:
    """Resize a float tensor with antialiasing, by torch if it can and else by PIL, one channel at a time.

    Both compute the same filter: a triangle or a cubic as wide as the image shrinks.
    """
    import inspect

    import torch

    interpolate = torch.nn.functional.interpolate
    if "antialias" in inspect.signature(interpolate).parameters:
        flat = values.reshape(-1, *values.shape[-3:])
        resized = interpolate(flat, size=[height, width], mode=mode, align_corners=False, antialias=True)
        return resized.reshape(*values.shape[:-2], height, width)
    import numpy
    from PIL import Image

    planes = values.reshape(-1, *values.shape[-2:]).cpu().numpy()
    images = [numpy.asarray(Image.fromarray(plane, "F").resize((width, height), MODES[mode])) for plane in planes]
    return torch.from_numpy(numpy.stack(images)).reshape(*values.shape[:-2], height, width).to(values.device)


@dataclass(frozen=True)
class ImageClassification:
    """Resize, crop the centre, scale to 0..1, normalise: ``(..., C, crop, crop)`` float32.

    Takes a PIL image, or a tensor ``(..., C, H, W)``.
    """

    crop_size: int
    resize_size: int
    mean: Tuple[float, ...]
    std: Tuple[float, ...]
    interpolation: str = "bilinear"
    antialias: bool = True

    def __call__(self, img: Picture) -> Tensor:
        from torchvision.transforms import functional

        img = resize(img, [self.resize_size], self.interpolation, antialias=self.antialias)
        img = functional.center_crop(img, [self.crop_size])
        return Normalisation(self.mean, self.std)(to_tensor(img))


@dataclass(frozen=True)
class SemanticSegmentation:
    """Resize, scale to 0..1, normalise. Takes a PIL image, or a tensor ``(..., C, H, W)``."""

    resize_size: Optional[int]
    mean: Tuple[float, ...]
    std: Tuple[float, ...]
    interpolation: str = "bilinear"
    antialias: bool = True

    def __call__(self, img: Picture) -> Tensor:
        if self.resize_size is not None:
            img = resize(img, [self.resize_size], self.interpolation, antialias=self.antialias)
        return Normalisation(self.mean, self.std)(to_tensor(img))


@dataclass(frozen=True)
class ObjectDetection:
    """Scale to 0..1. Takes a PIL image, or a tensor ``(..., C, H, W)``."""

    def __call__(self, img: Picture) -> Tensor:
        import torch
        from torchvision.transforms import functional

        return functional.convert_image_dtype(to_tensor(img), torch.float)


@dataclass(frozen=True)
class VideoClassification:
    """Frames ``(..., T, C, H, W)`` to ``(..., C, T, crop, crop)``: resized without filter, cropped, normalised."""

    crop_size: Tuple[int, int]
    resize_size: Tuple[int, ...]
    mean: Tuple[float, ...]
    std: Tuple[float, ...]
    interpolation: str = "bilinear"

    def __call__(self, vid: Tensor) -> Tensor:
        from torchvision.transforms import functional

        batched = vid if vid.dim() == 5 else vid.unsqueeze(0)
        count, frames, channels = batched.shape[:3]
        flat = batched.reshape(-1, channels, *batched.shape[3:])
        # The checkpoints were trained on frames resized in this way.
        flat = resize(flat, self.resize_size, self.interpolation, antialias=False)
        flat = Normalisation(self.mean, self.std)(functional.center_crop(flat, list(self.crop_size)))
        result = flat.reshape(count, frames, channels, *self.crop_size).permute(0, 2, 1, 3, 4)
        return result if vid.dim() == 5 else result.squeeze(0)


@dataclass(frozen=True)
class OpticalFlow:
    """Two images, each scaled to -1..1. Take PIL images, or tensors ``(..., C, H, W)``."""

    def __call__(self, img1: Picture, img2: Picture) -> Tuple[Tensor, Tensor]:
        half = Normalisation((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
        return half(to_tensor(img1)).contiguous(), half(to_tensor(img2)).contiguous()


PRESETS = {
    preset.__name__: preset
    for preset in (ImageClassification, SemanticSegmentation, ObjectDetection, VideoClassification, OpticalFlow)
}


def make(preset: str, values: Mapping[str, Any], **changes: Any) -> Preset:
    """Return a preset from what the catalog says of it, with some of its values changed."""
    arguments = {**values, **changes}
    for name in ("mean", "std", "crop_size", "resize_size"):
        if isinstance(arguments.get(name), list):
            arguments[name] = tuple(arguments[name])
    if preset == "VideoClassification":
        for name in ("crop_size", "resize_size"):
            arguments[name] = _sequence(arguments[name])
    if "interpolation" in arguments:
        mode = arguments["interpolation"]
        arguments["interpolation"] = str(getattr(mode, "value", mode)).rpartition(".")[2].lower()
    return PRESETS[preset](**arguments)


def _sequence(value: Union[int, Sequence[int]]) -> Tuple[int, ...]:
    found: List[int] = [value] if isinstance(value, int) else list(value)
    return tuple(found)
