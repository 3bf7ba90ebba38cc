"""Tests with a real torchvision: the session of the oldest Python has an old release, that of the newest the newest.

Checkpoints are made here: deterministic parameters in the newest release's names, under the names that the catalog
gives, in a folder of their own.
"""

from importlib.util import find_spec

import pytest

from tests import checkpoints, needs

collect_ignore_glob = [] if needs.REQUIRED or find_spec("torchvision") else ["test_*.py"]


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    """Checkpoints lie in a folder of the test, and nothing is fetched."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TVCOMPAT_OFFLINE", "1")
    monkeypatch.setenv("TVCOMPAT_CHECK_HASH", "0")
    monkeypatch.delenv("TVCOMPAT_MIRROR", raising=False)


@pytest.fixture
def put():
    """Writes the checkpoint of an entry and returns what is in it."""
    return checkpoints.put


@pytest.fixture
def file(tmp_path):
    """Where the checkpoint of a test lies; nothing but the test writes beside it."""
    (tmp_path / "files").mkdir()
    return tmp_path / "files" / "net.pth"
