"""What recipes are given: images, boxes and files that are the same on every machine and in every release.

Everything public here is a name that a recipe may use, beside those of the module it is about.
"""

import collections
import copy
import os
import shutil
import tempfile
import warnings
from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy
import torch
from PIL import Image as _Image

_folders: List[str] = []


def clear() -> None:
    """Remove the files of the recipe before."""
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


def array(height: int, width: int, channels: int = 3, seed: int = 0) -> Any:
    """Return an image as ``height x width x channels`` bytes: gradients, edges and a little noise, as photos have."""
    state = numpy.random.RandomState(1000 * height + width + seed)
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float64)
    found = numpy.empty((height, width, channels))
    for channel in range(channels):
        wave = numpy.sin(x / (7.0 + 5 * channel)) + numpy.cos(y / (11.0 - 2 * channel))
        ramp = (x / max(1, width - 1) + y / max(1, height - 1)) * (0.6 + 0.2 * channel)
        edge = ((x // 16 + y // 12 + channel) % 2) * 0.5
        found[..., channel] = wave * 0.2 + ramp * 0.4 + edge + state.random_sample((height, width)) * 0.15
    found -= found.min()
    return numpy.round(found / max(found.max(), 1e-9) * 255).astype(numpy.uint8)


def pil(height: int, width: int, mode: str = "RGB") -> Any:
    """Return a PIL image: modes ``1``, ``L``, ``LA``, ``P``, ``RGB``, ``RGBA``, ``CMYK``, ``I``, ``I;16``, ``F``."""
    if mode in ("L", "LA", "1", "P"):
        image = _Image.fromarray(array(height, width, 1)[..., 0])
        if mode == "P":
            return _Image.fromarray(array(height, width)).quantize(32)
        return image if mode == "L" else image.convert(mode)
    if mode in ("I", "F"):
        return _Image.fromarray(array(height, width, 1)[..., 0].astype(numpy.int32 if mode == "I" else numpy.float32))
    if mode == "I;16":
        return _Image.fromarray(array(height, width, 1)[..., 0].astype(numpy.uint16) * 257)
    image = _Image.fromarray(array(height, width))
    if mode == "RGBA":
        image.putalpha(_Image.fromarray(array(height, width, 1, seed=1)[..., 0]))
        return image
    return image if mode == "RGB" else image.convert(mode)


def uint8(height: int, width: int, channels: int = 3, batch: Optional[int] = None) -> Any:
    """Return an image tensor of bytes, ``channels x height x width``, a batch of such where that is asked for."""
    made = [
        torch.from_numpy(numpy.ascontiguousarray(array(height, width, channels, seed).transpose(2, 0, 1)))
        for seed in range(batch or 1)
    ]
    return made[0] if batch is None else torch.stack(made)


def float32(height: int, width: int, channels: int = 3, batch: Optional[int] = None) -> Any:
    """Return an image tensor of floats in 0..1."""
    return uint8(height, width, channels, batch).to(torch.float32) / 255


def float64(height: int, width: int, channels: int = 3, batch: Optional[int] = None) -> Any:
    """Return an image tensor of doubles in 0..1."""
    return uint8(height, width, channels, batch).to(torch.float64) / 255


def int16(height: int, width: int, channels: int = 3) -> Any:
    """Return an image tensor of 16-bit integers."""
    return uint8(height, width, channels).to(torch.int16) * 128


def random(*shape: int, seed: int = 0) -> Any:
    """Return a tensor of floats, uniform in 0..1."""
    state = numpy.random.RandomState(seed + sum(shape))
    return torch.from_numpy(state.random_sample(shape)).to(torch.float32)


def xyxy(count: int, height: int = 480, width: int = 640, seed: int = 0) -> Any:
    """Return boxes ``count x 4`` inside an image, corners in pixels."""
    state = numpy.random.RandomState(count + seed)
    corners = state.random_sample((count, 4)) * numpy.array([width, height, width, height])
    low, high = numpy.minimum(corners[:, :2], corners[:, 2:]), numpy.maximum(corners[:, :2], corners[:, 2:])
    return torch.from_numpy(numpy.concatenate([low, high + 1], axis=1)).to(torch.float32)


def masks(count: int, height: int, width: int) -> Any:
    """Return ``count`` masks, booleans."""
    made = torch.zeros(count, height, width, dtype=torch.bool)
    for number, (left, top, right, bottom) in enumerate(xyxy(count, height, width).to(torch.int64).tolist()):
        made[number, top : bottom + 1, left : right + 1] = True
    return made


def video(frames: int, height: int, width: int) -> Any:
    """Return frames of bytes, ``frames x channels x height x width``."""
    return uint8(height, width, batch=frames)


def tv(kind: str, *arguments: Any, **options: Any) -> Any:
    """Build a tensor of ``torchvision.tv_tensors``, in 0.15 of ``torchvision.datapoints``."""
    try:
        from torchvision import tv_tensors as home
    except ImportError:
        from torchvision import datapoints as home  # type: ignore[no-redef,attr-defined]
    if kind == "BoundingBoxes" and not hasattr(home, kind):
        kind = "BoundingBox"
        options = {"spatial_size" if name == "canvas_size" else name: value for name, value in options.items()}
    return getattr(home, kind)(*arguments, **options)


def folder() -> str:
    """Return a new folder that is removed after the recipe."""
    made = tempfile.mkdtemp()
    _folders.append(made)
    return made


def attributes(value: Any, *names: str) -> Dict[str, Any]:
    """Return attributes by name."""
    return {name: getattr(value, name) for name in names}


def calls(function: Callable[[], Any], times: int = 3) -> List[Any]:
    """Return what a function without arguments returns in turn."""
    return [function() for _ in range(times)]


def bound(value: Any, **changes: Any) -> Any:
    """Set attributes of a value, and return it."""
    for name, change in changes.items():
        setattr(value, name, change)
    return value


def filled(module: Any, scale: float = 1.0) -> Any:
    """Give all parameters of a module values that depend on their shapes alone, and return it in evaluation mode."""
    with torch.no_grad():
        for number, (name, tensor) in enumerate([*module.named_parameters(), *module.named_buffers()]):
            if tensor.is_floating_point():
                values = random(*(tensor.shape or (1,)), seed=number).reshape(tensor.shape)
                if name.endswith("running_var"):
                    values += 0.5  # no variance is below zero
                fan = max(1, tensor.numel() // max(1, tensor.shape[0])) if tensor.dim() > 1 else 4
                tensor.copy_((values - 0.25) * scale / fan**0.5)
    return module.eval()


def saved(image: Any, name: str, **options: Any) -> str:
    """Write a PIL image into a new folder, and return the path."""
    path = os.path.join(folder(), name)
    image.save(path, **options)
    return path


def content(path: str) -> Any:
    """Return a file as a tensor of bytes."""
    with open(path, "rb") as stream:
        return torch.from_numpy(numpy.frombuffer(stream.read(), dtype=numpy.uint8).copy())


def class_folder(classes: Sequence[str] = ("cat", "dog"), count: int = 2, suffix: str = ".png") -> str:
    """Write images of classes, a folder each, and return the folder of them all."""
    made = folder()
    for number, name in enumerate(classes):
        os.makedirs(os.path.join(made, name))
        for each in range(count):
            image = _Image.fromarray(array(20 + number, 24 + each, seed=each))
            image.save(os.path.join(made, name, "{}{}".format(each, suffix)))
    return made


# ---------------------------------------------------------------------------------------------------------------------
# Boxes, feature maps and small networks, for `torchvision.ops`, the parts of detectors and feature extraction


def rois(count: int, images: int = 1, height: int = 32, width: int = 48) -> Any:
    """Return regions ``count x 5``: the number of the image, in turn, and a box in it."""
    numbers = (torch.arange(count) % images).to(torch.float32)
    return torch.cat([numbers[:, None], xyxy(count, height, width)], dim=1)


def rotated(count: int, height: int = 480, width: int = 640, seed: int = 0) -> Any:
    """Return rotated boxes ``count x 5``: center, size and an angle in degrees between -90 and 90."""
    boxes = xyxy(count, height, width, seed)
    center, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    angle = random(count, 1, seed=seed) * 180 - 90
    return torch.cat([center, size, angle], dim=1)


def quantized(tensor: Any, scale: float = 0.01) -> Any:
    """Return a tensor quantized to bytes, without the warning that recent releases of torch have for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(tensor, scale, 0, torch.quint8)


def feature_maps(*sizes: Sequence[int], channels: int = 8, images: int = 1) -> Any:
    """Return feature maps of such sizes, under the names ``"0"``, ``"1"`` and so on."""
    return collections.OrderedDict(
        (str(number), random(images, channels, height, width)) for number, (height, width) in enumerate(sizes)
    )


def target(count: int, height: int, width: int, *extra: str) -> Dict[str, Any]:
    """Return the target of an image for training: boxes and labels 1 and 2; also ``"masks"`` and ``"keypoints"``."""
    found = {"boxes": xyxy(count, height - 1, width - 1), "labels": torch.arange(count) % 2 + 1}
    if "masks" in extra:
        found["masks"] = masks(count, height, width).to(torch.uint8)
    if "keypoints" in extra:
        found["keypoints"] = keypoints_in(found["boxes"])
    return found


def detections(count: int, height: int, width: int, *extra: str) -> Dict[str, Any]:
    """Return what a detector found in an image, before it is resized to the size that the image had."""
    boxes = xyxy(count, height - 1, width - 1)
    found = {"boxes": boxes, "labels": torch.arange(count) % 2 + 1, "scores": random(count)}
    if "masks" in extra:
        found["masks"] = random(count, 1, 28, 28)
    if "keypoints" in extra:
        found["keypoints"] = keypoints_in(boxes)
    return found


def keypoints_in(boxes: Any, count: int = 5) -> Any:
    """Return keypoints ``boxes x count x 3`` inside of boxes; every third of them is not visible."""
    places = random(len(boxes), count, 2) * 0.9 + 0.05
    places = boxes[:, None, :2] + places * (boxes[:, None, 2:] - boxes[:, None, :2])
    visible = (torch.arange(len(boxes) * count) % 3 > 0).reshape(len(boxes), count, 1)
    return torch.cat([places, visible.to(places)], dim=2)


def backbone(channels: int = 8, maps: int = 1) -> Any:
    """Return a network that gives feature maps of a quarter of the image's size, an eighth and so on.

    Its activation keeps numbers that differ apart: scores that are the same are put in order differently by releases.
    """
    return filled(_Backbone(channels, maps))


class _Backbone(torch.nn.Module):  # type: ignore[misc] # torch is not there where types are checked
    def __init__(self, channels: int, maps: int) -> None:
        super().__init__()
        self.out_channels = channels
        self.stem = torch.nn.Conv2d(3, channels, 7, 4, 3)
        self.further = torch.nn.ModuleList([torch.nn.Conv2d(channels, channels, 3, 2, 1) for _ in range(maps - 1)])

    def forward(self, image: Any) -> Any:
        found = [self.stem(image).abs()]
        for layer in self.further:
            found.append(layer(found[-1]).abs())
        if len(found) == 1:
            return found[0]
        return collections.OrderedDict((str(number), each) for number, each in enumerate(found))


def anchors(levels: int = 1) -> Any:
    """Return a generator of anchors of 16 and 32 pixels in three shapes; twice as large on the next feature map."""
    from torchvision.models.detection.anchor_utils import AnchorGenerator

    sizes = tuple((16 * 2**level, 32 * 2**level) for level in range(levels))
    return AnchorGenerator(sizes, ((0.5, 1.0, 2.0),) * levels)


def box_parts(channels: int = 8, classes: int = 3) -> Any:
    """Return what finds boxes in feature maps, in the order that ``RoIHeads`` takes it: pooling, head, predictor."""
    from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
    from torchvision.ops import MultiScaleRoIAlign

    pooling = MultiScaleRoIAlign(["0", "1"], 7, 2)
    return pooling, TwoMLPHead(channels * 7 * 7, 16), FastRCNNPredictor(16, classes)


def box_heads(channels: int = 8, classes: int = 3) -> Dict[str, Any]:
    """Return small heads for boxes, as keyword arguments of ``FasterRCNN`` and of what is derived from it."""
    _, head, predictor = box_parts(channels, classes)
    return {"box_head": head, "box_predictor": predictor}


def prepared(generator: Any) -> Any:
    """Tell a generator of anchors the type and the device of feature maps, and return it."""
    generator.set_cell_anchors(torch.float32, torch.device("cpu"))
    return generator


def mask_parts(channels: int = 8, classes: int = 3) -> Dict[str, Any]:
    """Return what finds masks in feature maps, as keyword arguments of ``RoIHeads`` and of ``MaskRCNN``."""
    from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
    from torchvision.ops import MultiScaleRoIAlign

    return {
        "mask_roi_pool": MultiScaleRoIAlign(["0", "1"], 14, 2),
        "mask_head": MaskRCNNHeads(channels, (8, 8), 1),
        "mask_predictor": MaskRCNNPredictor(8, 8, classes),
    }


def keypoint_parts(channels: int = 8, keypoints: int = 5) -> Dict[str, Any]:
    """Return what finds keypoints in feature maps, as keyword arguments of ``RoIHeads`` and of ``KeypointRCNN``."""
    from torchvision.models.detection.keypoint_rcnn import KeypointRCNNHeads, KeypointRCNNPredictor
    from torchvision.ops import MultiScaleRoIAlign

    return {
        "keypoint_roi_pool": MultiScaleRoIAlign(["0", "1"], 14, 2),
        "keypoint_head": KeypointRCNNHeads(channels, (8, 8)),
        "keypoint_predictor": KeypointRCNNPredictor(8, keypoints),
    }


def trainable(module: Any) -> List[str]:
    """Return the names of the parameters that training changes."""
    return [name for name, parameter in module.named_parameters() if parameter.requires_grad]


def net(auxiliary: bool = False) -> Any:
    """Return a small classifier of images; one with an auxiliary output has it in training only."""
    return filled(_Net(auxiliary))


class _Net(torch.nn.Module):  # type: ignore[misc] # as above
    def __init__(self, auxiliary: bool) -> None:
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 4, 3, 2, 1)
        self.bn1 = torch.nn.BatchNorm2d(4)
        self.relu = torch.nn.ReLU()
        self.layer1 = torch.nn.Sequential(torch.nn.Conv2d(4, 4, 3, 1, 1), torch.nn.ReLU())
        self.layer2 = torch.nn.Sequential(torch.nn.Conv2d(4, 8, 3, 2, 1), torch.nn.ReLU())
        self.avgpool = torch.nn.AdaptiveAvgPool2d(1)
        self.fc = torch.nn.Linear(8, 5)
        self.auxiliary = auxiliary

    def forward(self, image: Any) -> Any:
        x = self.relu(self.bn1(self.conv1(image)))
        x = x + self.layer1(x)
        x = self.relu(self.layer2(x))
        x = torch.flatten(self.avgpool(x), 1)
        if self.auxiliary and self.training:
            x = x + torch.sigmoid(x)
        return self.fc(x)


def copied(module: Any) -> Any:
    """Return a deep copy of a module."""
    return copy.deepcopy(module)


def keyword_only(first: int, *, size: int = 0) -> Any:
    """Return the arguments that it was called with; the second has to be given by name."""
    return first, size


def builder(*, weights: Any = None, progress: bool = True) -> Any:
    """Return the weights that it was called with, as the functions that build models are."""
    return None if weights is None else str(weights)


def weights_of_resnet18(arguments: Any) -> Any:
    """Return the weights that stand for ``pretrained=True``."""
    from torchvision.models import ResNet18_Weights

    return ResNet18_Weights.IMAGENET1K_V1
