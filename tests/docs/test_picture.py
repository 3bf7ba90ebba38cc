"""The picture of the house shows the folders that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURE = (ROOT / "docs" / "house.svg").read_text(encoding="utf-8")


def shown():
    """Every name of a folder that the picture has."""
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", PICTURE)
    return {name for text in texts for name in re.findall(r"(\w+)/", text)}


def folders(parent):
    """The folders below one, but for what Python and others keep there."""
    return {path.name for path in (ROOT / parent).iterdir() if path.is_dir() and path.name[0] not in "._"}


@pytest.mark.parametrize("parent", ["matrix", "tvcompat"], ids=str)
def test_every_folder_is_in_the_picture(parent):
    assert folders(parent) - shown() == set()


def test_every_folder_of_the_picture_is_there():
    there = folders("matrix") | folders("tvcompat") | folders("tvcompat/check") | {"matrix", "tvcompat"}
    assert shown() - there == set()
