"""What recipes are given: images, boxes and files that are the same on every machine and in every release.

Everything public here is a name that a recipe may use, beside those of the module it is about.
"""

import collections
import copy
import functools
import importlib
import io
import os
import shutil
import sys
import tempfile
import warnings
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy
import torch
from PIL import Image as _Image

_folders: List[str] = []
_replaced: List[Tuple[Any, str, Any]] = []


def clear() -> None:
    """Remove the files of the recipe before, and undo what it replaced."""
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
    while _replaced:
        setattr(*_replaced.pop())


def replaced(owner: Any, name: str, value: Any) -> None:
    """Replace a function of a module until the recipe is over."""
    _replaced.append((owner, name, getattr(owner, name)))
    setattr(owner, name, value)


def array(height: int, width: int, channels: int = 3, seed: int = 0) -> Any:
    """Return an image as ``height x width x channels`` bytes: gradients, edges and a little noise, as photos have."""
    return _array(height, width, channels, seed).copy()


@functools.lru_cache(maxsize=256)
def _array(height: int, width: int, channels: int, seed: int) -> Any:
    state = numpy.random.RandomState(1000 * height + width + seed)
    y, x = numpy.arange(height, dtype=numpy.float64)[:, None], numpy.arange(width, dtype=numpy.float64)[None]
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
        from torchvision import datapoints as home
    if kind == "BoundingBoxes" and not hasattr(home, kind):
        kind = "BoundingBox"
        options = {"spatial_size" if name == "canvas_size" else name: value for name, value in options.items()}
    return getattr(home, kind)(*arguments, **options)


def folder() -> str:
    """Return a new folder that is removed after the recipe."""
    made = tempfile.mkdtemp()
    _folders.append(made)
    return made


def folders() -> List[str]:
    """Return the folders that the recipe has made."""
    return list(_folders)


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
            image.save(os.path.join(made, name, f"{each}{suffix}"))
    return made


# ---------------------------------------------------------------------------------------------------------------------
# For torchvision.transforms, its functional and torchvision.utils


def and_input(function: Callable[[Any], Any], value: Any) -> List[Any]:
    """Return what a function gives for a value, and the value as the function left it."""
    return [function(value), value]


def relation(function: Callable[[Any], Any], value: Any) -> str:
    """Tell what the result of a function is to its input: ``the input itself``, ``a view of it`` or ``a copy``."""
    result = function(value)
    if result is value:
        return "the input itself"
    if isinstance(result, torch.Tensor) and isinstance(value, torch.Tensor):
        plain = [each.detach().as_subclass(torch.Tensor) for each in (result, value)]
        # torch warns of `storage()` since it has the other.
        storages = [(each.untyped_storage if hasattr(each, "untyped_storage") else each.storage)() for each in plain]
        return "a view of it" if storages[0].data_ptr() == storages[1].data_ptr() else "a copy"
    return "a copy"


def flat_channel(height: int, width: int, level: int = 100, batch: Optional[int] = None) -> Any:
    """Return an image tensor of bytes whose last channel has the same value everywhere."""
    made = uint8(height, width, batch=batch)
    made[..., -1, :, :] = level
    return made


def corners(height: int, width: int) -> List[List[int]]:
    """Return the four corners of an image, as ``perspective`` takes them."""
    return [[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]]


