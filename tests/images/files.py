"""Image files of every kind that ``torchvision.io`` and TorchCodec meet, the same in each run.

Pillow writes what it can write; PNG and GIF files are put together byte by byte, since Pillow writes only some kinds of
them. A few tiny files of encoders that Pillow lacks are stored below.
"""

import base64
import io
import struct
import zlib
from functools import lru_cache
from typing import Any, Iterator, List, NamedTuple, Tuple

from PIL import Image, ImageCms, features

from matrix.recipes import image_files as made
from matrix.recipes.inputs import pil

# What sets an image apart where two decoders disagree. A file has the first of these that fits.
JPEG = "JPEG"
CMYK = "JPEG in CMYK or YCCK"
PNG = "PNG"
SHALLOW = "PNG of 1, 2 or 4 bits"
PALETTE = "PNG with a palette"
PALETTE_TRANSPARENT = "PNG with a transparent palette"
PNG_TRANSPARENT = "PNG with a transparent colour"
DEEP = "PNG of 16 bits"
WEBP = "WebP"
WEBP_ALPHA = "WebP with alpha"
WEBP_ANIMATED = "animated WebP"
GIF = "GIF"
GIF_ANIMATED = "animated GIF"
GIF_TRANSPARENT = "GIF with a transparent colour"
GIF_TRANSPARENT_ANIMATED = "animated GIF with a transparent colour"
GIF_RESTORING = "animated GIF that restores earlier frames"
AVIF = "AVIF"
HEIC = "HEIC"
OTHER = "other file"
JPEG_ROTATED = "JPEG with an EXIF orientation"
CMYK_ROTATED = "JPEG in CMYK with an EXIF orientation"
PALETTE_ROTATED = "PNG with a palette and an EXIF orientation"
PNG_ROTATED = "PNG with an EXIF orientation"
WEBP_ROTATED = "WebP with an EXIF orientation"
DAMAGED = "damaged {}"

