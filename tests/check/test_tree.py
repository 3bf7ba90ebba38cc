"""Files that use torchvision through other files of their tree, most of them without naming it."""

import pickle
from pathlib import Path

import pytest

from tvcompat.check.engine import Checker, Result
from tvcompat.check.files.discovery import find
from tvcompat.check.files.source import concerns
from tvcompat.check.fixes import fix_files
from tvcompat.check.project_scan import check_files
from tvcompat.check.rules import Style
from tvcompat.check.supported_range import supported

from .conftest import upgrade

ZOO = """\
from functools import partial
from torchvision import models
ZOO = {"a": models.resnet18}
half = partial(models.resnet50)
def make(name, **kw):
    return getattr(models, name)(**kw)
class Net:
    net = models.resnet18
    def __init__(self, **kw):
        self.made = models.vgg16(**kw)
class Base:
    def build(self):
        self.fn = models.resnet50
"""

MIDDLE = """\
from .zoo import ZOO
def build(**kw):
    return ZOO["a"](**kw)
"""


@pytest.fixture
def folder(tmp_path):
    """A package, a file that uses it and one beside it, in no package."""
    (tmp_path / "pk" / "sub").mkdir(parents=True)
    for name, text in {
        "pk/__init__": "from .zoo import ZOO\n",
        "pk/zoo": ZOO,
        "pk/sub/__init__": "",
        "pk/sub/use": "import torchvision\nfrom ..zoo import half\nfrom pk import ZOO\nhalf(pretrained=True)\n"
        "ZOO['a'](pretrained=True)\n",
        "program": "import torchvision\nfrom pk.zoo import half\nhalf(pretrained=True)\nimport helper\n"
        "helper.nets['a'](pretrained=True)\n",
        "helper": "from torchvision import models\nnets = {'a': models.resnet18}\nmodels.vgg11(pretrained=True)\n",
    }.items():
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        pytest.param("pk/sub/use.py", [4, 5], id="file-of-a-package"),
        pytest.param("pk/sub", [4, 5], id="folder-of-a-package"),
        pytest.param("program.py", [3, 5], id="file"),
        pytest.param("./program.py", [3, 5], id="file-in-dot"),
    ],
)
@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_modules_that_were_not_given(folder, given, lines, inside, monkeypatch):
    """As where only the files that changed are checked: others are looked up beside them, and not reported."""
    monkeypatch.chdir(folder if inside else "/")
    path = given if inside else str(folder / given)
    result = check_files(find([path]), upgrade())
    assert [finding.line for finding in result.findings] == lines
    assert {Path(finding.path).name for finding in result.findings} == {Path(given).name.replace("sub", "use.py")}


def test_modules_that_were_not_given_inside_a_package(folder, monkeypatch):
    monkeypatch.chdir(folder / "pk" / "sub")
    assert [finding.line for finding in check_files(find(["use.py"]), upgrade()).findings] == [4, 5]
    assert [finding.line for finding in check_files(find(["."]), upgrade()).findings] == [4, 5]


def test_modules_that_can_not_be_read(folder):
    (folder / "helper.py").write_text("from torchvision import (\n")
    (folder / "pk" / "zoo.py").write_bytes(b"import torchvision\x00")
    assert check_files(find([str(folder / "program.py")]), upgrade()).findings == []


@pytest.fixture
def lines(tmp_path):
    """Lines of a file of a package beside ``zoo`` and ``middle`` in which something is found."""

    def found(source):
        package = tmp_path / "pk"
        package.mkdir()
        for name, text in (("__init__", ""), ("zoo", ZOO), ("middle", MIDDLE), ("use", source)):
            (package / f"{name}.py").write_text(text)
        findings = check_files(find([str(tmp_path)]), upgrade()).findings
        assert {Path(finding.path).name for finding in findings} <= {"use.py"}
        return [finding.line for finding in findings]

    return found


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("from .zoo import ZOO\nZOO['a'](pretrained=True)", id="table"),
        pytest.param("from .zoo import half\nhalf(pretrained=True)", id="partial"),
        pytest.param("from .zoo import make\nmake('resnet18', pretrained=True)", id="function"),
        pytest.param("from .zoo import Net\nNet(pretrained=True)", id="class"),
        pytest.param("from .zoo import Net\nNet.net(pretrained=True)", id="class-attribute"),
        pytest.param("from pk import zoo as z\nz.make('x', pretrained=True)", id="module-as"),
        pytest.param("import pk.zoo as z\nz.make('x', pretrained=True)", id="dotted-module-as"),
        pytest.param("import pk.zoo\npk.zoo.ZOO['a'](pretrained=True)", id="dotted-module"),
        pytest.param("from .zoo import *\nhalf(pretrained=True)", id="star"),
        # Through a second file that does not name torchvision either.
        pytest.param("from .middle import build\nbuild(pretrained=True)", id="through-a-second-file"),
    ],
)
def test_what_another_file_has(lines, source):
    assert lines(source) == [2]


