"""The beta of transforms.v2 in 0.15, where it differs from what was released later by more than a name."""

from typing import Any, Optional

import torch
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional


class _BoundingBoxType(type):
    """Says yes to the boxes of today when asked whether something is a ``BoundingBox``."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, tv_tensors.BoundingBoxes)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, tv_tensors.BoundingBoxes)


class BoundingBox(metaclass=_BoundingBoxType):
    """Makes ``torchvision.tv_tensors.BoundingBoxes``, whose ``canvas_size`` was called ``spatial_size``.

    Args:
        data: ``(N, 4)``, pixels.
        format: ``"XYXY"``, ``"XYWH"`` or ``"CXCYWH"``, or the enum.
        spatial_size: height and width of the image, pixels.
        **options: ``dtype``, ``device``, ``requires_grad``.
    """

    def __new__(cls, data: Any, *, format: Any, spatial_size: Any, **options: Any) -> Any:
        return tv_tensors.BoundingBoxes(data, format=format, canvas_size=spatial_size, **options)

    @staticmethod
    def wrap_like(other: Any, tensor: Any, *, format: Any = None, spatial_size: Any = None) -> Any:
        """Wrap a tensor as boxes, with the format and size of other boxes unless they are given."""
        return tv_tensors.wrap(
            tensor, like=other, format=format or other.format, canvas_size=spatial_size or other.canvas_size
        )


def convert_dtype(image: Any, dtype: torch.dtype = torch.float32) -> Any:
    """Convert an image or video to another type, its values scaled to the type's range."""
    return functional.to_dtype(image, dtype, scale=True)


def clamp_bounding_box(inpt: Any, format: Any = None, spatial_size: Any = None) -> Any:
    """Clamp boxes to the borders of the image; ``format`` and ``spatial_size`` go with plain tensors."""
    if isinstance(inpt, tv_tensors.BoundingBoxes):
        return functional.clamp_bounding_boxes(inpt)
    return functional.clamp_bounding_boxes(inpt, format=format, canvas_size=spatial_size, clamping_mode="hard")


def resize_image_tensor(
    image: Any,
    size: Any,
    interpolation: Any = functional.InterpolationMode.BILINEAR,
    max_size: Optional[int] = None,
    antialias: Optional[bool] = None,
) -> Any:
    """Call ``resize_image``, which antialiases by default; the beta did not."""
    return functional.resize_image(image, size, interpolation, max_size, bool(antialias))


def resized_crop_image_tensor(
    image: Any,
    top: int,
    left: int,
    height: int,
    width: int,
    size: Any,
    interpolation: Any = functional.InterpolationMode.BILINEAR,
    antialias: Optional[bool] = None,
) -> Any:
    """Call ``resized_crop_image``, which antialiases by default; the beta did not."""
    return functional.resized_crop_image(image, top, left, height, width, size, interpolation, bool(antialias))


def perspective_image_pil(
    image: Any,
    startpoints: Any,
    endpoints: Any,
    interpolation: Any = functional.InterpolationMode.BICUBIC,
    fill: Any = None,
    coefficients: Any = None,
) -> Any:
    """Apply ``perspective`` to a PIL image with the default interpolation of the beta."""
    return functional.perspective(image, startpoints, endpoints, interpolation, fill, coefficients)
