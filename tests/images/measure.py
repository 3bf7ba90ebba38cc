"""Make each call with every file, once as torchvision has it and once as TorchCodec has it, and compare.

What may end the process is tried in one of its own.
"""

import os
import pickle
import resource
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Set, Tuple

import numpy
import torch

from matrix.recipes.inputs import uint8

from .calls import Call, calls
from .files import DAMAGED, HEIC, image_files

# What a file holds before it is written.
BEFORE = b"what was there before"

# Before a call is made again, pieces of memory of the size of its result are filled with each of these: many small ones,
# since others take some of them, and few large ones.
FILLS = (0x5A, 0xA5)
BLOCKS, LARGE_BLOCKS, LARGE = 64, 4, 1 << 14

# What is said where a result holds what was in memory before.
BY_CHANCE = "values that torchvision leaves to chance"

# Decoded in one call.
LISTED = ("JPEG RGB 2x3", "JPEG L 1x1")


class Outcome(NamedTuple):
    """What a call gives.

    Attributes:
        kind: ``tensor``, ``file`` where one was written, ``list``, ``error``, or ``crash`` where the process ended.
        what: dtype, shape, strides and values of a tensor, the bytes of a file, or the class of the error.
        certain: whether the same call gives the same again, whatever was in memory before.
    """

    kind: str
    what: Tuple[Any, ...] = ()
    certain: bool = True


class Input(NamedTuple):
    """What calls are given, and what kind of it that is."""

    name: str
    kind: str
    value: Any
    may_crash: bool = False


def measure() -> Dict[str, Any]:
    """Return what was found for each call, as it is stored."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {"files": len(image_files()), "calls": _measured(Path(folder))}


def _measured(folder: Path) -> List[Dict[str, Any]]:
    inputs = {"bytes": _bytes(), "path": _paths(folder), "image": _images(), "image and path": _images()}
    inputs["data and path"] = inputs["bytes"]
    made: Dict[Tuple[Any, ...], List[Tuple[Input, Outcome, Outcome]]] = defaultdict(list)
    for takes, given in inputs.items():
        wanted = [call for call in calls() if _takes(call) == takes]
        seen: Set[Tuple[str, str]] = set()
        for one in given:
            fitting = [call for call in wanted if _fits(call, one) or (call.function, one.kind) not in seen]
            seen.update((call.function, one.kind) for call in fitting)
            functions = [each for call in fitting for each in _both(call, folder, takes)]
            found = _isolated(functions, one.value) if one.may_crash else [tried(each, one.value) for each in functions]
            for number, call in enumerate(fitting):
                key = (call.function, call.mode, call.exif)
                made[key].append((one, found[2 * number], found[2 * number + 1]))
    return [_described(*key, results) for key, results in made.items()]


def _both(call: Call, folder: Path, takes: str) -> Tuple[Callable[[Any], Outcome], Callable[[Any], Outcome]]:
    old, new = (_ending(function, folder, takes) for function in (call.old, call.new))
    # Of PNGs torchvision leaves some bytes as they were in memory.
    return (_twice(old) if call.mode is not None else old), new


def _fits(call: Call, given: Input) -> bool:
    """Return whether all of a kind are tried, and not only the first: a decoder's own format, and what tells no format."""
    own = call.function.partition("_")[2].upper()
    return own not in ("JPEG", "PNG", "GIF", "WEBP") or call.takes != "bytes" or own in given.kind.upper()


def _takes(call: Call) -> str:
    return "data and path" if call.function == "write_file" else call.takes


# What is given


def tensor_of(data: bytes) -> torch.Tensor:
    """Return bytes as a tensor."""
    return torch.frombuffer(bytearray(data), dtype=torch.uint8) if data else torch.zeros(0, dtype=torch.uint8)


def _bytes() -> List[Input]:
    files = image_files()
    found = [Input(each.name, each.kind, tensor_of(each.data), each.may_crash) for each in files]
    plain = next(each for each in files if each.name == "PNG rgb 8 bits")
    data = tensor_of(plain.data)
    wrong = {"floats": data.float(), "signed bytes": data.to(torch.int8), "a batch": data[None]}
    return [
        *found,
        *(Input(name, "other tensor", value) for name, value in wrong.items()),
        Input("every second byte", "strided tensor", data.repeat_interleave(2)[::2]),
        Input("a list", "list of files", [tensor_of(each.data) for each in files if each.name in LISTED]),
    ]


