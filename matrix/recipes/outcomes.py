"""What a recipe gave, in a form that can be written down, and how far two results are apart."""

import enum
import math
import re
from typing import Any, Dict, Iterator, List, Optional

Outcome = Dict[str, Any]

# So many values of an array are written down, spread over all of it.
SAMPLES = 8
# Items of a list, and levels of lists in lists, that are described one by one.
ITEMS, DEPTH = 12, 4

DIGITS = 5

# Attributes of an instance that are described.
PLAIN = (bool, int, float, str, list, tuple)


def describe(value: Any, depth: int = 0) -> Any:
    """Return a result as plain data: kind, type and shape, and of numbers a few statistics, rounded.

    Numbers are rounded to five digits of the largest in their array: what is left of differences between processors is
    far smaller.
    """
    if value is None or (isinstance(value, (bool, int, str)) and not isinstance(value, enum.Enum)):
        return value if not isinstance(value, str) else clean(value)
    if isinstance(value, float):
        return rounded(value, abs(value))
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, bytes):
        return {"kind": "bytes", "length": len(value)}
    array = array_of(value)
    if array is not None:
        return dict(kind_of(value), **describe_array(array))
    if isinstance(value, type) or (callable(value) and not hasattr(value, "__dict__")):
        return {"kind": getattr(value, "__qualname__", type(value).__name__)}
    if depth >= DEPTH:
        return {"kind": type(value).__name__}
    if isinstance(value, dict):
        items = {clean(str(key)): describe(item, depth + 1) for key, item in list(value.items())[:ITEMS]}
        return {"kind": type(value).__name__, "length": len(value), "items": items}
    if isinstance(value, (list, tuple, set, frozenset)):
        listed = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
        found = [describe(item, depth + 1) for item in list(listed)[:ITEMS]]
        return {"kind": type(value).__name__, "length": len(value), "items": found}
    public = {
        name: describe(item, depth + 1)
        for name, item in sorted(getattr(value, "__dict__", {}).items())
        if not name.startswith("_") and (isinstance(item, PLAIN) or array_of(item) is not None)
    }
    return {"kind": type(value).__name__, "attributes": public}


def kind_of(value: Any) -> Outcome:
    """Return type, element type and shape of what holds numbers."""
    found: Outcome = {"kind": type(value).__name__}
    if hasattr(value, "getbands"):
        # Files come as JpegImageFile, whose data are those of an Image.
        found = {"kind": "PIL", "mode": value.mode, "size": list(value.size)}
    elif hasattr(value, "dtype"):
        found["dtype"] = str(value.dtype).replace("torch.", "")
        found["shape"] = list(value.shape)
        if getattr(value, "requires_grad", False):
            found["requires_grad"] = True
        form = getattr(value, "format", None)
        if isinstance(form, enum.Enum):
            found["format"] = form.name
        # What boxes and points carry; in 0.15 images have a property of that name too, which says nothing new.
        carried = getattr(value, "__dict__", {})
        size = carried.get("canvas_size") or carried.get("spatial_size")
        if isinstance(size, (list, tuple)):
            found["canvas_size"] = list(size)
    return found


def array_of(value: Any) -> Any:
    """Return the numbers of a tensor, an image or an array as a numpy array; ``None`` where it is none of them."""
    import numpy
    import torch

    if isinstance(value, torch.Tensor):
        plain = value.detach().as_subclass(torch.Tensor)
        if plain.is_quantized:
            plain = plain.dequantize()
        if plain.dtype == getattr(torch, "bfloat16", None):
            plain = plain.float()
        if plain.is_complex():
            plain = torch.view_as_real(plain)
        return plain.cpu().contiguous().numpy()
    if isinstance(value, numpy.ndarray) and value.dtype.kind in "biuf":
        return value
    if isinstance(value, numpy.generic) and value.dtype.kind in "biuf":
        return numpy.asarray(value)
    if hasattr(value, "getbands"):
        return numpy.asarray(value.convert("L") if value.mode == "1" else value)
    return None


