"""The how-tos for contributors lead to what they promise, done step by step in a copy of the checkout."""

import ast
import json
import subprocess
import zipfile

import pytest
import tomllib

from tests.matrix.conftest import build_wheel, host  # noqa: F401
from tests.needs import need
from tvcompat.catalog import catalog
from tvcompat.releases import installed_version, release_of

from .howtos import HOWTOS, ROOT, copy_checkout, follow, session

newest = pytest.mark.skipif(
    release_of(installed_version() or "") != catalog().newest, reason="the page shows the newest release"
)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the checkout, where there is no package index."""
    monkeypatch.setenv("TVCOMPAT_INDEX", "http://127.0.0.1:9/simple/")
    folder = tmp_path / "checkout"
    folder.mkdir()
    return copy_checkout(folder)


def test_every_how_to_for_contributors_is_done_here():
    done = {"add-a-command", "add-a-legacy-name", "add-a-message", "add-a-release", "add-a-rule", "make-a-release"}
    found = {path.stem for path in HOWTOS.glob("*.md") if path.stem.startswith(("add-", "make-"))}
    assert found == done


@pytest.mark.parametrize("name", ["audit", "pages"], ids=str)
def test_a_session_is_run_as_nox_runs_it(name):
    """Without the environment that nox makes: the words of its commands stand in the noxfile."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    body = [functions[name], *([functions["measuring"]] if name == "audit" else [])]
    words = [node.value for each in body for node in ast.walk(each) if isinstance(node, ast.Constant)]
    wanted = [word for command in session(name) for word in command[1:]]
    assert [word for word in wanted if word not in words] == []


def test_a_rule_that_was_added_finds_and_fixes(checkout):
    follow("add-a-rule.md", checkout)
    assert (checkout / "train.py").read_text().endswith('net = resnet50(weights="IMAGENET1K_V2")  # the best\n')
    page = (checkout / "docs" / "rules" / "TVC299.md").read_text(encoding="utf-8")
    assert "<https://github.com/pytorch/vision/issues/5088>" in page


@newest
def test_a_legacy_name_that_was_added_is_given_by_the_guard(checkout):
    assert "tvcompat run --no-warnings --summary old.py" in follow("add-a-legacy-name.md", checkout)
    table = json.loads((checkout / "tvcompat" / "catalog" / "tables" / "legacy.json").read_text(encoding="utf-8"))
    row = table["modules"]["torchvision.transforms.v2._utils"]["names"]["_setup_float_or_seq"]
    assert row[:2] == ["torchvision.transforms.v2._utils._setup_number_or_seq", "0.16.0"]


def test_a_command_that_was_added_has_help_and_a_schema(checkout):
    assert "tvcompat era --help" in follow("add-a-command.md", checkout)


@newest
def test_a_message_that_was_added_is_on_the_page(checkout):
    follow("add-a-message.md", checkout)
    page = (checkout / "docs" / "errors.md").read_text(encoding="utf-8")
    assert "## `AttributeError: module 'torchvision.transforms' has no attribute 'RandomSizedCrop'`" in page


def test_a_release_that_was_added_is_in_the_catalog(checkout, host):  # noqa: F811
    """A wheel with the sources of one real file stands in for a release that is not there yet."""
    sources = {
        "torchvision/__init__.py": "from torchvision import models\n",
        "torchvision/models/__init__.py": "from .alexnet import *\n",
        "torchvision/models/alexnet.py": (
            '__all__ = ["AlexNet", "alexnet"]\n'
            "class AlexNet:\n    def __init__(self, num_classes=1000, dropout=0.5): ...\n"
            "def alexnet(*, weights=None, progress: bool = True, **kwargs) -> AlexNet: ...\n"
        ),
    }
    wheel = build_wheel("0.30.0", sources, requires=["torch==2.16.0"])
    host.add_wheel("torchvision-0.30.0-cp313-cp313-manylinux_2_28_x86_64.whl", wheel)
    follow("add-a-release.md", checkout)
    listed = tomllib.loads((checkout / "matrix" / "releases.toml").read_text(encoding="utf-8"))["release"]
    assert listed[-1] == {"version": "0.30.0", "torch": "2.16.0", "python": "3.13"}
    assert (checkout / "matrix" / "records" / "0.30.0.json").is_file()


@pytest.mark.network
def test_a_release_of_tvcompat_is_built_and_tagged(checkout, tmp_path):
    """Fetches hatchling, with which the wheel is built."""
    need("uv")
    remote = tmp_path / "remote.git"
    for command in (
        ["git", "init", "--quiet", "--bare", str(remote)],
        ["git", "init", "--quiet", "--initial-branch", "main"],
        ["git", "config", "user.name", "Somebody"],
        ["git", "config", "user.email", "somebody@example.org"],
        ["git", "remote", "add", "origin", str(remote)],
        ["git", "add", "--all"],
        ["git", "commit", "--quiet", "--message", "before"],
    ):
        subprocess.run(command, cwd=checkout, check=True)
    follow("make-a-release.md", checkout)
    with zipfile.ZipFile(checkout / "dist" / "tvcompat-1.2.3-py3-none-any.whl") as wheel:
        assert b'__version__ = "1.2.3"' in wheel.read("tvcompat/_version.py")
        assert not [name for name in wheel.namelist() if name.startswith(("matrix", "tests"))]
    command = ["git", "show", "v1.2.3:tvcompat/_version.py"]
    pushed = subprocess.run(command, cwd=remote, capture_output=True, text=True, check=True).stdout
    assert '__version__ = "1.2.3"' in pushed