def _paths(folder: Path) -> List[Input]:
    found = []
    for number, each in enumerate(image_files()):
        path = folder / f"{number}.image"
        path.write_bytes(each.data)
        found.append(Input(each.name, each.kind, str(path), each.may_crash))
    return [
        *found,
        Input("a path object", "JPEG", folder / "0.image"),
        Input("a missing file", "missing file", str(folder / "missing")),
        Input("a folder", "missing file", str(folder)),
    ]


def _images() -> List[Input]:
    """Return tensors to encode: gradients in many sizes and forms, and what the files hold."""
    found = []
    for height, width in ((1, 1), (1, 7), (7, 1), (8, 8), (17, 31), (20, 25), (33, 47), (213, 320)):
        for channels in (1, 2, 3, 4):
            found.append(Input(f"{channels} x {height} x {width}", "image", uint8(height, width, channels)))
    image = uint8(33, 47)
    others = {
        "flipped": image.flip(-1),
        "sliced": image[:, ::2, ::3],
        "channels last": image.permute(1, 2, 0).contiguous().permute(2, 0, 1),
        "zeros": torch.zeros_like(image),
        "no channel": image[:0],
        "no channel dimension": image[0],
        "a batch": image[None],
        "floats": image.float(),
        "signed bytes": image.to(torch.int8),
        "booleans": image > 100,
    }
    found += [Input(name, "image", value) for name, value in others.items()]
    found += [
        Input("no rows", "empty image", image[:, :0], may_crash=True),
        Input("no columns", "empty image", image[:, :, :0], may_crash=True),
        Input("a list", "list of images", [image]),
    ]
    return [*found, *_decoded()]


def _decoded() -> List[Input]:
    """Return what torchvision reads of the files, among it images of 16 bits, with alpha and with several frames."""
    from torchvision.io import decode_image

    found = []
    for each in image_files():
        if each.kind.startswith(DAMAGED.format("")):
            continue
        try:
            found.append(Input(each.name, "image", decode_image(tensor_of(each.data))))
        except (RuntimeError, ValueError):
            continue
    return found


# What comes out


def _ending(function: Callable[..., Any], folder: Path, takes: str) -> Callable[[Any], Outcome]:
    """Return what makes a call and describes what it gives."""
    path = folder / "written"

    def called(value: Any) -> Outcome:
        if not takes.endswith("and path"):
            return outcome(function(value))
        path.write_bytes(BEFORE)
        try:
            function(value, str(path))
        except Exception as error:
            if path.read_bytes() != BEFORE:
                error.add_note("the file is lost")
            raise
        return Outcome("file", (path.read_bytes(),))

    return called


def outcome(result: Any) -> Outcome:
    """Describe what a call returned."""
    if isinstance(result, torch.Tensor):
        values = result.contiguous().numpy().copy()
        return Outcome("tensor", (str(result.dtype), tuple(result.shape), result.stride(), values))
    return Outcome("list", tuple(outcome(each) for each in result))


def tried(function: Callable[[Any], Outcome], value: Any) -> Outcome:
    """Return what a call gives, or the class of the error it raises."""
    try:
        return function(value)
    except Exception as error:
        return Outcome("error", (type(error).__name__, *_left_behind(error)))


def _twice(function: Callable[[Any], Outcome]) -> Callable[[Any], Outcome]:
    """Return what makes a call twice, with different bytes in the memory that its result is likely to get."""

    def called(value: Any) -> Outcome:
        first = function(value)
        if first.kind != "tensor":
            return first
        size = first.what[3].nbytes
        again = []
        for fill in FILLS:
            count = BLOCKS if size < LARGE else LARGE_BLOCKS
            blocks = [torch.full((size,), fill, dtype=torch.uint8) for _ in range(count)]
            del blocks
            again.append(function(value))
        return first if not _between(*(each.what for each in again)) else first._replace(certain=False)

    return called


def _left_behind(error: Exception) -> Tuple[str, ...]:
    """Return what became of the file that a call failed to write."""
    return tuple(getattr(error, "__notes__", ()))


def _isolated(functions: Sequence[Callable[[Any], Outcome]], value: Any) -> List[Outcome]:
    """Make calls in another process, and in a new one behind each that ends it."""
    found: List[Outcome] = []
    while len(found) < len(functions):
        reader, writer = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reader)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            with os.fdopen(writer, "wb") as stream:
                for function in functions[len(found) :]:
                    pickle.dump(tried(function, value), stream)
                    stream.flush()
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            found += _read(stream)
        _, status = os.waitpid(process, 0)
        if status != 0:
            found.append(Outcome("crash"))
    return found


