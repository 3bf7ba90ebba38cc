"""The version of the package stands in several places, and is the same in all of them."""

import re
from pathlib import Path

import pytest

from tvcompat._version import __version__

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("CITATION.cff", r"^version: (.*)$"),
        ("docs/howto/ci.md", r"tvcompat@v(.*)$"),
        ("docs/howto/ci.md", r"rev: v(.*)$"),
    ],
    ids=["citation", "action", "pre-commit"],
)
def test_a_place_has_the_version_of_the_package(file, pattern):
    found = re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert found == [__version__]


def test_the_changelog_has_no_later_or_other_version():
    """What was released last is what the package is, and what comes next is at the top."""
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1:2] in ([], [__version__])