def test_classes_of_another_file(lines):
    source = """\
from .zoo import Base, Net
class A(Base):
    def go(self):
        return self.fn(pretrained=True)
class B(Net):
    def __init__(self):
        super().__init__(pretrained=True)
"""
    assert lines(source) == [4, 7]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("from .zoo import Base\nBase(pretrained=True)", id="base-class"),
        pytest.param("from mine import zoo\nzoo.make(pretrained=True)", id="module-of-another-package"),
        pytest.param("import other\nother.make(pretrained=True)", id="module-that-is-missing"),
        pytest.param("from .middle import other\nother(pretrained=True)", id="name-that-is-missing"),
    ],
)
def test_what_is_something_else(lines, source):
    assert lines(source) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import torchvision", id="import"),
        pytest.param("import os, \\\n    torchvision", id="import-over-two-lines"),
        pytest.param("import os, sys, torchvision as tv", id="import-among-others"),
        pytest.param("from \\\n  torchvision import models", id="from-over-two-lines"),
        pytest.param("try: import torchvision\nexcept ImportError: pass", id="import-in-a-try"),
        pytest.param("import sys; import torchvision", id="second-statement-of-a-line"),
        pytest.param("import sys\rimport torchvision\r", id="lines-of-an-old-mac"),
        pytest.param("\ufefffrom torchvision import models", id="byte-order-mark"),
        pytest.param("load('#1', 'torchvision')", id="text-behind-a-number-sign"),
        pytest.param("load('torchvision')", id="text"),
        pytest.param('torch.hub.load("pytorch/vision")', id="repository-of-the-hub"),
        pytest.param("base.torchvision.models", id="attribute"),
        pytest.param("from .torchvision_wrapper import x", id="longer-name"),
        pytest.param("'''\ntorchvision>=0.9\n'''", id="requirement-in-a-text"),
    ],
)
def test_a_program_that_names_torchvision(text):
    assert concerns("a.py", text.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# as torchvision does", id="comment"),
        pytest.param("# Adapted from https://github.com/pytorch/vision/blob/main/x.py", id="comment-with-an-address"),
        pytest.param("COCO,  # import it from torchvision", id="comment-behind-code"),
        pytest.param("'''\n    >>> from torchvision import models\n'''", id="example-in-a-docstring"),
        pytest.param("'''\nUse the datasets from the torchvision package.\n'''", id="prose-with-from"),
        pytest.param("'''A transform of ``torchvision.transforms``.'''", id="docstring"),
        pytest.param("use_torchvision = 1", id="part-of-a-word"),
        pytest.param("import torch", id="another-package"),
    ],
)
def test_a_program_that_only_speaks_of_it(text):
    assert not concerns("a.py", text.encode())


def test_notebooks_that_name_it_anywhere():
    assert concerns("a.ipynb", b'"x\\nimport torchvision"')


def test_fix_and_range_look_at_the_same_files(tmp_path):
    (tmp_path / "zoo.py").write_text("from torchvision import models\nZOO = {'a': models.inception_v3}\n")
    use = tmp_path / "use.py"
    use.write_text("from zoo import ZOO\nZOO['a'](pretrained=True)\nZOO['a'](pretrained=True, aux_logits=False)\n")
    paths = find([str(tmp_path)])
    assert [(finding.line, finding.code) for finding in check_files(paths, upgrade()).findings] == [
        (2, "TVC201"),
        (3, "TVC201"),
        (3, "TVC204"),
    ]
    # The dictionary of another file may hold something else by then.
    fixed = fix_files(paths, upgrade(), None, Style(unsafe=True)).files
    assert [(each.path, len(each.mended), len(each.left)) for each in fixed] == [(str(use), 2, 1)]
    found = supported(paths)
    assert found.last == "0.12.0"
    assert [(finding.path, finding.line) for finding in found.above()] == [(str(use), 3)]


def test_another_process_finds_out_anew_what_it_can_not_share():
    checker = Checker(upgrade(), ["TVC201"], ["a.py", "b.py"], ["a.py"])
    copy = pickle.loads(pickle.dumps(checker))
    source = b"from torchvision import models\nmodels.resnet18(pretrained=True)\n"
    results = [Result(), Result()]
    for each, result in zip((checker, copy), results):
        each.check("a.py", source, result)
    assert results[0].findings == results[1].findings != []
