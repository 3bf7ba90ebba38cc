"""Outputs: each model, filled with parameters that depend only on their names, is run and described by numbers."""

import contextlib
import math
import zlib
from collections import OrderedDict
from typing import Any, Callable, Dict, Iterator, List, Mapping, Tuple

from .builders import Builder, Facts
from .describe import describe_error
from .schemas import Schema, Schemas, align_names

# Models up to this size are run, and the smallest one of every defining module whatever its size.
OUTPUT_PARAMETER_LIMIT = 45_000_000


def fill(model: Any, canonical: Mapping[str, str]) -> None:
    """Give every parameter and running statistic a value that depends only on its canonical name and shape.

    Values come from numpy's RandomState, whose stream is guaranteed not to change, in double precision. They are scaled
    like those of a newly initialised model, so that activations neither vanish nor explode.
    """
    import numpy
    import torch

    parameters = {name for name, _ in model.named_parameters()}
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            last = name.rsplit(".", 1)[-1]
            if name not in parameters and last not in ("weight", "bias", "running_mean", "running_var"):
                continue
            if not tensor.is_floating_point():
                continue
            random = numpy.random.RandomState(zlib.crc32(canonical.get(name, name).encode()) & 0xFFFFFFFF)
            uniform = random.random_sample(tensor.numel())
            if last == "running_var" or (last == "weight" and tensor.dim() == 1):
                values = 0.8 + 0.4 * uniform
            elif tensor.dim() < 2:
                values = 0.2 * uniform - 0.1
            else:
                fan_in = max(1, tensor.numel() // tensor.shape[0])
                values = (2 * uniform - 1) * math.sqrt(3.0 / fan_in)
            tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))


def image(*shape: int) -> Any:
    """Return a fixed input, uniform in 0..1, in double precision."""
    import numpy
    import torch

    random = numpy.random.RandomState(len(shape) * 1000 + shape[-1])
    return torch.from_numpy(random.random_sample(shape))


def input_size(module_name: str) -> int:
    """Return the height and width of the input in pixels: as small as the architecture allows."""
    return {"inception": 96, "vision_transformer": 224, "maxvit": 224}.get(module_name.rsplit(".", 1)[-1], 64)


def outputs_of(path: str, module_name: str, model: Any) -> List[Any]:
    """Return tensors that describe what a model computes; for detectors those before thresholds and sorting."""
    namespace = path.rsplit(".", 1)[0]
    size = input_size(module_name)
    if namespace.endswith(".detection"):
        return detection_outputs(model)
    if namespace.endswith(".optical_flow"):
        return [model(image(1, 3, 128, 128), image(1, 3, 128, 128).flip(3), num_flow_updates=2)[-1]]
    if namespace.endswith(".video"):
        if module_name.endswith(("mvit", "s3d")):
            return [model(image(1, 3, 16, 224, 224))]
        return [model(image(1, 3, 16, 64, 64))]
    output = model(image(1, 3, size, size))
    if isinstance(output, dict):
        return [output[key] for key in sorted(output)]
    return [output]


def detection_outputs(model: Any) -> List[Any]:
    import torch

    if not hasattr(model, "roi_heads"):
        features = model.backbone(image(1, 3, 320, 320))
        features = [features] if isinstance(features, torch.Tensor) else list(features.values())
        head = model.head(features)
        return [head[key] for key in sorted(head)]
    height = width = 128
    features = model.backbone(image(1, 3, height, width))
    if isinstance(features, torch.Tensor):
        features = OrderedDict([("0", features)])
    objectness, deltas = model.rpn.head(list(features.values()))
    boxes = [torch.tensor([[8.0, 8.0, 72.0, 56.0], [0.0, 16.0, 128.0, 120.0]], dtype=torch.float64)]
    heads = model.roi_heads
    pooled = heads.box_head(heads.box_roi_pool(features, boxes, [(height, width)]))
    outputs = [objectness[0], deltas[0], *list(heads.box_predictor(pooled))]
    for kind in ("mask", "keypoint"):
        if getattr(heads, kind + "_predictor", None) is not None:
            pooled = getattr(heads, kind + "_roi_pool")(features, boxes, [(height, width)])
            outputs.append(getattr(heads, kind + "_predictor")(getattr(heads, kind + "_head")(pooled)))
    return outputs


@contextlib.contextmanager
def double_precision() -> Iterator[None]:
    """Make all tensors double precision, even those a model creates in ``forward`` and casts by ``float()`` (raft)."""
    import torch

    original = torch.Tensor.float
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double
    try:
        yield
    finally:
        torch.Tensor.float = original
        torch.set_default_dtype(torch.float32)


def digest(tensor: Any) -> Facts:
    """Return mean, standard deviation, largest absolute value and eight values, to seven digits of the largest.

    Double precision leaves nine digits to spare, so that neither the processor nor the number of threads changes a
    digit.
    """
    import torch

    tensor = tensor.detach().to(torch.float64).reshape(-1)
    largest = float(tensor.abs().max())
    if not math.isfinite(largest):
        raise ValueError("the output is not finite")
    digits = 6 - (math.floor(math.log10(largest)) if largest > 0 else 0)

    def rounded(value: Any) -> float:
        return round(float(value), digits) + 0.0

    # Spread over the tensor, so that a permuted output gets a different digest.
    step = max(1, tensor.numel() // 8)
    return {
        "mean": rounded(tensor.mean()),
        "std": rounded(tensor.std(unbiased=False)),
        "largest": rounded(largest),
        "values": [rounded(value) for value in tensor[::step][:8]],
    }


def measure_outputs(
    builders: Dict[str, Builder],
    facts: Dict[str, Facts],
    schemas: Schemas,
    canonical: Dict[str, Schema],
    note: Callable[[str], None],
) -> Facts:
    """Return builder path -> list of output digests, for models within the limit and the smallest of each module."""
    import torch

    smallest: Dict[str, Tuple[int, str]] = {}
    for path in builders:
        count = facts[path].get("parameters")
        module = facts[path]["module"]
        if count is not None and (module not in smallest or count < smallest[module][0]):
            smallest[module] = (count, path)
    always = {path for _, path in smallest.values()}

    outputs: Facts = {}
    for path, builder in builders.items():
        count = facts[path].get("parameters")
        if count is None or (count > OUTPUT_PARAMETER_LIMIT and path not in always):
            continue
        try:
            model = builder().double().eval()
            schema = schemas.values[facts[path]["schema"]]
            reference = canonical.get(path, schema)
            renames = align_names(list(schema), schema, list(reference), reference)
            if renames is None:
                outputs[path] = {"error": "the state dict does not correspond to the canonical one"}
                continue
            fill(model, renames)
            with torch.no_grad(), double_precision():
                tensors = outputs_of(path, facts[path]["module"], model)
            outputs[path] = {"tensors": [dict(shape=list(t.shape), **digest(t)) for t in tensors]}
        except Exception as error:
            outputs[path] = {"error": describe_error(error)}
        note("  output of " + path)
    return outputs
