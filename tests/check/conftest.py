"""Helpers: source in, findings out; files of a program and the command about them."""

import ast
import io
import json
import sys
import textwrap

import pytest

from tvcompat.check.engine import Checker, Result
from tvcompat.check.findings import Target
from tvcompat.check.release_facts import release_facts
from tvcompat.check.rules import Context
from tvcompat.cli import main

OLD = "from torchvision import models\nnet = models.resnet50(pretrained=True)\n"
GONE = "from torchvision.transforms.functional_tensor import rgb_to_grayscale\n"
PYTHON_2 = "import torchvision\nprint 'x'\n"


def upgrade(origin="0.12.0", target=None):
    known = release_facts()
    target = target or known.releases[-1]
    return Target(known.order.only(target), origin, target)


def between(first, last=None):
    known = release_facts()
    last = last or known.releases[-1]
    return Target(known.order.between(first, last), None, last)


def looked_at(source, question=None, path="program.py", facts=None):
    """What the checker says of a source, by the shipped catalog or by other facts."""
    result = Result()
    checker = Checker(question or upgrade(), None, [path])
    if facts is not None:
        checker.facts, checker.context = facts, Context(facts, checker.context.target)
    checker.check(path, source.encode(), result)
    return result


def findings(source, question=None, path="program.py"):
    """What is found in a source."""
    text = textwrap.dedent(source)
    if path.endswith(".py"):
        ast.parse(text)
    result = looked_at(text, question, path)
    assert not result.unreadable, result.unreadable
    return result.findings


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Writes files into an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)

    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def as_json(*arguments):
    """Findings as JSON, and the exit code."""
    output = io.StringIO()
    stdout, sys.stdout = sys.stdout, output
    try:
        code = main(["check", *arguments, "--format", "json"])
    finally:
        sys.stdout = stdout
    return json.loads(output.getvalue() or "[]"), code
