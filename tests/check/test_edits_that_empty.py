"""Rewriting: an import statement whose names are all removed goes with its lines."""

import pytest

from .programs import fixed

LEFT = "from torchcodec.decoders import decode_image\n"
GONE = "from torchvision.io import ImageReadMode"

REMOVED = {
    "last-line": (f"{LEFT}{GONE}\n", LEFT),
    "first-line": (f"{GONE}\n{LEFT}", LEFT),
    "between": (f"import a\n{GONE}\n\n\n{LEFT}", f"import a\n\n\n{LEFT}"),
    "without-a-line-end": (f"{LEFT}{GONE}", LEFT[:-1]),
    "on-several-lines": (f"{LEFT}from torchvision.io import (\n    ImageReadMode,\n)\nx = 1\n", f"{LEFT}x = 1\n"),
    "other-line-ends": (f"import a\r\n{GONE}\r\n{LEFT}", f"import a\r\n{LEFT}"),
    "mixed-line-ends": (f"import a\r\nimport b\n{GONE}\n{LEFT}", f"import a\r\nimport b\n{LEFT}"),
    "in-a-function": (f"{LEFT}def f():\n    {GONE}\n    return 1\n", f"{LEFT}def f():\n    return 1\n"),
    "alone-in-a-function": (f"{LEFT}def f():\n    {GONE}\n", f"{LEFT}def f():\n    pass\n"),
    "beside-others": (f"{LEFT}{GONE}; x = 1\n", f"{LEFT}pass; x = 1\n"),
    "with-a-comment": (f"{LEFT}{GONE}  # modes\n", f"{LEFT}pass  # modes\n"),
    "one-of-two": (
        f"{LEFT}from torchvision.io import VideoReader, ImageReadMode\n",
        f"{LEFT}from torchvision.io import VideoReader\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), REMOVED.values(), ids=REMOVED)
def test_the_lines_of_an_empty_import_go(before, after):
    assert fixed(before, unsafe=True)[0] == after


def test_imports_are_added_where_the_last_one_went():
    before = (
        f"from torchcodec.decoders import decode_image\nfrom torchvision import io\n{GONE}\nio.write_png(image, path)\n"
    )
    assert fixed(before, unsafe=True) == (
        "from torchcodec.decoders import decode_image\n"
        "from torchvision import io\n"
        "from torchcodec.encoders import PngEncoder\n"
        "PngEncoder(image).to_file(path)\n",
        [],
    )


def test_imports_are_added_behind_the_only_one_that_went():
    before = f"{GONE}\nx = 1\nimport torchcodec\nimport torchvision\ntorchvision.io.write_png(image, path)\n"
    after, left = fixed(before, unsafe=True)
    assert left == []
    compile(after, "program.py", "exec")
    assert "ImageReadMode" not in after
    assert after.count("PngEncoder") == 2
