"""Arguments that come through dictionaries and functions of the file: followed to the builder that gets them."""

import pytest

from ..conftest import findings

HEAD = "from torchvision import models\n"

# Source -> lines where `pretrained=` is reported.
PROGRAMS = [
    # Dictionaries that are made of others.
    ('models.resnet18(**{"progress": False, "pretrained": True})', [2]),
    ('base = {"pretrained": True}\nmodels.resnet18(**{**base, "progress": True})', [2]),
    ('base = {"pretrained": True}\nmodels.resnet18(**{**base, "pretrained": False})', [3]),
    ('models.resnet18(**{**unknown, "pretrained": True})', [2]),
    ('base = {"pretrained": True}\nmodels.resnet18(**dict(base, progress=True))', [2]),
    ('base = {"progress": True}\nmodels.resnet18(**dict(base, pretrained=True))', [3]),
    ('base = {"pretrained": True}\nmodels.resnet18(**dict(**base))', [2]),
    ('base = {"pretrained": True}\nmodels.resnet18(**(base | {"progress": True}))', [2]),
    ('base = {"progress": True}\nmodels.resnet18(**(base | {"pretrained": True}))', [3]),
    ('base = {"pretrained": True}\nmodels.resnet18(**base.copy())', [2]),
    ('import copy\nbase = {"pretrained": True}\nmodels.resnet18(**copy.deepcopy(base))', [3]),
    ("from collections import OrderedDict\nkw = OrderedDict(pretrained=True)\nmodels.resnet18(**kw)", [3]),
    # One or the other.
    ("kw = dict(pretrained=True) if p else dict()\nmodels.resnet18(**kw)", [2]),
    ('kw = given or {"pretrained": True}\nmodels.resnet18(**kw)', [2]),
    ('for kw in [{"pretrained": True}, {"progress": False}]:\n    models.resnet18(**kw)', [2]),
    ('a = {"pretrained": True} if p else {}\nkw = {**a, "progress": True}\nmodels.resnet18(**kw)', [2]),
    ('a = {"pretrained": True} if p else {}\nkw = {}\nkw.update(a)\nmodels.resnet18(**kw)', [2]),
    # A dictionary in another one: the one that is asked for.
    ('C = {"a": {"pretrained": True}, "b": {"weights": None}}\nmodels.resnet18(**C["a"])', [2]),
    ('C = {"a": {"pretrained": True}, "b": {"weights": None}}\nmodels.resnet18(**C["b"])', []),
    ('C = {"a": {"pretrained": True}, "b": {"weights": None}}\nmodels.resnet18(**C.get("b"))', []),
    ('C = {"a": {"pretrained": True}, "b": {"weights": None}}\nmodels.resnet18(**C[name])', [2]),
    ('C = {}\nC["a"] = {"pretrained": True}\nmodels.resnet18(**C["a"])', [3]),
    ('C = {"a": models.resnet18, "b": timm.resnet18}\nC["b"](pretrained=True)', []),
    ('C = {"a": models.resnet18, "b": timm.resnet18}\nC["a"](pretrained=True)', [3]),
    ('C = {"a": models.resnet18, "b": timm.resnet18}\nC[name](pretrained=True)', [3]),
    ('C = {"a": timm.resnet18}\nC["a"] = models.resnet18\nC["a"](pretrained=True)', [4]),
    ('C = {"a": models.resnet18}\nC[name] = timm.resnet18\nC["a"](pretrained=True)', [4]),
    ("C = {}\nC[name] = models.resnet18\nC[name](pretrained=True)", [4]),
    # What a program puts in and takes out.
    ('kw = {"progress": True}\nkw["pretrained"] = True\nmodels.resnet18(**kw)', [3]),
    ('kw = {}\nkw.setdefault("pretrained", True)\nmodels.resnet18(**kw)', [3]),
    ('kw = {"pretrained": True}\nkw.setdefault("pretrained", False)\nmodels.resnet18(**kw)', [2]),
    ('kw = {"pretrained": True}\nkw.pop("pretrained")\nmodels.resnet18(**kw)', []),
    ('kw = {"pretrained": True}\nkw.pop(key)\nmodels.resnet18(**kw)', []),
    ('kw = {"pretrained": True}\ndel kw["pretrained"]\nmodels.resnet18(**kw)', []),
    ('kw = {"pretrained": True}\nkw.clear()\nmodels.resnet18(**kw)', []),
    ('kw = {"pretrained": True}\nkw.update(unknown)\nmodels.resnet18(**kw)', []),
    ('kw = {"pretrained": True}\nkw |= {"progress": True}\nmodels.resnet18(**kw)', [2]),
    # Pairs, and lists put together.
    ('Z = dict([("a", models.resnet18)])\nZ["a"](pretrained=True)', [3]),
    ('Z = dict(zip(["a"], [models.resnet18]))\nZ["a"](pretrained=True)', [3]),
    ("for n, f in zip(names, [models.resnet18]):\n    f(pretrained=True)", [3]),
    ("A = [models.resnet18]\nfor f in A + [models.vgg11]:\n    f(pretrained=True)", [4]),
    ("A = {**vars(own), 'a': models.resnet18}\nA[name](pretrained=True)", [3]),
    # What a function returns.
    ("def pick(n):\n    return getattr(models, n)\npick(n)(pretrained=True)", [4]),
    ("def pick(n):\n    return {'a': models.resnet18, 'b': models.vgg11}[n]\nfn = pick(n)\nfn(pretrained=True)", [5]),
    ("def kw():\n    models = 0\n    return {'pretrained': True}\nmodels.resnet18(**kw())", [4]),
    ("class A:\n    def pick(self, n):\n        return getattr(models, n)\n"
     "    def f(self):\n        self.pick('resnet18')(pretrained=True)", [6]),
    ("class A:\n    def pick(self):\n        return models.resnet18\n    def f(self):\n        self.pick()(pretrained=True)", [6]),
    ("pick = lambda n: models.__dict__[n]\npick('resnet18')(pretrained=True)", [3]),
    ("def pick(n):\n    return timm.resnet18\npick(n)(pretrained=True)", []),
    ("def me():\n    return me\nme()()(pretrained=True)\nmodels.resnet18(True)", [5]),
    ("class A:\n    @property\n    def net(self):\n        return models.resnet18\n    def f(self):\n"
     "        self.net(pretrained=True)", [7]),
    ("class A:\n    @functools.cached_property\n    def net(self):\n        return models.resnet18\n"
     "A().net(pretrained=True)", [6]),
    # What a function is given.
    ("def f(build):\n    return build(pretrained=True)\nf(models.resnet18)", [3]),
    ("def f(build):\n    return build(pretrained=True)\nf(build=models.resnet18)", [3]),
    ("def f(n, *, build=None):\n    return build(pretrained=True)\nf(1, build=models.resnet18)", [3]),
    ("def f(zoo, n):\n    return getattr(zoo, n)(pretrained=True)\nf(models.detection, n)", [3]),
    ("def f(zoo, n):\n    return zoo[n](pretrained=True)\nf(vars(models), n)", [3]),
    ("class A:\n    def __init__(self, build):\n        self.net = build(pretrained=True)\nA(models.resnet18)", [4]),
    ("class A:\n    def f(self, build):\n        return build(pretrained=True)\nA().f(models.resnet18)", [4]),
    ("class A:\n    @staticmethod\n    def f(build):\n        return build(pretrained=True)\nA.f(models.resnet18)", [5]),
    ("def f(build):\n    return build(pretrained=True)\nf(timm.resnet18)", []),
    ("def f(build):\n    return build(pretrained=True)\nf(models)", []),
    ("def f(name, build):\n    return name(pretrained=True)\nf(1, models.resnet18)", []),
    ("@pytest.mark.parametrize('net', [models.resnet18, models.vgg11])\ndef test(net):\n    net(pretrained=True)", [4]),
    ("@pytest.mark.parametrize('n, net', [(1, models.resnet18)])\ndef test(n, net):\n    net(pretrained=True)", [4]),
    ("@pytest.mark.parametrize('n, net', [(1, models.resnet18)])\ndef test(n, net):\n    n(pretrained=True)", []),
    ("@pytest.mark.parametrize('net', [timm.resnet18])\ndef test(net):\n    net(pretrained=True)", []),
    ("@pytest.mark.parametrize('net')\ndef test(net):\n    net(pretrained=True)", []),
    ("@pytest.fixture(params=[models.resnet18])\ndef net(request):\n    return request.param(pretrained=True)", [4]),
    ("@pytest.fixture(params=[timm.resnet18])\ndef net(request):\n    return request.param(pretrained=True)", []),
    ("@pytest.fixture(scope='module')\ndef net(request):\n    return request.param(pretrained=True)", []),
    # Found by a text.
    ("import pydoc\npydoc.locate('torchvision.models.resnet18')(pretrained=True)", [3]),
    ("from hydra.utils import get_class\nget_class('torchvision.models.resnet18')(pretrained=True)", [3]),
    ("get_class('timm.models.resnet18')(pretrained=True)", []),
    ("logging.getLogger('torchvision.models').resnet18(pretrained=True)", []),
    ("import sys\nsys.modules['torchvision.models'].resnet18(pretrained=True)", [3]),
    ("import sys\nsys.modules['torchvision.models'] = mine\nsys.modules[name].resnet18(pretrained=True)", []),
    # Functions that pass on what they are given, one through another.
    ("def a(**kw):\n    return models.resnet18(**kw)\na(pretrained=True)", [4]),
    ("def a(**kw):\n    return models.resnet18(**kw)\na(**{'pretrained': True})", [4]),
    ("def a(**kw):\n    return b(**kw)\ndef b(**kw):\n    return models.resnet18(**kw)\na(pretrained=True)", [6]),
    ("def a(**kw):\n    def b():\n        return models.resnet18(**kw)\n    return b()\na(pretrained=True)", [6]),
    ("def a(**kw):\n    return models.resnet18(**{**kw, 'progress': True})\na(pretrained=True)", [4]),
    ("def a(**kw):\n    kw['progress'] = True\n    return models.resnet18(**kw)\na(pretrained=True)", [5]),
    ("def a(**kw):\n    kw['pretrained'] = True\n    return models.resnet18(**kw)", [3]),
    ("def a(**kw):\n    kw = dict(kw)\n    return models.resnet18(**kw)\na(pretrained=True)", [5]),
    (
        "class A:\n    def f(self, **kw):\n        return models.resnet18(**kw)\n"
        "class B(A):\n    def f(self, **kw):\n        return super().f(**kw)\nB().f(pretrained=True)",
        [8],
    ),
    # ... and those that see to it themselves.
    ("def a(pretrained=False, **kw):\n    return models.resnet18(**kw)\na(pretrained=True)", []),
    ("def a(**kw):\n    p = kw.pop('pretrained', 0)\n    return models.resnet18(**kw)\na(pretrained=True)", []),
    ("def a(**kw):\n    if 'pretrained' in kw:\n        del kw['pretrained']\n    return models.resnet18(**kw)\n"
     "a(pretrained=True)", []),
    ("def a(**kw):\n    kw = {k: v for k, v in kw.items() if k != 'pretrained'}\n    return models.resnet18(**kw)\n"
     "a(pretrained=True)", []),
    ("def a(**kw):\n    kw = translated(kw)\n    return models.resnet18(**kw)\na(pretrained=True)", []),
    ("def a(**kw):\n    for k in old:\n        kw.pop(k)\n    return models.resnet18(**kw)\na(pretrained=True)", []),
    ("def a(**kw):\n    kw = {**kw, 'pretrained': 0}\n    kw.pop('pretrained')\n    return models.resnet18(**kw)\n"
     "a(pretrained=True)", []),
    ("def a(pretrained=0, **kw):\n    return b(**kw)\ndef b(**kw):\n    return models.resnet18(**kw)\n"
     "a(pretrained=True)", []),
    ("def a(**kw):\n    return b(**kw)\ndef b(pretrained=0, **kw):\n    return models.resnet18(**kw)\n"
     "a(pretrained=True)", []),
    ("import torchvision\ndef a(**kw):\n    if torchvision.__version__ >= new:\n        return b(**kw)\n"
     "    return models.resnet18(**kw)\na(pretrained=True)", []),
]  # fmt: skip


