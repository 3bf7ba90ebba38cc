"""Parameter names across releases, on state dicts of numbers: renaming does not care what is behind a name."""

from collections import OrderedDict

import pytest

import tvcompat
from tvcompat.catalog import catalog
from tvcompat.errors import CheckpointError, UnknownModelError, UnknownReleaseError

KNOWN = catalog()


def state_dict(model, release):
    """Names of a release, each with its own text behind it."""
    builder = next(b for b in KNOWN.builders.values() if b.name == model)
    schema = KNOWN.schema(KNOWN.value(builder.schemas, release))
    return OrderedDict((name, f"{n} {text}") for n, (name, text) in enumerate(schema.items()))


RENAMED = [
    "vit_b_16",
    "fasterrcnn_resnet50_fpn",
    "maskrcnn_resnet50_fpn",
    "retinanet_resnet50_fpn",
    "fcos_resnet50_fpn",
]


@pytest.mark.parametrize("model", RENAMED, ids=str)
def test_old_names_become_new_ones_and_back(model):
    old, new = state_dict(model, "0.12.0"), state_dict(model, KNOWN.newest)
    assert list(old) != list(new)
    forward = tvcompat.convert_state_dict(old, model, to="latest")
    assert set(forward) == set(new)
    assert list(forward.values()) == list(old.values())
    back = tvcompat.convert_state_dict(forward, model, to="0.12")
    assert list(back.items()) == list(old.items())


@pytest.mark.parametrize("model", ["resnet50", *RENAMED], ids=str)
def test_names_that_are_right_already_stay(model):
    new = state_dict(model, KNOWN.newest)
    assert list(tvcompat.convert_state_dict(new, model, to="latest").items()) == list(new.items())


def test_a_model_with_an_exchanged_head_is_recognised():
    old = state_dict("fasterrcnn_resnet50_fpn", "0.12.0")
    for name in [name for name in old if name.startswith("roi_heads.box_predictor")]:
        del old[name]
    old["roi_heads.my_predictor.weight"] = "mine"
    converted = tvcompat.convert_state_dict(old, "fasterrcnn_resnet50_fpn", to="latest")
    assert "rpn.head.conv.0.0.weight" in converted
    assert converted["roi_heads.my_predictor.weight"] == "mine"


def test_the_given_state_dict_is_not_changed_and_its_metadata_is_kept():
    old = state_dict("vit_b_16", "0.12.0")
    old._metadata = OrderedDict({"": {"version": 1}})
    names = list(old)
    converted = tvcompat.convert_state_dict(old, "vit_b_16", to="latest")
    assert list(old) == names
    assert converted._metadata == old._metadata
    assert converted._metadata is not old._metadata


def test_parameters_of_another_model_are_refused():
    with pytest.raises(CheckpointError, match="not the parameters of vit_b_16"):
        tvcompat.convert_state_dict(state_dict("resnet18", KNOWN.newest), "vit_b_16", to="latest")


def test_unknown_model_and_release():
    with pytest.raises(UnknownModelError):
        tvcompat.convert_state_dict({}, "vit_b_17", to="latest")
    with pytest.raises(UnknownReleaseError):
        tvcompat.convert_state_dict(state_dict("vit_b_16", "0.12.0"), "vit_b_16", to="0.7")


def test_list_models_of_a_release_needs_no_torchvision():
    names = tvcompat.list_models(release="0.12")
    assert len(names) == 97
    assert names == sorted(names)
    assert tvcompat.list_models("detection", release="0.9", include="*mobilenet*") == [
        "fasterrcnn_mobilenet_v3_large_320_fpn",
        "fasterrcnn_mobilenet_v3_large_fpn",
    ]
    assert not [name for name in tvcompat.list_models(release="latest", exclude=["quantized_*"]) if "quantized" in name]
