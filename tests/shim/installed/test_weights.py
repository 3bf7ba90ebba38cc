"""Weights entries on the installed release."""

import copy
import pickle
from enum import Enum

import pytest
import torch
import torchvision
from PIL import Image

import tvcompat
from tvcompat import errors
from tvcompat.catalog import catalog
from tvcompat.shim import installed, weights

KNOWN = catalog()
ENUMS = KNOWN.enum_names
NEWEST = installed.installed().release == KNOWN.newest
ENTRY = "SqueezeNet1_1_Weights.IMAGENET1K_V1"

pytestmark = [
    pytest.mark.filterwarnings("ignore:TVCOMPAT_CHECK_HASH=0"),
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
]


@pytest.mark.parametrize("name", ENUMS, ids=str)
def test_every_enum_is_a_real_one(name):
    enum = weights.enum_class(name)
    assert issubclass(enum, Enum)
    assert enum.__name__ == name
    for member in enum:
        entry = KNOWN.enum(name).entries[member.name]
        assert member.url == entry.urls[-1].value
        assert pickle.loads(pickle.dumps(member)) is member
        assert copy.deepcopy(member) is member
        assert {member: 1}[enum[member.name]] == 1
        assert repr(member) == f"{name}.{member.name}"
        assert member.meta["num_params"] > 0
        assert callable(member.transforms())
    assert enum.DEFAULT is enum[KNOWN.checkpoint(name, "DEFAULT").name]


def test_metadata_is_whole():
    meta = tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V2").meta
    assert (len(meta["categories"]), meta["categories"][0], meta["num_params"]) == (1000, "tench", 25557032)
    assert meta["_metrics"]["ImageNet-1K"]["acc@1"] == 80.858


def test_getting_them():
    enum = tvcompat.get_model_weights("resnet50")
    assert enum.IMAGENET1K_V2 is tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V2")
    assert enum is tvcompat.get_model_weights(torchvision.models.resnet50)
    assert list(enum.__members__) == ["IMAGENET1K_V1", "IMAGENET1K_V2", "DEFAULT"]
    assert tvcompat.get_model_weights("quantized_resnet50").__name__ == "ResNet50_QuantizedWeights"
    assert tvcompat.get_model_weights(torchvision.models.quantization.resnet50).__name__ == "ResNet50_QuantizedWeights"


@pytest.mark.filterwarnings("ignore:The given NumPy array is not write")
def test_preprocessing():
    transform = tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V2").transforms()
    assert transform(Image.new("RGB", (300, 250))).shape == (3, 224, 224)
    assert transform(torch.zeros(2, 3, 250, 300, dtype=torch.uint8)).shape == (2, 3, 224, 224)
    small = tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V2").transforms(crop_size=64, resize_size=70)
    assert small(Image.new("RGB", (300, 250))).shape == (3, 64, 64)


def test_the_checkpoint(put):
    state = put(ENTRY)
    found = weights.SqueezeNet1_1_Weights.IMAGENET1K_V1.get_state_dict(progress=False)
    assert list(found) == list(state)


def test_torchvisions_own_member():
    theirs = getattr(torchvision.models, "ResNet50_Weights", None)
    for member in (tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V2"), weights.ResNet50_Weights.IMAGENET1K_V2):
        if theirs is None:
            with pytest.raises(errors.WeightsNotAvailableError, match=r"has no .*tvcompat\.get_model"):
                member.to_torchvision()
        else:
            assert member.to_torchvision() is theirs.IMAGENET1K_V2


def test_verify_takes_what_torchvisions_takes():
    enum = weights.ResNet50_Weights
    assert enum.verify(None) is None
    assert enum.verify("IMAGENET1K_V1") is enum.verify("ResNet50_Weights.IMAGENET1K_V1") is enum.IMAGENET1K_V1
    assert enum.verify(enum.DEFAULT) is enum.DEFAULT
    with pytest.raises(KeyError):
        enum.verify("IMAGENET1K_V9")
    with pytest.raises(TypeError):
        enum.verify(3)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("ResNet50_Weights", "it has IMAGENET1K_V1", id="enum-without-an-entry"),
        pytest.param("ResNet50_Weights.V9", "it has IMAGENET1K_V1", id="unknown-entry"),
        pytest.param("ResNet5_Weights.DEFAULT", "ResNet50_Weights", id="unknown-enum"),
        pytest.param("nothing", "it has none", id="word"),
        pytest.param(None, "None", id="none"),
        pytest.param("", "it has none", id="empty"),
    ],
)
def test_weights_that_do_not_exist(name, text):
    with pytest.raises(errors.UnknownWeightsError, match=text) as caught:
        tvcompat.get_weight(name)
    assert isinstance(caught.value, (KeyError, ValueError))


def test_models_that_do_not_exist():
    with pytest.raises(errors.UnknownModelError):
        tvcompat.get_model_weights("resnet_50")
    with pytest.raises(ValueError, match="weights"):
        tvcompat.get_model_weights(len)
    with pytest.raises(AttributeError):
        weights.Nothing_Weights  # noqa: B018


def test_state_dicts_are_converted_both_ways(put):
    """Through the names of 0.12, in the order and with the metadata of the original."""
    state = put("ViT_B_16_Weights.IMAGENET1K_V1")
    older = tvcompat.convert_state_dict(state, "vit_b_16", to="0.12")
    assert "encoder.layers.encoder_layer_0.mlp.linear_1.weight" in older
    assert older._metadata == state._metadata
    newer = tvcompat.convert_state_dict(older, "vit_b_16", to="latest")
    assert list(newer) == list(state)
    assert all(newer[name] is state[name] for name in state)
    with pytest.raises(errors.CheckpointError, match="not the parameters of vit_b_16"):
        tvcompat.convert_state_dict({"layer.weight": 1}, "vit_b_16")
