"""What names stand for: found where they lead to torchvision, and nowhere else."""

import sys

import pytest

from .conftest import between, findings, upgrade

OLD = "(pretrained=True)"

HEAD = "from torchvision import models\n"

FOUND = [
    HEAD + "@register(models.resnet18(pretrained=True))\nclass A:\n    pass",
    HEAD + "class A(make(models.resnet18(pretrained=True))):\n    pass",
    HEAD + "class A(B, net=models.resnet18(pretrained=True)):\n    pass",
    # Names of a class are not those of its methods.
    HEAD + "class A:\n    models = None\n    def f(self):\n        return models.resnet18(pretrained=True)",
    HEAD + "class A:\n    net = models.resnet18\n    x = net(pretrained=True)",
    # Functions that reach torchvision through others, which may call them in turn.
    HEAD + "def make(**kw):\n    return models.resnet18(**kw)\ndef outer():\n    return make(pretrained=True)",
    HEAD + "def a(**kw):\n    b()\n    return c(**kw)\ndef b():\n    a(pretrained=True)\n"
    "def c(**kw):\n    return models.resnet18(**kw)\nc(pretrained=True)",
    HEAD + "def one():\n    def two():\n        def three():\n            return models.resnet18(pretrained=True)",
    "def one():\n    from torchvision import models as M\n    def two():\n        return M.resnet18(pretrained=True)",
    # Bound in a branch of a branch, and used behind both.
    HEAD + "fn = None\nif a:\n    if b:\n        fn = models.resnet18\n    x = 1\nfn(pretrained=True)",
    HEAD + "fn = models.resnet18\nif a:\n    if b:\n        pass\n    fn = None\nfn(pretrained=True)",
    HEAD + "with pytest.raises(KeyError):\n    pass\nmodels.resnet18(pretrained=True)",
    # The dictionary of a namespace, and what its methods give.
    HEAD + "net = models.__dict__.pop(arch)\nnet(pretrained=True)",
    HEAD + "all_of = models.__dict__.copy()\nall_of[arch](pretrained=True)",
    HEAD + "for name, net in models.__dict__.items():\n    net(pretrained=True)",
    HEAD + "for net in models.__dict__.values():\n    net(pretrained=True)",
    HEAD + "models.detection.__dict__[arch](pretrained=True)",
    HEAD + "models.__dict__['resnet18'](pretrained=True)",
    HEAD + "nets = dict(models.__dict__)\nnets[arch](pretrained=True)",
    HEAD + "NAME = 'resnet18'\ngetattr(models, NAME)(pretrained=True)",
    HEAD + "fn = getattr(models, arch, None)\nfn(pretrained=True)",
    "import importlib\nNAME = 'torchvision.models'\nimportlib.import_module(NAME).resnet18(pretrained=True)",
    "m = __import__('torchvision.models')\nm.models.resnet18(pretrained=True)",
    "m = __import__('torchvision.models', None, None, ['x'])\nm.resnet18(pretrained=True)",
    HEAD
    + "import functools as ft\nmake = ft.partial(ft.partial(models.resnet18), progress=False)\nmake(pretrained=True)",
    HEAD + "make = [n(pretrained=p) for n, p in ((models.resnet18, True),)]",
    HEAD + "nets = {n: f for n, f in (('a', models.resnet18),)}\nnets['a'](pretrained=True)",
    HEAD + "fn = models.resnet18 if a else models.resnet50\nfn(pretrained=True)",
    HEAD + "fn = None or models.resnet18\nfn(pretrained=True)",
    HEAD + "(lambda fn=models.resnet18: fn(pretrained=True))()",
    HEAD + "first, *rest = [models.resnet18]\nx = (models.resnet50)(pretrained=True)",
    "import torchvision.models.resnet\ntorchvision.models.resnet.resnet18(pretrained=True)",
    "import torchvision\ntorchvision.models.resnet50(pretrained=True)",
    "import torchvision.models\ntorchvision.models.resnet50(pretrained=True)",
    "import torchvision.models as tvm\ntvm.resnet50(pretrained=True)",
    "from torchvision import models as M\nM.resnet50(pretrained=True)",
    "from torchvision.models import resnet50\nresnet50(pretrained=True)",
    "from torchvision.models.resnet import resnet50 as net\nnet(pretrained=True)",
    "from torchvision.models import *\nresnet50(pretrained=True)",
    "import torchvision as tv\nfn = tv.models.resnet50\nfn(pretrained=True)",
    "from torchvision import models\na = b = models.resnet50\nb(pretrained=True)",
    "from torchvision import models\nmodels.resnet50(True)",
    "from torchvision import models\narch = input()\nmodels.__dict__[arch](pretrained=True)",
    "from torchvision import models\narch = input()\nvars(models)[arch](pretrained=True)",
    "from torchvision import models\narch = input()\ngetattr(models, arch)(pretrained=True)",
    "from torchvision import models\narch = input()\nfn = getattr(models, arch)\nfn(pretrained=True)",
    "from torchvision import models\nfn = models.__dict__.get(input())\nfn(pretrained=True)",
    "from torchvision import models\ngetattr(models, 'resnet50')(pretrained=True)",
    "from torchvision.models import vgg\nkind = input()\ngetattr(vgg, kind)(pretrained=True)",
    "import functools\nfrom torchvision import models\nfunctools.partial(models.resnet18, pretrained=True)",
    "from functools import partial\nfrom torchvision import models\np = partial(models.resnet18)\np(pretrained=True)",
    "from torchvision import models\nnets = {'a': models.resnet18}\nnets['a'](pretrained=True)",
    "from torchvision import models\nnets = [models.resnet18, models.resnet50]\nnets[0](pretrained=True)",
    "from torchvision import models\nfor net in (models.resnet18, models.resnet50):\n    net(pretrained=True)",
    "from torchvision import models\nfor name, net in {'a': models.resnet18}.items():\n    pass\nmodels.resnet18(True)",
    "import importlib\nm = importlib.import_module('torchvision.models')\nm.resnet18(pretrained=True)",
    "from importlib import import_module\nimport_module('torchvision.models').resnet18(pretrained=True)",
    "from monai.utils import optional_import\nmodels, has = optional_import('torchvision', name='models')\n"
    "def f():\n    models.resnet18(pretrained=True)",
    "from torchvision import models\ndef f(fn=models.resnet18):\n    fn(pretrained=True)",
    "from torchvision import models\nclass A:\n    def f(self):\n        return models.resnet18(pretrained=True)",
    "from torchvision import models\nf = lambda: models.resnet18(pretrained=True)",
    "from torchvision import models\n[net(pretrained=True) for net in (models.resnet18,)]",
    "from torchvision import models\ndef f():\n    global g\n    g = models.resnet18\ndef h():\n    g(pretrained=True)",
    "from torchvision import models\nif (net := models.resnet18):\n    net(pretrained=True)",
    "from torchvision import models\nasync def f():\n    async with a:\n        models.resnet18(pretrained=True)",
    "from torchvision import models\ntry:\n    models.resnet18(pretrained=True)\nfinally:\n    pass",
    "from torchvision import models\nwith open('x') as f:\n    models.resnet18(pretrained=True)",
    "def f():\n    from torchvision import models\n    return models.resnet18(pretrained=True)",
    "def f(name, **kw):\n    from torchvision import models\n    return getattr(models, name)(**kw)\n"
    "f('resnet18', pretrained=True)",
    "import torch\ntorch.hub.load('pytorch/vision', 'resnet18', pretrained=True)",
    "from torchvision.models.detection.backbone_utils import resnet_fpn_backbone\n"
    "resnet_fpn_backbone('resnet50', pretrained=True)",
    "from torchvision.models.detection.backbone_utils import resnet_fpn_backbone\n"
    "resnet_fpn_backbone('resnet50', True)",
    # Attributes of a class and of its instances.
    HEAD + "class A:\n    net = models.resnet18\n    def f(self):\n        return self.net(pretrained=True)",
    HEAD + "class A:\n    zoo = {'a': models.resnet18}\n    def f(self):\n        self.zoo['a'](pretrained=True)",
    HEAD + "class A:\n    def f(self):\n        self.net(pretrained=True)\n"
    "    def __init__(self):\n        self.net = models.resnet18",
    HEAD + "class A:\n    net = models.resnet18\nclass B(A):\n    def f(self):\n        self.net(pretrained=True)",
    HEAD + "class A:\n    net = models.resnet18\nA.net(pretrained=True)\n",
    HEAD + "class A:\n    net = models.resnet18\nA().net(pretrained=True)\n",
    HEAD + "class A:\n    def __init__(self, **kw):\n        models.resnet18(**kw)\nA(pretrained=True)",
    # Arguments out of a dictionary, and programs as text.
    HEAD + "models.resnet18(**{'pretrained': True})",
    HEAD + "models.resnet18(**dict(pretrained=True))",
    HEAD + "kw = {'pretrained': True}\nmodels.resnet18(**kw)",
    HEAD + "kw = dict(pretrained=True)\nmodels.resnet18(**kw)",
    HEAD + "kw = {}\nkw['pretrained'] = True\nmodels.resnet18(**kw)",
    HEAD + "kw = {}\nkw |= {'pretrained': True}\nmodels.resnet18(**kw)",
    HEAD + "kw = {}\nkw.update(pretrained=True)\nmodels.resnet18(**kw)",
    HEAD + "kw = {}\nkw.update({'pretrained': True}, progress=True)\nmodels.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True}\nkw.update(progress=True)\nmodels.resnet18(**kw)",
    HEAD + "make = lambda **kw: models.resnet18(**kw)\nmake(pretrained=True)",
    HEAD + "(lambda **kw: models.resnet18(**kw))(pretrained=True)",
    HEAD + "def f():\n    make = lambda **kw: models.resnet18(**kw)\n    return make(pretrained=True)",
    "import torch\ntorch.hub.load('pytorch/vision', 'resnet18', True)",
    HEAD + "kw = dict()\nif a:\n    kw['pretrained'] = True\nmodels.resnet18(**kw)",
    HEAD + "def f():\n    kw = {'pretrained': True, 'a': 1}\n    kw.pop('a')\n    return models.resnet18(**kw)",
    HEAD + "zoo = {}\nzoo['a'] = models.resnet18\nzoo['a'](pretrained=True)",
    HEAD + "zoo = {}\ndef f():\n    return zoo[a](pretrained=True)\nzoo['a'] = models.resnet18",
    HEAD + "for n, f in dict(a=models.resnet18).items():\n    f(pretrained=True)",
    HEAD + "fn = {'a': models.resnet18}.get(name)\nfn(pretrained=True)",
    HEAD + "eval('models.resnet18')(pretrained=True)",
    HEAD + "eval('models.' + arch)(pretrained=True)",
    HEAD + "eval(f'models.{arch}(pretrained=True)')",
    HEAD + "eval('models.%s(pretrained=True)' % arch)",
    HEAD + "eval('models.{}'.format(arch))(pretrained=True)",
    HEAD + "for n, f in [('a', models.resnet18), ('b', models.vgg16)]:\n    f(pretrained=True)",
    HEAD + "for f, n in [(models.resnet18, 1), other]:\n    f(pretrained=True)",
    # By the name of a model.
    HEAD + "models.get_model('resnet18', pretrained=True)",
    HEAD + "models.get_model(name='resnet18', pretrained=flag)",
    HEAD + "models.get_model(arch, pretrained=True)",
    HEAD + "models.get_model_builder('resnet18')(pretrained=True)",
    HEAD + "models.get_model_builder(arch)(pretrained=True)",
    "import torch\ntorch.hub.load(repo_or_dir='pytorch/vision', model='resnet18', pretrained=True)",
    HEAD + "make = getattr(models, 'resnet18', None)\nmake(pretrained=True)",
    HEAD + "if getattr(models, 'resnet18'):\n    models.vgg11(pretrained=True)",
    HEAD
    + "class A:\n    def __init__(self):\n        self.net = models.resnet18\n    def f(self):\n        getattr(self, 'net')(pretrained=True)",
    HEAD + "m = models if a else mine\ngetattr(m, 'resnet18')(pretrained=True)",
    HEAD + "m = models if a else mine\ngetattr(m, arch)(pretrained=True)",
    HEAD + "from functools import partial\npartial(models.__dict__[arch], pretrained=True)",
    HEAD + "from functools import partial\npartial(models.resnet18, True)",
    HEAD + "from functools import partial\npartial(models.resnet18 if a else models.vgg11, pretrained=True)",
    HEAD + "pair = (models.resnet18, models.vgg11)\na, b = pair\nb(pretrained=True)",
    HEAD + "pair = (1, models.vgg11) if x else other\na, b = pair\nb(pretrained=True)",
    HEAD + "models.get_model(name='resnet18', pretrained=True)",
    HEAD + "models.get_model(name=arch, progress=False, pretrained=True)",
    HEAD + "make = models.get_model_builder(name='resnet18')\nmake(pretrained=True)",
    HEAD + "zoo = {'a': models.vgg11}\nzoo['b'] = mine\nzoo['c'] = models.resnet18\nzoo['a'](pretrained=True)",
    HEAD + "zoo = [models.vgg11] if a else [models.resnet18]\nzoo[0](pretrained=True)",
    HEAD + "kw = {'pretrained': True}\nkw['progress'] = False\nmodels.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True, 'a': 1}\ndel kw['a']\nmodels.resnet18(**kw)",
    HEAD
    + "def f():\n    try:\n        fn = models.resnet18\n    except KeyError as models:\n        fn = mine\n    fn(pretrained=True)",
    HEAD
    + "def f(a):\n    try:\n        fn = mine\n    except KeyError:\n        fn = models.resnet18\n    fn(pretrained=True)",
    HEAD
    + "def f(a):\n    try:\n        models.resnet18\n    except (KeyError, OSError):\n        return\n    models.resnet18(pretrained=True)",
    HEAD
    + "class A:\n    @staticmethod\n    def f(m):\n        m.net(pretrained=True)\n    def g(self, m=models):\n        m.resnet18(pretrained=True)",
    HEAD
    + "class A:\n    def __init__(self):\n        self.net = models.resnet18\n        self.net = mine\n    def f(self):\n        self.net(pretrained=True)",
    HEAD + "x = [models.resnet18(pretrained=True) for a in b if models.vgg11]",
    HEAD + "x = [1 for a in b if models.resnet18(pretrained=True)]",
    HEAD + "{name: build for name, build in vars(models).items()}['resnet18'](pretrained=True)",
    "import torch.hub as h\ndef f():\n    h.load('pytorch/vision', 'resnet18', pretrained=True)",
    "from torch import hub\ndef f():\n    hub.load('pytorch/vision', 'resnet18', pretrained=True)",
    "from torch.hub import load\ndef f():\n    return load('pytorch/vision', 'resnet18', pretrained=True)",
    HEAD
    + "class A:\n    def __init__(self, **kw):\n        self.net = models.resnet18(**kw)\ndef f():\n    return A(pretrained=True)",
    HEAD
    + "import torchvision as tv\nclass R(tv.models.ResNet):\n    pass\ndef f():\n    models.resnet18(pretrained=True)",
    "m, ok = optional_import('torchvision.models')\nm.resnet18(pretrained=True)",
    "m, ok = optional_import('torchvision.models', allow=True, name='resnet18')\nm(pretrained=True)",
    HEAD
    + "def f(models=models):\n    while True:\n        if a:\n            break\n        models.resnet18(pretrained=True)",
    HEAD + "fn = models.resnet18 or mine\nfn(pretrained=True)",
    HEAD + "import torchvision\nif a or torchvision.__version__ > x or 1:\n    pass\nmodels.resnet18(pretrained=True)",
    HEAD + "if not flag:\n    models.resnet18(pretrained=True)",
    HEAD + "x = -1\nif x:\n    models.resnet18(pretrained=True)",
    HEAD + "(models.resnet18 if x else mine)(pretrained=True)",
    HEAD + "(mine if x else models.resnet18)(pretrained=True)",
    HEAD + "eval(f'models.{arch}')(pretrained=True)",
    HEAD + "eval('models.' + arch + '(pretrained=True)')",
    HEAD + "def f(*, net=models.resnet18(pretrained=True)): ...",
    HEAD + "def f(x: models.resnet18(pretrained=True)): ...",
    HEAD + "def f() -> models.resnet18(pretrained=True): ...",
    HEAD + "x = {models.resnet18(pretrained=True): 1, **more}",
    HEAD + "def f():\n    return 1\nif f():\n    models.resnet18(pretrained=True)",
    HEAD + "def f():\n    return\nif f():\n    models.resnet18(pretrained=True)",
    HEAD + "match x:\n    case 1:\n        models = mine\nmodels.resnet18(pretrained=True)",
    HEAD + "for a in b:\n    if a: break\nelse:\n    models = mine\nmodels.resnet18(pretrained=True)",
    HEAD
    + "def f(self):\n    kw = {}\n    kw.update(pretrained=True)\n    kw['a'] = 1\n    return models.resnet18(**kw)",
    HEAD + "class A:\n    class B:\n        def f(self):\n            return models.resnet18(pretrained=True)",
]

