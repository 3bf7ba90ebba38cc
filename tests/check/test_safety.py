"""What `fix` must not write: another network, an earlier import, a call that fails, a comment that is lost."""

import ast

import pytest

from .conftest import between, findings
from .programs import fixed

SEVERAL = {
    "condition": "f = models.resnet50 if big else models.resnet18\nf(pretrained=True)",
    "branches": "if big:\n    f = models.resnet50\nelse:\n    f = models.resnet18\nf(pretrained=True)",
    "table": "TABLE = {'a': models.alexnet, 'b': models.vgg16}\nTABLE[name](pretrained=True)",
    "table-of-one": "TABLE = {'a': models.alexnet}\nTABLE[name](pretrained=True)",
    "loop": "for f in (models.alexnet, models.vgg16):\n    f(pretrained=True)",
    "comprehension": "nets = [f(pretrained=True) for f in (models.alexnet, models.vgg16)]",
    "attribute": "class A:\n    def __init__(self, big):\n        self.f = models.resnet50 if big else models.resnet18\n"
    "    def build(self):\n        return self.f(pretrained=True)",
    "attribute-set-elsewhere": "class A:\n    def __init__(self):\n        self.f = models.resnet18\n"
    "    def build(self):\n        return self.f(pretrained=True)\na = A()\na.f = models.vgg16\na.build()",
    "argument": "def build(f):\n    return f(pretrained=True)\nbuild(models.resnet18)\nbuild(models.vgg16)",
    "argument-with-default": "def build(f=models.resnet18):\n    return f(pretrained=True)",
    "name-bound-again": "f = models.resnet18\ndef build():\n    return f(pretrained=True)\na = build()\nf = models.vgg16\nb = build()",
    "returned": "def choose(big):\n    return models.resnet50 if big else models.resnet18\nchoose(x)(pretrained=True)",
    "or": "f = build or models.resnet18\nf(pretrained=True)",
}

SOMEBODY_ELSES = {
    "import": "from mine import resnet18\ndef build(own):\n    f = resnet18 if own else models.resnet18\n    return f(pretrained=True)",
    "star-import": "from torchvision.models import resnet18\nfrom mine import *\nresnet18(pretrained=True)",
    "fallback": "try:\n    from mine import resnet18\nexcept ImportError:\n    from torchvision.models import resnet18\nresnet18(pretrained=True)",
    "patched": "models.resnet18 = mine\nmodels.resnet18(pretrained=True)",
    "wrapper": "def build(**kwargs):\n    return Net(models.resnet18(**kwargs))\nbuild(pretrained=True)",
    "parameter": "import torchvision.transforms as T\nR = T.RandomRotation\nif own:\n    R = Mine\nR(10, resample=2)",
}


LEFT_AS_THEY_ARE = {
    "partial": "from functools import partial\nf = partial(models.resnet18, pretrained=True)\nf(pretrained=False)",
    "own-partial": "partial = own\npartial(models.resnet18, pretrained=True)",
    "name-of-a-model-that-changes": "name = 'resnet18'\ndef build():\n    return models.get_model_builder(name)(pretrained=True)\nbuild()\nname = 'vgg11'",
    "get_model-of-a-name-that-changes": "name = 'resnet18'\ndef build():\n    return models.get_model(name, pretrained=True)\nbuild()\nname = 'vgg11'",
    "quantize-may-be-unpacked": "models.quantization.resnet18(pretrained=True, **kw)",
}


@pytest.mark.parametrize("style", [{}, {"tvcompat": True}, {"enum": True}], ids=["torchvision", "tvcompat", "enum"])
@pytest.mark.parametrize("source", LEFT_AS_THEY_ARE.values(), ids=LEFT_AS_THEY_ARE)
def test_what_only_seems_certain_is_left(source, style):
    source = f"from torchvision import models\n{source}\n"
    assert fixed(source, **style)[0] == source


