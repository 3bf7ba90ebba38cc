"""The documentation of the rules is that of the rules there are."""

from pathlib import Path

from tvcompat.check.pages import render

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_are_current():
    """Made again by `nox -s pages`."""
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")} == render()
