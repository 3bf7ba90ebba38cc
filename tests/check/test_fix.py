"""Rewriting: exact edits, nothing else touched, nothing changed the second time."""

import ast
import json
import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvcompat.check.engine import Checker, Result
from tvcompat.check.fixes import fix
from tvcompat.check.rules import Style
from tvcompat.cli import main

from .conftest import between, findings, upgrade


def fixed(source, path="program.py", question=None, **style):
    """The source afterwards, and why what is left is left."""
    data = source.encode() if isinstance(source, str) else source
    result = Result()
    found = fix(Checker(question or upgrade(), None, [path]), path, data, Style(**style), result)
    assert not result.unreadable
    after = found.data.decode() if isinstance(source, str) else found.data
    return after, [reason for _, reason in found.left]


HEAD = "from torchvision.models import *\nfrom torchvision.models.detection import *\nfrom torchvision import models\n"

CASES = [
    ("resnet50(pretrained=True)", 'resnet50(weights="IMAGENET1K_V1")'),
    ("resnet50(pretrained=False)", "resnet50(weights=None)"),
    ("resnet50(pretrained = flag)", 'resnet50(weights = "IMAGENET1K_V1" if flag else None)'),
    ("resnet50(pretrained=not a or b)", 'resnet50(weights="IMAGENET1K_V1" if not a or b else None)'),
    ("resnet50(pretrained=a if b else c)", 'resnet50(weights="IMAGENET1K_V1" if (a if b else c) else None)'),
    ("resnet50(True)", 'resnet50(weights="IMAGENET1K_V1")'),
    ("resnet50(True, False)", 'resnet50(weights="IMAGENET1K_V1", progress=False)'),
    ("resnet50(progress=x, pretrained=True, )", 'resnet50(progress=x, weights="IMAGENET1K_V1", )'),
    (
        "fasterrcnn_resnet50_fpn(pretrained=False, pretrained_backbone=True)",
        'fasterrcnn_resnet50_fpn(weights=None, weights_backbone="IMAGENET1K_V1")',
    ),
    (
        "models.quantization.resnet50(pretrained=True, quantize=True)",
        'models.quantization.resnet50(weights="IMAGENET1K_FBGEMM_V1", quantize=True)',
    ),
    ('keypointrcnn_resnet50_fpn(pretrained="legacy")', 'keypointrcnn_resnet50_fpn(weights="COCO_LEGACY")'),
    ("googlenet(pretrained=True, aux_logits=False)", 'googlenet(weights="IMAGENET1K_V1")'),
    ("inception_v3(init_weights=True, weights='DEFAULT')", "inception_v3(weights='DEFAULT')"),
    ("models.__dict__[arch](pretrained=False)", "models.__dict__[arch](weights=None)"),
    ("resnet50(flag)", 'resnet50(weights="IMAGENET1K_V1" if flag else None)'),
    ("resnet50(a or b, False)", 'resnet50(weights="IMAGENET1K_V1" if a or b else None, progress=False)'),
    (
        "fasterrcnn_resnet50_fpn(False, True, 3, pretrained_backbone=True)",
        'fasterrcnn_resnet50_fpn(weights=None, progress=True, num_classes=3, weights_backbone="IMAGENET1K_V1")',
    ),
    (
        "fasterrcnn_resnet50_fpn(False, True, 3, False)",
        "fasterrcnn_resnet50_fpn(weights=None, progress=True, num_classes=3, weights_backbone=None)",
    ),
    (
        "models.quantization.resnet50(True, True, True)",
        'models.quantization.resnet50(weights="IMAGENET1K_FBGEMM_V1", progress=True, quantize=True)',
    ),
    (
        "models.detection.backbone_utils.resnet_fpn_backbone('resnet18', True)",
        "models.detection.backbone_utils.resnet_fpn_backbone(backbone_name='resnet18', weights=\"IMAGENET1K_V1\")",
    ),
    ("models.get_model('resnet18', pretrained=True)", "models.get_model('resnet18', weights=\"IMAGENET1K_V1\")"),
    ("models.get_model_builder('vgg11')(True)", "models.get_model_builder('vgg11')(weights=\"IMAGENET1K_V1\")"),
    ("é = resnet50(pretrained=True)  # né", 'é = resnet50(weights="IMAGENET1K_V1")  # né'),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_calls(before, after):
    assert fixed(HEAD + before + "\n") == (HEAD + after + "\n", [])


IMPORTS = [
    ("from torchvision.models.utils import load_state_dict_from_url", "from torch.hub import load_state_dict_from_url"),
    (
        "from torchvision.transforms.functional_tensor import rgb_to_grayscale as g",
        "from torchvision.transforms.functional import rgb_to_grayscale as g",
    ),
    ("from torchvision.transforms import Scale", "from torchvision.transforms import Resize as Scale"),
    (
        "from torchvision.transforms import Scale, Normalize",
        "from torchvision.transforms import Normalize\nfrom torchvision.transforms import Resize as Scale",
    ),
    (
        "from torchvision.transforms.functional_pil import crop, resize",
        "from torchvision.transforms.functional import crop, resize",
    ),
    ("from torchvision.datapoints import Image", "from torchvision.tv_tensors import Image"),
    ("from torchvision.ops.misc import ConvTranspose2d", "from torch.nn import ConvTranspose2d"),
    ("import torchvision.transforms as T\nT.Scale(3)", "import torchvision.transforms as T\nT.Resize(3)"),
]


@pytest.mark.parametrize(("before", "after"), IMPORTS)
def test_imports(before, after):
    assert fixed(before + "\n") == (after + "\n", [])


def test_parameters_and_their_values():
    before = (
        '"""Text."""\nfrom PIL import Image\nfrom torchvision.transforms import RandomAffine\n\n'
        "RandomAffine(9, resample=Image.BILINEAR, fillcolor=0)\n"
    )
    after, left = fixed(before)
    assert left == []
    assert after == (
        '"""Text."""\nfrom PIL import Image\nfrom torchvision.transforms import RandomAffine\n'
        "from torchvision.transforms import InterpolationMode\n\n"
        "RandomAffine(9, interpolation=InterpolationMode.BILINEAR, fill=0)\n"
    )


def test_modes_behind_a_name():
    head = "from PIL import Image\nfrom torchvision.transforms import RandomAffine, Resize\n"
    wanted = head + "from torchvision.transforms import InterpolationMode\n\n"
    mode = "\nmode = Image.BICUBIC\n"
    warning = upgrade("0.12.0", "0.14.1")
    after, _ = fixed(head + mode + "Resize(4, mode)\nRandomAffine(9, resample=mode)\n", question=warning)
    assert after == wanted[:-1] + mode + (
        "Resize(4, InterpolationMode.BICUBIC)\nRandomAffine(9, interpolation=InterpolationMode.BICUBIC)\n"
    )
    assert not findings(after, warning)
    several = head + "mode = 2 if x else Image.BOX\nResize(4, mode)\n"
    assert fixed(several, question=warning)[0] == several


def test_enums_with_their_import():
    after, _ = fixed("import torchvision\ntorchvision.models.resnet50(pretrained=flag)\n", enum=True)
    assert after == (
        "import torchvision\nfrom torchvision.models import ResNet50_Weights\n"
        "torchvision.models.resnet50(weights=ResNet50_Weights.IMAGENET1K_V1 if flag else None)\n"
    )


def test_one_code_base_for_all_releases():
    after, _ = fixed(
        "from torchvision import models\nnet = models.resnet50(pretrained=True, num_classes=1000)\n", tvcompat=True
    )
    assert after == (
        "from torchvision import models\nimport tvcompat\n"
        'net = tvcompat.get_model("resnet50", weights="IMAGENET1K_V1", num_classes=1000)\n'
    )


def test_models_by_name_for_all_releases():
    after, _ = fixed(HEAD + "get_model('resnet18', pretrained=flag)\n", tvcompat=True)
    assert after.endswith("tvcompat.get_model('resnet18', weights=\"IMAGENET1K_V1\" if flag else None)\n")


def test_calls_of_the_hub():
    head = "import torch\n"
    call = "torch.hub.load('pytorch/vision', {})\n"
    after, _ = fixed(head + call.format("'vgg11', pretrained=a if b else c"))
    assert after == head + call.format("'vgg11', weights=\"IMAGENET1K_V1\" if (a if b else c) else None")
    assert fixed(head + call.format("arch, pretrained=flag"))[0] == head + call.format("arch, pretrained=flag")
    after, _ = fixed(head + call.format("arch, pretrained=flag"), unsafe=True)
    assert after == head + call.format('arch, weights="IMAGENET1K_V1" if flag else None')
    assert fixed(head + call.format("'vgg11', True"))[0] == head + call.format("'vgg11', weights=\"IMAGENET1K_V1\"")


LEFT = [
    ("kw = {'pretrained': True}\nresnet18(**kw)", "through a dictionary"),
    ("eval('models.resnet18(pretrained=True)')", "text"),
    ("models.resnet._resnet('a', Block, [2], True, True)", "by hand"),
    ("models.__dict__[arch](pretrained=True)", "--unsafe"),
    ("for net in (resnet18, vit_h_14):\n    net(pretrained=True)", "several models"),
    ("inception_v3(weights='DEFAULT', aux_logits=False)", "removed after loading"),
    ("resnet50(weights='DEFAULT', num_classes=3)", "by hand"),
    ("vit_h_14(pretrained=True)", "means no entry"),
    ("models.quantization.resnet50(pretrained=True, quantize=q)", "decides at run time"),
    ("from torchvision.models.mobilenetv2 import ConvBNReLU", "other arguments"),
    ("from torchvision.io import read_video", "nothing stands in"),
    ("from torchvision import datapoints\ndatapoints.BoundingBox", "torchvision.tv_tensors has no BoundingBox"),
    (
        "import torchvision.transforms.functional_tensor as F_t\nF_t._get_image_size",
        "torchvision.transforms.functional has no _get_image_size",
    ),
    ("import torchvision.models.utils\ntorchvision.models.utils.load_state_dict_from_url", "--unsafe"),
    ("import torchvision.models.utils as u\nu.load_state_dict_from_url", "--unsafe"),
    ("import torchvision\ntorchvision.models.utils.load_state_dict_from_url", "import what stands in for it"),
    ("import torchvision.datapoints\ntorchvision.datapoints.BoundingBox", "torchvision.tv_tensors has no BoundingBox"),
    ("import torchvision.transforms.functional_tensor as F\nF.resize(x, 3)", "--unsafe"),
    ("import torchvision.transforms.functional_tensor\ntorchvision.transforms.functional_tensor.resize", "--unsafe"),
    ("from torchvision.models.segmentation.segmentation import _fcn_resnet", "segmentation has no _fcn_resnet"),
    ("resnet18(True, *more)", "given by position"),
]


@pytest.mark.parametrize(("source", "reason"), LEFT)
def test_what_can_not_be_mended_says_why(source, reason):
    after, left = fixed(HEAD + source + "\n")
    assert after == HEAD + source + "\n"
    assert all(reason in text for text in left)
    assert left


def test_unsafe_fixes_are_asked_for():
    after, left = fixed(HEAD + "models.__dict__[arch](pretrained=True)\n", unsafe=True)
    assert after.endswith('models.__dict__[arch](weights="IMAGENET1K_V1")\n')
    assert left == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_stay(encoding, end):
    cookie = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    source = cookie + "from torchvision import models\nx = 'é'; models.resnet50(pretrained=True)  # ñ\n\n\ny = 1"
    after, _ = fixed(source.replace("\n", end).encode(encoding))
    assert after == source.replace("pretrained=True", 'weights="IMAGENET1K_V1"').replace("\n", end).encode(encoding)


def test_files_are_replaced_with_their_mode(tmp_path, capsys):
    path = tmp_path / "tool.py"
    path.write_text("import torchvision\ntorchvision.models.resnet50(pretrained=True)\n")
    path.chmod(0o755)
    assert main(["fix", str(tmp_path), "--diff"]) == 1
    assert '+torchvision.models.resnet50(weights="IMAGENET1K_V1")' in capsys.readouterr().out
    assert "pretrained" in path.read_text()
    assert main(["fix", str(tmp_path)]) == 0
    assert path.read_text() == 'import torchvision\ntorchvision.models.resnet50(weights="IMAGENET1K_V1")\n'
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o755
    before = path.stat().st_mtime_ns
    assert main(["fix", str(tmp_path)]) == 0
    assert path.stat().st_mtime_ns == before
    assert main(["check", str(tmp_path)]) == 0
    assert [found.name for found in tmp_path.iterdir()] == ["tool.py"]


def test_notebooks_keep_everything_else(tmp_path):
    notebook = {
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["pretrained=True é"]},
            {
                "cell_type": "code", "execution_count": 3, "id": "b", "metadata": {}, "outputs": [{"text": ["x"]}],
                "source": ["%matplotlib inline\n", "!pip install torchvision\n", "from torchvision import models"],
            },
            {"cell_type": "code", "execution_count": None, "id": "c", "metadata": {}, "outputs": [],
             "source": ["net = models.resnet50(pretrained=True)\n", "net?"]},
        ],
        "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    for indent, ascii_only in ((1, False), (2, True)):
        text = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only) + "\n"
        (finding,) = findings(text, path="n.ipynb")
        assert (finding.cell, finding.line, finding.column) == (2, 1, 23)
        after, left = fixed(text, path="n.ipynb")
        assert left == []
        assert after == text.replace("resnet50(pretrained=True)", 'resnet50(weights=\\"IMAGENET1K_V1\\")')


