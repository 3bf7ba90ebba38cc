"""README and tutorial, word for word what really happens, with the newest release."""

from pathlib import Path

import pytest

from tvcompat.catalog import catalog
from tvcompat.releases import installed_version, release_of

from .consoles import replayed

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "docs/tutorial.md", "docs/howto/range-of-releases.md", "docs/howto/package-i-cannot-edit.md"]

pytestmark = pytest.mark.skipif(
    release_of(installed_version() or "") != catalog().newest, reason="the pages show the newest release"
)


@pytest.mark.parametrize("page", PAGES)
def test_commands_print_what_stands_below_them(page, tmp_path, monkeypatch):
    put_checkpoints(tmp_path / "home", monkeypatch)
    folder = tmp_path / "project"
    folder.mkdir()
    text = (ROOT / page).read_text(encoding="utf-8")
    assert replayed(text, folder.resolve()) == text


def put_checkpoints(home, monkeypatch):
    """Files of the entries that the pages load, made here."""
    import torch

    from tvcompat.audit.verify.outputs import filled
    from tvcompat.audit.verify.verification import entries_of, loaded_schema
    from tvcompat.shim import checkpoints

    monkeypatch.setenv("TORCH_HOME", str(home))
    known = catalog()
    for name in ("squeezenet1_1", "resnet50"):
        builder = next(b for b in known.builders.values() if b.name == name)
        for entry, number in entries_of(known, builder):
            path = checkpoints.cached(entry.urls[-1].value)
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(filled(loaded_schema(known, number)), str(path))
