"""The messages that people search for: there without the guard, and the right result with it.

Programs are run as text, as somebody's file would be; what they leave in ``result`` is looked at.
"""

import pickle
import warnings

import pytest
import torch
import torchvision

from tests.needs import need_module
from tvcompat import legacy


def run(text, **given):
    """The variables of a program that was run from a file of its own."""
    variables = {"__name__": "program", **given}
    exec(compile(text, "program.py", "exec"), variables)
    return variables


def fails(text, error, words, **given):
    with pytest.raises(error, match=words):
        run(text, **given)


def image():
    return torch.arange(3 * 6 * 5, dtype=torch.uint8).reshape(3, 6, 5)


# The checkpoints are made here, so they can't have the digests in their names.
pytestmark = pytest.mark.filterwarnings("ignore:TVCOMPAT_CHECK_HASH")

since = pytest.mark.since
before = pytest.mark.before


# Old code on a new torchvision


@since("0.17")
def test_functional_tensor():
    text = "from torchvision.transforms.functional_tensor import rgb_to_grayscale\nresult = rgb_to_grayscale(x)"
    fails(text, ModuleNotFoundError, "No module named 'torchvision.transforms.functional_tensor'", x=image())
    with legacy.enable(warn=False) as guard:
        found = run(text, x=image())["result"]
    assert torch.equal(found, torchvision.transforms.functional.rgb_to_grayscale(image()))
    assert [use.name for use in guard.ledger.uses] == ["torchvision.transforms.functional_tensor.rgb_to_grayscale"]
    fails(text, ModuleNotFoundError, "No module named 'torchvision.transforms.functional_tensor'", x=image())


@before("0.15")
def test_the_mend_of_it_on_an_older_release():
    text = "from torchvision.transforms._functional_tensor import rgb_to_grayscale\nresult = rgb_to_grayscale(x)"
    fails(text, ModuleNotFoundError, "No module named 'torchvision.transforms._functional_tensor'", x=image())
    with legacy.enable(warn=False):
        found = run(text, x=image())["result"]
    assert torch.equal(found, torchvision.transforms.functional.rgb_to_grayscale(image()))


URLS = [
    pytest.param(
        "from torchvision.models.vgg import model_urls\nresult = model_urls['vgg16']",
        ImportError,
        "vgg16-397923af.pth",
        id="vgg16",
    ),
    pytest.param(
        "from torchvision.models.resnet import model_urls\nresult = model_urls['resnet50']",
        ImportError,
        "resnet50-0676ba61.pth",
        id="resnet50",
    ),
    pytest.param(
        "import torchvision\nresult = torchvision.models.resnet.model_urls['resnet18']",
        AttributeError,
        "resnet18-f37072fd.pth",
        id="attribute-of-a-module",
    ),
    pytest.param(
        "from torchvision.models.mobilenet import model_urls\nresult = model_urls['mobilenet_v2']",
        ImportError,
        "mobilenet_v2-b0353104.pth",
        id="module-that-was-renamed",
    ),
]


@since("0.15")
@pytest.mark.parametrize(("text", "error", "file"), URLS)
def test_model_urls(text, error, file):
    fails(text, error, "model_urls")
    with legacy.enable(warn=False):
        assert run(text)["result"].endswith("/" + file)
    fails(text, error, "model_urls")


@since("0.11")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from torchvision.models.utils import load_state_dict_from_url as result", id="function"),
        pytest.param("import torchvision.models.utils", id="module"),
    ],
)
def test_models_utils(text):
    fails(text, ModuleNotFoundError, "No module named 'torchvision.models.utils'")
    with legacy.enable(warn=False):
        found = run(text).get("result", torch.hub.load_state_dict_from_url)
    assert found is torch.hub.load_state_dict_from_url


@since("0.13")
def test_a_name_that_a_module_merely_imported():
    text = "from torchvision.models.alexnet import load_state_dict_from_url as result"
    fails(text, ImportError, "cannot import name 'load_state_dict_from_url'")
    with legacy.enable(warn=False):
        assert run(text)["result"] is torch.hub.load_state_dict_from_url


@since("0.14")
def test_a_class_that_pickles_name():
    # As 0.8 wrote it: protocol 0, a class by its module and name.
    text = b"ctorchvision.models.mobilenet\nConvBNReLU\n."
    with pytest.raises(
        AttributeError, match=r"Can't get attribute 'ConvBNReLU' on <module 'torchvision\.models\.mobilenet"
    ):
        pickle.loads(text)
    with legacy.enable(warn=False):
        block = pickle.loads(text)(3, 8)
    assert list(block.state_dict())[:2] == ["0.weight", "1.weight"]
    assert block(torch.zeros(1, 3, 4, 4)).shape == (1, 8, 4, 4)


