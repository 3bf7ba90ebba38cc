"""What a call asks for, in the words of either era. No torch is needed for any of this."""

import pytest

from tvcompat.catalog import catalog
from tvcompat.errors import (
    ConflictingArgumentsError,
    UnknownModelError,
    UnknownWeightsError,
    WeightsNotAvailableError,
    WeightsTypeError,
)
from tvcompat.shim.names import find_model
from tvcompat.shim.translate import translate

KNOWN = catalog()


def asked(model, **arguments):
    """(entry, backbone) of a call."""
    request = translate(KNOWN, find_model(KNOWN, model), arguments)
    return request.checkpoint and request.checkpoint.full_name, request.backbone and request.backbone.full_name


@pytest.mark.parametrize(
    ("value", "entry"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("IMAGENET1K_V1", "ResNet50_Weights.IMAGENET1K_V1", id="name"),
        pytest.param("ResNet50_Weights.IMAGENET1K_V2", "ResNet50_Weights.IMAGENET1K_V2", id="full-name"),
        pytest.param("torchvision.models.ResNet50_Weights.IMAGENET1K_V2", "ResNet50_Weights.IMAGENET1K_V2", id="path"),
        pytest.param("DEFAULT", "ResNet50_Weights.IMAGENET1K_V2", id="default"),
        pytest.param("ResNet50_Weights.DEFAULT", "ResNet50_Weights.IMAGENET1K_V2", id="full-default"),
        pytest.param(True, "ResNet50_Weights.IMAGENET1K_V1", id="true"),
        pytest.param(False, None, id="false"),
    ],
)
def test_weights(value, entry):
    assert asked("resnet50", weights=value) == (entry, None)


@pytest.mark.parametrize(
    ("model", "value", "entry"),
    [
        pytest.param("resnet50", True, "ResNet50_Weights.IMAGENET1K_V1", id="true"),
        pytest.param("resnet50", False, None, id="false"),
        pytest.param("raft_large", True, "Raft_Large_Weights.C_T_SKHT_V2", id="optical-flow"),
        pytest.param("fasterrcnn_resnet50_fpn_v2", True, "FasterRCNN_ResNet50_FPN_V2_Weights.COCO_V1", id="detection"),
        pytest.param("keypointrcnn_resnet50_fpn", True, "KeypointRCNN_ResNet50_FPN_Weights.COCO_V1", id="keypoints"),
        pytest.param(
            "keypointrcnn_resnet50_fpn",
            "legacy",
            "KeypointRCNN_ResNet50_FPN_Weights.COCO_LEGACY",
            id="keypoints-legacy",
        ),
        pytest.param("swin_t", True, "Swin_T_Weights.IMAGENET1K_V1", id="refused-in-0.13"),
        pytest.param("quantized_resnet50", True, "ResNet50_Weights.IMAGENET1K_V1", id="quantized-name"),
    ],
)
def test_pretrained(model, value, entry):
    assert asked(model, pretrained=value)[0] == entry


def test_quantize_decides_which_checkpoint_pretrained_means():
    assert asked("quantized_resnet50", pretrained=True, quantize=True) == (
        "ResNet50_QuantizedWeights.IMAGENET1K_FBGEMM_V1",
        None,
    )
    assert asked("quantized_resnet50", weights="DEFAULT", quantize=True)[0] == (
        "ResNet50_QuantizedWeights.IMAGENET1K_FBGEMM_V2"
    )


@pytest.mark.parametrize("model", ["vit_h_14", "regnet_y_128gf"], ids=str)
def test_pretrained_that_means_no_checkpoint(model):
    with pytest.raises(WeightsNotAvailableError, match="name one of them: IMAGENET1K_SWAG"):
        asked(model, pretrained=True)


BACKBONE = "ResNet50_Weights.IMAGENET1K_V1"


@pytest.mark.parametrize(
    ("arguments", "entry", "backbone"),
    [
        pytest.param({}, None, BACKBONE, id="nothing"),
        pytest.param({"weights": None}, None, BACKBONE, id="weights-none"),
        pytest.param({"pretrained": False}, None, BACKBONE, id="pretrained-false"),
        pytest.param({"weights": None, "weights_backbone": None}, None, None, id="both-none"),
        pytest.param({"pretrained": False, "pretrained_backbone": False}, None, None, id="both-false"),
        pytest.param(
            {"weights_backbone": "IMAGENET1K_V2"}, None, "ResNet50_Weights.IMAGENET1K_V2", id="backbone-by-name"
        ),
        pytest.param({"pretrained_backbone": True}, None, BACKBONE, id="backbone-true"),
        pytest.param({"weights": "DEFAULT"}, "FasterRCNN_ResNet50_FPN_Weights.COCO_V1", None, id="weights"),
        pytest.param(
            {"weights": "DEFAULT", "weights_backbone": "DEFAULT"},
            "FasterRCNN_ResNet50_FPN_Weights.COCO_V1",
            None,
            id="weights-and-backbone",
        ),
    ],
)
def test_the_backbone_is_what_the_newest_release_makes_of_it(arguments, entry, backbone):
    assert asked("fasterrcnn_resnet50_fpn", **arguments) == (entry, backbone)