def _read(stream: Any) -> List[Outcome]:
    found = []
    while True:
        try:
            found.append(pickle.load(stream))
        except EOFError:
            return found


# How they differ


def difference(old: Outcome, new: Outcome) -> str:
    """Return in what two outcomes differ, ``""`` if they do not."""
    if old.kind != new.kind:
        return f"{_shown(old)} -> {_shown(new)}"
    if old.kind == "tensor":
        told = _between(old.what, new.what)
        return BY_CHANCE if not old.certain and (not told or told.startswith("values")) else told
    if old.kind == "file":
        return "" if old.what == new.what else "bytes"
    if old.kind == "list":
        return next(filter(None, map(difference, old.what, new.what)), "")
    return "" if old.what == new.what else f"{_shown(old)} -> {_shown(new)}"


def _shown(found: Outcome) -> str:
    if found.kind == "error":
        return ", and ".join(found.what)
    return {"tensor": "a result", "file": "a file"}.get(found.kind, f"a {found.kind}")


def _between(old: Tuple[Any, ...], new: Tuple[Any, ...]) -> str:
    (dtype, shape, strides, values), (other_dtype, other_shape, other_strides, others) = old, new
    if dtype != other_dtype:
        return f"{dtype.replace('torch.', '')} -> {other_dtype.replace('torch.', '')}"
    if shape != other_shape:
        channels, others_channels = (each[-3] if len(each) > 2 else 1 for each in (shape, other_shape))
        if channels != others_channels:
            return f"{channels} -> {others_channels} channels"
        return "height and width" if sorted(shape) == sorted(other_shape) else f"{shape} -> {other_shape}"
    if values.size and (values != others).any():
        most = numpy.abs(values.astype(numpy.int64) - others.astype(numpy.int64)).max()
        return f"values by up to {most}"
    return "" if _layout(shape, strides) == _layout(shape, other_strides) else "memory layout"


def _layout(shape: Tuple[int, ...], strides: Tuple[int, ...]) -> List[Tuple[int, int]]:
    """Return the strides of dimensions that have more than one element: the others tell nothing."""
    return [(number, stride) for number, stride in enumerate(strides) if shape[number] > 1]


def _described(
    function: str, mode: Any, exif: Any, results: Sequence[Tuple[Input, Outcome, Outcome]]
) -> Dict[str, Any]:
    """Describe the results of one kind of call: where they are equal, and by kind of input in what they differ."""
    totals: Dict[str, int] = defaultdict(int)
    groups: Dict[str, Dict[str, List[str]]] = {"differs": {}, "reads": {}, "errors": {}}
    found: Dict[str, Any] = {"function": function}
    if mode is not None:
        found["mode"] = mode
    if exif is not None:
        found["exif"] = exif
    succeeded = equal = crashes = 0
    for given, old, new in results:
        totals[given.kind] += 1
        told = difference(old, new)
        works = old.kind not in ("error", "crash")
        succeeded += works
        if given.kind == HEIC and function in ("decode_image", "read_image"):
            # TorchCodec reads these with a library of the machine.
            told = f"{_shown(old)} -> a result, where libheif is installed"
            groups["reads"].setdefault(given.kind, []).append(told)
            continue
        equal += works and not told
        crashes += old.kind == "crash"
        if told and old.kind != "crash":
            group = "differs" if works else "errors" if new.kind == "error" else "reads"
            groups[group].setdefault(given.kind, []).append(told)
    found.update(tried=len(results), succeeded=succeeded, equal=equal, crashes=crashes)
    for group, kinds in groups.items():
        found[group] = [
            {"kind": kind, "count": len(told), "of": totals[kind], "in": _merged(told)} for kind, told in kinds.items()
        ]
    return found


def _merged(told: Sequence[str]) -> List[str]:
    """Return the differences, each once, and of differences in values the largest."""
    values = [int(each.rpartition(" ")[2]) for each in told if each.startswith("values by")]
    others = sorted({each for each in told if not each.startswith("values by")})
    # Where some are left to chance, by how much others differ says nothing.
    return [*others, *([f"values by up to {max(values)}"] if values and BY_CHANCE not in others else [])]