@since("0.14")
def test_conv_bn_relu_by_attribute():
    text = "import torchvision\nresult = torchvision.models.mobilenetv2.ConvBNReLU(3, 8, stride=2)"
    fails(text, AttributeError, "module 'torchvision.models.mobilenetv2' has no attribute 'ConvBNReLU'")
    with legacy.enable(warn=False):
        assert run(text)["result"](torch.zeros(1, 3, 4, 4)).shape == (1, 8, 2, 2)


@since("0.26")
def test_read_video(tmp_path):
    need_module("av")
    text = "from torchvision.io import read_video, write_video\nwrite_video(path, frames, fps=10)\nresult = read_video(path)"
    frames = (torch.arange(8 * 32 * 48 * 3) // 700 % 200).to(torch.uint8).reshape(8, 32, 48, 3)
    given = {"path": str(tmp_path / "made.mp4"), "frames": frames}
    fails(text, ImportError, "cannot import name 'read_video' from 'torchvision.io'", **given)
    with legacy.enable(warn=False):
        found, sound, info = run(text, **given)["result"]
    assert found.shape == frames.shape
    assert found.dtype == torch.uint8
    assert info["video_fps"] == 10.0
    assert (found.int() - frames.int()).abs().float().mean() < 25
    assert sound.shape == (1, 0)


@since("0.14")
def test_kinetics400():
    text = "from torchvision.datasets.kinetics import Kinetics400 as result"
    fails(text, ImportError, "cannot import name 'Kinetics400' from 'torchvision.datasets.kinetics'")
    with legacy.enable(warn=False):
        assert issubclass(run(text)["result"], torchvision.datasets.Kinetics)


INCEPTION = "import torchvision\nresult = torchvision.models.inception_v3({}, aux_logits=False)"


@since("0.13")
@pytest.mark.parametrize("asked", [pytest.param("pretrained=True", id="keyword"), pytest.param("True", id="position")])
def test_aux_logits(put, asked):
    put("Inception_V3_Weights.IMAGENET1K_V1")
    text = INCEPTION.format(asked)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fails(text, ValueError, "The parameter 'aux_logits' expected value True but got False instead.")
    with legacy.enable(warn=False):
        model = run(text)["result"]
    assert model.aux_logits is False
    assert model.AuxLogits is None
    assert model.transform_input is True


@since("0.13")
def test_pretrained_warns_no_more_of_its_removal(put):
    state = put("ResNet18_Weights.IMAGENET1K_V1")
    text = "from torchvision.models import resnet18\nresult = resnet18(pretrained=True)"
    with warnings.catch_warnings(record=True) as native:
        warnings.simplefilter("always")
        run(text)
    assert any("The parameter 'pretrained' is deprecated since 0.13" in str(each.message) for each in native)
    with legacy.enable() as guard, pytest.warns(legacy.LegacyNameWarning) as caught:
        model = run(text)["result"]

    caught = [each for each in caught if each.category is legacy.LegacyNameWarning]
    assert len(caught) == 1
    assert caught[0].filename == "program.py"
    assert caught[0].lineno == 2
    assert "get_model(" in str(caught[0].message)
    assert torch.equal(model.fc.weight, state["fc.weight"])
    assert [use.name for use in guard.ledger.uses] == ["torchvision.models.resnet.resnet18(pretrained=)"]


# New code on an old torchvision


@before("0.13")
@pytest.mark.parametrize(
    "weights",
    [
        pytest.param('"IMAGENET1K_V2"', id="entry"),
        pytest.param('"DEFAULT"', id="default"),
        pytest.param("torchvision.models.ResNet50_Weights.DEFAULT", id="enum"),
    ],
)
def test_weights(put, weights):
    state = put("ResNet50_Weights.IMAGENET1K_V2")
    text = f"import torchvision\nresult = torchvision.models.resnet50(weights={weights})"
    fails(text, (TypeError, AttributeError), "weights|ResNet50_Weights")
    with legacy.enable(forward=True, warn=False):
        model = run(text)["result"]
    assert torch.equal(model.fc.weight, state["fc.weight"])
    fails(text, (TypeError, AttributeError), "weights|ResNet50_Weights")


@before("0.13")
def test_weights_of_a_backbone(put):
    state = put("ResNet50_Weights.IMAGENET1K_V1")
    text = (
        "from torchvision.models.detection.backbone_utils import resnet_fpn_backbone\n"
        "result = [resnet_fpn_backbone('resnet50', weights='IMAGENET1K_V1'), resnet_fpn_backbone('resnet50', weights=None)]"
    )
    fails(text, TypeError, "weights|pretrained")
    with legacy.enable(forward=True, warn=False):
        trained, plain = run(text)["result"]
    assert torch.equal(trained.body.conv1.weight, state["conv1.weight"])
    assert not torch.equal(plain.body.conv1.weight, state["conv1.weight"])


@before("0.14")
def test_get_model_and_its_companions(put):
    state = put("ResNet18_Weights.IMAGENET1K_V1")
    text = (
        "from torchvision.models import get_model, get_model_weights, get_weight, list_models\n"
        "result = [get_model('resnet18', weights='DEFAULT'), get_model_weights('resnet18').DEFAULT.url,\n"
        "          get_weight('ResNet18_Weights.IMAGENET1K_V1').meta['num_params'], list_models()]"
    )
    fails(text, ImportError, "cannot import name 'get_model'")
    fails("import torchvision\ntorchvision.models.get_model", AttributeError, "has no attribute 'get_model'")
    with legacy.enable(forward=True, warn=False):
        model, url, count, names = run(text)["result"]
    assert torch.equal(model.fc.weight, state["fc.weight"])
    assert url.endswith("resnet18-f37072fd.pth")
    assert count == 11689512
    assert "resnet18" in names


@before("0.13")
def test_enums():
    text = "from torchvision.models import ResNet50_Weights\nresult = ResNet50_Weights.DEFAULT.transforms()(x)"
    fails(text, ImportError, "cannot import name 'ResNet50_Weights'", x=image())
    with legacy.enable(forward=True, warn=False):
        found = run(text, x=image())["result"]
    assert found.shape == (3, 224, 224)


@before("0.11")
@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("import torchvision\ntorchvision.models.efficientnet_b0()", AttributeError, id="attribute"),
        pytest.param("from torchvision.models import efficientnet_b0", ImportError, id="import"),
        pytest.param(
            "import torchvision\ntorchvision.models.__dict__['efficientnet_b0']()", KeyError, id="item-of-the-namespace"
        ),
    ],
)
def test_a_newer_builder(text, error):
    fails(text, error, "efficientnet_b0")
    if error is not KeyError:
        with legacy.enable(forward=True, warn=False):
            fails(text, error, "efficientnet_b0 came with torchvision 0.11")