def test_ssdlite_has_a_backbone_by_default_as_in_the_newest_release():
    assert asked("ssdlite320_mobilenet_v3_large")[1] == "MobileNet_V3_Large_Weights.IMAGENET1K_V1"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"weights": "DEFAULT", "pretrained": True}, id="both-on"),
        pytest.param({"weights": "DEFAULT", "pretrained": False}, id="pretrained-off"),
        pytest.param({"weights": None, "pretrained": True}, id="weights-off"),
        pytest.param({"weights_backbone": "DEFAULT", "pretrained_backbone": False}, id="backbone"),
    ],
)
def test_both_eras_at_once(arguments):
    with pytest.raises(ConflictingArgumentsError, match="both weights"):
        asked("fasterrcnn_resnet50_fpn", **arguments)


def test_both_eras_that_say_the_same():
    assert asked("resnet50", weights=None, pretrained=False)[0] is None


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("IMAGENET1K_V9", id="unknown"),
        pytest.param("ResNet18_Weights.IMAGENET1K_V1", id="another-model"),
        pytest.param("", id="empty"),
        pytest.param("COCO_V1", id="another-kind"),
    ],
)
def test_an_entry_the_model_does_not_have(value):
    with pytest.raises(UnknownWeightsError, match=r"ResNet50_Weights|IMAGENET1K_V1, IMAGENET1K_V2, DEFAULT") as caught:
        asked("resnet50", weights=value)
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(3, id="integer"),
        pytest.param(1.5, id="float"),
        pytest.param(object(), id="object"),
        pytest.param(["DEFAULT"], id="list"),
    ],
)
def test_what_is_no_weights_at_all(value):
    with pytest.raises(WeightsTypeError, match="it takes None, the name of an entry or a member of ResNet50_Weights"):
        asked("resnet50", weights=value)


def test_a_misspelt_model():
    with pytest.raises(UnknownModelError, match="Did you mean resnet50"):
        find_model(KNOWN, "resnet_50")
    with pytest.raises(ValueError, match="resnet_50"):
        find_model(KNOWN, "resnet_50")


def test_names_are_case_insensitive_as_torchvision_takes_them():
    assert find_model(KNOWN, "ResNet50").path == "torchvision.models.resnet50"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(None, id="none"),
        pytest.param(3, id="number"),
        pytest.param("", id="empty"),
        pytest.param("torchvision.models.resnet50", id="path"),
    ],
)
def test_what_is_no_name(name):
    with pytest.raises(UnknownModelError):
        find_model(KNOWN, name)


@pytest.mark.parametrize(
    ("model", "arguments", "call"),
    [
        pytest.param(
            "resnet50", {"pretrained": True}, 'get_model("resnet50", weights="IMAGENET1K_V1")', id="pretrained"
        ),
        pytest.param(
            "resnet50",
            {"pretrained": False, "num_classes": 3},
            'get_model("resnet50", weights=None, num_classes=3)',
            id="number-of-classes",
        ),
        pytest.param(
            "fasterrcnn_resnet50_fpn",
            {"pretrained": False, "pretrained_backbone": True},
            'get_model("fasterrcnn_resnet50_fpn", weights=None, weights_backbone="IMAGENET1K_V1")',
            id="backbone",
        ),
        pytest.param(
            "quantized_resnet50",
            {"weights": True, "quantize": True},
            'get_model("quantized_resnet50", weights="IMAGENET1K_FBGEMM_V1", quantize=True)',
            id="quantized",
        ),
    ],
)
def test_the_advice_is_the_call_to_write(model, arguments, call):
    request = translate(KNOWN, find_model(KNOWN, model), arguments)
    advice = request.advice(KNOWN, arguments)
    assert advice.endswith(f"write: {call}")
    assert all(f"{name}={arguments[name]!r}" in advice for name in arguments if "retrained" in name)
    # What it tells to write means the same and is advised against no more.
    written = eval(call, {"get_model": lambda name, **given: given})
    again = translate(KNOWN, find_model(KNOWN, model), written)
    assert (again.checkpoint, again.backbone, again.outdated) == (request.checkpoint, request.backbone, ())