NOT_FOUND = [
    "import timm\ntimm.create_model('resnet50', pretrained=True)",
    "from pretrainedmodels import models\nmodels.resnet50(pretrained=True)",
    "from torchvision import models\nfrom mine import models\nmodels.resnet50(pretrained=True)",
    "from torchvision.models import resnet50\ndef resnet50(pretrained): ...\nresnet50(pretrained=True)",
    "from torchvision import models\ndef f(models):\n    models.resnet50(pretrained=True)",
    "from torchvision import models\nfor models in []:\n    pass\ndef f(x, models=None):\n    models.resnet50(pretrained=True)",
    "import torchvision\nclass A:\n    models = 1\n    def f(self):\n        self.models.resnet50(pretrained=True)",
    "'''\nfrom torchvision import models\nmodels.resnet50(pretrained=True)\n'''",
    "# torchvision.models.resnet50(pretrained=True)",
    "from torchvision import models\nmodels.resnet50(weights=None)",
    "from torchvision import models\nmodels.ResNet(pretrained=True)",
    "import torch\ntorch.hub.load('pytorch/vision:v0.10.0', 'resnet18', pretrained=True)",
    "import torch\ntorch.hub.load('facebookresearch/dino', 'resnet18', pretrained=True)",
    "import torchvision\nmine.torchvision.models.resnet50(pretrained=True)",
    "from torchvision import models\n[models.resnet50(pretrained=True) for models in []]",
    "from torchvision import models\nlambda models: models.resnet50(pretrained=True)",
    "from torchvision import models\nmodels = load()\nmodels.resnet50(pretrained=True)",
    HEAD + "class A:\n    def models(self): ...\n    def f(self):\n        self.models.resnet18(pretrained=True)",
    HEAD + "class A(Unknown):\n    def f(self):\n        self.net(pretrained=True)",
    HEAD + "class models:\n    def resnet18(pretrained): ...\nmodels.resnet18(pretrained=True)",
    HEAD + "models.get_model('mine', pretrained=True)",
    HEAD + "models.get_model('resnet18', weights=None)",
    HEAD + "eval(program)\neval('1 + 1')\neval('models.')\neval('mine.resnet18(pretrained=True)')",
    HEAD + "kw = {'pretrained': True}\nkw.pop('pretrained')\nmodels.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True}\ndel kw['pretrained']\nmodels.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True}\nkw |= {'weights': None}\nkw.pop('pretrained')\nmodels.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True}\nkw |= other\nmodels.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True}\nkw.update(other)\nmodels.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True}\nkw.update(**other)\nmodels.resnet18(**kw)",
    HEAD + "make = lambda **kw: mine(**kw)\nmake(pretrained=True)",
    HEAD + "make = lambda pretrained, **kw: models.resnet18(**kw)\nmake(pretrained=True)",
    HEAD + "import torchvision\nold = lambda: torchvision.__version__.startswith('0.9.')\n"
    "if old():\n    models.resnet18(pretrained=True)",
    "import torch\ntorch.hub.load('pytorch/vision', 'resnet18', 'IMAGENET1K_V1')",
    "import torch\ntorch.hub.load('pytorch/vision:v0.10.0', 'resnet18', True)",
    "import torch\ntorch.hub.load('pytorch/vision', 'mine', True)",
    HEAD + "kw = {'pretrained': True}\nkw.clear()\nmodels.resnet18(**kw)",
    HEAD + "def f():\n    kw = dict(pretrained=True)\n    del kw[x]\n    return models.resnet18(**kw)",
    HEAD + "kw = {'pretrained': True}\ndel kw\nkw = {}\nmodels.resnet18(**kw)",
    HEAD + "kw = {'weights': None}\nmodels.resnet18(**kw)\nmine(**{'pretrained': True})",
    HEAD + "getattr(other, 'resnet18')(pretrained=True)",
    HEAD + "from functools import partial\npartial()\npartial(mine, pretrained=True)",
    HEAD + "models.get_model(pretrained=True)\nmodels.get_model(*names, pretrained=True)",
    HEAD + "import importlib\nimportlib.import_module()\nimportlib.import_module(name).resnet18(pretrained=True)",
    HEAD
    + "optional_import()\noptional_import(name)\nm, ok = optional_import('mine', name='models')\nm.resnet18(pretrained=True)",
    HEAD + "m, ok = optional_import('torchvisionary.models')\nm.resnet18(pretrained=True)",
    HEAD
    + "class A:\n    net = models.resnet18\n    @staticmethod\n    def f(other):\n        other.net(pretrained=True)",
    HEAD + "import torchvision\nx = torchvision.__version__ > y and models.resnet18(pretrained=True)",
    HEAD + "def f():\n    models = mine\n    if a:\n        models = other\n    models.resnet18(pretrained=True)",
    HEAD + "kw = {'pretrained': True}\nkw[name] = 1\nmodels.resnet18(**kw)",
    HEAD + "a, b = models.resnet18, mine\nb(pretrained=True)",
    HEAD + "zoo = [mine, mine]\nzoo[0](pretrained=True)",
    HEAD + "import torchvision\nif a and torchvision.__version__ < x:\n    models.resnet18(pretrained=True)",
    HEAD + "import torchvision\nif not torchvision.__version__ < x:\n    models.resnet18(pretrained=True)",
    HEAD
    + "import torchvision\ndef old():\n    return torchvision.__version__ < x\nif old():\n    models.resnet18(pretrained=True)",
    HEAD
    + "match x:\n    case 1:\n        models = mine\n    case _:\n        models = other\nmodels.resnet18(pretrained=True)",
]


