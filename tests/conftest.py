"""Which tests run where: those of the tools need their libraries, which the oldest supported Python need not have."""

import sys
from importlib.util import find_spec

import pytest

collect_ignore = [] if find_spec("griffe") and sys.version_info >= (3, 11) else ["matrix"]
if not find_spec("pathspec") or sys.version_info < (3, 10):
    collect_ignore.append("check")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the cache of the person who runs it."""
    monkeypatch.setenv("TVCOMPAT_CACHE", str(tmp_path_factory.mktemp("cache")))
