"""What recipes are given: images, boxes and files that are the same on every machine and in every release.

Everything public here is a name that a recipe may use, beside those of the module it is about.
"""

import functools
import os
import shutil
import tempfile
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
        for number, tensor in enumerate([*module.parameters(), *module.buffers()]):
            if tensor.is_floating_point():
                values = random(*(tensor.shape or (1,)), seed=number).reshape(tensor.shape)
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