@pytest.mark.parametrize("source", FOUND)
def test_found(source):
    assert {finding.code for finding in findings(source)} & {"TVC201", "TVC401"}, source


# Whether a model is there says nothing of how it is called.
ASKING = [
    "if hasattr(models, arch):\n    getattr(models, arch)(pretrained=True)",
    "if arch.startswith('res') and hasattr(models, arch):\n    getattr(models, arch)(pretrained=True)",
    "if not hasattr(models, arch):\n    raise ValueError\ngetattr(models, arch)(pretrained=True)",
    "def f(arch):\n    if not hasattr(models, arch):\n        return None\n    return getattr(models, arch)(pretrained=True)",
    "if arch in models.__dict__:\n    models.__dict__[arch](pretrained=True)",
    "if arch not in dir(models):\n    raise KeyError\nmodels.__dict__[arch](pretrained=True)",
    "net = getattr(models, arch)(pretrained=True) if hasattr(models, arch) else None",
    "hasattr(models, arch) and getattr(models, arch)(pretrained=True)",
    "fn = getattr(models, arch, None)\nif fn is None:\n    raise ValueError\nfn(pretrained=True)",
    "if callable(getattr(models, arch, None)):\n    getattr(models, arch)(pretrained=True)",
    "if hasattr(models, 'resnet18'):\n    models.resnet18(pretrained=True)",
    "if hasattr(models, 'convnext_tiny'):\n    models.convnext_tiny(pretrained=True)",
    "def there(arch):\n    return hasattr(models, arch)\nif there('a'):\n    models.resnet18(pretrained=True)",
    "there = lambda arch: hasattr(models, arch)\nif there('a'):\n    models.resnet18(pretrained=True)",
]


