"""Messages in the documentation are those that are really printed."""

import re
import runpy
import sys
import warnings
from pathlib import Path

import pytest

from tests.needs import need_module
from tvcompat.catalog import catalog
from tvcompat.releases import installed_version, release_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = need_module("tomli")

DOCS = Path(__file__).parents[2] / "docs"
ENTRIES = tomllib.loads((DOCS / "errors.toml").read_text(encoding="utf-8"))["error"]
HERE = {catalog().newest: "newest", "0.9.0": "0.9.0"}.get(release_of(installed_version() or "") or "", "")


def printed(program):
    """The last line of what running a program prints, without the machine's paths."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            exec(compile(program, "program.py", "exec"), {})
        except Exception as error:
            return [f"{type(error).__name__}: {error}"]
    return [f"{each.category.__name__}: {each.message}" for each in warned]


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e.get("on") == HERE and HERE], ids=lambda entry: entry["message"][:60]
)
def test_the_message_is_printed(entry, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    lines = printed(entry["program"])
    message = entry["message"]
    if sys.version_info < (3, 10):
        # Names of methods are told without their class.
        message = re.sub(r"\b\w+\.__init__\(\)", "__init__()", message)
    assert any(line.startswith(message) for line in lines), lines


def test_there_are_enough_and_the_page_is_current():
    assert len(ENTRIES) >= 25
    if sys.version_info >= (3, 11):
        made = runpy.run_path(str(DOCS / "pages.py"))["errors"]()
        assert (DOCS / "errors.md").read_text(encoding="utf-8") == made
