"""Each rule: its own example, what it says, and in which releases."""

import subprocess

import pytest

from tests.needs import need
from tvcompat.check.engine import Checker, Result
from tvcompat.check.rules import rules

from .conftest import between, findings, upgrade

IMPORTS = """\
import torch, torchvision
from PIL import Image
from torch.utils import model_zoo
from torchvision import transforms
from torchvision.models import *
from torchvision.models.detection import *
from torchvision.transforms import *
from torchvision.transforms import functional
from packaging.version import Version
import tvcompat
"""

# Rule -> the question its example is about.
QUESTIONS = {
    "TVC102": between("0.9.0"),
    "TVC202": between("0.9.0"),
    "TVC205": upgrade("0.12.0", "0.13.1"),
    "TVC301": upgrade("0.12.0", "0.14.1"),
}


def with_imports(example, tensor=True):
    return IMPORTS + ("x = tensor = torch.zeros(3, 9, 9)\n" if tensor else "") + example + "\n"


def test_pins():
    def said(text, path="requirements.txt"):
        return [(f.line, f.column, f.code, f.fix) for f in findings(text, path=path)]

    assert said(rules()["TVC403"].bad) == [(2, 1, "TVC403", "torchvision==0.16.0")]
    assert said(rules()["TVC403"].good) == []
    assert said("torch>=1.8\ntorchvision>=0.9\n") == []
    assert said("torch\ntorchvision==0.15.2\n") == []
    assert said("torch>=2.15\ntorchvision>=0.29.2\n") == []
    assert said("torch>=2.4\ntorchvision<0.16  # old\n") == [(2, 1, "TVC403", "torch==2.0.1")]
    assert said("torch==2.0.1+cu118\ntorchvision==0.15.2+cu118\n--index-url x\n") == []
    assert said("torch==2.1.0; python_version < '3.9'\ntorchvision==0.15.2; python_version >= '3.9'\n") == []
    assert said("torchmetrics==2.1.0\ntorchvision==0.15.2\ntorch-x==1\n") == []
    project = '[project]\ndependencies = [\n  "torch==1.8.0",\n  "torchvision==0.12.0",\n]\n'
    assert said(project, "pyproject.toml") == [(4, 4, "TVC403", "torchvision==0.9.0")]
    split = '[project.optional-dependencies]\na = ["torch==1.8.0"]\nb = ["torchvision==0.12.0"]\n'
    assert said(split, "pyproject.toml") == []


def test_pins_in_other_files():
    def said(text, path):
        return [(f.line, f.column, f.code, f.fix) for f in findings(text, path=path)]

    assert said(rules()["TVC403"].bad, "deps/gpu.txt") == [(2, 1, "TVC403", "torchvision==0.16.0")]

    config = "[options]\ninstall_requires =\n    numpy\n    torch==1.8.0\n    torchvision==0.12.0\n"
    assert said(config, "setup.cfg") == [(5, 5, "TVC403", "torchvision==0.9.0")]
    split = "[options.extras_require]\na = torch==1.8.0\nb =\n    torchvision==0.12.0\n"
    assert said(split, "setup.cfg") == []
    conda = "dependencies:\n  - python=3.8\n  - pytorch::pytorch=1.8.0=py3.8_cuda11\n  - torchvision=0.12 # x\n"
    assert said(conda, "environment.yml") == [(4, 5, "TVC403", "torchvision==0.9.0")]
    assert said(conda.replace("0.12", "0.9.*"), "environment-gpu.yaml") == []
    inner = "dependencies:\n  - pip:\n    - torch==1.8.0\n    - 'torchvision==0.12.0'\n"
    assert said(inner, "environment.yml") == [(4, 8, "TVC403", "torchvision==0.9.0")]
    pipfile = '[packages]\ntorch = "==1.8.0"\ntorchvision = "==0.12.0"\nnumpy = "*"\n'
    assert said(pipfile, "Pipfile") == [(3, 1, "TVC403", "torchvision==0.9.0")]
    assert said(pipfile.replace("0.12.0", "0.9.0"), "Pipfile") == []