@pytest.mark.parametrize("source", ASKING)
def test_asking_for_a_model_tells_nothing_of_its_arguments(source):
    assert "TVC201" in {finding.code for finding in findings(HEAD + source)}


@pytest.mark.parametrize(
    "source",
    [
        "if hasattr(models, 'ResNet18_Weights'):\n    pass\nelse:\n    models.resnet18(pretrained=True)",
        "if not hasattr(models, 'get_model'):\n    models.resnet18(pretrained=True)",
        "if not hasattr(models, arch + '_Weights'):\n    models.resnet18(pretrained=True)",
        "if not hasattr(models, f'{arch}_Weights') or not hasattr(models, arch):\n    models.resnet18(pretrained=True)",
        "if 'ResNet18_Weights' not in dir(models):\n    models.resnet18(pretrained=True)",
        "if getattr(models, 'ResNet18_Weights', None) is None:\n    models.resnet18(pretrained=True)",
    ],
)
def test_asking_for_entries_tells_the_era(source):
    assert findings(HEAD + source) == []


def test_asking_for_a_model_takes_care_of_its_name():
    asked = HEAD + "if hasattr(models, 'convnext_tiny'):\n    net = models.convnext_tiny({})\n"
    assert findings(asked.format(""), between("0.9.0")) == []
    assert [finding.code for finding in findings(asked.format("weights=None"), between("0.9.0"))] == ["TVC202"]