@pytest.mark.parametrize(("source", "lines"), PROGRAMS)
def test_where_pretrained_is_reported(source, lines):
    found = [finding.line for finding in findings(HEAD + source) if finding.code == "TVC201"]
    assert found == lines, source


@pytest.mark.parametrize(
    "test",
    [
        "100 * int(v[0]) + int(v[1]) >= 13",
        "int(v[0]) * 100 + int(v[1]) >= 13",
        "NUMBER >= 13",
        "not (NUMBER < 13)",
        "(NUMBER // 1) > 12 and True",
    ],
)
def test_numbers_made_of_a_version_tell_the_era(test):
    source = (
        "import torchvision\nfrom torchvision import models\nv = torchvision.__version__.split('.')\n"
        f"NUMBER = int(v[0]) * 100 + int(v[1])\nif {test}:\n    net = models.resnet18(weights=None)\n"
        "else:\n    net = models.resnet18(pretrained=False)\n"
    )
    assert findings(source) == []


@pytest.mark.parametrize(
    "line",
    [
        "D['k{0}'] = models.resnet18",
        "D['k{0}'] = {0}",
        "E = E + E",
        "F = {{**F, **F}}",
        "F.update(F)",
        "G.update(G)",
        "G = {{**G, **G}}",
        "D.setdefault('k{0}', {0})",
    ],
)
def test_what_grows_without_end_is_followed_only_so_far(line):
    """Each of these makes twice as much of something, or a copy of what thousands of lines before it made."""
    source = (
        "from torchvision import models\nD, E, F = {}, [models.resnet18], {'a': models.resnet18}\n"
        "D = {}\nG = {'a': 1} if x else {'b': 2}\n" + "\n".join(line.format(number) for number in range(3000))
    )
    found = findings(source + "\nmodels.resnet18(pretrained=True)\n")
    assert [finding.code for finding in found] == ["TVC201"]