def test_imports_are_added_to_a_cell_of_a_notebook():
    cells = [
        "%matplotlib inline\nimport torch\nfrom torchvision.transforms import RandomAffine",
        "RandomAffine(4, resample=2)\n!ls",
    ]
    notebook = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": [source]}
            for source in cells
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    after, left = fixed(json.dumps(notebook, indent=1), path="n.ipynb")
    assert left == []
    assert ["".join(cell["source"]) for cell in json.loads(after)["cells"]] == [
        cells[0] + "\nfrom torchvision.transforms import InterpolationMode",
        "RandomAffine(4, interpolation=InterpolationMode.BILINEAR)\n!ls",
    ]


URLS = [
    (
        "from torchvision.models.resnet import model_urls\nx = load(model_urls['resnet18'], a)\n",
        "from torchvision.models import ResNet18_Weights\nx = load(ResNet18_Weights.IMAGENET1K_V1.url, a)\n",
    ),
    (
        "from torchvision.models.vgg import VGG, model_urls as urls\nx, y = urls['vgg11'], urls['vgg13']\n",
        "from torchvision.models.vgg import VGG\nfrom torchvision.models import VGG11_Weights\n"
        "from torchvision.models import VGG13_Weights\nx, y = VGG11_Weights.IMAGENET1K_V1.url, VGG13_Weights.IMAGENET1K_V1.url\n",
    ),
    (
        "from torchvision import models\nx = models.densenet.model_urls['densenet121']\n",
        "from torchvision import models\nfrom torchvision.models import DenseNet121_Weights\n"
        "x = DenseNet121_Weights.IMAGENET1K_V1.url\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), URLS)
def test_addresses(before, after):
    assert fixed(before) == (after, [])


def test_addresses_for_all_releases():
    before = "from torchvision.models.resnet import ResNet, model_urls\nx = model_urls['resnet18']\n"
    after, left = fixed(before, tvcompat=True)
    assert left == []
    assert after == (
        "from torchvision.models.resnet import ResNet\nimport tvcompat\n"
        'x = tvcompat.get_weight("ResNet18_Weights.IMAGENET1K_V1").url\n'
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("from torchvision.models.resnet import model_urls\nx = model_urls[arch]\n", "at run time"),
        ("from torchvision.models.resnet import model_urls\nfor k in model_urls: pass\n", "at run time"),
        ("from torchvision.models.resnet import model_urls\nx = model_urls['mine']\n", "no weights entry"),
        ("from torchvision.models.resnet import model_urls\nmodel_urls = dict(model_urls)\n", "other things"),
        ("from torchvision.models.vgg import model_urls\ntry:\n    from mine import model_urls\nfinally: f(model_urls['vgg11'])\n", "other things"),
    ],
)  # fmt: skip
def test_addresses_that_are_left(source, reason):
    after, left = fixed(source)
    assert after == source
    assert reason in left[0]


@pytest.mark.parametrize(
    ("source", "module", "new"),
    [
        ("import {0}\nx = {0}.hflip(x)\ny = {0}\n", "torchvision.transforms.functional_pil", "torchvision.transforms.functional"),
        ("import os, {0}  # x\ndef f():\n    return {0}.Image(x)\n", "torchvision.datapoints", "torchvision.tv_tensors"),
        ("import {0}\n", "torchvision.transforms.functional_tensor", "torchvision.transforms.functional"),
    ],
)  # fmt: skip
def test_modules_that_are_imported_and_used_by_their_full_name(source, module, new):
    assert fixed(source.format(module)) == (source.format(new), [])
    assert findings(source.format(new)) == []


def test_an_import_is_added_where_there_is_none():
    call = "__import__('torchvision').models.resnet18(pretrained=True)\n"
    for head in ("", "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"):
        after, left = fixed(head + call, tvcompat=True)
        assert left == []
        assert after == head + 'import tvcompat\ntvcompat.get_model("resnet18", weights="IMAGENET1K_V1")\n'


def test_names_reached_through_modules():
    head = "import torchvision\nimport torchvision as tv\nfrom torchvision import transforms as T\n"
    before = (
        "a = torchvision.transforms.functional_tensor.hflip(x)\nb = tv.transforms.functional_pil.hflip\n"
        "c = T.functional_tensor.hflip\n"
    )
    assert fixed(head + before) == (
        head + "a = torchvision.transforms.functional.hflip(x)\nb = tv.transforms.functional.hflip\n"
        "c = T.functional.hflip\n",
        [],
    )


def test_what_smooths_now_is_no_safe_replacement():
    source = "from torchvision.transforms.functional_tensor import resize\n"
    assert fixed(source) == (source, ["may change behaviour; --unsafe does it"])
    assert fixed(source, unsafe=True) == ("from torchvision.transforms.functional import resize\n", [])


NUMBERS = 'tuple(int(number) for number in torchvision.__version__.split(".")[:2])'
VERSION = "Version(torchvision.__version__)"


@pytest.mark.parametrize(
    ("before", "with_packaging", "without"),
    [
        ('if torchvision.__version__ < "0.10": pass', f'if {VERSION} < Version("0.10"): pass', f"if {NUMBERS} < (0, 10): pass"),
        ('x = "0.9.1" <= torchvision.__version__', f'x = Version("0.9.1") <= {VERSION}', None),
        ('x = torchvision.__version__ > "0.9"', f'x = {VERSION} > Version("0.9")', None),
        (
            "if float(torchvision.__version__[:3]) < 0.7: pass",
            f"if {VERSION}.release[:2] < (0, 7): pass",
            f"if {NUMBERS} < (0, 7): pass",
        ),
        ('if torchvision.__version__.split("+")[0] >= "0.13.1": pass', f'if {VERSION} >= Version("0.13.1"): pass', None),
    ],
    ids=["text", "three-numbers", "greater", "float", "local-version"],
)  # fmt: skip
def test_version_tests_become_comparisons_of_numbers(before, with_packaging, without):
    head = "import torchvision\n"
    known = "import packaging\n" + head
    added = known + "from packaging.version import Version\n"
    # Another branch may be taken afterwards.
    assert fixed(head + before + "\n")[0] == head + before + "\n"
    assert fixed(known + before + "\n", unsafe=True) == (added + with_packaging + "\n", [])
    # A program that does not import packaging may not have it.
    after, left = fixed(head + before + "\n", unsafe=True)
    assert after == head + (without or before) + "\n"
    assert left == ([] if without else ["the file does not import packaging; import it, then run fix again"])


@pytest.mark.parametrize(
    "source",
    [
        "import torchvision\nx = float(torchvision.__version__[:3])\n",
        'import packaging, torchvision\nclass Version: pass\nx = torchvision.__version__ < "0.9"\n',
        'from mine import Version\nimport packaging.version, torchvision\nx = torchvision.__version__ < "0.9"\n',
        'import torchvision\nx = float(torchvision.__version__.split(".")[-1]) < 7.0\n',
    ],
    ids=["not-compared", "class-of-that-name", "import-of-that-name", "a-part-of-it"],
)
def test_versions_that_are_left(source):
    after, left = fixed(source, unsafe=True)
    assert after == source
    assert all(reason.startswith("by hand") for reason in left)


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("F.resize(tensor, [3, 4])", "F.resize(tensor, [3, 4], antialias=False)"),
        ("F.resize(\n    tensor, [3, 4],\n)", "F.resize(\n    tensor, [3, 4], antialias=False,\n)"),
        ("F.resize(tensor, size=(3, 4))", "F.resize(tensor, size=(3, 4), antialias=False)"),
    ],
)
def test_the_old_numbers(call, after):
    head = "import torchvision.transforms.functional as F\n"
    assert fixed(head + call + "\n") == (head + after + "\n", [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("models.__dict__[arch](pretrained=True)", 'tvcompat.get_model(arch, weights="IMAGENET1K_V1")'),
        ("getattr(models, a + b)(pretrained=f, num_classes=3)", 'tvcompat.get_model(a + b, weights="IMAGENET1K_V1" if f else None, num_classes=3)'),
        ("vars(models.detection)[arch](True, x)", 'tvcompat.get_model(arch, weights="IMAGENET1K_V1", progress=x)'),
        ("models.__dict__[arch](pretrained=False)", "tvcompat.get_model(arch, weights=None)"),
    ],
)  # fmt: skip
def test_builders_chosen_at_run_time_for_all_releases(before, after):
    head = "from torchvision import models\n"
    mended = fixed(head + before + "\n", tvcompat=True, unsafe=True)
    assert mended == (head + "import tvcompat\n" + after + "\n", [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from torchvision.models import get_model\nget_model('a')\n", "from tvcompat import get_model\nget_model('a')\n"),
        (
            "from torchvision.models import get_model as make, resnet18\n",
            "from torchvision.models import resnet18\nfrom tvcompat import get_model as make\n",
        ),
        (
            "from torchvision import models\nmodels.list_models()\n",
            "from torchvision import models\nimport tvcompat\ntvcompat.list_models()\n",
        ),
        (
            "from torchvision.models import resnet18\nresnet18(weights='DEFAULT', num_classes=1000)\n",
            "from torchvision.models import resnet18\nimport tvcompat\n"
            "tvcompat.get_model(\"resnet18\", weights='DEFAULT', num_classes=1000)\n",
        ),
    ],
)  # fmt: skip
def test_what_is_too_new_for_the_oldest_release(before, after):
    assert fixed(before, question=between("0.9.0"), tvcompat=True) == (after, [])
    kept, left = fixed(before, question=between("0.9.0"))
    assert kept == before
    assert "--style tvcompat" in left[0]


