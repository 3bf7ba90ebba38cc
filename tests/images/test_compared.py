"""What the checker says of TorchCodec is what the image files show."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import need
from tvcompat.check.image_io.facts import INSTEAD, Form, image_facts

need("TorchCodec")

from .files import DAMAGED, image_files  # noqa: E402

ROOT = Path(__file__).parents[2]
MODES = ("UNCHANGED", "GRAY", "GRAY_ALPHA", "RGB", "RGB_ALPHA")


def test_what_is_written_down_is_what_is_measured():
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.images"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


def test_there_are_enough_files_of_every_kind():
    files = image_files()
    assert len(files) >= 200
    assert len({each.data for each in files}) >= 350
    formats = {"JPEG": 100, "PNG": 100, "GIF": 40, "WebP": 30, "AVIF": 4, "HEIC": 2}
    for form, least in formats.items():
        assert sum(form in each.kind for each in files) >= least
    assert sum(each.kind.startswith(DAMAGED.format("")) for each in files) >= 50
    assert sum("EXIF" in each.kind for each in files) >= 40


def test_files_are_the_same_each_time():
    image_files.cache_clear()
    first = image_files()
    image_files.cache_clear()
    assert image_files() == first


PROVED = [
    *((function, Form(mode, True)) for function in ("decode_jpeg", "decode_png") for mode in ("GRAY", "RGB")),
    *((function, Form()) for function in ("encode_png", "write_png", "write_jpeg", "read_file")),
]


def test_these_calls_are_proved_to_give_the_same():
    facts = image_facts()
    proved = [
        (function, form)
        for function, forms in facts.calls.items()
        for form, found in forms.items()
        # Of no JPEG does torchvision give one with alpha.
        if not found.differs and not (function == "decode_jpeg" and str(form.mode).endswith("_ALPHA"))
    ]
    assert sorted(proved, key=str) == sorted(PROVED, key=str)


@pytest.mark.parametrize("function", [name for name in INSTEAD if name not in ("decode_avif", "decode_heic")], ids=str)
def test_every_function_is_compared_with_every_mode(function):
    forms = image_facts().calls[function]
    assert {form.mode for form in forms} in ({None}, set(MODES))
    assert {form.exif for form in forms} in ({None}, {False, True})


def test_the_facts_name_the_versions_they_are_about():
    stored = json.loads((ROOT / "tvcompat/check/image_io/measured.json").read_text(encoding="utf-8"))
    assert stored["torchvision"].startswith("0.29.")
    assert image_facts().torchcodec == ".".join(stored["torchcodec"].split(".")[:2])
    assert stored["files"] == len(image_files())
