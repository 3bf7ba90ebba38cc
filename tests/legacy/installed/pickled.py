"""Whole models as an old release pickles them, with what they computed there.

    python pickled.py FOLDER [NAME ...]

runs inside an old release, which has nothing else, and writes a file for each model. Parameters are patterns that
repeat, so that the files compress well; the models compute numbers of ordinary size with them.
"""

import importlib
import io
import lzma
import math
import os
import sys

import torch
import torchvision

# A few small ones of these are kept beside the tests.
MODELS = (
    "alexnet",
    "convnext_tiny",
    "densenet121",
    "detection.fasterrcnn_mobilenet_v3_large_320_fpn",
    "detection.fasterrcnn_resnet50_fpn",
    "detection.fcos_resnet50_fpn",
    "detection.keypointrcnn_resnet50_fpn",
    "detection.maskrcnn_resnet50_fpn",
    "detection.retinanet_resnet50_fpn",
    "detection.ssd300_vgg16",
    "detection.ssdlite320_mobilenet_v3_large",
    "efficientnet_b0",
    "googlenet",
    "inception_v3",
    "mnasnet0_5",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "quantization.mobilenet_v3_large",
    "regnet_y_400mf",
    "resnet18",
    "resnet50",
    "segmentation.deeplabv3_mobilenet_v3_large",
    "segmentation.fcn_resnet50",
    "segmentation.lraspp_mobilenet_v3_large",
    "shufflenet_v2_x0_5",
    "squeezenet1_1",
    "vgg11",
    "video.mc3_18",
    "video.r2plus1d_18",
    "video.r3d_18",
    "vit_b_16",
)

PERIOD = 4093


def fill(model):
    """Give every parameter and buffer a repeating pattern of a fitting size."""
    # Few digits, and factors that are powers of two, leave the same bytes everywhere. The mean is zero.
    generator = torch.Generator().manual_seed(0)
    half = (torch.randn(PERIOD // 2, generator=generator) * 16).round() / 16
    pattern = torch.cat([half, -half, torch.zeros(1)])[torch.randperm(PERIOD, generator=generator)]
    with torch.no_grad():
        for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
            if not tensor.dtype.is_floating_point:
                continue
            values = pattern.repeat(tensor.numel() // PERIOD + 1)[: tensor.numel()].reshape(tensor.shape)
            if tensor.dim() > 1:
                # Scores far from 0 and 1: close to them, the last digits decide about boxes.
                wanted = math.sqrt(2 / max(1, tensor[0].numel())) * (0.1 if "head" in name else 1.0)
                tensor.copy_(values * 2.0 ** round(math.log2(wanted)))
            elif name.endswith("running_var") or name.endswith("weight"):
                tensor.copy_(values.abs() / 8 + 0.875)
            else:
                tensor.copy_(values / 64)
    return model.eval()


def arguments(name):
    space, _, builder = name.rpartition(".")
    if space in ("detection", "segmentation"):
        given = {"pretrained": False, "pretrained_backbone": False}
        if space == "detection":
            given["box_score_thresh" if "rcnn" in builder else "score_thresh"] = 0.005
            if "rcnn" in builder:
                given["rpn_score_thresh"] = 0.0
        return given
    return {"init_weights": False} if builder in ("googlenet", "inception_v3") else {}


def example(name):
    """What a model is tried with: images, videos, a list of images for detectors."""
    if name.startswith("video."):
        return image(1, 3, 4, 32, 32)
    if name.startswith("detection."):
        return [image(3, 96, 96)]
    size = 224 if name.startswith("vit") else 128 if "inception" in name else 32 if "seg" in name else 64
    return image(1, 3, size, size)


def image(*shape):
    count = 1
    for size in shape:
        count *= size
    numbers = torch.arange(count, dtype=torch.int64)
    return ((numbers * 37 + numbers // 89 * 11) % 256).float().reshape(shape) / 255


def tensors(output):
    """All tensors of an output, dictionaries by key."""
    if isinstance(output, torch.Tensor):
        return [output]
    if isinstance(output, dict):
        return [tensor for key in sorted(output) for tensor in tensors(output[key])]
    return [tensor for part in output for tensor in tensors(part)] if isinstance(output, (list, tuple)) else []


def build(name):
    """A model by its name below ``torchvision.models``; ``None`` where the release has none."""
    space, _, builder = name.rpartition(".")
    module = importlib.import_module("torchvision.models" + ("." + space if space else ""))
    return fill(getattr(module, builder)(**arguments(name))) if hasattr(module, builder) else None


def computed(model, given):
    """What a model computes, in double precision: single precision decides which of two like boxes comes first."""
    given = [part.double() for part in given] if isinstance(given, list) else given.double()
    with torch.no_grad():
        return tensors(model.double()(given))


def write(folder, names):
    for name in names:
        model = build(name)
        if model is None:
            continue
        # Pickled before it is run for the first time: some make parts of themselves then.
        stream = io.BytesIO()
        torch.save(model, stream)
        given = example(name)
        outputs = computed(model, given)
        whole = io.BytesIO()
        torch.save({"model": stream.getvalue(), "input": given, "outputs": outputs}, whole)
        with lzma.open(os.path.join(folder, name + ".xz"), "wb", preset=6) as out:
            out.write(whole.getvalue())
        print(torchvision.__version__, name, [tuple(output.shape) for output in outputs], flush=True)


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    write(sys.argv[1], sys.argv[2:] or MODELS)