@pytest.mark.parametrize(
    "pins", ["torch==1.8.0\ntorchvision==0.13.1\n", "torch==2.0.1\ntorchvision==0.14.1\n", rules()["TVC403"].bad]
)
def test_an_installer_refuses_what_the_rule_reports_and_takes_what_it_writes(pins):
    uv = need("uv")

    def resolves(text):
        command = [uv, "pip", "compile", "--quiet", "--python-version", "3.8", "-"]
        done = subprocess.run(command, input=text, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0 or "No solution found" in done.stderr, done.stderr
        return done.returncode == 0

    (finding,) = findings(pins, path="requirements.txt")
    mended = pins.replace(pins.split("\n")[finding.line - 1], finding.fix)
    assert not resolves(pins)
    assert resolves(mended)
    assert findings(mended, path="requirements.txt") == []


@pytest.mark.parametrize("code", [code for code in rules() if code not in ("TVC001", "TVC403")])
def test_the_example_of_each_rule(code):
    rule, question = rules()[code], QUESTIONS.get(code, upgrade())
    assert code in {finding.code for finding in findings(with_imports(rule.bad), question)}
    assert code not in {finding.code for finding in findings(with_imports(rule.good), question)}


@pytest.mark.parametrize(("example", "codes"), [("bad", ["TVC001"]), ("good", [])])
def test_the_example_of_what_can_not_be_parsed(example, codes):
    source = f"import torchvision\n{getattr(rules()['TVC001'], example)}\n"
    result = Result()
    Checker(upgrade(), None, ["a.py"]).check("a.py", source.encode(), result)
    assert [finding.code for finding in result.findings] == codes


@pytest.mark.parametrize("code", rules())
def test_what_a_rule_says_of_itself(code):
    rule = rules()[code]
    assert rule.code == code
    assert rule.summary.endswith(".")
    assert rule.explanation.count("\n") >= 0
    assert rule.bad != rule.good
    # These two are about the program alone.
    assert bool(rule.link) == (code not in ("TVC001", "TVC404"))


@pytest.mark.parametrize(
    ("source", "since"),
    [
        ("from torchvision.models.utils import load_state_dict_from_url", "0.11.1"),
        ("from torchvision.models.alexnet import load_state_dict_from_url", "0.13.0"),
        ("from torchvision.transforms import Scale", "0.12.0"),
        ("from torchvision.ops.misc import ConvTranspose2d", "0.12.0"),
        ("from torchvision.datasets import Kinetics400", "0.14.0"),
        ("from torchvision.models.mobilenetv2 import ConvBNReLU", "0.14.0"),
        ("from torchvision.models.mobilenet import ConvBNReLU", "0.9.0"),
        ("from torchvision.io.image import read_png", "0.9.0"),
        ("import torchvision.datapoints", "0.16.0"),
        ("import torchvision.transforms.functional_tensor as F_t", "0.17.0"),
        ("from torchvision.io import read_video", "0.26.0"),
        ("from torchvision.models.resnet import model_urls", "0.15.1"),
    ],
)
def test_names_that_left(source, since):
    (finding,) = findings(source)
    assert (finding.severity, finding.breaks_in) == ("breaks", since)
    # On the last release that has it there is nothing to say.
    from tvcompat.check.release_facts import release_facts

    known = release_facts()
    if since != "0.9.0":
        before = known.releases[known.order.index[since] - 1]
        assert [f for f in findings(source, upgrade(before, before)) if f.severity == "breaks"] == []


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ("resnet50(pretrained=True)", 'weights="IMAGENET1K_V1"'),
        ("resnet50(pretrained=False)", "weights=None"),
        ("resnet50(pretrained=flag)", 'weights="IMAGENET1K_V1" if flag else None'),
        ("resnet50(True)", 'weights="IMAGENET1K_V1"'),
        ("raft_large(pretrained=True)", 'weights="C_T_SKHT_V2"'),
        ("models.quantization.resnet50(pretrained=True, quantize=True)", 'weights="IMAGENET1K_FBGEMM_V1"'),
        ("models.quantization.resnet50(pretrained=flag)", 'weights="IMAGENET1K_V1" if flag else None'),
        ('keypointrcnn_resnet50_fpn(pretrained="legacy")', 'weights="COCO_LEGACY"'),
        ("fasterrcnn_resnet50_fpn(pretrained_backbone=False)", "weights_backbone=None"),
        ("fasterrcnn_resnet50_fpn(pretrained_backbone=True)", 'weights_backbone="IMAGENET1K_V1"'),
        ("torch.hub.load('pytorch/vision', 'resnet50', pretrained=True)", 'weights="IMAGENET1K_V1"'),
    ],
)
def test_what_to_write_instead(source, fix):
    more = "from torchvision import models\nfrom torchvision.models.optical_flow import *\n"
    (finding,) = findings(with_imports(more + source))
    assert (finding.severity, finding.deprecated_in, finding.fix) == ("deprecated", "0.13.0", fix)


def test_positions_are_those_of_the_argument():
    (finding,) = findings("from torchvision.models import resnet50\nné = resnet50(progress=True, pretrained=True)\n")
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 30, 2, 45)


def test_before_weights_nothing_is_deprecated():
    assert (
        findings("import torchvision\ntorchvision.models.resnet50(pretrained=True)", upgrade("0.9.0", "0.12.0")) == []
    )