def test_an_enum_of_that_name_may_be_the_programs_own():
    source = (
        "from torchvision.models import ResNet50_Weights, resnet50\nclass My_Weights:\n"
        "    IMAGENET1K_V1 = ResNet50_Weights.IMAGENET1K_V2\nresnet50(weights=My_Weights.IMAGENET1K_V1)\n"
    )
    after, left = fixed(source, question=between("0.9.0"), tvcompat=True)
    assert after == source
    assert "My_Weights may not be torchvision's" in left


def test_a_parameter_with_the_name_of_an_import_is_not_touched():
    source = (
        "from torchvision.models.resnet import model_urls\ndef load(model_urls):\n    return model_urls['resnet18']\n"
    )
    assert fixed(source) == (source, ["the name stands for other things too"])
    module = "torchvision.transforms.functional_pil"
    source = f"import {module}\n{module}.hflip\ndef f(torchvision):\n    return {module}.hflip\n"
    assert fixed(source)[0] == source


def test_a_name_that_is_exported_stays():
    source = "from torchvision.models.resnet import model_urls, resnet18\n__all__ = ['model_urls', 'resnet18']\nx = model_urls['resnet18']\n"
    after, left = fixed(source)
    assert after == source
    assert left == ["other modules may import it: it is in __all__"]


def test_a_mode_that_changes_keeps_its_name():
    source = (
        "from PIL import Image\nfrom torchvision.transforms.functional import rotate\nMODE = Image.NEAREST\n"
        "def f(img):\n    return rotate(img, 30, resample=MODE)\nf(a)\nMODE = Image.BILINEAR\nf(a)\n"
    )
    assert fixed(source) == (source.replace("resample=", "interpolation="), [])


@pytest.mark.parametrize("error", ["KeyError", "AttributeError"], ids=str)
def test_an_error_that_is_caught_stays_the_same_one(error):
    call = "models.__dict__[n](pretrained=False)" if error == "KeyError" else "getattr(models, n)(pretrained=False)"
    source = f"from torchvision import models\ntry:\n    net = {call}\nexcept {error}:\n    net = None\n"
    assert fixed(source, tvcompat=True, unsafe=True)[0] == source


NAMES_IN_SCOPE = {
    "imported-in-two-places": "import torchvision\ndef f(x):\n    if x:\n        from torchvision import models\n"
    "        return models.resnet18(pretrained=True)\n    return torchvision.models.resnet18(pretrained=True)\n",
    "local-under-a-condition": "from torchvision import models\ndef f(x):\n    if x:\n"
    "        from torchvision.models import ResNet18_Weights\n    return models.resnet18(pretrained=True)\n",
    "imported-behind-the-use": "from torchvision import models\ndef f():\n    net = models.resnet18(pretrained=True)\n"
    "    from torchvision.models import ResNet18_Weights\n    return net\n",
    "in-a-class": "class A:\n    from torchvision import models as m\n    net = m.resnet18(pretrained=True)\n",
    "behind-a-star-import": "from mine import *\nfrom torchvision import models\nmodels.resnet18(pretrained=True)\n",
    "lambda": "f = lambda: __import__('torchvision').models.resnet18(pretrained=True)\n",
    "one-line-function": "def f(): return __import__('torchvision').models.resnet18(pretrained=True)\n",
    "try": "try:\n    net = __import__('torchvision').models.resnet18(pretrained=True)\nexcept ImportError:\n    net = None\n",
}


@pytest.mark.parametrize("source", NAMES_IN_SCOPE.values(), ids=NAMES_IN_SCOPE)
def test_an_import_that_would_not_be_seen_or_come_too_early_is_not_added(source):
    after, left = fixed(source, enum=True)
    assert left
    lines = [line for line in after.split("\n") if "import ResNet18_Weights" in line]
    used = after.count("=ResNet18_Weights.")
    assert used <= len(lines)
    assert not lines or lines == [line for line in source.split("\n") if "import ResNet18_Weights" in line] or used == 1


def test_an_import_is_there_only_if_it_runs_before_the_use():
    source = (
        "from torchvision import models\ndef f():\n    return models.resnet18(pretrained=True)\nf()\n"
        "from torchvision.models import ResNet18_Weights\n"
    )
    after, left = fixed(source, enum=True)
    assert left == []
    assert after.startswith("from torchvision import models\nfrom torchvision.models import ResNet18_Weights\ndef f")