def test_every_entry_of_every_model_is_found_under_its_name():
    found = 0
    for builder in KNOWN.builders.values():
        for full_name in KNOWN.checkpoints(builder.path):
            quantize = full_name.partition(".")[0].endswith("_QuantizedWeights")
            arguments = {"quantize": True} if quantize else {}
            assert asked(builder.name, weights=full_name, **arguments)[0] == full_name
            found += 1
    assert found > 160


# ---------------------------------------------------------------------------------------------------------------------
# What people read, and what else mutation testing found that nothing held


def request(model, **arguments):
    return translate(KNOWN, find_model(KNOWN, model), arguments)


def advice(model, **arguments):
    return request(model, **arguments).advice(KNOWN, arguments)


def test_the_call_to_write_instead():
    assert advice("resnet50", pretrained=True, num_classes=10) == (
        "pretrained=True is of the time before torchvision 0.13; for the same model write: "
        'get_model("resnet50", weights="IMAGENET1K_V1", num_classes=10)'
    )
    assert advice("fasterrcnn_resnet50_fpn", pretrained=False, pretrained_backbone=True) == (
        "pretrained=False and pretrained_backbone=True are of the time before torchvision 0.13; for the same model write: "
        'get_model("fasterrcnn_resnet50_fpn", weights=None, weights_backbone="IMAGENET1K_V1")'
    )
    assert advice("fasterrcnn_resnet50_fpn", pretrained=False, weights_backbone=None).endswith(
        'get_model("fasterrcnn_resnet50_fpn", weights=None, weights_backbone=None)'
    )
    # A flag by the new name is named as it was written.
    assert advice("resnet50", weights=True).startswith("weights=True is of the time")


def test_whether_the_quantized_model_is_meant():
    assert request("quantized_resnet50", quantize=True).quantize is True
    assert request("quantized_resnet50").quantize is False
    assert request("quantized_resnet50", quantize=0).quantize is False


def test_members_of_enums_belong_to_their_model():
    from enum import Enum

    own = Enum("ResNet50_Weights", ["IMAGENET1K_V2"])
    other = Enum("ResNet18_Weights", ["IMAGENET1K_V1"])
    assert asked("resnet50", weights=own.IMAGENET1K_V2)[0] == "ResNet50_Weights.IMAGENET1K_V2"
    with pytest.raises(UnknownWeightsError) as raised:
        asked("resnet50", weights=other.IMAGENET1K_V1)
    assert str(raised.value) == (
        "'ResNet18_Weights.IMAGENET1K_V1' is no weights entry of resnet50; it has ResNet50_Weights.IMAGENET1K_V1, "
        "ResNet50_Weights.IMAGENET1K_V2."
    )
    assert (raised.value.model, raised.value.asked) == ("resnet50", "ResNet18_Weights.IMAGENET1K_V1")


def test_messages_name_what_was_asked_and_what_is_there():
    with pytest.raises(UnknownWeightsError) as raised:
        asked("resnet50", weights="IMAGENET1K_V3")
    assert str(raised.value) == (
        "'IMAGENET1K_V3' is no weights entry of resnet50; it has IMAGENET1K_V1, IMAGENET1K_V2, DEFAULT."
    )
    with pytest.raises(WeightsTypeError) as raised:
        asked("resnet50", weights=3.5)
    assert str(raised.value) == (
        "weights=3.5 was given to resnet50: it takes None, the name of an entry or a member of ResNet50_Weights, not float"
    )


def test_pretrained_that_means_nothing_names_the_entries():
    with pytest.raises(WeightsNotAvailableError) as raised:
        asked("vit_h_14", pretrained=True)
    assert str(raised.value) == (
        "pretrained=True means no weights entry for vit_h_14; name one of them: "
        "IMAGENET1K_SWAG_E2E_V1, IMAGENET1K_SWAG_LINEAR_V1"
    )


def test_a_model_without_entries():
    # Every model of today has some; the next one may not.
    model = find_model(KNOWN, "resnet50")._replace(enum=None, pretrained=None)
    with pytest.raises(UnknownWeightsError) as raised:
        translate(KNOWN, model, {"weights": "IMAGENET1K_V1"})
    assert str(raised.value) == "'IMAGENET1K_V1' is no weights entry of resnet50; it has none."
    with pytest.raises(WeightsTypeError, match="a member of a weights enum, not float"):
        translate(KNOWN, model, {"weights": 1.5})
    with pytest.raises(WeightsNotAvailableError, match="name one of them: none exist"):
        translate(KNOWN, model, {"pretrained": True})
