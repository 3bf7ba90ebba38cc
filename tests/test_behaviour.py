"""What functions and classes do otherwise from release to release: as `diff` and `show` tell it, from the records."""

import pytest

from tvcompat.catalog import catalog
from tvcompat.catalog.availability import availability
from tvcompat.catalog.behaviour import OWN
from tvcompat.catalog.diff import diff

KNOWN = catalog()


def changes(name, release, kind):
    return [each for each in KNOWN.behaviour.of(f"torchvision.{name}") if (each.release, each.kind) == (release, kind)]


# What was seen on real installs before any of it was measured here: name, release, kind, a call that shows it.
SEEN = [
    pytest.param(
        "models.detection.transform.GeneralizedRCNNTransform", "0.10.0", "type", "427, 640", id="detectors-0.10"
    ),
    pytest.param(
        "models.detection.transform.GeneralizedRCNNTransform", "0.16.0", "type", "427, 640", id="detectors-0.16"
    ),
    pytest.param(
        "models.detection.transform.GeneralizedRCNNTransform", "0.17.0", "type", "375, 500", id="detectors-0.17"
    ),
    pytest.param("transforms.RandomChoice", "0.11.1", "draws", "RandomChoice(", id="random-choice"),
    pytest.param("transforms.functional.gaussian_blur", "0.13.0", "numbers", "pil(", id="blur-of-pil-images"),
    pytest.param("transforms.functional.adjust_hue", "0.15.1", "numbers", "uint8(", id="hue-of-uint8"),
    pytest.param("transforms.functional.rotate", "0.13.0", "type", "expand=True", id="expanded-rotation"),
]


@pytest.mark.parametrize(("name", "release", "kind", "call"), SEEN)
def test_changes_that_people_met_were_measured(name, release, kind, call):
    found = changes(name, release, kind)
    assert [each for each in found if any(call in shown for shown in each.recipes)]
    assert {each.cause for each in found} == {OWN}


def test_what_changed_is_compared_value_by_value():
    (blur,) = changes("transforms.functional.gaussian_blur", "0.13.0", "numbers")
    assert blur.largest == 1
    assert 0 < blur.share < 1


@pytest.mark.parametrize(
    "name",
    [
        "read_image", "decode_image", "decode_jpeg", "decode_png", "decode_webp", "decode_gif", "encode_jpeg",
        "encode_png", "write_jpeg", "write_png", "read_file", "write_file",
    ],
    ids=str,
)  # fmt: skip
def test_all_image_functions_are_deprecated_since_0_29(name):
    told = {
        change.path: change.release for change in diff(KNOWN, "0.28.0", "0.29.2") if change.category == "deprecated"
    }
    assert told[f"torchvision.io.{name}"] == "0.29.0"
    answer = availability(KNOWN, f"torchvision.io.{name}")
    assert any("TorchCodec" in note for note in answer["notes"])


@pytest.mark.parametrize("name", ["read_video", "read_video_timestamps"], ids=str)
def test_video_functions_are_deprecated_since_0_22(name):
    told = {change.path: change.text for change in diff(KNOWN, "0.21.0", "0.22.0") if change.category == "deprecated"}
    assert "TorchCodec" in told[f"torchvision.io.video.{name}"]


def test_a_name_has_the_changes_of_its_definition():
    asked = availability(KNOWN, "torchvision.transforms.transforms.RandomChoice")["behaviour"]
    assert asked == availability(KNOWN, "torchvision.transforms.RandomChoice")["behaviour"]
    assert "draws" in [each["kind"] for each in asked]


def test_what_changed_and_changed_back_is_no_difference():
    name = "torchvision.models.detection.transform.GeneralizedRCNNTransform"
    between = [
        change for change in diff(KNOWN, "0.9.1", "0.29.2") if change.path == name and change.what == "behaviour"
    ]
    assert not [change for change in between if "427, 640" in change.text]
    there = [change for change in diff(KNOWN, "0.9.1", "0.12.0") if change.path == name and change.what == "behaviour"]
    assert [change for change in there if "427, 640" in change.text]


def test_what_another_package_does_is_told_with_its_versions():
    found = [change for change in KNOWN.behaviour.changes if change.cause != OWN]
    assert found
    assert all(change.category == "behaviour" for change in found)
    assert any("Pillow" in change.cause and "->" in change.cause for change in found)


def test_every_change_has_a_call_that_shows_it():
    for change in KNOWN.behaviour.changes:
        assert change.recipes, change.path
        assert len(change.texts) == len(change.recipes), change.path


def test_a_function_has_no_changes_from_before_it_was_there():
    """Recipes have inputs with its name, which are what the recipe calls on older releases."""
    found = KNOWN.behaviour.of("torchvision.transforms.v2.functional.jpeg")
    assert found
    assert {change.release for change in found} == {"0.29.0"}
