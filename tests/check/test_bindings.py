"""What a name must refer to, proved from the statements that bind it."""

import ast

import pytest

from tvcompat.check.bindings import Bindings
from tvcompat.check.release_facts import release_facts


def origin(source):
    """The path that the called expression of the last call in a program must lead to."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and any(k.arg == "p" for k in node.keywords)]
    (call,) = calls
    found = Bindings(tree, release_facts().star).origin(call.func)
    return None if found is None else found.path


RESNET = "torchvision.models.resnet18"

CERTAIN = {
    "import": ("from torchvision.models import resnet18\nresnet18(p=1)", RESNET),
    "renamed-import": ("from torchvision.models import resnet18 as r\nr(p=1)", RESNET),
    "module": ("import torchvision.models as m\nm.resnet18(p=1)", RESNET),
    "package": ("import torchvision\nimport torchvision.models\ntorchvision.models.resnet18(p=1)", RESNET),
    "star-import": ("from torchvision.models import *\nresnet18(p=1)", RESNET),
    "star-import-of-others-before": (
        "from mine import *\nfrom torchvision import models\nmodels.resnet18(p=1)",
        RESNET,
    ),
    "assignment": ("from torchvision import models\nbuild = models.resnet18\nbuild(p=1)", RESNET),
    "pair": ("from torchvision import models\na, b = models.resnet18, models.vgg16\na(p=1)", RESNET),
    "walrus": ("from torchvision import models\nif (f := models.resnet18): f(p=1)", RESNET),
    "same-thing-twice": (
        "try:\n    from torchvision.models import resnet18\nexcept ImportError:\n    resnet18 = None\nresnet18(p=1)",
        RESNET,
    ),
    "import-in-function": ("def f():\n    from torchvision import models\n    return models.resnet18(p=1)", RESNET),
    "seen-from-inner-function": (
        "from torchvision import models\ndef f():\n    return lambda: models.resnet18(p=1)",
        RESNET,
    ),
    "other-function's-name": (
        "from torchvision import models\ndef f(models): pass\ndef g(): return models.resnet18(p=1)",
        RESNET,
    ),
    "base-class": (
        "from torchvision import models\nclass A(models.ResNet):\n    def __init__(self):\n        super().__init__(p=1)",
        "torchvision.models.ResNet",
    ),
    "chosen-at-run-time": ("from torchvision import models\nmodels.__dict__[arch](p=1)", "torchvision.models.*"),
    "getattr": ("from torchvision import models\ngetattr(models, arch)(p=1)", "torchvision.models.*"),
    "import_module": ("import importlib\nimportlib.import_module('torchvision.models').resnet18(p=1)", RESNET),
    "attribute-of-an-instance": (
        "from torchvision import models\nclass A:\n    def f(self):\n        self.resnet18 = models.resnet18(p=1)",
        RESNET,
    ),
    "item-of-a-dictionary": (
        "from torchvision import models\nzoo = {}\nzoo['resnet18'] = 1\nmodels.resnet18(p=1)",
        RESNET,
    ),
    "item-of-a-known-table": (
        "from torchvision import models\nfrom torchvision.models.resnet import model_urls\n"
        "model_urls['resnet18'] = model_urls['resnet18'].replace('https', 'http')\nmodels.resnet18(p=1)",
        RESNET,
    ),
    "builder-by-its-name": (
        "from torchvision import models\nmodels.get_model_builder('vgg11')(p=1)",
        "torchvision.models.get_model_builder",
    ),
    "lazy-module": (
        "import sys\nfrom torchvision import models\nsys.modules[__name__] = Lazy()\nmodels.resnet18(p=1)",
        RESNET,
    ),
    "getattr-of-a-constant": ("from torchvision import models\ngetattr(models, 'resnet18')(p=1)", RESNET),
}

UNCERTAIN = {
    "condition": "from torchvision import models\nf = models.resnet50 if big else models.resnet18\nf(p=1)",
    "branches": "from torchvision import models\nif x:\n    f = models.vgg16\nelse:\n    f = models.resnet18\nf(p=1)",
    "table": "from torchvision import models\nT = {'a': models.resnet18}\nT[n](p=1)",
    "loop": "from torchvision import models\nfor f in (models.resnet18, models.vgg16):\n    f(p=1)",
    "comprehension": "from torchvision import models\n[f(p=1) for f in [models.resnet18]]",
    "attribute": "from torchvision import models\nclass A:\n    def __init__(self):\n        self.f = models.resnet18\n    def b(self):\n        self.f(p=1)",
    "argument": "from torchvision import models\ndef g(f=models.resnet18):\n    f(p=1)\ng()",
    "import-of-others": "from mine import resnet18\nif not own:\n    from torchvision.models import resnet18\nresnet18(p=1)",
    "relative-import": "from .models import resnet18\nresnet18(p=1)",
    "star-import-of-others-behind": "from torchvision import models\nfrom mine import *\nmodels.resnet18(p=1)",
    "rebound-later": "from torchvision import models\nf = models.resnet18\ndef g():\n    return f(p=1)\nf = models.vgg16",
    "rebound-by-global": "from torchvision import models\nf = models.resnet18\ndef g():\n    global f\n    f = 3 + x\nf(p=1)",
    "rebound-by-with": "from torchvision import models\nwith x as models:\n    models.resnet18(p=1)",
    "rebound-by-except": "from torchvision import models as e\ntry: pass\nexcept E as e: e.resnet18(p=1)",
    "function-of-that-name": "from torchvision.models import resnet18\ndef resnet18(**kw): return mine(**kw)\nresnet18(p=1)",
    "class-scope": "from torchvision import models\nclass A:\n    if x:\n        models = mine + 1\n    net = models.resnet18(p=1)",
    "replaced-attribute": "from torchvision import models\nmodels.resnet18 = mine\nmodels.resnet18(p=1)",
    "replaced-by-setattr": "from torchvision import models\nsetattr(models, name, mine)\nmodels.resnet18(p=1)",
    "replaced-by-mock": "from unittest import mock\nfrom torchvision import models\n@mock.patch('torchvision.models.resnet18')\ndef t(m):\n    models.resnet18(p=1)",
    "replaced-module": "import sys\nsys.modules['torchvision.models'] = mine\nfrom torchvision import models\nmodels.resnet18(p=1)",
    "replaced-and-chosen": "from torchvision import models\nmodels.mine = f\nmodels.__dict__[arch](p=1)",
    "exec": "from torchvision import models\nexec(code)\nmodels.resnet18(p=1)",
    "globals": "from torchvision import models\nglobals()[name] = f\nmodels.resnet18(p=1)",
    "two-bases": "from torchvision import models\nclass A(Mixin, models.ResNet):\n    def __init__(self):\n        super().__init__(p=1)",
    "fallback-star-import": "try:\n    from nets import *\nexcept ImportError:\n    from torchvision.models import resnet18\nresnet18(p=1)",
    "star-import-in-a-branch": "if x:\n    from nets import *\nelse:\n    from torchvision.models import resnet18\nresnet18(p=1)",
    "nonlocal-before-the-binding": "def f():\n    def g():\n        nonlocal build\n        build = mine\n    from torchvision.models import resnet18 as build\n    g()\n    return build(p=1)",
    "walrus-in-a-comprehension-of-a-global": "from torchvision.models import resnet18 as build\ndef s():\n    global build\n    [build := f for f in (mine,)]\ns()\nbuild(p=1)",
    "monkeypatch-by-path": "from torchvision import models\ndef t(monkeypatch):\n    monkeypatch.setattr('torchvision.models.resnet18', fake)\n    models.resnet18(p=1)",
    "patch-of-a-constant": "from unittest.mock import patch\nfrom torchvision import models\nT = 'torchvision.models.resnet18'\nwith patch(T): models.resnet18(p=1)",
    "patch-of-an-f-string": "from torchvision import models\nfor n in names:\n    with patch(f'torchvision.models.{n}'): models.resnet18(p=1)",
    "patch-multiple": "from torchvision import models\nwith patch.multiple(models, resnet18=fake): models.resnet18(p=1)",
    "patch-multiple-by-path": "from torchvision import models\nwith patch.multiple('torchvision.models', resnet18=fake): models.resnet18(p=1)",
    "patch-dict": "from torchvision import models\nwith patch.dict(models.__dict__, {'resnet18': fake}): models.resnet18(p=1)",
    "update-of-a-namespace": "from torchvision import models\nmodels.__dict__.update(fakes)\nmodels.resnet18(p=1)",
    "item-of-a-namespace-behind-a-name": "from torchvision import models\nd = models.__dict__\nd['resnet18'] = fake\nmodels.resnet18(p=1)",
    "attribute-of-sys.modules": "import sys\nfrom torchvision import models\nsys.modules['torchvision.models'].resnet18 = fake\nmodels.resnet18(p=1)",
    "attribute-in-a-loop": "from torchvision import models\nfor m in (models, mine): m.resnet18 = fake\nmodels.resnet18(p=1)",
    "dunder-setattr": "from torchvision import models\nmodels.__setattr__('resnet18', fake)\nmodels.resnet18(p=1)",
    "setattr-of-the-own-module": "import sys\nfrom torchvision.models import resnet18\nsetattr(sys.modules[__name__], 'resnet18', fake)\nresnet18(p=1)",
    "attribute-of-the-own-module": "import sys\nfrom torchvision.models import resnet18\nthis = sys.modules[__name__]\nthis.resnet18 = fake\nresnet18(p=1)",
    "globals-behind-a-name": "from torchvision.models import resnet18\ng = globals()\ng['resnet18'] = fake\nresnet18(p=1)",
    "globals-setitem": "from torchvision.models import resnet18\nglobals().__setitem__('resnet18', fake)\nresnet18(p=1)",
    "sys.modules-update": "import sys\nsys.modules.update(fakes)\nfrom torchvision import models\nmodels.resnet18(p=1)",
    "sys.modules-in-a-loop": "import sys\nfor n in names: sys.modules[n] = fake\nfrom torchvision import models\nmodels.resnet18(p=1)",
    "patch-of-sys.modules": "from torchvision import models\nwith patch.dict('sys.modules', fakes): models.resnet18(p=1)",
    "import_module-of-others": "import mine\nmine.import_module('torchvision.models').resnet18(p=1)",
    "getattr-of-others": "from mine import getattr\nfrom torchvision import models\ngetattr(models, 'resnet18')(p=1)",
    "mixed-in": "from torchvision import models\nclass A(models.ResNet):\n    def __init__(self):\n        super().__init__(p=1)\nclass B(A, Mixin): pass",
    "super-of-another-class": "from torchvision import models\nclass A(models.ResNet):\n    def __init__(self):\n        super(B, self).__init__(p=1)",
    "builder-by-a-name-that-changes": "from torchvision import models\nmodels.get_model_builder(name)(p=1)",
    "endless": "a = b\nb = a\na(p=1)",
    "unknown": "resnet18(p=1)",
}


@pytest.mark.parametrize(("source", "path"), CERTAIN.values(), ids=CERTAIN)
def test_certain(source, path):
    assert origin(source) == path


@pytest.mark.parametrize("source", UNCERTAIN.values(), ids=UNCERTAIN)
def test_uncertain(source):
    assert origin(source) is None


@pytest.mark.parametrize(
    "line", ["{1} = {0}", "if x: {1} = {0}\nif y: {1} = {0}\nif z: {1} = {0}"], ids=["once", "thrice"]
)
def test_long_chains_of_names_are_given_up(line):
    chain = "\n".join(line.format(f"a{n}", f"a{n + 1}") for n in range(60))
    assert origin(f"from torchvision.models import resnet18 as a0\n{chain}\na3(p=1)") == RESNET
    assert origin(f"from torchvision.models import resnet18 as a0\n{chain}\na60(p=1)") is None
