"""What the names that the next release dropped do, so that the guard can be compared with it.

In the last release that has it, a name is called with arguments chosen by the names of its parameters, and the result
is recorded; with the guard enabled, the newest release has to give the same.
"""

import argparse
import inspect
import io
import json
import os
import warnings
from enum import EnumMeta
from importlib import import_module
from typing import Any, Callable, Dict, List, Mapping, Optional

from tvcompat.catalog import Catalog, catalog

# How many values of a tensor are recorded in addition to their sums.
SHOWN = 6


def last_here(known: Catalog, release: str) -> List[str]:
    """Return the paths of public legacy names in public modules that the next release does not have.

    Args:
        release: a release of the catalog, or an earlier one, whose next release is the first of the catalog.
    """
    following = known.releases[known.releases.index(release) + 1 :] if release in known.releases else known.releases
    if not following:
        return []
    found = []
    for module, table in known.table("legacy")["modules"].items():
        if "itself" in table and table["itself"][1] == following[0]:
            found.append(module)
        for name, row in table["names"].items():
            if row[1] == following[0] and not name.startswith("_"):
                found.append(f"{module}.{name}")
    return sorted(path for path in found if "._" not in path)


def measure(paths: List[str]) -> Dict[str, Any]:
    """Return what each name is and gives, or ``{"absent": error}`` if it is unavailable.

    Modules, and names that modules had merely imported, are left out: there is nothing to call.
    """
    found = {path: _measured(path) for path in paths}
    return {path: result for path, result in found.items() if result.get("kind") not in ("module", "import")}


def _measured(path: str) -> Dict[str, Any]:
    module, _, name = path.rpartition(".")
    try:
        try:
            found: Any = import_module(path)
        except ImportError:
            found = getattr(import_module(module), name)
    except Exception as error:
        return {"absent": f"{type(error).__name__}: {error}"}
    if inspect.ismodule(found):
        return {"kind": "module"}
    home = getattr(found, "__module__", None)
    own = isinstance(home, str) and home.startswith(("torchvision", "tvcompat"))
    if not own and name not in CALLS and not _is_plain(found):
        # An object of Python or torch that a module had imported.
        return {"kind": "import", "name": getattr(found, "__qualname__", None) or str(found)}
    if _is_plain(found):
        return {"kind": "data", "value": described(found)}
    if isinstance(found, EnumMeta):
        return {"kind": "enum", "value": list(found.__members__)}
    kind = "class" if inspect.isclass(found) else "function"
    call = CALLS.get(name)
    try:
        result = call(found) if call is not None else found(**_arguments(found, path))
    except UnknownParameterError as error:
        return {"kind": kind, "uncalled": str(error)}
    except Exception as error:
        return {"kind": kind, "error": type(error).__name__}
    return {"kind": kind, "result": described(result)}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, dict, list, tuple))


