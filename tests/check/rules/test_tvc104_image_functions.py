"""TVC104 on the image functions of ``torchvision.io``: the finding says what replaces them, and in what that differs."""

import pytest

from tvcompat.check.image_io.facts import INSTEAD

from ..conftest import upgrade
from ..programs import check_reported, check_silent

REPORTED = {
    "imported": """
        from torchvision.io import read_image
                                   ^^^^^^^^^^ TVC104 [deprecated in 0.29.0] decode_image of TorchCodec >= 0.17. By default it gives another result for images with an EXIF orientation, CMYK JPEGs, PNGs with a palette ... with mode RGB and apply_exif_orientation=True only for animated GIFs => use torchcodec.decoders.decode_image
        read_image("a.png")
    """,
    "the-same-with-some-modes": """
        from torchvision import io
        io.decode_jpeg(data, mode=mode)
        ^^^^^^^^^^^^^^ TVC104 with mode GRAY or RGB and apply_exif_orientation=True it gives the same. => use torchcodec.decoders.decode_jpeg
    """,
    "called-with-a-mode": """
        from torchvision import io
        io.decode_jpeg(data, io.ImageReadMode.RGB)
        ^^^^^^^^^^^^^^ TVC104 Called like this, it gives another result for images with an EXIF orientation. => use torchcodec.decoders.decode_jpeg
    """,
    "called-with-a-mode-of-a-variable": """
        from torchvision import io
        mode = "GRAY"
        io.decode_jpeg(data, mode=mode, apply_exif_orientation=True)
        ^^^^^^^^^^^^^^ TVC104 Called like this, it gives the same result.
    """,
    "called-without-a-mode": """
        from torchvision import io
        io.decode_png(data)
        ^^^^^^^^^^^^^ TVC104 Called like this, it gives another result for images with an EXIF orientation and PNGs with a palette.
    """,
    "the-same": """
        import torchvision
        torchvision.io.write_png(image, "a.png")
        ^^^^^^^^^^^^^^^^^^^^^^^^ TVC104 Use torchcodec.encoders.PngEncoder of TorchCodec >= 0.17. It gives the same result. => use torchcodec.encoders.PngEncoder
    """,
    "not-compared": """
        from torchvision.io import decode_heic
                                   ^^^^^^^^^^^ TVC104 whether it gives the same was not measured
    """,
    "mode": """
        from torchvision.io.image import ImageReadMode
                                         ^^^^^^^^^^^^^ TVC104 TorchCodec takes the mode as text
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_the_finding_says_in_what_the_replacement_differs(program):
    check_reported(program)


SILENT = {
    "transform": """
        from torchvision.transforms.functional import to_tensor
        to_tensor(image)
    """,
    "the-programs-own": """
        def read_image(path): ...
        read_image("a.png")
    """,
    "torchcodec": """
        from torchcodec.decoders import decode_image
        decode_image("a.png", mode="RGB")
    """,
}


@pytest.mark.parametrize("program", SILENT.values(), ids=SILENT)
def test_other_functions_are_not_reported(program):
    check_silent(program)


def test_before_the_release_that_deprecates_them_nothing_is_reported():
    check_silent("""
        from torchvision.io import read_image
        read_image("a.png")
    """, upgrade("0.12.0", "0.28.0"))  # fmt: skip


@pytest.mark.parametrize("function", INSTEAD, ids=str)
def test_every_image_function_is_reported_with_its_replacement(function):
    check_reported(f"""
        from torchvision.io import {function}
                                   {"^" * len(function)} TVC104 [deprecated in 0.29.0] Use {INSTEAD[function]} => use {INSTEAD[function]}
    """)