def describe_array(array: Any) -> Outcome:
    """Return the statistics of an array: least, largest, mean, standard deviation, and a few of its values."""
    import numpy

    if not array.size:
        return {}
    values = array.astype(numpy.float64).reshape(-1)
    finite = values[numpy.isfinite(values)]
    if not finite.size:
        return {"finite": 0}
    largest = float(numpy.abs(finite).max())
    found: Outcome = {"finite": int(finite.size)} if finite.size != values.size else {}
    found["min"], found["max"] = rounded(finite.min(), largest), rounded(finite.max(), largest)
    found["mean"], found["std"] = rounded(finite.mean(), largest), rounded(finite.std(), largest)
    step = max(1, values.size // SAMPLES)
    found["values"] = [rounded(each, largest) for each in values[step // 2 :: step][:SAMPLES]]
    return found


def rounded(value: Any, largest: float) -> Any:
    """Return a number rounded to five digits of the largest beside it; text where it is not finite."""
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    digits = DIGITS - 1 - (math.floor(math.log10(largest)) if largest > 0 else 0)
    return round(value, digits) + 0.0


def clean(text: str) -> str:
    """Return a text without what differs from run to run and build to build: addresses, paths, lines, line ends."""
    text = " ".join(text.split())
    text = re.sub(r"0x[0-9a-fA-F]+", "0x...", text)
    text = re.sub(r"(?:/[\w.+-]+){2,}/?", ".../", text)
    # Recent C++ code says where it stands: "nms_kernel, .../:112, boxes and scores ...".
    text = re.sub(r"[\w()]+, \.\.\./:\d+, ", "", text)
    text = re.sub(r" ?\(Triggered internally at [^)]*\)", "", text)
    return text[:300]


# ---------------------------------------------------------------------------------------------------------------------
# Comparing


def arrays_in(value: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the arrays of a result in order, numbers among them."""
    import numpy

    if isinstance(value, (bool, int, float)) and not isinstance(value, enum.Enum):
        yield numpy.asarray(value)
        return
    array = array_of(value)
    if array is not None:
        yield array
    elif depth < DEPTH and isinstance(value, dict):
        for item in value.values():
            yield from arrays_in(item, depth + 1)
    elif depth < DEPTH and isinstance(value, (list, tuple)):
        for item in value:
            yield from arrays_in(item, depth + 1)
    elif depth < DEPTH:
        for _, item in sorted(getattr(value, "__dict__", {}).items()):
            if array_of(item) is not None:
                yield from arrays_in(item, depth + 1)


def difference(before: List[Any], after: List[Any]) -> Optional[Outcome]:
    """Return how far two results are apart, ``None`` where they are equal bit for bit.

    Returns:
        ``largest``: the largest difference of two values; ``relative``: the same in parts of the largest value;
        ``share``: the part of all values that differ. ``shape`` alone where the arrays can't be compared.
    """
    import numpy

    if [array.shape for array in before] != [array.shape for array in after]:
        return {"shape": True}
    largest, scale, differing, total = 0.0, 0.0, 0, 0
    for one, other in zip(before, after):
        # Arrays without dimensions would become plain numbers, which can't be indexed.
        left, right = (numpy.atleast_1d(each).astype(numpy.float64) for each in (one, other))
        with numpy.errstate(invalid="ignore"):
            apart = numpy.abs(left - right)
        apart[numpy.isnan(left) & numpy.isnan(right)] = 0
        apart[left == right] = 0
        total += apart.size
        differing += int((apart != 0).sum())
        if apart.size:
            finite = apart[numpy.isfinite(apart)]
            largest = max(largest, float(finite.max()) if finite.size == apart.size else math.inf)
            known = numpy.abs(left[numpy.isfinite(left)])
            scale = max(scale, float(known.max()) if known.size else 0.0)
    if not differing:
        return None
    found: Outcome = {"largest": _short(largest), "share": _short(differing / total)}
    if scale:
        found["relative"] = _short(largest / scale)
    return found


def _short(value: float) -> Any:
    return float(f"{value:.2g}") if math.isfinite(value) else "inf"


def alike(left: Any, right: Any) -> bool:
    """Return whether two outcomes are the same but for what rounding on another processor may leave.

    Numbers may be apart by a few units of their last written digit.
    """
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        scale = max((abs(each) for each in (*_numbers(left), *_numbers(right))), default=0.0)
        return all(_alike(left[key], right[key], scale) for key in left)
    return _alike(left, right, 0.0)


def _alike(left: Any, right: Any, scale: float) -> bool:
    if _is_number(left) and _is_number(right):
        return bool(abs(left - right) <= 3 * 10 ** (1 - DIGITS) * max(scale, abs(left), abs(right)))
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        inner = max((abs(each) for each in (*left, *right) if _is_number(each)), default=0.0)
        return all(_alike(one, other, max(scale, inner)) for one, other in zip(left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return alike(left, right)
    return type(left) is type(right) and bool(left == right)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(outcome: Outcome) -> List[float]:
    """Return the bounds of an array that is described."""
    return [outcome[key] for key in ("min", "max") if _is_number(outcome.get(key))]