def test_one_edit_that_would_not_parse_does_not_stop_the_others():
    source = "from torchvision import models\ndef f():\n    a = models.resnet18(pretrained=(yield))\n    b = models.resnet18(pretrained=True)\n"
    after, _ = fixed(source)
    assert 'b = models.resnet18(weights="IMAGENET1K_V1")' in after
    ast.parse(after)


@pytest.mark.parametrize("style", [{}, {"tvcompat": True}, {"enum": True}], ids=["torchvision", "tvcompat", "enum"])
@pytest.mark.parametrize("source", [*SEVERAL.values(), *SOMEBODY_ELSES.values()], ids=[*SEVERAL, *SOMEBODY_ELSES])
def test_a_call_that_may_go_elsewhere_is_left(source, style):
    source = f"from torchvision import models\n{source}\n"
    after, left = fixed(source, **style)
    assert after == source
    assert len(left) == len(findings(source))


@pytest.mark.parametrize("source", [*SEVERAL.values(), *SOMEBODY_ELSES.values()], ids=[*SEVERAL, *SOMEBODY_ELSES])
def test_no_network_is_named_for_a_call_that_may_go_elsewhere_even_with_unsafe(source):
    source = f"from torchvision import models\n{source}\n"
    after, _ = fixed(source, tvcompat=True, unsafe=True)
    assert "get_model(" not in after


IMPORTS = {
    "function": (
        "def f(img):\n    import torchvision\n    return torchvision.transforms.functional.rotate(img, 3, resample=2)\n",
        "def f(img):\n    import torchvision\n    from torchvision.transforms import InterpolationMode\n"
        "    return torchvision.transforms.functional.rotate(img, 3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
    "function-behind-other-imports": (
        "import os\ndef f(img):\n    from torchvision.transforms import functional as F\n    F.rotate(img, 3, resample=2)\n",
        "import os\ndef f(img):\n    from torchvision.transforms import functional as F\n"
        "    from torchvision.transforms import InterpolationMode\n"
        "    F.rotate(img, 3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
    "try": (
        "try:\n    from torchvision import transforms as T\nfinally:\n    done()\nT.RandomAffine(3, resample=2)\n",
        "try:\n    from torchvision import transforms as T\n    from torchvision.transforms import InterpolationMode\n"
        "finally:\n    done()\nT.RandomAffine(3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
    "try-on-one-line": (
        "try: import torchvision\nfinally: pass\ntorchvision.transforms.RandomAffine(3, resample=2)\n",
        "try: import torchvision; from torchvision.transforms import InterpolationMode\nfinally: pass\n"
        "torchvision.transforms.RandomAffine(3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
    "semicolon": (
        "x = 1\nfrom torchvision import transforms as T; t = T.RandomAffine(3, resample=2)\n",
        "x = 1\nfrom torchvision import transforms as T; from torchvision.transforms import InterpolationMode; "
        "t = T.RandomAffine(3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
    "behind-code": (
        "import os\nos.environ['A'] = 'b'\nimport torchvision.transforms as T  # late\nT.RandomAffine(3, resample=2)\n",
        "import os\nos.environ['A'] = 'b'\nimport torchvision.transforms as T  # late\n"
        "from torchvision.transforms import InterpolationMode\nT.RandomAffine(3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
    "there-already": (
        "from torchvision.transforms import InterpolationMode, RandomAffine\nRandomAffine(3, resample=2)\n",
        "from torchvision.transforms import InterpolationMode, RandomAffine\n"
        "RandomAffine(3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
    "first-block": (
        "import torchvision.transforms as T\nimport os\n\nT.RandomAffine(3, resample=2)\n",
        "import torchvision.transforms as T\nimport os\nfrom torchvision.transforms import InterpolationMode\n\n"
        "T.RandomAffine(3, interpolation=InterpolationMode.BILINEAR)\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), IMPORTS.values(), ids=IMPORTS)
def test_imports_are_added_where_torchvision_is_imported(before, after):
    assert fixed(before) == (after, [])
    ast.parse(after)