def test_builders_of_0_13_that_refuse_or_ignore_pretrained():
    source = "from torchvision.models import swin_t\nswin_t(pretrained=True)"
    (finding,) = findings(source, upgrade("0.12.0", "0.13.1"))
    assert (finding.code, finding.severity) == ("TVC201", "breaks")
    assert [finding.severity for finding in findings(source)] == ["deprecated"]
    source = (
        "from torchvision.models.detection import retinanet_resnet50_fpn_v2\nretinanet_resnet50_fpn_v2(pretrained=True)"
    )
    (finding,) = findings(source, upgrade("0.12.0", "0.13.1"))
    assert (finding.code, finding.severity) == ("TVC205", "breaks")
    assert findings(source.replace("True", "False"), upgrade("0.12.0", "0.13.1")) == []


def test_arguments_that_contradict_a_checkpoint():
    found = findings(with_imports("inception_v3(weights='DEFAULT', aux_logits=False, init_weights=True)"))
    assert [(f.code, f.breaks_in) for f in found] == [("TVC204", "0.13.0")] * 2
    assert findings(with_imports("inception_v3(weights=None, aux_logits=False, num_classes=3)")) == []
    (finding,) = findings(with_imports("resnet50(weights='DEFAULT', num_classes=3)"))
    assert "has 1000 classes" in finding.message


@pytest.mark.parametrize(
    "given",
    [
        "pretrained=args.pretrained",
        "pretrained=flag",
        "pretrained",
        "weights='DEFAULT' if flag else None",
        "pretrained=True",
        "weights=Inception_V3_Weights.DEFAULT",
    ],
)
def test_arguments_that_contradict_a_checkpoint_that_a_flag_asks_for(given):
    found = findings(with_imports(f"inception_v3({given}, aux_logits=False)"))
    assert "TVC204" in [finding.code for finding in found]
    # A number of classes beside a flag is the author's own choice.
    found = findings(with_imports("resnet50(pretrained=flag, num_classes=3)"))
    assert "TVC204" not in [finding.code for finding in found]


@pytest.mark.parametrize("given", ["pretrained=False", "weights=None", "flag", "weights=None if flag else None", ""])
def test_arguments_without_a_checkpoint(given):
    found = findings(with_imports(f"inception_v3({given + ', ' if given else ''}aux_logits=False)"))
    assert "TVC204" not in [finding.code for finding in found]


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        ("'resnet18', pretrained=flag", 'weights="IMAGENET1K_V1" if flag else None'),
        ("arch, pretrained=flag", 'weights= with the name of an entry, mostly "IMAGENET1K_V1"'),
        ("arch, pretrained=False", "weights=None"),
    ],
)
def test_what_to_write_in_a_call_of_the_hub(arguments, fix):
    (finding,) = findings(f"import torch\ntorch.hub.load('pytorch/vision', {arguments})")
    assert finding.fix == fix


def test_a_name_that_never_was_is_told_nothing_of_its_neighbours():
    (finding,) = findings("from torchvision.io.image import read_png")
    assert finding.message == "no torchvision release from 0.9.0 on has torchvision.io.image.read_png."


def test_tables_of_addresses_name_an_entry_that_they_had():
    (finding,) = findings("from torchvision.models.detection.faster_rcnn import model_urls")
    assert "FasterRCNN_" in finding.message
    assert finding.fix.startswith("FasterRCNN_")


@pytest.mark.parametrize(
    ("call", "since"),
    [
        ("torchvision.utils.save_image(x, 'f', range=(0, 1))", "0.16.0"),
        ("torchvision.ops.misc.FrozenBatchNorm2d(n=3)", "0.12.0"),
        ("torchvision.datasets.ImageNet('r', download=False)", "0.12.0"),
        ("torchvision.transforms.RandomAffine(9, fillcolor=0)", "0.14.0"),
        ("class A(torchvision.transforms.RandomAffine): ...\nA(9, fillcolor=0)", "0.14.0"),
        (
            "class A(torchvision.datasets.ImageNet):\n    def __init__(self, r):\n"
            "        super().__init__(r, download=False)",
            "0.12.0",
        ),
        (
            "class A(torchvision.transforms.RandomAffine):\n    def __init__(self, r):\n"
            "        super(A, self).__init__(r, resample=2)",
            "0.14.0",
        ),
    ],
)
def test_parameters_that_something_else_seems_to_take(call, since):
    """They go on in ``**kwargs``, or to a base class, which does not take them."""
    (finding,) = findings(f"import torchvision\n{call}")
    assert (finding.code, finding.breaks_in) == ("TVC103", since)


@pytest.mark.parametrize(
    "call",
    [
        "torchvision.datasets.ImageNet('r', transform=None, loader=load)",
        "torchvision.datasets.EMNIST('r', 'letters', train=True, download=True)",
        "torchvision.models.ResNet(block, [2], zero_init_residual=True)",
    ],
)
def test_parameters_that_a_base_class_takes(call):
    assert findings(f"import torchvision\n{call}", between("0.9.0")) == []


