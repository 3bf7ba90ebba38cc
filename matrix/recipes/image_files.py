"""Files of images, byte for byte the same on every machine: what ``torchvision.io`` is given.

Everything public here is a name that a recipe may use. PNG and GIF files are put together here, since Pillow can't
write all kinds of PNG, and its versions write GIF differently.
"""

import io
import os
import struct
import zlib
from typing import Any, List, Optional, Sequence, Tuple, Union

import numpy
import torch
from PIL import Image as _Image
from torchvision.io.image import ImageReadMode  # noqa: F401 # for recipes: torchvision.io of 0.9 has no such name

from .inputs import array, folder, pil

# The kinds of PNG by name: the number that the header has for them, and how many channels they have.
_COLOURS = {"grey": (0, 1), "rgb": (2, 3), "palette": (3, 1), "grey_alpha": (4, 2), "rgba": (6, 4)}
# Passes of interlaced PNG: first column and row, steps.
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _tensor_of(data: bytes) -> Any:
    """Return bytes as a tensor, as ``read_file`` does."""
    return torch.from_numpy(numpy.frombuffer(data, dtype=numpy.uint8).copy())


def encoded(image: Any, form: str, **options: Any) -> Any:
    """Return the file that Pillow makes of an image, as a tensor of bytes."""
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return _tensor_of(stream.getvalue())


def stored(data: Union[bytes, str, Any], name: str) -> str:
    """Write bytes, text or a tensor of bytes into a new folder, and return the path."""
    path = os.path.join(folder(), name)
    if isinstance(data, str):
        data = data.encode()
    with open(path, "wb") as stream:
        stream.write(data if isinstance(data, bytes) else bytes(data.tolist()))
    return path


def changed(data: Any, position: int, value: int) -> Any:
    """Return a copy of a file in which one byte is another."""
    data = data.clone()
    data[position] = value
    return data


def jpeg(height: int, width: int, mode: str = "RGB", orientation: Optional[int] = None, **options: Any) -> Any:
    """Return a JPEG file, with an orientation in its EXIF data where one is given."""
    if orientation is not None:
        options["exif"] = b"Exif\x00\x00" + _exif(orientation)
    return encoded(pil(height, width, mode), "JPEG", **options)


def webp(height: int, width: int, mode: str = "RGB", frames: int = 1, **options: Any) -> Any:
    """Return a WebP file, of several frames where they are asked for."""
    if frames > 1:
        more = [pil(height, width, mode).rotate(90 * number) for number in range(1, frames)]
        options = dict(options, save_all=True, append_images=more, duration=100)
    return encoded(pil(height, width, mode), "WEBP", lossless=True, **options)


def avif() -> Any:
    """Return what an AVIF file begins with."""
    return _tensor_of(b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(32))


def heic() -> Any:
    """Return what a HEIC file begins with."""
    return _tensor_of(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(32))


def png(
    height: int,
    width: int,
    colour: str = "rgb",
    depth: int = 8,
    transparent: bool = False,
    interlaced: bool = False,
    orientation: Optional[int] = None,
    gamma: Optional[int] = None,
) -> Any:
    """Return a PNG file.

    Args:
        height: rows.
        width: columns.
        colour: ``grey``, ``rgb``, ``palette``, ``grey_alpha`` or ``rgba``.
        depth: bits of a channel: 1, 2, 4, 8 or 16.
        transparent: whether a colour is declared transparent; of palettes, every second one.
        interlaced: whether the rows come in seven passes.
        orientation: what EXIF data say of the orientation.
        gamma: the exponent that the file declares, in 100 000ths.
    """
    kind, channels = _COLOURS[colour]
    pixels = array(height, width, channels).astype(numpy.uint16)
    pixels = pixels * 257 if depth == 16 else pixels >> (8 - depth)
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    chunks: List[Tuple[bytes, bytes]] = [(b"IHDR", head)]
    if gamma is not None:
        chunks.append((b"gAMA", struct.pack(">I", gamma)))
    if colour == "palette":
        colours = [(number * 37 % 256, number * 91 % 256, 255 - number) for number in range(1 << depth)]
        chunks.append((b"PLTE", bytes(value for each in colours for value in each)))
    if transparent and colour == "palette":
        chunks.append((b"tRNS", bytes(number % 2 * 255 for number in range(1 << depth))))
    elif transparent:
        chunks.append((b"tRNS", struct.pack(f">{channels}H", *pixels[0, 0].tolist())))
    if orientation is not None:
        chunks.append((b"eXIf", _exif(orientation)))
    parts = [pixels]
    if interlaced:
        parts = [pixels[top::down, left::right] for left, top, right, down in _ADAM7]
    rows = b"".join(b"\x00" + _packed(row, depth) for part in parts if part.size for row in part)
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    found = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        found += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return _tensor_of(found)


