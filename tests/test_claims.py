"""docs/claims.md: every command it names runs, and says what the row says."""

import re
import shlex
from pathlib import Path

import pytest

from tvcompat.catalog import catalog
from tvcompat.catalog.availability import availability
from tvcompat.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
KNOWN = catalog()

# The one name that the page says does not exist.
MISSING = "ssd300_mobilenet_v3_large"


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`(tvcompat [^`]+)`", PAGE))), ids=str)
def test_every_command_runs(command, capsys):
    code = main(shlex.split(command)[1:])
    printed = capsys.readouterr()
    assert code == (2 if MISSING in command else 0)
    assert printed.out or MISSING in command


def test_every_file_named_is_one_that_some_release_fetches():
    fetched = {
        asked.rpartition("/")[2]
        for builder in KNOWN.builders.values()
        for span in builder.pretrained
        for asked in span.value.asks
    }
    named = set(re.findall(r"`(\w[\w.-]+\.pth)`", PAGE))
    assert named
    assert named <= fetched


def test_every_release_since_0_9_has_the_small_one_with_a_checkpoint():
    found = availability(KNOWN, "mobilenet_v3_small")
    assert found["releases"] == KNOWN.releases
    assert [span["first"] for span in found["pretrained"]] == ["0.9.0"]
    assert not any(span["error"] for span in found["pretrained"])


def test_the_page_is_about_the_releases_that_are_known():
    assert f"{len(KNOWN.releases)} releases" in " ".join(PAGE.split())
    assert f"({KNOWN.releases[0]} to {KNOWN.newest})" in PAGE


def test_no_ssd_constructor_has_the_arguments_of_the_second_document():
    for span in availability(KNOWN, "SSD")["signatures"]:
        for argument in ("backbone_out_channels", "aspect_ratios", "min_sizes", "max_sizes"):
            assert argument not in span["signature"]
        assert "anchor_generator," in span["signature"]


def test_figures():
    entries = {w["entry"]: w for model in ("resnet50", "quantized_mobilenet_v3_large", "fcn_resnet50", "deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large", "fasterrcnn_mobilenet_v3_large_fpn", "fasterrcnn_mobilenet_v3_large_320_fpn") for w in availability(KNOWN, model)["weights"]}  # fmt: skip

    def metric(entry, name):
        return next(iter(entries[entry]["metrics"].values()))[name]

    assert round(metric("MobileNet_V3_Large_Weights.IMAGENET1K_V1", "acc@1"), 1) == 74.0
    assert round(metric("ResNet50_Weights.IMAGENET1K_V1", "acc@1"), 1) == 76.1
    assert metric("DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1", "miou") == 60.3
    assert metric("FCN_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1", "miou") == 60.5
    assert metric("LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1", "miou") == 57.9
    assert metric("FasterRCNN_MobileNet_V3_Large_FPN_Weights.COCO_V1", "box_map") == 32.8
    assert metric("FasterRCNN_MobileNet_V3_Large_320_FPN_Weights.COCO_V1", "box_map") == 22.8
    for entry in (
        "MobileNet_V3_Large_Weights.IMAGENET1K_V1",
        "MobileNet_V3_Large_QuantizedWeights.IMAGENET1K_QNNPACK_V1",
    ):
        assert entries[entry]["parameters"] == 5483032