@pytest.mark.parametrize(
    "source",
    [
        "import importlib\nimportlib.import_module('torchvision.transforms.functional_tensor')",
        "__import__('torchvision.models.utils')",
    ],
)
def test_modules_that_are_imported_by_a_call(source):
    assert [finding.code for finding in findings(source)] == ["TVC101"]


@pytest.mark.parametrize("source", NOT_FOUND)
def test_not_found(source):
    assert findings(source) == []


BRANCHES = [
    (
        """\
if lib == "torchvision":
    from torchvision.models import resnet50
    resnet50(pretrained=True)
else:
    from timm.models import resnet50
    resnet50(pretrained=True)
resnet50(pretrained=True)
""",
        [3, 7],
    ),
    (
        """\
from torchvision import models
def f(lib):
    if lib == "timm":
        import timm.models as models
        return models.resnet18(pretrained=True)
    return models.resnet18(pretrained=True)
""",
        [6],
    ),
    (
        """\
from torchvision import models
for name in names:
    if name == "a":
        make = models.resnet18
        break
    elif name == "b":
        make = models.resnet34
        continue
    make = None
    make(pretrained=True)
make(pretrained=True)
""",
        [11],
    ),
    (
        """\
try:
    from mine.models import resnet18
    resnet18(pretrained=True)
except ValueError:
    from torchvision.models import resnet18
    resnet18(pretrained=True)
else:
    resnet18(pretrained=True)
finally:
    resnet18(pretrained=True)
""",
        [6, 10],
    ),
    (
        """\
from torchvision import models
while True:
    models.resnet18(pretrained=True)
    models = 1
    models.resnet18(pretrained=True)
else:
    models.resnet18(pretrained=True)
""",
        [3, 7],
    ),
    (
        """\
from torchvision import models
if a:
    pass
elif b:
    raise ValueError
else:
    models = None
    models.resnet18(pretrained=True)
models.resnet18(pretrained=True)
""",
        [9],
    ),
]


