"""Preprocessing: bit for bit for PIL images, within a grey level for tensors."""

import hashlib
import json
from typing import Any, Dict, List, Tuple

from matrix.verify.verification import Verification
from tvcompat.catalog import Entry

# A preprocessed tensor may differ by one grey level, plus float32 rounding.
GREY_LEVELS = 1.001


def picture(width: int, height: int) -> Any:
    """Return a fixed uint8 tensor ``(3, height, width)`` with smooth and rough regions."""
    import torch

    x, y = torch.arange(width).reshape(1, -1), torch.arange(height).reshape(-1, 1)
    channels = []
    for number in range(3):
        smooth = (x * (number + 1) + y * 2) // 5
        rough = (x * y * (7 + number)) % 97 + ((x // 9 + y // 7) % 2) * 60
        channels.append(torch.where((x + y) % 200 < 100, smooth, rough) % 256)
    return torch.stack(channels).to(torch.uint8)


def preset_inputs(preset: str) -> Dict[str, Tuple[Any, ...]]:
    """Return kind of input -> arguments of a preset."""
    from PIL import Image

    image = picture(375, 250)
    pil = Image.frombytes("RGB", (375, 250), image.permute(1, 2, 0).contiguous().numpy().tobytes())
    if preset == "OpticalFlow":
        return {"tensor": (image, image.flip(-1)), "pil": (pil, pil.rotate(180))}
    if preset == "VideoClassification":
        import torch

        return {"tensor": (torch.stack([image, image.flip(-1)]),)}
    return {"tensor": (image,), "pil": (pil,)}


def levels(values: Any, settings: Dict[str, Any], preset: str) -> Any:
    """Convert the output of a preset back to grey levels 0..255."""
    import torch

    mean, std = settings.get("mean"), settings.get("std")
    if preset == "OpticalFlow":
        mean, std = [0.5] * 3, [0.5] * 3
    if mean is None or std is None:
        return values * 255
    # Channels are the third dimension from the end, or the fourth if time comes between.
    shape = [3, 1, 1, 1] if preset == "VideoClassification" else [3, 1, 1]
    return (values * torch.tensor(std).reshape(shape) + torch.tensor(mean).reshape(shape)) * 255


def verify_presets(result: Verification) -> None:
    """Check each kind of preprocessing: bit for bit for PIL images, to within a grey level for tensors."""
    from tvcompat.shim.weights import enum_class, preferred

    known = result.known
    distinct: Dict[str, Entry] = {}
    for enum in known.enums.values():
        for entry in enum.entries.values():
            found = entry.preprocessing[-1].value
            distinct.setdefault(json.dumps([found["preset"], found["values"]]), entry)
    for key, entry in distinct.items():
        preset, settings = json.loads(key)
        for kind, given in preset_inputs(preset).items():

            def work(
                entry: Entry = entry,
                preset: str = preset,
                settings: Any = settings,
                kind: str = kind,
                given: Any = given,
            ) -> str:
                own = enum_class(entry.enum)[entry.name].transforms()(*given)
                if result.reference is None:
                    # In the newest release, ours is compared with what its own preset gives.
                    theirs = preferred(entry.enum)[entry.name].transforms()(*given)
                    wrong = compare_images(kind, theirs, own, settings, preset)
                    if wrong:
                        return wrong
                    own = theirs
                described = describe_image(kind, own, settings, preset)
                name = f"{entry.full_name} {kind}"
                result.presets[name] = described
                return (
                    ""
                    if result.reference is None
                    else difference_of_images(result.reference["presets"].get(name), described)
                )

            result.attempt("preset", f"{entry.full_name} {kind}", work)


def parts_of(found: Any) -> List[Any]:
    return list(found) if isinstance(found, (tuple, list)) else [found]


def compare_images(kind: str, theirs: Any, own: Any, settings: Any, preset: str) -> str:
    """Describe how our images differ from torchvision's in the same environment; empty if they agree."""
    import torch

    for left, right in zip(parts_of(theirs), parts_of(own)):
        if left.shape != right.shape or left.dtype != right.dtype:
            return f"{tuple(right.shape)} {right.dtype}, not {tuple(left.shape)} {left.dtype}"
        if kind == "pil" and not torch.equal(left, right):
            return "not bit for bit the same"
        worst = float((levels(left, settings, preset) - levels(right, settings, preset)).abs().max())
        if worst > GREY_LEVELS:
            return f"differs by {worst:.2f} grey levels"
    return ""


def describe_image(kind: str, found: Any, settings: Any, preset: str) -> List[Any]:
    """Return shape and type of each image, with a digest for PIL input, or sampled grey levels for a tensor."""

    described: List[Any] = []
    for image in parts_of(found):
        what = [list(image.shape), str(image.dtype)]
        if kind == "pil":
            described.append([*what, hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()[:16]])
            continue
        flat = levels(image, settings, preset).reshape(-1)
        count, row = flat.numel(), image.shape[-1]
        # Borders, where filters are cut off, and samples from everywhere.
        places = [*range(0, row, max(1, row // 50)), *range(count - row, count, max(1, row // 50))]
        places += range(0, count, max(1, count // 150))
        described.append([*what, [round(float(flat[place]), 2) for place in places]])
    return described


def difference_of_images(expected: Any, found: Any) -> str:
    """Describe how two image descriptions differ; empty if they agree."""
    if expected is None or len(expected) != len(found):
        return "there is no reference"
    for (shape, dtype, left), (other_shape, other_dtype, right) in zip(expected, found):
        if [shape, dtype] != [other_shape, other_dtype]:
            return f"{other_shape} {other_dtype}, not {shape} {dtype}"
        if isinstance(left, str):
            if left != right:
                return "not bit for bit the same"
        else:
            worst = max(abs(a - b) for a, b in zip(left, right))
            if worst > GREY_LEVELS + 0.01:
                return f"differs by {worst:.2f} grey levels"
    return ""
