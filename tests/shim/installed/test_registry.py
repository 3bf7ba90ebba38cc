"""``list_models`` and ``register_model`` on the installed release, beside torchvision's own where it has them."""

import itertools
from importlib import import_module

import pytest
import torch
import torchvision

import tvcompat
from tvcompat import errors
from tvcompat.catalog import catalog
from tvcompat.shim import installed, registry

HERE = installed.installed()
SHARED = HERE.era == "registry"


@pytest.fixture
def own():
    """A registered model, and its name; forgotten afterwards."""
    name = "tvcompat_test_model"

    @tvcompat.register_model()
    def tvcompat_test_model(width=3, weights=None):
        return torch.nn.Linear(width, 1)

    yield name
    (registry.torchvision_registry() if SHARED else registry.OWN).pop(name)


def test_own_models(own):
    assert own in tvcompat.list_models()
    assert own in tvcompat.list_models(include="tvcompat_*")
    assert own not in tvcompat.list_models(release="latest")
    assert tvcompat.get_model(own, width=5).in_features == 5
    assert tvcompat.get_model(own.upper()).in_features == 3
    assert tvcompat.get_model_builder(own)(2).in_features == 2
    if SHARED:
        assert torchvision.models.get_model(own).in_features == 3


def test_a_model_registered_with_torchvision():
    if not SHARED:
        pytest.skip("this release has no registry")
    import_module("torchvision.models._api").register_model("tvcompat_theirs")(lambda: "built")
    try:
        assert "tvcompat_theirs" in tvcompat.list_models()
        assert tvcompat.get_model("tvcompat_theirs") == "built"
    finally:
        registry.torchvision_registry().pop("tvcompat_theirs")


@pytest.mark.parametrize(
    "name",
    [pytest.param("resnet50", id="model-of-torchvision"), pytest.param("tvcompat_test_model", id="registered-model")],
)
def test_a_name_that_is_taken(own, name):
    with pytest.raises(ValueError, match=f"already registered under the name '{name}'"):
        tvcompat.register_model(name)(len)


def test_what_the_release_has():
    names = tvcompat.list_models()
    assert names == sorted(names)
    assert ("swin_v2_t" in names) == SHARED
    assert len(tvcompat.list_models(module=torchvision.models.detection)) == len(tvcompat.list_models("detection"))
    assert "resnet50" not in tvcompat.list_models("quantization")
    for name in names:
        assert callable(tvcompat.get_model_builder(name))


def test_another_release():
    assert len(tvcompat.list_models(release="0.9.0")) < len(tvcompat.list_models(release="0.12"))
    assert tvcompat.list_models(release=HERE.release) == tvcompat.list_models()
    with pytest.raises(errors.UnknownReleaseError):
        tvcompat.list_models(release="0.7")


def test_there_is_no_builder_of_nothing():
    for name in ("resnet_50", None, 3):
        with pytest.raises(errors.UnknownModelError):
            tvcompat.get_model_builder(name)


if SHARED:
    FILTERS = [None, [], (), "", "*resnet*", ["*alexnet*"], "*not-a-model?", ["*rcnn*", "quantized_*"], "RESNET50"]
    MODULES = [None, torchvision.models, *(getattr(torchvision.models, n) for n in (
        "detection", "optical_flow", "quantization", "segmentation", "video"
    ))]  # fmt: skip

    @pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__ if module else "all")
    def test_filters_as_torchvision_has_them(module):
        for include, exclude in itertools.product(FILTERS, FILTERS):
            arguments = {"module": module, "include": include, "exclude": exclude}
            assert tvcompat.list_models(**arguments) == torchvision.models.list_models(**arguments)


# ---------------------------------------------------------------------------------------------------------------------
# On the newest release everything of torchvision's own works here with the same result