def test_entries_by_name_for_all_releases():
    head = "import torchvision\nfrom torchvision.models import ResNet18_Weights\n"
    calls = (
        "torchvision.models.resnet18(weights=ResNet18_Weights.DEFAULT)\n"
        "torchvision.models.resnet18(weights=torchvision.models.ResNet18_Weights.DEFAULT)\n"
        "torchvision.models.segmentation.fcn_resnet50(weights_backbone=ResNet18_Weights.DEFAULT)\n"
    )
    after, left = fixed(head + calls, question=between("0.9.0"), tvcompat=True)
    assert after == (
        head + 'import tvcompat\ntvcompat.get_model("resnet18", weights="DEFAULT")\n'
        'tvcompat.get_model("resnet18", weights="DEFAULT")\n'
        'tvcompat.get_model("fcn_resnet50", weights_backbone="ResNet18_Weights.DEFAULT")\n'
    )
    assert left == ["nothing stands in for it on older releases"]


@pytest.mark.parametrize(
    "source",
    [
        "import torchvision.models.maxvit\n",
        "import torchvision.tv_tensors as tv\n",
        "from torchvision import tv_tensors\n",
        "from torchvision import models\nmodels.quantization.__dict__[arch](weights=None)\n",
        "from torchvision.models.resnet import model_urls\nx = model_urls['resnet18']\n",
    ],
)
def test_what_nothing_mends_on_older_releases(source):
    after, left = fixed(source, question=between("0.9.0"), tvcompat="model_urls" not in source)
    assert after == source
    assert left