def _packed(row: Any, depth: int) -> bytes:
    """Return a row of a PNG file: bytes, or several pixels in one."""
    values = row.reshape(-1)
    if depth == 16:
        return bytes(values.astype(">u2").tobytes())
    if depth == 8:
        return bytes(values.astype(numpy.uint8).tobytes())
    bits = (values[:, None] >> numpy.arange(depth - 1, -1, -1)) & 1
    return bytes(numpy.packbits(bits.astype(numpy.uint8).reshape(-1)).tobytes())


def _exif(orientation: int) -> bytes:
    """Return EXIF data that have an orientation and nothing else."""
    return b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHIHHI", 0x0112, 3, 1, orientation, 0, 0)


def gif(
    height: int,
    width: int,
    frames: int = 1,
    transparent: bool = False,
    disposal: int = 1,
    part: Optional[Sequence[int]] = None,
    interlaced: bool = False,
) -> Any:
    """Return a GIF file.

    Args:
        height: rows.
        width: columns.
        frames: how many pictures follow each other.
        transparent: whether the darkest pixels let the frame before be seen.
        disposal: what becomes of a frame before the next: 1 it stays, 2 background, 3 what was there before.
        part: left, top, width, height of all frames but the first, where they are smaller than the image.
        interlaced: whether the rows come in four passes.
    """
    colours = bytes(value for number in range(16) for value in (number * 17, 255 - number * 17, number * 5))
    found = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF3, 2, 0) + colours
    for number in range(frames):
        left, top, columns, rows = part if part and number else (0, 0, width, height)
        pixels = array(rows, columns, 1, seed=number)[..., 0] >> 4
        if interlaced:
            pixels = numpy.concatenate([pixels[0::8], pixels[4::8], pixels[2::4], pixels[1::2]])
        found += b"\x21\xf9\x04" + struct.pack("<BHBB", disposal << 2 | int(transparent), 10, 0, 0)
        found += b"\x2c" + struct.pack("<HHHHB", left, top, columns, rows, 0x40 if interlaced else 0)
        data = _uncompressed(pixels.reshape(-1).tolist())
        blocks = [data[start : start + 255] for start in range(0, len(data), 255)]
        found += b"\x04" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00"
    return _tensor_of(found + b"\x3b")


def _uncompressed(pixels: List[int]) -> bytes:
    """Return pixels of four bits as LZW codes of five, with the table emptied before it would make codes longer."""
    codes: List[int] = []
    for start in range(0, len(pixels), 12):
        codes += [16, *pixels[start : start + 12]]
    bits = "".join(f"{code:05b}"[::-1] for code in [*codes, 17])
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[start : start + 8][::-1], 2) for start in range(0, len(bits), 8))


def written_by(writer: Any, image: Any, **options: Any) -> Any:
    """Return what Pillow reads of a file that a function wrote."""
    place = os.path.join(folder(), "image")
    writer(image, place, **options)
    with _Image.open(place) as read:
        read.load()
        return read