if HERE.release == catalog().newest:
    NAMES = torchvision.models.list_models()

    def test_the_same_models():
        assert tvcompat.list_models() == NAMES

    @pytest.mark.parametrize("name", NAMES, ids=str)
    def test_the_same_builder_and_weights(name):
        theirs = torchvision.models
        assert tvcompat.get_model_builder(name) is theirs.get_model_builder(name)
        enum = tvcompat.get_model_weights(name)
        assert enum is theirs.get_model_weights(name)
        assert enum is tvcompat.get_model_weights(theirs.get_model_builder(name))
        for member in enum:
            assert tvcompat.get_weight(str(member)) is theirs.get_weight(str(member)) is member

    @pytest.mark.parametrize(
        ("name", "config"),
        [
            pytest.param("alexnet", {}, id="alexnet"),
            pytest.param("MobileNet_V3_Small", {"num_classes": 5, "progress": False}, id="MobileNet_V3_Small"),
            pytest.param("resnet18", {"weights": None, "replace_stride_with_dilation": None}, id="resnet18"),
            pytest.param(
                "deeplabv3_mobilenet_v3_large",
                {"weights": None, "weights_backbone": None, "aux_loss": True},
                id="deeplabv3_mobilenet_v3_large",
            ),
            pytest.param(
                "ssdlite320_mobilenet_v3_large",
                {"weights_backbone": None, "num_classes": 4},
                id="ssdlite320_mobilenet_v3_large",
            ),
            pytest.param(
                "quantized_shufflenet_v2_x0_5", {"weights": None, "quantize": False}, id="quantized_shufflenet_v2_x0_5"
            ),
            pytest.param("r3d_18", {"weights": None}, id="r3d_18"),
            pytest.param("raft_small", {"weights": None}, id="raft_small"),
        ],
    )
    def test_the_same_model(name, config):
        torch.manual_seed(0)
        mine = tvcompat.get_model(name, **config)
        torch.manual_seed(0)
        theirs = torchvision.models.get_model(name, **config)
        assert type(mine) is type(theirs)
        assert str(mine) == str(theirs)
        for (key, value), (other_key, other) in zip(mine.state_dict().items(), theirs.state_dict().items()):
            assert key == other_key
            assert torch.equal(value, other)
        for left, right in zip(mine.parameters(), theirs.parameters()):
            assert left.requires_grad == right.requires_grad

    @pytest.mark.filterwarnings("ignore:TVCOMPAT_CHECK_HASH=0")
    def test_the_same_checkpoint(put):
        state = put("MobileNet_V3_Small_Weights.IMAGENET1K_V1")
        for value in ("DEFAULT", "IMAGENET1K_V1", torchvision.models.MobileNet_V3_Small_Weights.IMAGENET1K_V1):
            mine = tvcompat.get_model("mobilenet_v3_small", weights=value).state_dict()
            theirs = torchvision.models.get_model("mobilenet_v3_small", weights=value).state_dict()
            assert list(mine) == list(theirs) == list(state)
            assert all(torch.equal(mine[name], theirs[name]) for name in state)

    @pytest.mark.parametrize(
        ("call", "given"),
        [
            pytest.param("get_model", ("resnet_50",), id="get_model"),
            pytest.param("get_model_builder", ("nothing",), id="get_model_builder"),
            pytest.param("get_weight", ("nothing",), id="get_weight-of-a-name"),
            pytest.param("get_weight", ("ResNet50_Weights.nothing",), id="get_weight-of-an-entry"),
            pytest.param("get_weight", ("Nothing_Weights.DEFAULT",), id="get_weight-of-an-enum"),
            pytest.param("get_model_weights", ("nothing",), id="get_model_weights"),
            pytest.param("get_model_weights", (len,), id="get_model_weights-of-a-function"),
        ],
    )
    def test_the_same_errors(call, given):
        with pytest.raises(Exception) as theirs:  # noqa: PT011
            getattr(torchvision.models, call)(*given)
        with pytest.raises(type(theirs.value)):
            getattr(tvcompat, call)(*given)