def test_quantized_builders_chosen_at_run_time_are_left():
    source = "from torchvision import models\nmodels.quantization.__dict__[arch](pretrained=True)\n"
    assert fixed(source, tvcompat=True, unsafe=True) == (source, ["the model is chosen at run time"])


# ---------------------------------------------------------------------------------------------------------------------
# Whatever stands around it

names = st.sampled_from(["a", "flag", "self.cfg.pretrained", "opt['p']", "f(x, y)", "not a", "a and b", "x == 1"])
calls = st.builds(
    "{}({}{}pretrained{}={}{}{})".format,
    st.sampled_from(["models.resnet18", "tvm.models.vgg16", "build", "models.detection.fasterrcnn_resnet50_fpn"]),
    st.sampled_from(["", "progress=False, ", "\n    progress=True,\n    "]),
    st.sampled_from(["", " "]),
    st.sampled_from(["", " "]),
    st.one_of(st.sampled_from(["True", "False", "None"]), names),
    st.sampled_from(["", ",", ", num_classes=1000"]),
    st.sampled_from(["", "\n"]),
)
lines = st.one_of(
    calls,
    st.builds("x = {}  # pretrained=True".format, calls),
    st.builds("def f():\n    '''pretrained=True'''\n    return {}".format, calls),
    st.builds("s = '''é {} '''; y = {}".format, st.sampled_from(["", "resnet18(pretrained=True)"]), calls),
    st.just("timm.create_model('x', pretrained=True)"),
)


@given(st.lists(lines, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_result_parses_is_stable_and_differs_in_the_edits_alone(parts, end, unsafe):
    source = (
        "import torchvision as tvm\nfrom torchvision import models\nbuild = models.resnet34\n" + "\n".join(parts) + "\n"
    )
    source = source.replace("\n", end)
    after, _ = fixed(source, unsafe=unsafe)
    ast.parse(after)
    again, _ = fixed(after, unsafe=unsafe) if "torchvision" in after else (after, [])
    assert again == after
    # What is not an argument of a call stands as it stood.
    assert after.count("timm.create_model('x', pretrained=True)") == source.count(
        "timm.create_model('x', pretrained=True)"
    )
    assert after.count("# pretrained=True") == source.count("# pretrained=True")
    assert after.count("'''pretrained=True'''") == source.count("'''pretrained=True'''")
    assert after.count(end) == source.count(end)
    assert not [finding for finding in findings(after) if finding.code == "TVC201"]
