"""What holds for each rule: its example, what it says of itself, and that it has tests of its own."""

import ast
from pathlib import Path

import pytest

from tvcompat.check import rules as package
from tvcompat.check.rules import rules

from .conftest import between, upgrade
from .programs import checked

TESTS = Path(__file__).parent

IMPORTS = """\
import torch, torchvision
from PIL import Image
from torch.utils import model_zoo
from torchvision import transforms
from torchvision.models import *
from torchvision.models.detection import *
from torchvision.transforms import *
from torchvision.transforms import functional, v2
from packaging.version import Version
import tvcompat
x = tensor = torch.zeros(3, 9, 9)
"""

# Rule -> the question its example is about.
QUESTIONS = {
    "TVC102": between("0.9.0"),
    "TVC202": between("0.9.0"),
    "TVC205": upgrade("0.12.0", "0.13.1"),
    "TVC301": upgrade("0.12.0", "0.14.1"),
}

# The examples of these are no part of a program that can be parsed; they are in the tests of the rule.
WITHOUT_A_PROGRAM = ("TVC001", "TVC403")


# What the example of a rule is also reported for.
BESIDE = {"TVC204": {"TVC201"}}


def codes(code, example):
    """The rules that report something in the lines of an example."""
    found = checked(f"{IMPORTS}{example}\n", QUESTIONS.get(code, upgrade()))
    return {finding.code for finding in found if finding.line > IMPORTS.count("\n")}


@pytest.mark.parametrize("code", [code for code in rules() if code not in WITHOUT_A_PROGRAM], ids=str)
def test_the_example_of_a_rule_is_reported(code):
    assert codes(code, rules()[code].bad) == {code, *BESIDE.get(code, ())}


@pytest.mark.parametrize("code", [code for code in rules() if code not in WITHOUT_A_PROGRAM], ids=str)
def test_what_to_write_instead_is_not_reported(code):
    assert codes(code, rules()[code].good) == set()


@pytest.mark.parametrize("code", rules(), ids=str)
def test_what_a_rule_says_of_itself(code):
    rule = rules()[code]
    assert rule.code == code
    assert rule.summary.endswith(".")
    assert rule.explanation
    assert rule.bad != rule.good
    # These two are about the program alone.
    assert bool(rule.link) == (code not in ("TVC001", "TVC404"))


MODULES = sorted(path.stem for path in Path(package.__file__).parent.glob("tvc*.py"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_rule_has_its_tests(module):
    tests = (TESTS / "rules" / f"test_{module}.py").read_text(encoding="utf-8")
    called = {
        node.func.id for node in ast.walk(ast.parse(tests)) if isinstance(node, ast.Call) and hasattr(node.func, "id")
    }
    assert {"check_reported", "check_silent"} <= called