@pytest.mark.parametrize(("source", "lines"), BRANCHES)
def test_a_name_stands_for_what_the_branch_bound(codes, source, lines):
    assert list(codes(source)) == lines


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match came with Python 3.10")
def test_names_in_a_match_statement(codes):
    source = """\
from torchvision import models
match arch:
    case "a" if models.resnet18(pretrained=True):
        make = models.resnet18
        make(pretrained=True)
    case "b":
        make = other
        make(pretrained=True)
make(pretrained=True)
"""
    assert list(codes(source)) == [3, 5, 9]


GUARDED = [
    "try:\n    from torchvision.models.utils import load_state_dict_from_url\n"
    "except ImportError:\n    from torch.hub import load_state_dict_from_url",
    "try:\n    import torchvision.transforms.functional_tensor as F\nexcept:\n    F = None",
    "try:\n    import torchvision.transforms.functional_tensor as F\nexcept (ModuleNotFoundError, OSError):\n    F = None",
    "import contextlib\nwith contextlib.suppress(ImportError):\n    import torchvision.transforms.functional_tensor",
    "import torchvision\nif hasattr(torchvision.models.resnet, 'model_urls'):\n    torchvision.models.resnet.model_urls",
    "from torchvision.models import resnet\nurls = getattr(resnet, 'model_urls', None)",
    "from torchvision.models import resnet\ntry:\n    resnet.model_urls\nexcept AttributeError:\n    pass",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from torchvision.transforms.functional_tensor import x",
    "import torchvision\nfrom packaging import version\n"
    "if version.parse(torchvision.__version__) < version.parse('0.13'):\n    torchvision.models.resnet18(pretrained=True)\n"
    "else:\n    torchvision.models.resnet18(weights=None)",
    "import torchvision\nfrom distutils.version import LooseVersion\nNEW = LooseVersion(torchvision.__version__) >= '0.13'\n"
    "def f():\n    if NEW:\n        return torchvision.models.resnet18(weights=None)\n"
    "    return torchvision.models.resnet18(pretrained=True)",
    "import torchvision\nv = tuple(int(x) for x in torchvision.__version__.split('.')[:2])\n"
    "net = torchvision.models.resnet18(weights=None) if v >= (0, 13) else torchvision.models.resnet18(pretrained=True)",
    "import torchvision\ndef is_old():\n    return int(torchvision.__version__.split('.')[1]) < 13\n"
    "if is_old():\n    torchvision.models.resnet18(pretrained=True)",
    "import torchvision\ndef f():\n    if int(torchvision.__version__.split('.')[1]) < 13:\n"
    "        return torchvision.models.resnet18(pretrained=True)\n    return torchvision.models.resnet18(weights=None)",
    "from torchvision import models\ntry:\n    models.resnet18(weights=None)\nexcept TypeError:\n"
    "    models.resnet18(pretrained=True)",
    "from torchvision import models\ntry:\n    from torchvision.models import ResNet18_Weights\nexcept ImportError:\n"
    "    ResNet18_Weights = None\nif ResNet18_Weights is None:\n    models.resnet18(pretrained=True)",
    "from torchvision import models\ntry:\n    from torchvision.models import ResNet18_Weights\n    HAS = True\n"
    "except ImportError:\n    HAS = False\ndef f():\n    if HAS:\n        models.resnet18(weights=None)\n    else:\n"
    "        models.resnet18(pretrained=True)",
    "from torchvision import models\nif 'get_model' in models.__dict__:\n    models.get_model('resnet18')",
    "import torchvision\nhasattr(torchvision.models, 'get_model') and torchvision.models.get_model('resnet18')",
    "import importlib.metadata\nimport torchvision\nif importlib.metadata.version('torchvision') < '0.13':\n"
    "    torchvision.models.resnet18(pretrained=True)",
    "import torchvision\nkw = {}\nif int(torchvision.__version__.split('.')[1]) < 13:\n    kw['pretrained'] = True\n"
    "else:\n    kw['weights'] = None\ntorchvision.models.resnet18(**kw)",
    # The dictionary was made where the version was known.
    "import torchvision\nif int(torchvision.__version__.split('.')[1]) < 13:\n    kw = dict(pretrained=True)\n"
    "else:\n    kw = dict(weights=None)\ntorchvision.models.resnet18(**kw)",
    "import torchvision\nclass A:\n    new = int(torchvision.__version__.split('.')[1]) >= 13\n    def f(self):\n"
    "        if self.new:\n            return torchvision.models.resnet18(weights=None)\n"
    "        return torchvision.models.resnet18(pretrained=True)",
    "import torchvision\nmajor, minor = map(int, torchvision.__version__.split('.')[:2])\n"
    "if (major, minor) < (0, 13):\n    torchvision.models.resnet18(pretrained=True)",
    "import inspect, torchvision\n"
    "if 'weights' in inspect.signature(torchvision.models.resnet18).parameters:\n"
    "    torchvision.models.resnet18(weights=None)\nelse:\n    torchvision.models.resnet18(pretrained=True)",
    "import pytest, torchvision\n@pytest.mark.skipif(int(torchvision.__version__[2:4]) > 12, reason='')\n"
    "def test():\n    torchvision.models.resnet18(pretrained=True)",
]


