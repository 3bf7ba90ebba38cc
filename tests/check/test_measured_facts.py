"""What rules take from the catalog instead of stating it: since when, up to when, and for which models."""

import pytest

from .conftest import between, findings, upgrade
from .test_fix import fixed


def said(call, question=None):
    lines = "from torchvision.models import *\nfrom torchvision.models.segmentation import *\n"
    lines += "from torchvision.models import quantization\nfrom torchvision.transforms import Resize\n"
    return [(f.code, f.breaks_in or f.deprecated_in) for f in findings(lines + call + "\n", question)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("googlenet(weights='DEFAULT', aux_logits=False)", [("TVC204", "0.13.0")], id="googlenet"),
        pytest.param(
            "quantization.googlenet(weights='DEFAULT', init_weights=True)", [("TVC204", "0.13.0")], id="quantized"
        ),
        pytest.param("fcn_resnet50(weights='DEFAULT', aux_loss=False)", [("TVC204", "0.13.0")], id="segmentation"),
        # It throws the argument away.
        pytest.param("lraspp_mobilenet_v3_large(weights='DEFAULT', aux_loss=False)", [], id="without-such-a-head"),
        # It sets it itself.
        pytest.param("vgg16(weights='DEFAULT', init_weights=True)", [], id="another-model"),
        pytest.param("googlenet(weights='DEFAULT', init_weights=False)", [], id="another-value"),
    ],
)
def test_arguments_that_contradict_a_checkpoint(call, expected):
    assert said(call) == expected


def test_an_argument_is_no_contradiction_as_long_as_it_was_accepted():
    assert said("googlenet(pretrained=True, aux_logits=False)", between("0.9.0", "0.12.0")) == []


@pytest.mark.parametrize(
    ("builder", "is_left"),
    [
        pytest.param("googlenet", False, id="dropped-anyway"),
        pytest.param("quantization.inception_v3", False, id="quantized-dropped-anyway"),
        pytest.param("inception_v3", True, id="kept-unless-told"),
    ],
)
def test_an_argument_that_changes_nothing_is_taken_away(builder, is_left):
    source = f"from torchvision.models import *\nnet = {builder}(weights='IMAGENET1K_V1', aux_logits=False)\n"
    assert ("aux_logits" in fixed(source)[0]) is is_left


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        pytest.param("0.14.1", [("TVC301", "0.9.0")], id="last-that-warns"),
        pytest.param("0.15.1", [], id="first-that-does-not"),
    ],
)
def test_constants_that_a_release_warns_of(newest, expected):
    assert said("Resize(8, interpolation=2)", upgrade("0.12.0", newest)) == expected


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        pytest.param(between("0.15.1"), [], id="since-0.15"),
        pytest.param(between("0.14.0"), ["TVC102"], id="before"),
    ],
)
def test_a_name_that_a_module_gives_on_request(question, codes):
    found = findings("from torchvision.datasets import wrap_dataset_for_transforms_v2\n", question)
    assert [finding.code for finding in found] == codes


def test_versions_are_misordered_from_the_first_with_two_digits_on():
    source = "import torchvision\nif torchvision.__version__ < '0.9': pass\n"
    assert [(f.code, f.breaks_in) for f in findings(source, between("0.9.0", "0.9.1"))] == []
    assert [(f.code, f.breaks_in) for f in findings(source, between("0.9.0"))] == [("TVC402", "0.10.0")]


@pytest.mark.parametrize(
    ("call", "fix"),
    [
        pytest.param("keypointrcnn_resnet50_fpn(pretrained='legacy')", 'weights="COCO_LEGACY"', id="keypointrcnn"),
        pytest.param("keypointrcnn_resnet50_fpn(pretrained=True)", 'weights="COCO_V1"', id="true"),
    ],
)
def test_values_of_pretrained(call, fix):
    (finding,) = findings(f"from torchvision.models.detection import *\n{call}\n")
    assert finding.fix == fix