def moved_corners(height: int, width: int) -> List[List[int]]:
    """Return the four corners of an image, each moved inwards by another distance."""
    right, bottom = width - 1, height - 1
    return [
        [width // 9, height // 11],
        [right - width // 6, height // 5],
        [right - width // 13, bottom - height // 8],
        [width // 7, bottom - height // 12],
    ]


def keypoints(instances: int, count: int, height: int, width: int) -> Any:
    """Return keypoints ``instances x count x 2`` inside an image, in pixels."""
    return torch.floor(random(instances, count, 2) * torch.tensor([float(width), float(height)]))


def sequence(*items: Any) -> Any:
    """Return a sequence that is neither a list nor a tuple, as configurations have them."""
    return collections.UserList(items)


def written(function: Callable[[str], Any], name: str = "image.png") -> Any:
    """Return the image that a function writes to the path it is given."""
    path = os.path.join(folder(), name)
    function(path)
    with _Image.open(path) as image:
        return image.copy()


def written_to_stream(function: Callable[[Any], Any]) -> Any:
    """Return the image that a function writes to the open file it is given."""
    stream = io.BytesIO()
    function(stream)
    stream.seek(0)
    with _Image.open(stream) as image:
        return image.copy()


def import_afresh(name: str) -> List[str]:
    """Import a module as if for the first time, which is when modules warn, and return its public functions."""
    known = sys.modules.pop(name, None)
    try:
        loaded = importlib.import_module(name)
    finally:
        if known is not None:
            package, _, last = name.rpartition(".")
            sys.modules[name] = known
            setattr(sys.modules[package], last, known)
    return sorted(each for each, value in vars(loaded).items() if callable(value) and not each.startswith("_"))


# torchvision.transforms.v2 and torchvision.tv_tensors: what is drawn on a canvas of 32 x 40, and subclasses

# The corners of that canvas, and where a perspective moves them.
CORNERS = [[0, 0], [39, 0], [39, 31], [0, 31]]
MOVED = [[3, 2], [34, 1], [37, 28], [1, 30]]


def box_values(form: str = "XYXY", dtype: Any = torch.float32) -> Any:
    """Return three boxes on a canvas of 32 x 40 as a plain tensor; with an ``R`` or eight letters, rotated ones."""
    corners = numpy.array([[2.25, 3.5, 17.75, 14.0], [11.5, 8.75, 33.25, 27.5], [24.5, 2.25, 38.25, 12.75]])
    if not dtype.is_floating_point:
        corners = numpy.floor(corners)
    left, top, right, bottom = corners.T
    width, height, x, y = right - left, bottom - top, (left + right) / 2, (top + bottom) / 2
    angle = numpy.array([20.0, -35.0, 75.0])
    cos, sin = numpy.cos(numpy.deg2rad(angle)), numpy.sin(numpy.deg2rad(angle))
    width, height = (width / 2, height / 2) if form in ("XYWHR", "CXCYWHR", "XYXYXYXY") else (width, height)
    points = [
        (x + h * width / 2 * cos + v * height / 2 * sin, y - h * width / 2 * sin + v * height / 2 * cos)
        for h, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    columns = {
        "XYXY": [left, top, right, bottom],
        "XYWH": [left, top, width, height],
        "CXCYWH": [x, y, width, height],
        "XYWHR": [points[0][0], points[0][1], width, height, angle],
        "CXCYWHR": [x, y, width, height, angle],
        "XYXYXYXY": [coordinate for point in points for coordinate in point],
    }[form]
    return torch.from_numpy(numpy.stack(columns, axis=1)).to(dtype)


def tv_boxes(form: str = "XYXY", dtype: Any = torch.float32, **options: Any) -> Any:
    """Return the boxes of :func:`box_values` as ``BoundingBoxes`` of that format."""
    return tv("BoundingBoxes", box_values(form, dtype), format=form, canvas_size=(32, 40), **options)


def tv_class(name: str) -> Any:
    """Return a class of ``torchvision.tv_tensors``, in 0.15 of ``torchvision.datapoints``."""
    try:
        from torchvision import tv_tensors as home
    except ImportError:
        from torchvision import datapoints as home

        name = {"BoundingBoxes": "BoundingBox", "TVTensor": "_datapoint.Datapoint"}.get(name, name)
    found = home
    for part in name.split("."):
        found = getattr(found, part)
    return found


def box_format(name: str) -> Any:
    """Return a member of ``BoundingBoxFormat``."""
    return tv_class("BoundingBoxFormat")[name]


def point_values() -> Any:
    """Return four points on a canvas of 32 x 40 as a plain tensor."""
    return torch.tensor([[2.25, 3.5], [17.75, 14.0], [33.25, 27.5], [38.25, 12.75]])


def tv_points(**options: Any) -> Any:
    """Return the points of :func:`point_values` as ``KeyPoints``."""
    return tv("KeyPoints", point_values(), canvas_size=(32, 40), **options)


def annotations() -> Dict[str, Any]:
    """Return what the training scripts of detectors have beside an image of 32 x 40."""
    return {"boxes": tv_boxes(), "labels": torch.tensor([1, 2, 3]), "masks": tv("Mask", masks(3, 32, 40))}


def sample(image: Any = None) -> Dict[str, Any]:
    """Return an image of 32 x 40, one of bytes unless another is given, boxes, labels and masks in a dictionary."""
    return dict(image=tv("Image", uint8(32, 40)) if image is None else image, **annotations())


def overriding(base: Any, **members: Any) -> Any:
    """Return a subclass that overrides methods, or class attributes, of a class."""
    return type("Overriding", (base,), members)


def always(**params: Any) -> Callable[..., Any]:
    """Return a hook that gives the same parameters for every sample."""
    return lambda self, flat_inputs: dict(params)


def negative(self: Any, inpt: Any, params: Any) -> Any:
    """Give the negative of an image, as a hook of transforms."""
    return 255 - inpt


def plus(self: Any, inpt: Any, params: Any) -> Any:
    """Add the parameter ``by``, as a hook of transforms."""
    return inpt + params["by"]


def refuse(self: Any, flat_inputs: Any) -> None:
    """Refuse every sample, as a hook of transforms.

    Raises:
        TypeError: always.
    """
    raise TypeError("refused by the subclass")


def custom_class(base: str = "TVTensor") -> Any:
    """Return a new subclass of a class of ``torchvision.tv_tensors``."""
    return type("Custom", (tv_class(base),), {})


def custom(base: str, value: Any) -> Any:
    """Return a value as a tensor of a new subclass, with the attributes of the value."""
    made = value.as_subclass(custom_class(base))
    made.__dict__.update(vars(value))
    return made


def with_return_type(name: str, function: Callable[[], Any]) -> Any:
    """Call a function while ``tv_tensors.set_return_type`` holds."""
    from torchvision import tv_tensors

    with tv_tensors.set_return_type(name):
        return function()


def gives_itself(function: Callable[..., Any], value: Any, *arguments: Any, **options: Any) -> bool:
    """Tell whether a function returns the very object that it was given first."""
    return function(value, *arguments, **options) is value


def changes_input(function: Callable[..., Any], value: Any, *arguments: Any, **options: Any) -> bool:
    """Tell whether the tensor that a function was given first is another one after the call."""
    before = value.detach().clone()
    function(value, *arguments, **options)
    return not torch.equal(value, before)


def shares_memory(function: Callable[..., Any], value: Any, *arguments: Any, **options: Any) -> bool:
    """Tell whether the tensor that a function returns begins where the one begins that it was given."""
    return bool(function(value, *arguments, **options).data_ptr() == value.data_ptr())


def deep_copy(value: Any) -> Any:
    """Return ``copy.deepcopy`` of a value."""
    import copy

    return copy.deepcopy(value)


def unpickled(value: Any) -> Any:
    """Return a value after it was pickled and read again."""
    import pickle

    return pickle.loads(pickle.dumps(value))  # our own bytes


def reloaded(module: str) -> None:
    """Run the body of a module once more, for what it warns of."""
    import importlib

    importlib.reload(importlib.import_module(module))


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