# `cjpeg -arithmetic` of libjpeg-turbo 2.1.5, on gradients: plain, progressive, grey, with restart markers. 9 rows each.
_ARITHMETIC = (
    "|JeWF01!$>Nk#wx0RR9200961|JwjV00;&K2L=TQ2L}fU2?z=d6b%du3k(?&6Au&}8Xq1V8XO!TBrYc)A}k{u94I#_EHE)NG&CP4IXyTsJT5ad"
    "GXL8ELjeg12@DGi7!3^=G9erxGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBW?k01*fP2>=ZP0U`hb5di}c0"
    "sqVZ3IGrg1pyEd1^?Or3<CiG0ucid06zf#0BxV+O6gQE{{RP7QsIkz8K4P+y2(Xx_osC@HoON&%ah9v8-7Ak4g*yoD-H65?#DV3uJsUMP9=`UI"
    "y39h-h%f?F-fWYiN{WT!j@sIZT(>X*#",
    "|JeWF01!$>Nk#wx0RR9200961|JwjV00;&K2L=TQ2L}fU2?z=d6b%du3k(?&6Au&}8Xq1V8XO!TBrYc)A}k{u94I#_EHE)NG&CP4IXyTsJT5ad"
    "GXL8ELjeg12@DGi7!3^=G9erxGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBW?l01*fP2>=ZP0U`hb5di}c0"
    "sqVZ1^^HN5dYc$3<CiG0uTcb00060+bBGhYN7wk00a;P|Jncu0RaF31p*bD6={HXZDBnShJgRf00a>Q|Jncu0RsU6KLHh+$}2b@fWZIE00a>Q|J"
    "ncu0RjO5KLI(2^9owZ7MB0a00a;P|Jncu0RaF8KLXcJ@c+yJ1P}%P+5iXv0RRC%AtM|Y1lD_ZCio>l|Jncy0|5X600RI301#;Z%m4%t1^?Or2m"
    "u2D0Y4C?pbUAmAOFk%1Q7-Q+5iXv0s#R(5c;-B-SY|MCQiWr%m4%s1^?Or2mt{A0Y4BW4WD-7idY|0J14rynE%-",
    "|JeWF01!$>Nk#wx0RR9200961|JwjV00;&K2L=TQ2L}fU2?z=d6b%du3k(?&6Au&}8Xq1V8XO!TBrYc)A}k{u94I#_EHE)NG&CP4IXyTsJT5ad"
    "GXKc{3kU!S01W{F5di<p00saM5C#9*00;pA002J#{{WTn0jUTBS~XCwes;<Y*(qLQk+B|rDF4|",
    "|JeWF01!$>Nk#wx0RR9200961|JwjV00;&K2L=TQ2L}fU2?z=d6b%du3k(?&6Au&}8Xq1V8XO!TBrYc)A}k{u94I#_EHE)NG&CP4IXyTsJT5ad"
    "GXL8ELjeg12@DGi7!3^=G9erxGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBPqUGBW?k01*fP2>=)a0U`hb5di}c0"
    "sqVZ3IGrg1pyEd1^?Xu1ONg5+5ij#0RRFK0}%i}0RI4OpW{mDR51Sl2UFxG-7);G%G(x+FRC6teq8?mvCejRDU0<P_M<;1%XKh+EtN`DpvEy|MG"
    "iKLm^ZVY*VOTgFI=S@>4{_{K`JMK0Q%FAgFY7s=j7)V7q>Eeh>pxpictU1{{U&sGz(>)D&b7#by`2r@)F=|2etLpug@jiF<f=6!%LcbEILrz6z="
    "R!{7RyQMt6V1F|qdCl7z3T!2j6",
)
# pillow-heif 1.8.1, quality 50, 16 x 20 pixels of gradients: RGB, and grey.
_HEIC = (
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004eZDn*}000000000XXk=`10000000000aA{+700000000000000000000B57=IV*mgE07O6l0RR"
    "C200001pa1~?00000008s=001LtX>Mi!000000RR916=`l}WdZ;I000310BCk&F#rGn01j|zbZr0t000010002|X>f9I0002oX>en20001WXm(>m0R"
    "wOV0058x000009`FGC{rLC*01pFT0096PKmiN^|NjGU00093kN^M!000939=ZZRVE_RDDMA4O18@KU0|1Z!00RI30{|YNAb|yz>aLpR;31&EfB*mtf"
    "B*mk0EA)y0RRR>0l{;@i2wiq6Ju{|a&BX6cmM$a4FCp!0000KX>)L8000000000$0000$0000eV{Bn?0000K000010000G00001|NsBg00002|NsBc0"
    "00020000GaA|mH000000|*ER0000OX>e^}0000000001009Mo0s{qv0002|ZDe6|0002+C;_h%Ac|t(n2*i4n$lyK@Q0^hy21)-S+`d1&p@qr5#-E4k"
    "lvn_J3?y5`(g4^*E((>CYk8Y^A$2)bK+tOBA5N|UFgiXAqq*4I`;lCpL(krgES2K57DUaKZ|CuSORupmS!Ir#`(q(DO-E1bN3M-Yv1H`cKaU_S9znrZ"
    "hr?=mSR!l5BDIP;E#;|MGVv)aQJNnn)LU4XT#x{27N#(QXLILn}Q)mOTe4xs@N1PyAb>jF|h9n+hee8;#W-LEaU5ne}!yXSFcSf_Ghp~8*`#Z6?QNIeT"
    "E2Vn7LTXf1n{d(C%u|U!oK6",
    "0000SW^{RQXk}@500000ZE0pPXk}@5ZE0a<0004YZDn*}000000000XXk=`10000000000aA{+700000000000000000000B57=IV*mgE07O6l0RR"
    "C200001ng9U+00000003|R001LtX>Mi!000000RR916=`l}WdZ;I000310BCk&F#rGn01j|zbZr0t000010002?X>f9I0002iX>en20001SXm(>m0R"
    "#vD005u(000009`FGC{P_3)01pFT0096OKmiN^|NjIC00093pZEX(0{{RXx&lC90096dLID8;2mk;B0H62(00RI39>9VG7F(*iYnuW900RIr000930"
    "uW*V0RRR>0l{;@i2wiq6Ju{|a&BX6cmM$a4FCp!0000KX>)L8000000000$0000$0000eV{Bn?0000K000010000G00001|NsBg00002|NsBc00002"
    "0000EaA|mH000000SEv902pa-ZD9Za00000009621%Uzs1%v<q0C;U=VRQfh0Bk4$t|mjpA{xW%RGy~X4jFTJ2_fKk39}<J0?F11pOctV0A!C#;Zkd"
    "Cj$0-uchmu0VJm;VcWe4W)<ZyfJ*~KwEPN2UfI<y5ek5|#qEFHd8VpL_qFMK+woaiN&L9PH@$F{7WaW*~DqH",
)


class ImageFile(NamedTuple):
    """An image file.

    Attributes:
        name: what it is, different for each.
        kind: what it has in common with others.
        data: its bytes.
    """

    name: str
    kind: str
    data: bytes

    @property
    def may_crash(self) -> bool:
        """Whether decoding it is left to a process of its own: torchvision 0.29.2 crashes on some damaged PNGs."""
        return self.kind == DAMAGED.format("PNG")


