"""Tests with a real torchvision: the session of the oldest Python has an old release, that of the newest the newest.

Checkpoints are made here: deterministic parameters in the newest release's names, under the names that the catalog
gives, in a folder of their own.
"""

from importlib.util import find_spec

import pytest

from tvcompat.catalog import catalog

collect_ignore_glob = [] if find_spec("torchvision") else ["test_*.py"]

KNOWN = catalog()


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
    import torch

    from tvcompat.audit.verify.outputs import filled
    from tvcompat.audit.verify.verification import entries_of, loaded_schema
    from tvcompat.shim import checkpoints

    def write(full_name, url=None):
        for builder in KNOWN.builders.values():
            for entry, number in entries_of(KNOWN, builder):
                if entry.full_name == full_name:
                    state = filled(loaded_schema(KNOWN, number))
                    path = checkpoints.cached(url or entry.urls[-1].value)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    torch.save(state, str(path))
                    return state
        raise LookupError(full_name)

    return write