def test_what_came_with_a_base_class():
    source = "import torchvision\ntorchvision.datasets.ImageNet('r', allow_empty=True)"
    (finding,) = findings(source, between("0.9.0"))
    assert "takes allow_empty= since torchvision 0.18.0" in finding.message


@pytest.mark.parametrize(
    ("before", "argument", "write"),
    [
        ("mode = Image.BICUBIC", "mode", "InterpolationMode.BICUBIC"),
        ("mode = Image.Resampling.LINEAR", "mode", "InterpolationMode.BILINEAR"),
        ("mode = 3", "mode", "InterpolationMode.BICUBIC"),
        ("from PIL.Image import BOX as mode", "mode", "InterpolationMode.BOX"),
        ("import PIL.Image as I", "I.NEAREST", "InterpolationMode.NEAREST"),
        ("modes = {'a': Image.BOX, 'b': 2}", "modes['a']", "InterpolationMode.BOX"),
        ("if x:\n    mode = Image.BOX\nelse:\n    mode = Image.Resampling.BOX", "mode", "InterpolationMode.BOX"),
        ("if x:\n    mode = Image.BOX\nelse:\n    mode = 2", "mode", None),
        ("modes = {'a': Image.BOX, 'b': Image.NEAREST}", "modes[x]", None),
        ("def mode(a):\n    if a:\n        return Image.BICUBIC\n    return Image.NEAREST", "mode(x)", None),
    ],
)
def test_modes_behind_names(before, argument, write):
    source = f"from PIL import Image\nfrom torchvision.transforms import *\n{before}\n"
    for call in (f"Resize(3, {argument})", f"Resize(3, interpolation={argument})"):
        (finding,) = findings(source + call, upgrade("0.12.0", "0.14.1"))
        assert (finding.code, finding.fix) == ("TVC301", write)
        assert (write or "a member of InterpolationMode") in finding.message


@pytest.mark.parametrize(
    ("before", "argument"),
    [
        ("mode = Image.open(path)", "mode"),
        ("mode = Image.Transpose.ROTATE_90", "mode"),
        ("mode = None", "mode"),
        ("mode = Image.BOX if old else InterpolationMode.BOX", "mode"),
        ("try:\n    mode = InterpolationMode.BOX\nexcept NameError:\n    mode = Image.BOX", "mode"),
        ("def f(mode=Image.BOX):\n    if isinstance(mode, int):\n        mode = translated(mode)\n", "f.mode"),
        ("class Image:\n    pass", "Image.open"),
    ],
)
def test_what_may_be_no_number_or_constant(before, argument):
    source = f"from PIL import Image\nfrom torchvision.transforms import *\n{before}\nResize(3, {argument})"
    assert findings(source, upgrade("0.12.0", "0.14.1")) == []


@pytest.mark.parametrize(
    ("origin", "target", "reported"),
    [("0.9.0", "0.12.0", True), ("0.12.0", "0.14.1", True), ("0.12.0", "0.15.1", False), ("0.17.0", "0.29.2", False)],
)
@pytest.mark.parametrize("mode", ["Image.BICUBIC", "3", "Image.Resampling.BICUBIC"])
def test_interpolation_by_number_or_constant_warns_up_to_0_14(mode, origin, target, reported):
    source = f"from PIL import Image\nfrom torchvision.transforms import Resize\nResize(3, interpolation={mode})"
    found = findings(source, upgrade(origin, target))
    assert [finding.code for finding in found] == (["TVC301"] if reported else [])


def test_positions_that_moved_are_not_taken_for_pretrained():
    source = "from torchvision.models.resnet import _resnet\n_resnet('resnet18', Block, [2], True, True)"
    assert [finding.code for finding in findings(source)] == ["TVC103"]


def test_parameters_by_release():
    source = "from torchvision.utils import make_grid\nmake_grid([], range=(0, 1))"
    assert [f.breaks_in for f in findings(source)] == ["0.16.0"]
    source = "from torchvision.transforms.functional import resize\nresize(img, 3, antialias=True)"
    assert [f.code for f in findings(source, between("0.9.0"))] == ["TVC103"]
    assert findings(source) == []
    assert findings("from torchvision.transforms import Resize\nResize(3, colour=1)") == []


def test_versions_compared_as_text_are_right_up_to_0_9():
    source = 'import torchvision\nx = torchvision.__version__ < "0.9"\n'
    assert findings(source, between("0.9.0", "0.9.1")) == []
    assert [f.breaks_in for f in findings(source, between("0.9.0", "0.10.0"))] == ["0.10.0"]