@pytest.mark.parametrize("source", GUARDED)
@pytest.mark.parametrize("question", [None, between("0.9.0")])
def test_code_that_takes_care(source, question):
    found = findings(source, question)
    assert [finding for finding in found if finding.code != "TVC402"] == []


def test_a_guard_against_something_else_does_not_make_pretrained_new():
    source = (
        "from torchvision import models\ntry:\n    models.inception_v3(pretrained=True, init_weights=False)\n"
        "except TypeError:\n    models.inception_v3(pretrained=True)\n"
    )
    assert [finding.line for finding in findings(source)] == [3, 5]


NOT_GUARDED = [
    # Told in other words, and still an error.
    "try:\n    import torchvision.transforms.functional_tensor\nexcept ImportError:\n    raise RuntimeError('no torchvision')",
    "try:\n    import torchvision.transforms.functional_tensor\nexcept ValueError:\n    pass",
    "import torchvision\ntry:\n    torchvision.models.resnet.model_urls\nexcept ImportError:\n    pass",
    "import sys\nif sys.version_info > (3, 8):\n    import torchvision.transforms.functional_tensor",
    "import torchvision\nif torchvision:\n    import torchvision.transforms.functional_tensor",
]


@pytest.mark.parametrize("source", NOT_GUARDED)
def test_code_that_does_not(source):
    assert [finding.severity for finding in findings(source)] == ["breaks"]


GONE = "from torchvision.models.utils import load_state_dict_from_url\n"


@pytest.mark.parametrize(
    "guard",
    [
        "contextlib.suppress(ImportError)",
        "suppress(ValueError, ImportError)",
        "suppress(Exception)",
        "pytest.raises(ImportError)",
        "pytest.raises((TypeError, ModuleNotFoundError))",
        "open('x'), suppress(ImportError)",
    ],
)
def test_what_a_with_statement_catches_is_left_alone_and_nothing_behind_it(codes, guard):
    source = f"with {guard}:\n    {GONE}{GONE}"
    assert codes(source) == {3: ["TVC101"]}


