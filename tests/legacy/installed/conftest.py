"""The guard with a real torchvision; checkpoints are made as for the tests of the shim."""

import sys
from importlib.util import find_spec

import pytest

from tests import needs
from tests.shim.installed.conftest import _own_home, put  # noqa: F401
from tvcompat.releases import installed_version, parse

collect_ignore_glob = [] if needs.REQUIRED or find_spec("torchvision") else ["test_*.py"]
if sys.version_info < (3, 11) and not find_spec("tomli"):
    collect_ignore_glob.append("test_packages.py")


def pytest_collection_modifyitems(items):
    """``@pytest.mark.since("0.13")`` and ``@pytest.mark.before("0.13")`` say for which torchvision a test is."""
    here = parse(installed_version() or "0")
    for item in items:
        for mark in item.iter_markers():
            if mark.name == "since" and here < parse(mark.args[0]):
                item.add_marker(pytest.mark.skip(reason=f"for torchvision {mark.args[0]} and later"))
            if mark.name == "before" and here >= parse(mark.args[0]):
                item.add_marker(pytest.mark.skip(reason=f"for torchvision before {mark.args[0]}"))


@pytest.fixture(autouse=True)
def _guard_is_off():
    """No test leaves the guard on."""
    from tvcompat import legacy

    yield
    left = legacy.current()
    while legacy.current() is not None:
        legacy.disable()
    assert left is None


@pytest.fixture
def program(tmp_path):
    """Writes a program; its path."""

    def write(text, name="old.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
