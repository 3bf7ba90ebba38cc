"""What ``fix`` writes gives what the program gave, except where it says otherwise: both are run on image files."""

import warnings
from itertools import groupby

import pytest

from matrix.recipes.inputs import uint8
from tests.check.programs import fixed
from tests.needs import need
from tvcompat.check.image_io.facts import Form, image_facts

need("TorchCodec")

from .files import image_files  # noqa: E402
from .measure import Outcome, difference, outcome, tensor_of, tried  # noqa: E402

# Three of each kind.
FILES = [
    each
    for _, same in groupby(sorted(image_files(), key=lambda each: each.kind), key=lambda each: each.kind)
    for each in list(same)[:3]
    if not each.may_crash and each.kind != "HEIC"
]

IMAGES = [uint8(*size, channels) for size in ((1, 1), (7, 3), (20, 25), (33, 47)) for channels in (1, 3)]

KINDS = {each.kind for each in FILES}

DECODERS = [
    (function, form)
    for function, forms in image_facts().calls.items()
    for form in forms
    if function.startswith(("decode_", "read_image"))
]


def written(function, form):
    """A program that decodes, with the arguments of a form."""
    mode = "" if form.mode is None else f", mode=ImageReadMode.{form.mode}"
    exif = "" if form.exif is None else f", apply_exif_orientation={form.exif}"
    return (
        f"from torchvision.io import ImageReadMode, {function}\n\n\n"
        f"def run(source):\n    return {function}(source{mode}{exif})\n"
    )


def ran(source):
    """The function ``run`` of a program."""
    names = {}
    exec(compile(source, "program.py", "exec"), names)
    return names["run"]


@pytest.mark.parametrize(
    ("function", "form"), DECODERS, ids=lambda each: "-".join(map(str, each)) if isinstance(each, Form) else each
)
def test_a_decoder_gives_the_same_but_for_the_files_that_are_named(function, form, tmp_path):
    before = written(function, form)
    after, _ = fixed(before, unsafe=True)
    after, left = fixed(after, unsafe=True)
    assert "torchvision" not in after
    assert left == []
    old, new = ran(before), ran(after)
    differing = set()
    for file in FILES:
        source = tensor_of(file.data)
        if function == "read_image":
            source = str(tmp_path / "image")
            (tmp_path / "image").write_bytes(file.data)
        one, other = (_outcome_of(each, source) for each in (old, new))
        if one.kind == "tensor" and difference(one, other):
            differing.add(file.kind)
    told = set(image_facts().calls[function][form].differs)
    assert differing <= told
    # Of damaged files only some are read at all.
    assert {kind for kind in told - differing if kind in KINDS} <= {"damaged GIF", "damaged PNG"}


def _outcome_of(function, source) -> Outcome:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tried(lambda value: outcome(function(value)), source)


ENCODERS = {
    "encode_jpeg": "return encode_jpeg(image, 90)",
    "encode_png": "return encode_png(image, compression_level=9)",
    "write_jpeg": "write_jpeg(image, path, 40)",
    "write_png": "write_png(image, path)",
    "write_file": "write_file(path, image.reshape(-1))",
}


@pytest.mark.parametrize("function", ENCODERS, ids=str)
def test_an_encoder_writes_the_same(function, tmp_path):
    before = f"from torchvision.io import {function}\n\n\ndef run(image, path):\n    {ENCODERS[function]}\n"
    after, left = fixed(before, unsafe=True)
    assert "torchvision" not in after
    assert left == []
    old, new = ran(before), ran(after)
    for number, image in enumerate(IMAGES):
        paths = [tmp_path / f"{number}.{name}" for name in ("old", "new")]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            returned = [run(image, str(path)) for run, path in zip((old, new), paths)]
        if function.startswith("encode"):
            assert not difference(*map(outcome, returned))
        else:
            assert paths[0].read_bytes() == paths[1].read_bytes()
