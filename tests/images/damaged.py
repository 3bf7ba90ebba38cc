"""Image files that are cut off, or hold what a decoder must refuse."""

import struct
import zlib
from typing import Callable, Dict, Iterator

from matrix.recipes import image_files as made
from matrix.recipes.inputs import pil

from .files import DAMAGED, GIF_ANIMATED, ImageFile, bytes_of, chunk, written


def damaged() -> Iterator[ImageFile]:
    jpeg, png, gif = bytes_of(made.jpeg(20, 25)), bytes_of(made.png(20, 25)), bytes_of(made.gif(20, 25, frames=3))
    webp = written(pil(20, 25), "WEBP", lossless=True)
    progressive = written(pil(20, 25), "JPEG", progressive=True)
    whole = {"JPEG": jpeg, "progressive JPEG": progressive, "PNG": png, "GIF": gif, "WebP": webp}
    for form, data in whole.items():
        kind = DAMAGED.format(form.split(" ")[-1])
        for share in (0.05, 0.3, 0.6, 0.9):
            yield ImageFile(f"{form} cut off at {share:.0%}", kind, data[: int(len(data) * share)])
        yield ImageFile(f"{form} without its last two bytes", kind, data[:-2])
        kind = GIF_ANIMATED if form == "GIF" else form.split(" ")[-1]
        yield ImageFile(f"{form} with more behind it", kind, data + b"more")
    for name, change in _JPEG_DAMAGE.items():
        yield ImageFile(f"JPEG {name}", DAMAGED.format("JPEG"), change(jpeg))
    for name, change in _PNG_DAMAGE.items():
        yield ImageFile(f"PNG {name}", DAMAGED.format("PNG"), change(png))
    palette = bytes_of(made.png(20, 25, "palette", 4))
    place = palette.index(b"PLTE") - 4
    length = struct.unpack(">I", palette[place : place + 4])[0]
    data = palette[:place] + palette[place + length + 12 :]
    yield ImageFile("PNG palette without colours", DAMAGED.format("PNG"), data)
    data = palette[:place] + chunk(b"PLTE", bytes(6)) + palette[place + length + 12 :]
    yield ImageFile("PNG palette with too few colours", DAMAGED.format("PNG"), data)
    yield ImageFile("GIF with other codes", DAMAGED.format("GIF"), gif[:90] + b"\xff\x00\xff" + gif[93:])
    yield ImageFile("GIF without images", DAMAGED.format("GIF"), gif[: 13 + 48] + b"\x3b")
    outside = bytes_of(made.gif(20, 25, frames=2, part=(20, 15, 10, 8)))
    yield ImageFile("GIF with a part outside", DAMAGED.format("GIF"), outside)
    yield ImageFile("WebP with other data", DAMAGED.format("WebP"), webp[:60] + bytes(20) + webp[80:])


def _set(position: int, value: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:position] + bytes([value]) + data[position + 1 :]


def _header(width: int, height: int, depth: int = 8, colour: int = 2) -> Callable[[bytes], bytes]:
    """Return what gives a PNG another header, with the right check sum."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return lambda data: data[:8] + head + data[33:]


def _pixels(change: Callable[[bytes], bytes], compress: bool = True) -> Callable[[bytes], bytes]:
    """Return what gives a PNG other compressed rows, with the right check sum."""

    def changed(data: bytes) -> bytes:
        place = data.index(b"IDAT") - 4
        length = struct.unpack(">I", data[place : place + 4])[0]
        packed = data[place + 8 : place + 8 + length]
        body = zlib.compress(change(zlib.decompress(packed))) if compress else change(packed)
        return data[:place] + chunk(b"IDAT", body) + data[place + length + 12 :]

    return changed


_JPEG_DAMAGE: Dict[str, Callable[[bytes], bytes]] = {
    "with another byte in its scan": _set(-200, 0xFF),
    "with zeros in its scan": lambda data: data[:-200] + bytes(30) + data[-170:],
    "without its first table": lambda data: data[:20] + data[89:],
    "of height 0": lambda data: _set(data.index(b"\xff\xc0") + 6, 0)(data),
    "of five channels": lambda data: _set(data.index(b"\xff\xc0") + 9, 5)(data),
    "of 12 bits by its header": lambda data: _set(data.index(b"\xff\xc0") + 4, 12)(data),
    "with another marker": _set(3, 0x00),
    "with a wrong length": _set(4, 0x7F),
}

_PNG_DAMAGE: Dict[str, Callable[[bytes], bytes]] = {
    "with a wrong check sum of its header": _set(29, 0x00),
    "with a wrong check sum of its pixels": _set(-14, 0x00),
    "with another byte in its pixels": _set(60, 0xFF),
    "with another compression": _pixels(lambda data: b"\x00\x00" + data[2:], compress=False),
    "with a row filter that does not exist": _pixels(lambda data: b"\x07" + data[1:]),
    "with too few rows": _pixels(lambda data: data[: len(data) // 2]),
    "with too many rows": _pixels(lambda data: data * 2),
    "of width 0": _header(0, 20),
    "of height 0": _header(25, 0),
    "of 3 bits": _header(25, 20, depth=3),
    "of a colour type that does not exist": _header(25, 20, colour=5),
    "wider than its rows": _header(50, 20),
    "narrower than its rows": _header(5, 20),
    "larger than memory": _header(0x7FFFFFFF, 0x7FFFFFFF),
    "without an end": lambda data: data[:-12],
    "without pixels": lambda data: data[: data.index(b"IDAT") - 4] + data[-12:],
    "with an unknown critical chunk": lambda data: data[:33] + chunk(b"ABCD", b"1234") + data[33:],
    "without a header": lambda data: data[:8] + data[33:],
}
