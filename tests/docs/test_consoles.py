"""README and tutorial, word for word what really happens, with the newest release."""

from pathlib import Path

import pytest

from tests.checkpoints import put
from tvcompat.catalog import catalog
from tvcompat.releases import installed_version, release_of

from .consoles import replayed

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    "docs/tutorial.md",
    "docs/howto/range-of-releases.md",
    "docs/howto/package-i-cannot-edit.md",
    "docs/howto/torchcodec.md",
]

pytestmark = pytest.mark.skipif(
    release_of(installed_version() or "") != catalog().newest, reason="the pages show the newest release"
)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_commands_print_what_stands_below_them(page, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    put("SqueezeNet1_1_Weights.IMAGENET1K_V1")
    put("ResNet50_Weights.IMAGENET1K_V1")
    folder = tmp_path / "project"
    folder.mkdir()
    text = (ROOT / page).read_text(encoding="utf-8")
    assert replayed(text, folder.resolve()) == text
