"""``pytest --tvcompat``: tests that use legacy names are recorded or fail."""

import json

import pytest

from tests.needs import need_module
from tvcompat.releases import installed_version

from .running import python

pytestmark = pytest.mark.since("0.17")


TESTS = """
import pytest
import torch
def test_new():
    import torchvision
def test_old():
    from torchvision.models.vgg import model_urls
def test_swallows():
    try:
        from torchvision.models.resnet import model_urls
    except Exception:
        pass
"""


# Where tvcompat is installed, its entry point is there; a checkout on the path has none.
BY_NAME = () if installed_version("tvcompat") else ("-p", "tvcompat.legacy.pytest_plugin")


PLUGIN = (*BY_NAME, "-p", "no:cacheprovider", "-q", "-W", "ignore")


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_pytest_record(program, tmp_path, more):
    if more:
        need_module("xdist")
    program(TESTS, "test_it.py")
    ledger = tmp_path / "used.json"
    out, _, code = python(
        "-m", "pytest", *PLUGIN, "--tvcompat=record", "--tvcompat-ledger", ledger, *more, cwd=tmp_path
    )
    assert code == 0, out
    assert "2 legacy names of torchvision in 2 places:" in out
    assert len(json.loads(ledger.read_text())["uses"]) == 2


def test_pytest_error(program, tmp_path):
    program(TESTS, "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, "--tvcompat=error", cwd=tmp_path)
    assert code == 1
    assert "2 failed, 1 passed" in out
    assert "legacy names of torchvision were used:" in out
    assert "FAILED test_it.py::test_old" in out


def test_pytest_error_while_collecting(program, tmp_path):
    program("from torchvision.models.vgg import model_urls\ndef test_it(): pass\n", "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, "--tvcompat=error", cwd=tmp_path)
    assert code == 2
    assert "torchvision.models.vgg.model_urls is gone since torchvision 0.15" in out


def test_pytest_is_inert_unless_asked(program, tmp_path):
    text = (
        "import sys\ndef test_it():\n    assert not [n for n in sys.modules if n.startswith('tvcompat.') and n not in"
    )
    text += " ('tvcompat._version', 'tvcompat.lazy', 'tvcompat.legacy', 'tvcompat.legacy.pytest_plugin')]\n"
    program(text, "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, cwd=tmp_path)
    assert code == 0, out
    program(TESTS, "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, cwd=tmp_path)
    assert code == 1
    assert "1 failed, 2 passed" in out