@before("0.15")
def test_what_can_not_be_given_says_so():
    text = "import torchvision.transforms.v2"
    fails(text, ModuleNotFoundError, "No module named 'torchvision.transforms.v2'")
    with legacy.enable(forward=True, warn=False):
        fails(text, ImportError, "torchvision.transforms.v2 came with torchvision 0.15")


@since("0.13")
@before("0.14")
def test_builders_of_0_13_without_pretrained(put):
    state = put("Swin_T_Weights.IMAGENET1K_V1")
    text = "import torchvision\nresult = torchvision.models.swin_t(pretrained=True)"
    fails(text, TypeError, "got an unexpected keyword argument 'pretrained'")
    with legacy.enable(warn=False):
        assert torch.equal(run(text)["result"].head.weight, state["head.weight"])


@since("0.13")
def test_a_detector_that_once_ignored_pretrained(put):
    state = put("FasterRCNN_ResNet50_FPN_V2_Weights.COCO_V1")
    text = "import torchvision\nresult = torchvision.models.detection.fasterrcnn_resnet50_fpn_v2(pretrained=True)"
    with legacy.enable(warn=False):
        model = run(text)["result"]
    name = "roi_heads.box_predictor.cls_score.weight"
    assert torch.equal(dict(model.named_parameters())[name], state[name])


@before("0.13")
def test_enums_in_every_namespace():
    text = (
        "from torchvision.models import WeightsEnum\n"
        "from torchvision.models._api import WeightsEnum as again, get_weight\n"
        "from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights as first\n"
        "from torchvision.models.detection.faster_rcnn import FasterRCNN_ResNet50_FPN_Weights as second\n"
        "from torchvision.models.quantization import ResNet50_QuantizedWeights\n"
        "from torchvision.models.segmentation import FCN_ResNet50_Weights\n"
        "from torchvision.models.video import R3D_18_Weights\n"
        "result = [first is second, again is WeightsEnum, issubclass(first, WeightsEnum)]"
    )
    fails(text, ImportError, "cannot import name")
    with legacy.enable(forward=True, warn=False):
        assert run(text)["result"] == [True, True, True]