@lru_cache(maxsize=None)
def image_files() -> Tuple[ImageFile, ...]:
    """Return all of them."""
    from .damaged import damaged

    found: List[ImageFile] = []
    for make in (_jpegs, _pngs, _gifs, _webps, _avifs, _others, _rotated, damaged):
        found += make()
    assert len({each.name for each in found}) == len(found)
    return tuple(found)


def bytes_of(tensor: Any) -> bytes:
    """Return a tensor as bytes."""
    return bytes(tensor.tolist())


def written(image: Image.Image, form: str, **options: Any) -> bytes:
    """Return the file that Pillow writes."""
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def _exif(orientation: int, order: str = "<") -> bytes:
    """Return a TIFF header with an orientation, in either byte order."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(f"{order}I", 8) + struct.pack(f"{order}H", 1) + entry + struct.pack(f"{order}I", 0)


def _profile() -> bytes:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The header's twelve bytes for the time of creation, which would make files of each second differ.
    return made[:24] + bytes(12) + made[36:]


SIZES = ((1, 1), (1, 7), (7, 1), (2, 3), (8, 8), (9, 17), (16, 16), (33, 47))


def _jpegs() -> Iterator[ImageFile]:
    for mode in ("RGB", "L"):
        for height, width in (*SIZES, (213, 320)):
            yield ImageFile(f"JPEG {mode} {height}x{width}", JPEG, written(pil(height, width, mode), "JPEG"))
        for quality in (1, 10, 50, 95, 100):
            data = written(pil(20, 25, mode), "JPEG", quality=quality)
            yield ImageFile(f"JPEG {mode} quality {quality}", JPEG, data)
        yield ImageFile(f"JPEG {mode} progressive", JPEG, written(pil(20, 25, mode), "JPEG", progressive=True))
        yield ImageFile(f"JPEG {mode} optimized", JPEG, written(pil(20, 25, mode), "JPEG", optimize=True))
        yield ImageFile(f"JPEG {mode} profile", JPEG, written(pil(20, 25, mode), "JPEG", icc_profile=_profile()))
        yield ImageFile(f"JPEG {mode} comment", JPEG, written(pil(20, 25, mode), "JPEG", comment=b"a comment"))
    for number, sampling in enumerate(("4:4:4", "4:2:2", "4:2:0")):
        for height, width in ((20, 25), (17, 31)):
            for progressive in (False, True):
                image = pil(height, width)
                data = written(image, "JPEG", subsampling=number, progressive=progressive, quality=90)
                yield ImageFile(f"JPEG {sampling} {height}x{width}{' progressive' * progressive}", JPEG, data)
    for count in (1, 3):
        data = written(pil(40, 60), "JPEG", restart_marker_blocks=count)
        yield ImageFile(f"JPEG restart markers after {count}", JPEG, data)
    yield ImageFile("JPEG restart markers by row", JPEG, written(pil(40, 60), "JPEG", restart_marker_rows=1))
    yield ImageFile("JPEG stored as RGB", JPEG, written(pil(20, 25), "JPEG", keep_rgb=True))
    yield ImageFile("JPEG of 1 bit", JPEG, written(pil(20, 25, "1"), "JPEG"))
    for number, text in enumerate(_ARITHMETIC):
        yield ImageFile(f"JPEG arithmetic {number}", JPEG, base64.b85decode(text))
    for height, width in ((1, 1), (20, 25), (33, 47)):
        for progressive in (False, True):
            data = written(pil(height, width, "CMYK"), "JPEG", progressive=progressive)
            shown = f"{height}x{width}{' progressive' * progressive}"
            yield ImageFile(f"JPEG CMYK {shown}", CMYK, data)
            # The last byte of Adobe's segment says whether the colours are YCCK.
            place = data.index(b"Adobe") + 11
            yield ImageFile(f"JPEG YCCK {shown}", CMYK, data[:place] + b"\x02" + data[place + 1 :])


_DEPTHS = {
    "grey": (1, 2, 4, 8, 16),
    "rgb": (8, 16),
    "palette": (1, 2, 4, 8),
    "grey_alpha": (8, 16),
    "rgba": (8, 16),
}


def _png_kind(colour: str, depth: int, transparent: bool = False) -> str:
    if colour == "palette":
        return PALETTE_TRANSPARENT if transparent else PALETTE
    if transparent:
        return PNG_TRANSPARENT
    return DEEP if depth == 16 else PNG if depth == 8 else SHALLOW


def _pngs() -> Iterator[ImageFile]:
    for colour, depths in _DEPTHS.items():
        for depth in depths:
            kind = _png_kind(colour, depth)
            for interlaced in (False, True):
                data = bytes_of(made.png(20, 25, colour, depth, interlaced=interlaced))
                yield ImageFile(f"PNG {colour} {depth} bits{' interlaced' * interlaced}", kind, data)
            yield ImageFile(f"PNG {colour} {depth} bits 1x1", kind, bytes_of(made.png(1, 1, colour, depth)))
            yield ImageFile(
                f"PNG {colour} {depth} bits gamma", kind, bytes_of(made.png(9, 13, colour, depth, gamma=45455))
            )
            if "a" not in colour.replace("palette", ""):
                kind = _png_kind(colour, depth, True)
                data = bytes_of(made.png(20, 25, colour, depth, transparent=True))
                yield ImageFile(f"PNG {colour} {depth} bits transparent", kind, data)
                data = bytes_of(made.png(7, 3, colour, depth, transparent=True, interlaced=True))
                yield ImageFile(f"PNG {colour} {depth} bits transparent interlaced", kind, data)
    for height, width in SIZES:
        yield ImageFile(f"PNG {height}x{width}", PNG, written(pil(height, width), "PNG"))
    for mode, kind in (("1", SHALLOW), ("L", PNG), ("LA", PNG), ("RGBA", PNG), ("P", PALETTE), ("I;16", DEEP)):
        yield ImageFile(f"PNG of Pillow {mode}", kind, written(pil(20, 25, mode), "PNG"))
    yield ImageFile(
        "PNG of Pillow P transparent", PALETTE_TRANSPARENT, written(pil(20, 25, "P"), "PNG", transparency=3)
    )
    yield ImageFile(
        "PNG of Pillow RGB transparent", PNG_TRANSPARENT, written(pil(20, 25), "PNG", transparency=(0, 0, 0))
    )
    yield ImageFile("PNG profile", PNG, written(pil(20, 25), "PNG", icc_profile=_profile()))
    frames = [pil(20, 25).rotate(90 * number) for number in range(3)]
    yield ImageFile("PNG animated", PNG, written(frames[0], "PNG", save_all=True, append_images=frames[1:]))
    plain = bytes_of(made.png(20, 25))
    text = chunk(b"tEXt", b"Title\x00a text")
    yield ImageFile("PNG with text", PNG, plain[:33] + text + plain[33:])
    yield ImageFile("PNG with sBIT", PNG, plain[:33] + chunk(b"sBIT", b"\x05\x06\x05") + plain[33:])
    yield ImageFile("PNG with a background", PNG, plain[:33] + chunk(b"bKGD", bytes(6)) + plain[33:])
    yield ImageFile("PNG with sRGB", PNG, plain[:33] + chunk(b"sRGB", b"\x00") + plain[33:])


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG, with its check sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _gifs() -> Iterator[ImageFile]:
    for height, width in ((1, 1), (1, 9), (9, 1), (20, 25), (33, 47)):
        yield ImageFile(f"GIF {height}x{width}", GIF, bytes_of(made.gif(height, width)))
    yield ImageFile("GIF interlaced", GIF, bytes_of(made.gif(20, 25, interlaced=True)))
    yield ImageFile("GIF 87a", GIF, b"GIF87a" + bytes_of(made.gif(20, 25))[6:])
    for frames in (1, 2, 3):
        for disposal in (0, 1, 2, 3):
            for part in (None, (4, 3, 10, 8)):
                for transparent in (False, True):
                    if frames == 1 and (part or not transparent):
                        continue
                    kind = {
                        (False, False): GIF,
                        (False, True): GIF_ANIMATED,
                        (True, False): GIF_TRANSPARENT,
                        (True, True): GIF_TRANSPARENT_ANIMATED,
                    }[transparent, frames > 1]
                    # Where a frame covers the whole image, what was there before is not seen.
                    if disposal == 3 and frames > 1 and (part or transparent):
                        kind = GIF_RESTORING
                    shown = (
                        f"{frames} frames, disposal {disposal}{', part' if part else ''}{', transparent' * transparent}"
                    )
                    data = bytes_of(made.gif(20, 25, frames, transparent, disposal, part))
                    yield ImageFile(f"GIF {shown}", kind, data)
    frames = [pil(20, 25, "P").rotate(90 * number) for number in range(3)]
    data = written(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0)
    yield ImageFile("GIF of Pillow", GIF_TRANSPARENT_ANIMATED, data)
    yield ImageFile("GIF of Pillow L", GIF, written(pil(20, 25, "L"), "GIF"))


def _webps() -> Iterator[ImageFile]:
    for mode, kind in (("RGB", WEBP), ("RGBA", WEBP_ALPHA)):
        for height, width in ((1, 1), (1, 7), (20, 25), (33, 47)):
            for lossless in (False, True):
                data = written(pil(height, width, mode), "WEBP", lossless=lossless)
                yield ImageFile(f"WebP {mode} {height}x{width}{' lossless' * lossless}", kind, data)
        for quality in (1, 50, 100):
            data = written(pil(20, 25, mode), "WEBP", quality=quality)
            yield ImageFile(f"WebP {mode} quality {quality}", kind, data)
        data = written(pil(20, 25, mode), "WEBP", icc_profile=_profile())
        yield ImageFile(f"WebP {mode} profile", kind, data)
        for frames in (2, 3):
            yield ImageFile(f"WebP {mode} {frames} frames", WEBP_ANIMATED, bytes_of(made.webp(20, 25, mode, frames)))
    yield ImageFile("WebP L", WEBP, written(pil(20, 25, "L"), "WEBP"))
    data = written(pil(20, 25, "RGBA"), "WEBP", lossless=True, exact=True)
    yield ImageFile("WebP RGBA exact", WEBP_ALPHA, data)


def _avifs() -> Iterator[ImageFile]:
    if features.check("avif"):
        for mode in ("RGB", "RGBA", "L"):
            yield ImageFile(f"AVIF {mode}", AVIF, written(pil(20, 25, mode), "AVIF"))
        frames = [pil(20, 25).rotate(90 * number) for number in range(2)]
        yield ImageFile("AVIF animated", AVIF, written(frames[0], "AVIF", save_all=True, append_images=frames[1:]))
    yield ImageFile("AVIF header alone", DAMAGED.format("AVIF"), bytes_of(made.avif()))
    for number, text in enumerate(_HEIC):
        yield ImageFile(f"HEIC {number}", HEIC, base64.b85decode(text))
    yield ImageFile("HEIC header alone", DAMAGED.format("HEIC"), bytes_of(made.heic()))


def _others() -> Iterator[ImageFile]:
    for form in ("BMP", "TIFF", "PPM", "TGA", "ICO"):
        yield ImageFile(form, OTHER, written(pil(20, 25), form))
    yield ImageFile("empty file", OTHER, b"")
    yield ImageFile("one byte", OTHER, b"\xff")
    yield ImageFile("zeros", OTHER, bytes(100))
    yield ImageFile("text", OTHER, b"<svg xmlns='http://www.w3.org/2000/svg'/>" + b" " * 40)


def _rotated() -> Iterator[ImageFile]:
    """Yield files with an EXIF orientation; 1 is the usual one, and 0 and 9 do not exist."""
    for orientation in range(10):
        turned = 2 <= orientation <= 8
        for order, shown in (("<", "little"), (">", "big")):
            exif = _exif(orientation, order)
            for mode in ("RGB", "L"):
                data = written(pil(20, 25, mode), "JPEG", exif=b"Exif\x00\x00" + exif)
                kind = JPEG_ROTATED if turned else JPEG
                yield ImageFile(f"JPEG {mode} orientation {orientation}, {shown} end first", kind, data)
        kind = PNG_ROTATED if turned else PNG
        yield ImageFile(f"PNG orientation {orientation}", kind, bytes_of(made.png(20, 25, orientation=orientation)))
    # These two differ in more than their orientation.
    data = written(pil(20, 25, "CMYK"), "JPEG", exif=b"Exif\x00\x00" + _exif(6))
    yield ImageFile("JPEG CMYK orientation 6", CMYK_ROTATED, data)
    data = bytes_of(made.png(20, 25, "palette", orientation=6))
    yield ImageFile("PNG palette orientation 6", PALETTE_ROTATED, data)
    data = bytes_of(made.png(20, 25, "rgba", 16, orientation=8))
    yield ImageFile("PNG rgba 16 bits orientation 8", PNG_ROTATED, data)
    for mode in ("RGB", "RGBA"):
        for orientation in (3, 6):
            data = written(pil(20, 25, mode), "WEBP", lossless=True, exif=_exif(orientation))
            yield ImageFile(f"WebP {mode} orientation {orientation}", WEBP_ROTATED, data)