@pytest.mark.parametrize("guard", ["suppress(ValueError)", "pytest.raises(KeyError)", "ignored(ImportError)", "lock"])
def test_a_with_statement_that_catches_something_else(codes, guard):
    assert codes(f"with {guard}:\n    {GONE}") == {2: ["TVC101"]}


def test_functions_that_know_the_version_through_one_another(codes):
    source = """\
        import torchvision
        from packaging.version import Version
        def new():
            return Version(torchvision.__version__) >= Version("0.13")
        def old():
            return not new()
        if old():
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
    """
    assert codes(source) == {9: ["TVC101"]}


def test_getattr_with_a_default_takes_care_of_what_it_asks_for(codes):
    source = """\
        import torchvision
        a = getattr(torchvision.transforms, "Scale", None)
        b = getattr(torchvision.transforms, "Scale")
        if getattr(torchvision, "datapoints", None):
            from torchvision import datapoints
        from torchvision import datapoints
    """
    assert codes(source) == {3: ["TVC101"], 6: ["TVC101"]}


@pytest.mark.parametrize(
    "test",
    [
        'torchvision.__version__.split("+")[0] < "0.9"',
        'torchvision.__version__.partition("+")[0] < "0.9"',
        'torchvision.__version__.rsplit(".", 1)[0] < "0.9"',
        '"0.9" > torchvision.__version__',
        "float(torchvision.__version__[:3]) < 0.9",
    ],
)
def test_versions_compared_as_text_wherever_they_come_from(codes, test):
    assert codes(f"import torchvision\nx = {test}\n") == {2: ["TVC402"]}


@pytest.mark.parametrize(
    "test",
    [
        'torch.__version__ < "1.9"',
        'torchvision.__version__ == "0.9.0"',
        'torchvision.__version__.startswith("0.9")',
        'Version(torchvision.__version__) < Version("0.9")',
        'tuple(map(int, torchvision.__version__.split(".")[:2])) < (0, 9)',
        'name < "0.9"',
    ],
)
def test_other_tests_of_versions(codes, test):
    assert codes(f"import torch, torchvision\nx = {test}\n") == {}


@pytest.mark.parametrize(
    ("steps", "reported"),
    [
        ("ToTensor(), Resize(8)", [True]),
        ("Resize(8), ToTensor()", [False]),
        ("Resize(4), ToTensor(), Resize(8)", [False, True]),
        ("Resize(8), Normalize(m, s)", [True]),
        ("Resize(8), RandomHorizontalFlip()", [False]),
        ("other(), PILToTensor(), x, Resize(8)", [True]),
        ("ToTensor(), Resize(8, antialias=True)", [False]),
    ],
)
@pytest.mark.parametrize("holder", ["Compose([{}])", "Compose(({}))", "steps = [{}]"])
def test_which_steps_of_a_transform_work_on_tensors(codes, holder, steps, reported):
    lines = holder.format(steps.replace("Resize", "\nResize"))
    found = codes("from torchvision.transforms import *\n" + lines + "\n")
    resized = [number for number, line in enumerate(lines.split("\n"), 2) if line.startswith("Resize")]
    assert [number in found for number in resized] == reported


def test_classes_that_hold_one_another(codes):
    """Following them from one to the next never ends."""
    source = """\
    from torchvision import models
    class A:
        def __init__(self):
            self.kids = [A(), B()]
            self.net = models.resnet18(pretrained=True)
        def all(self):
            return {"me": [self], **self.kids}
    class B(A):
        def __init__(self):
            super().__init__()
            self.parents = (A(), self)
            self.kids = self.kids + [self.all()]
    """
    assert codes(source) == {5: ["TVC201"]}


@pytest.mark.parametrize(
    "source",
    [
        "class A(T.RandomAffine):\n    def __init__(self):\n        T.RandomAffine.__init__(self, 1, fillcolor=0)",
        "class A(T.RandomAffine):\n    def __init__(self, **k):\n        T.RandomAffine.__init__(self, 1, **k)\n"
        "A(fillcolor=0)",
        "class A(T.RandomAffine):\n    pass\nclass B(A):\n    def __init__(self):\n        A.__init__(self, 1, fillcolor=0)",
        "class A(T.RandomAffine):\n    def __init__(self):\n        super(A, self).__init__(1, fillcolor=0)",
        "init = T.RandomAffine.__init__\ninit(a, 1, fillcolor=0)",
    ],
)
def test_constructors_that_are_called_by_their_name(source):
    found = findings("import torchvision.transforms as T\n" + source)
    assert [finding.code for finding in found] == ["TVC103"]


def test_a_constructor_by_its_name_takes_the_instance_first(codes):
    source = (
        "import torchvision.transforms as T\nT.Resize.__init__(a, 3, 2)\nT.Resize.__init__(a, 3)\nT.Resize.__init__(*a)"
    )
    assert codes(source, upgrade("0.12.0", "0.14.1")) == {2: ["TVC301"]}


def test_names_that_only_look_like_those_that_are_followed(codes):
    # `models` is part of other words here, and no word of its own.
    source = "from torchvision import models\ndef f():\n    submodels = mymodels(models_of=1)\n    submodels(pretrained=True)\n"
    assert codes(source) == {}
