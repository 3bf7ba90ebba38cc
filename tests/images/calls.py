"""Each image function of ``torchvision.io`` with what TorchCodec, or torch itself, has in its place.

A call is written the way ``tvcompat fix`` writes it. ``decode_avif`` and ``decode_heic`` are left out: torchvision needs
another package for them, which has no wheel for the Pythons that run this.
"""

import os
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional

import torch
import torchvision.io
from torchcodec import decoders
from torchcodec.encoders import JpegEncoder, PngEncoder
from torchvision.io import ImageReadMode

MODES = ("UNCHANGED", "GRAY", "GRAY_ALPHA", "RGB", "RGB_ALPHA")


class Call(NamedTuple):
    """A call that is made twice.

    Attributes:
        function: its name in ``torchvision.io``.
        old, new: what is called with the input, as torchvision and as TorchCodec has it.
        takes: ``bytes``, ``path``, ``image``, or ``image and path`` where it writes a file.
        mode: how the image is read.
        exif: whether torchvision is asked to apply the EXIF orientation.
    """

    function: str
    old: Callable[..., Any]
    new: Callable[..., Any]
    takes: str = "bytes"
    mode: Optional[str] = None
    exif: Optional[bool] = None


def calls() -> List[Call]:
    """Return all of them."""
    return [*_decoding(), *_encoding(), *_files()]


def _decoding() -> Iterator[Call]:
    for name, new, auto in (
        ("decode_image", decoders.decode_image, True),
        ("read_image", decoders.decode_image, True),
        ("decode_jpeg", decoders.decode_jpeg, False),
        ("decode_png", decoders.decode_png, True),
    ):
        takes = "path" if name == "read_image" else "bytes"
        for mode in MODES:
            for exif in (False, True):
                yield Call(name, _old(name, mode, exif), _new(new, mode, auto), takes, mode, exif)
    for mode in MODES:
        yield Call("decode_webp", _old("decode_webp", mode), _new(decoders.decode_webp, mode), mode=mode)
    yield Call("decode_gif", torchvision.io.decode_gif, _new(decoders.decode_gif, "RGB"))


def _old(name: str, mode: str, exif: Optional[bool] = None) -> Callable[[Any], Any]:
    function = getattr(torchvision.io, name)
    options: Dict[str, Any] = {"mode": ImageReadMode[mode]}
    if exif is not None:
        options["apply_exif_orientation"] = exif
    return lambda source: function(source, **options)


def _new(function: Callable[..., Any], mode: str, auto: bool = False) -> Callable[[Any], Any]:
    options = {"mode": mode, "output_dtype": "auto"} if auto else {"mode": mode}
    return lambda source: function(source, **options)


def _encoding() -> Iterator[Call]:
    io = torchvision.io
    for quality in (1, 75, 100):
        yield Call(
            "encode_jpeg",
            lambda image, quality=quality: io.encode_jpeg(image, quality),
            lambda image, quality=quality: JpegEncoder(image).to_tensor(quality=quality),
            "image",
        )
    for level in (0, 6, 9):
        yield Call(
            "encode_png",
            lambda image, level=level: io.encode_png(image, level),
            lambda image, level=level: PngEncoder(image).to_tensor(compression_level=level),
            "image",
        )
    yield Call("write_jpeg", io.write_jpeg, lambda image, path: JpegEncoder(image).to_file(path), "image and path")
    yield Call("write_png", io.write_png, lambda image, path: PngEncoder(image).to_file(path), "image and path")


def _files() -> Iterator[Call]:
    yield Call("read_file", torchvision.io.read_file, _read_file, "path")
    yield Call(
        "write_file",
        lambda data, path: torchvision.io.write_file(path, data),
        lambda data, path: Path(path).write_bytes(data.numpy()),
        "image and path",
    )


def _read_file(path: "os.PathLike[str]") -> torch.Tensor:
    return torch.frombuffer(bytearray(Path(path).read_bytes()), dtype=torch.uint8)