def described(value: Any) -> Any:
    """Convert a result to JSON: tensors to shape, type, sums and first values, modules to their parameters' shapes."""
    import numpy
    import torch
    from PIL import Image

    if isinstance(value, torch.Tensor):
        numbers = value.detach().double().reshape(-1)
        return {
            "shape": list(value.shape),
            "dtype": str(value.dtype),
            "sum": round(float(numbers.sum()), 4),
            "absolute": round(float(numbers.abs().sum()), 4),
            "first": [round(float(number), 4) for number in numbers[:SHOWN]],
        }
    if isinstance(value, Image.Image):
        return {"mode": value.mode, "pixels": described(torch.as_tensor(numpy.array(value)))}
    if isinstance(value, Mapping):
        return {str(key): described(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [described(item) for item in value]
    if isinstance(value, str) and os.path.isabs(value):
        # The location of an environment says nothing about the release.
        return os.path.basename(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, torch.nn.Module):
        return {"state": {name: list(tensor.shape) for name, tensor in value.state_dict().items()}}
    return type(value).__name__


# ---------------------------------------------------------------------------------------------------------------------
# Arguments


class UnknownParameterError(LookupError):
    """There is no known argument for a parameter."""


def _arguments(function: Callable[..., Any], path: str) -> Dict[str, Any]:
    of_pillow = "functional_pil" in path or path.endswith("_pil")
    given: Dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        name = parameter.name
        if name in IMAGES:
            given[name] = picture() if of_pillow else image()
        elif parameter.default is not parameter.empty and name not in ALWAYS:
            continue
        elif name in VALUES:
            given[name] = VALUES[name]()
        else:
            raise UnknownParameterError(f"nothing is known to give for {name}")
    return given


def image(floats: bool = False) -> Any:
    """Return a fixed image, a tensor ``(3, 12, 10)``: uint8, or float32 in 0..1."""
    import torch

    numbers = (torch.arange(360, dtype=torch.int64) * 37 % 256).to(torch.uint8).reshape(3, 12, 10)
    return numbers.float() / 255 if floats else numbers


def picture() -> Any:
    """Return the same image as a Pillow image."""
    from PIL import Image

    return Image.fromarray(image().permute(1, 2, 0).contiguous().numpy())


def _tensor(*values: float) -> Any:
    import torch

    return torch.tensor(values)


def _boxes() -> Any:
    return _tensor(1.0, 2.0, 6.0, 8.0).reshape(1, 4)


def _box_format() -> Any:
    try:
        return import_module("torchvision.tv_tensors").BoundingBoxFormat.XYXY
    except ImportError:
        return import_module("torchvision.datapoints").BoundingBoxFormat.XYXY


def _dtype() -> Any:
    import torch

    return torch.float32


IMAGES = frozenset(("image", "img", "inpt", "pic", "video", "mask"))

# Parameters that are passed although they have a default: it changed over time, or it has no effect.
ALWAYS = frozenset(("format", "num_output_channels"))

VALUES: Dict[str, Callable[[], Any]] = {
    "angle": lambda: 30.0,
    "bits": lambda: 3,
    "bounding_box": _boxes,
    "data": image,
    "bounding_boxes": _boxes,
    "brightness_factor": lambda: 0.7,
    "contrast_factor": lambda: 0.7,
    "displacement": lambda: _tensor(*[0.01 * (number % 7) for number in range(240)]).reshape(1, 12, 10, 2),
    "dtype": _dtype,
    "endpoints": lambda: [[1, 1], [8, 0], [9, 10], [0, 11]],
    "format": _box_format,
    "gain": lambda: 1.0,
    "gamma": lambda: 0.8,
    "height": lambda: 6,
    "h": lambda: 4,
    "hue_factor": lambda: 0.1,
    "i": lambda: 2,
    "img_size": lambda: (12, 10),
    "input": lambda: _tensor(0.1, 0.5, 2.0),
    "j": lambda: 3,
    "kernel_size": lambda: [3, 3],
    "left": lambda: 2,
    "matrix": lambda: [1.0, 0.1, 0.0, -0.1, 1.0, 0.5],
    "mean": lambda: [0.4, 0.5, 0.6],
    "new_format": _box_format,
    "num_output_channels": lambda: 3,
    "old_format": _box_format,
    "output_size": lambda: [6, 5],
    "padding": lambda: [1, 2, 1, 2],
    "perspective_coeffs": lambda: [1.0, 0.1, 0.0, 0.05, 1.0, 0.0, 0.001, 0.002],
    "pts": lambda: 7,
    "saturation_factor": lambda: 0.7,
    "scale": lambda: 1.1,
    "sharpness_factor": lambda: 0.7,
    "shear": lambda: [5.0, 3.0],
    "sigma": lambda: [0.8, 0.9],
    "size": lambda: [6, 5],
    "spatial_size": lambda: (12, 10),
    "startpoints": lambda: [[0, 0], [9, 0], [9, 11], [0, 11]],
    "std": lambda: [0.2, 0.3, 0.4],
    "target": lambda: _tensor(0.0, 0.6, 0.5),
    "threshold": lambda: 100,
    "timebase_from": lambda: _fraction(1, 30),
    "timebase_to": lambda: _fraction(1, 90),
    "top": lambda: 1,
    "translate": lambda: [1, 2],
    "v": lambda: _tensor(0.25),
    "w": lambda: 5,
    "width": lambda: 5,
}


def _fraction(numerator: int, denominator: int) -> Any:
    from fractions import Fraction

    return Fraction(numerator, denominator)


# ---------------------------------------------------------------------------------------------------------------------
# Names that need a special call


def _filled(module: Any) -> Any:
    """Fill a module with fixed parameters and return it in evaluation mode."""
    import torch

    with torch.no_grad():
        for number, tensor in enumerate([*module.parameters(), *module.buffers()]):
            if tensor.dtype.is_floating_point:
                values = (torch.arange(tensor.numel(), dtype=torch.int64) * 13 + number) % 17
                tensor.copy_((values.float() / 40 + 0.1).reshape(tensor.shape))
    return module.eval()


def _block(*arguments: Any, **options: Any) -> Callable[[Any], Any]:
    def call(found: Any) -> Any:
        import torch

        module = _filled(found(*arguments, **options))
        channels = arguments[0]
        with torch.no_grad():
            output = module(image(floats=True).repeat(channels // 3 + 1, 1, 1)[:channels].unsqueeze(0))
        return [{name: list(tensor.shape) for name, tensor in module.state_dict().items()}, output]

    return call


def _transform(*arguments: Any) -> Callable[[Any], Any]:
    def call(found: Any) -> Any:
        import torch

        torch.manual_seed(0)
        return found(*arguments)(picture())

    return call


def _on_image(*arguments: Any) -> Callable[[Any], Any]:
    return lambda found: found(*arguments)(image())


def _box(found: Any) -> Any:
    box = found(_boxes(), format="XYXY", spatial_size=(12, 10))
    return [box.as_subclass(type(_boxes())), str(box.format), isinstance(box, found)]


def _normalized(found: Any) -> Any:
    return found(image(floats=True), VALUES["mean"](), VALUES["std"]())


def _updater(found: Any) -> Any:
    return found()(1, 10, 100)


def _file(found: Any) -> Any:
    stream = io.BytesIO(b"abc")
    return found(stream) is stream


def _only_there(found: Any) -> Optional[str]:
    """Return only the name of an object whose call would need files or a whole network."""
    return str(found.__name__)


def _segmentation(found: Any) -> Any:
    return sorted(found(pretrained=False, pretrained_backbone=False).state_dict())[::40]


SEGMENTATION = (
    "deeplabv3_mobilenet_v3_large",
    "deeplabv3_resnet101",
    "deeplabv3_resnet50",
    "fcn_resnet101",
    "fcn_resnet50",
    "lraspp_mobilenet_v3_large",
)


def _can_be_made(found: Any) -> bool:
    return found() is not None


CALLS: Dict[str, Callable[[Any], Any]] = {
    "BoundingBox": _box,
    "BatchNorm2d": _block(3),
    "ClampBoundingBox": _can_be_made,
    "Conv2d": _block(3, 4, 3),
    "ConvBNActivation": _block(3, 8, 3, 2),
    "ConvNormActivation": _block(3, 8),
    "Datapoint": _only_there,
    "DeepLabHead": _block(8, 4),
    "DeepLabV3": _only_there,
    "FCN": _only_there,
    "FCNHead": _block(8, 4),
    "IntermediateLayerGetter": _only_there,
    "LRASPP": _only_there,
    "ConvBNReLU": _block(3, 8, groups=1),
    "ConvTranspose2d": _block(3, 4, 3),
    "ConvertDtype": _on_image(),
    "ConvertImageDtype": _on_image(),
    "RandomSizedCrop": _transform(6),
    "SSD": _only_there,
    "SanitizeBoundingBox": _can_be_made,
    "Scale": _transform(6),
    "SqueezeExcitation": _block(16, 4),
    "Timebase": lambda found: vars(found(1, 30)),
    "ToImagePIL": _on_image(),
    "ToImageTensor": lambda found: found()(picture()),
    "Kinetics400": _only_there,
    "VideoMetaData": lambda found: sorted(vars(found())),
    "check_integrity": _only_there,
    "check_type": lambda found: [found(1, (int,)), found(1, (str,))],
    "clamp_bounding_box": lambda found: found(_boxes() * 2, format=_box_format(), spatial_size=(12, 10)),
    "convert_format_bounding_box": lambda found: found(_boxes(), _box_format(), type(_box_format()).XYWH),
    "gen_bar_updater": _updater,
    "get_spatial_size_bounding_box": _only_there,
    "get_spatial_size": lambda found: found(image()),
    "has_all": lambda found: [found([1, "a"], int, str), found([1], int, str)],
    "has_any": lambda found: [found([1, "a"], int), found(["a"], int)],
    "list_dir": _only_there,
    "normalize": _normalized,
    "normalize_image_tensor": _normalized,
    "open_maybe_compressed_file": _file,
    "resnet_fpn_backbone": _only_there,
    "mobilenet_backbone": _only_there,
    "query_bounding_box": _only_there,
    "query_chw": lambda found: found([image()]),
    "query_spatial_size": lambda found: found([image()]),
    "scale": lambda found: found(image(), [6, 5]),
    "sequence_to_str": lambda found: found(["a", "b"]),
    "to_grayscale": lambda found: found(picture()),
    "to_image_pil": lambda found: found(image()),
    # Separate tests check their results, with a video.
    **dict.fromkeys(("read_video", "read_video_timestamps", "write_video", "VideoReader"), _only_there),
    **dict.fromkeys(SEGMENTATION, _segmentation),
}


def main() -> None:
    """What the names of an earlier release give, of which nothing else is measured."""  # noqa: D401 - shown by --help
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--release", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    found = measure(last_here(catalog(), arguments.release))
    with open(arguments.out, "w", encoding="utf-8") as stream:
        json.dump(found, stream)


if __name__ == "__main__":
    main()
