"""What a release has to have, and that its numbers agree."""

import re
from pathlib import Path

import pytest

from tvcompat import __version__

ROOT = Path(__file__).parents[1]


def test_every_file_names_the_same_version():
    assert re.search(rf"^version: {re.escape(__version__)}$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)
    for page in ("docs/howto/ci.md",):
        assert set(re.findall(r"\bv(\d+\.\d+\.\d+)\b", (ROOT / page).read_text(encoding="utf-8"))) == {__version__}


def test_the_changelog_is_in_the_format_it_names():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings[0] == "Unreleased" or headings[0].startswith("[")
    assert set(re.findall(r"^### (.+)$", text, re.M)) <= {
        *("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"),
    }


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "CITATION.cff", "LICENSE", "CHANGELOG.md"], ids=str)
def test_a_stranger_finds_it(name):
    assert (ROOT / name).stat().st_size > 200
