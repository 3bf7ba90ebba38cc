"""What the commands print and the package ships and writes is as its schema says, and a schema notices what is not."""

import argparse
import json
import re
from functools import lru_cache

import pytest

from tests.needs import need_module
from tvcompat import cli

from .documents import ROOT, SOURCES, documents, run
from .schemas import NAMES, problems, try_out

# What measures releases has its own test, tests/matrix/test_contracts.py.
MEASURED = ("records/", "commands/audit")


@lru_cache(maxsize=None)
def tried(name):
    return try_out(name, documents(name))


@pytest.mark.parametrize("name", SOURCES, ids=str)
def test_real_documents_are_as_the_schema_says(name):
    assert [problem for document in documents(name) for problem in problems(name, document)] == []


@pytest.mark.parametrize("name", SOURCES, ids=str)
def test_a_broken_document_is_refused(name):
    """One more key, one key less, a value of another type: everywhere that the schema says something of."""
    assert tried(name).unnoticed == []
    assert tried(name).broken > 8


@pytest.mark.parametrize("kind", ["commands", "tables"], ids=str)
def test_a_schema_describes_nothing_that_no_document_has(kind):
    found = [tried(name) for name in SOURCES if name.startswith(kind)]
    described = {pointer for each in found for pointer in each.described}
    assert described - {pointer for each in found for pointer in each.used} == set()


def test_there_are_documents_for_every_schema():
    assert set(SOURCES) == {name for name in NAMES if not name.startswith(MEASURED)}


def test_every_command_with_json_has_a_schema():
    need_module("pathspec")
    parser = cli.build_parser(None, whole=True)
    children = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction)).choices
    with_json = {
        name
        for name, child in children.items()
        for action in child._actions
        if "--format" in action.option_strings and "json" in action.choices
    }
    assert len(with_json) > 6
    assert {f"commands/{name}" for name in with_json} <= set(SOURCES)


def test_the_finding_on_the_page_is_what_is_printed(tmp_path):
    """All but its message, which is longer than the page wants it."""
    need_module("pathspec")
    page = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    shown = json.loads(re.search(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL).group(1))
    lines = ["from torchvision import models", "from torchvision.models.utils import load_state_dict_from_url", ""]
    (tmp_path / "train.py").write_text("\n".join(lines), encoding="utf-8")
    (finding,) = json.loads(run(tmp_path, "check", "train.py", "--format", "json"))
    assert {**finding, "message": "..."} == shown
