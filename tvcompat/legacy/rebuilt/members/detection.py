"""Members of what detectors are built of: anchors, and pooling of regions."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

import torch
from torch import Tensor
from torchvision.ops import roi_align
from torchvision.ops.poolers import initLevelMapper

from tvcompat.legacy.rebuilt.members import Rebuilt, keep


def _cache(self: Any) -> Dict[str, List[Tensor]]:
    found: Dict[str, List[Tensor]] = vars(self).setdefault("_cache", {})
    return found


cache: Rebuilt = Rebuilt(_cache, keep("_cache"))


def cached_grid_anchors(self: Any, grid_sizes: List[List[int]], strides: List[List[Tensor]]) -> List[Tensor]:
    """Return the anchors of each feature map, the same list for the same sizes and strides."""
    known, key = _cache(self), f"{grid_sizes}{strides}"
    if key not in known:
        known[key] = self.grid_anchors(grid_sizes, strides)
    return known[key]


def generate(function: Callable[..., Any], hook: str, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Generate anchors with what the class has for ``cached_grid_anchors``."""
    variables = vars(self)
    before = variables.get("grid_anchors")

    def restore() -> None:
        if before is None:
            variables.pop("grid_anchors", None)
        else:
            variables["grid_anchors"] = before

    def cached(grid_sizes: Any, strides: Any) -> Any:
        restore()
        return getattr(self, hook)(grid_sizes, strides)

    variables["grid_anchors"] = cached
    try:
        return function(self, *args, **kwargs)
    finally:
        restore()
        _cache(self).clear()


def convert_to_roi_format(self: Any, boxes: List[Tensor]) -> Tensor:
    """Return ``(N, 5)``: the boxes of all images, each after the number of its image."""
    numbers = [torch.full_like(each[:, :1], number) for number, each in enumerate(boxes)]
    return torch.cat([torch.cat(numbers), torch.cat(boxes)], dim=1)


def infer_scale(self: Any, feature: Tensor, original_size: List[int]) -> float:
    """Return the size of a feature map by that of the image, as a power of two."""
    scales: List[float] = [
        2.0 ** float(torch.tensor(float(size) / float(original)).log2().round())
        for size, original in zip(feature.shape[-2:], original_size)
    ]
    height, width = scales
    if height != width:
        raise AssertionError(f"a feature map has the scales {height} and {width}, and has to have one")
    return height


def setup_scales(self: Any, features: List[Tensor], image_shapes: List[Tuple[int, int]]) -> None:
    """Set the scale of each feature map, and which boxes are pooled from which."""
    if not image_shapes:
        raise AssertionError("there are no images to infer scales from")
    largest = [max(shape[0] for shape in image_shapes), max(shape[1] for shape in image_shapes)]
    scales = [_method(self, "infer_scale", infer_scale)(feature, largest) for feature in features]
    first, last = (int(-torch.log2(torch.tensor(scale)).item()) for scale in (scales[0], scales[-1]))
    self.scales = scales
    self.map_levels = initLevelMapper(
        first, last, canonical_scale=self.canonical_scale, canonical_level=self.canonical_level
    )


def _method(self: Any, name: str, rebuilt: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method of an instance, without recording that the stand-in is used where there is no other."""
    from tvcompat.legacy.members.overrides import find

    if name in vars(self) or find(type(self), name) is not None:
        found: Callable[..., Any] = getattr(self, name)
        return found
    return lambda *args: rebuilt(self, *args)


def pool(
    function: Callable[..., Any],
    hook: str,
    self: Any,
    x: Dict[str, Tensor],
    boxes: List[Tensor],
    image_shapes: List[Tuple[int, int]],
) -> Tensor:
    """Pool regions with what the class has for the hooks of ``MultiScaleRoIAlign``."""
    features = [feature for name, feature in x.items() if name in self.featmap_names]
    regions = _method(self, "convert_to_roi_format", convert_to_roi_format)(boxes)
    if self.scales is None:
        _method(self, "setup_scales", setup_scales)(features, image_shapes)
    options = {"output_size": self.output_size, "sampling_ratio": self.sampling_ratio}
    if len(features) == 1:
        return roi_align(features[0], regions, spatial_scale=self.scales[0], **options)
    levels = self.map_levels(boxes)
    result = features[0].new_zeros((len(regions), features[0].shape[1], *self.output_size))
    for level, (feature, scale) in enumerate(zip(features, self.scales)):
        index = torch.where(levels == level)[0]
        result[index] = roi_align(feature, regions[index], spatial_scale=scale, **options).to(result.dtype)
    return result
