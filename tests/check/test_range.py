"""``tvcompat range``: the releases that a program runs on, and what sets each end."""

import json

from tvcompat.catalog import catalog
from tvcompat.cli import main

from .conftest import GONE, PYTHON_2

RANGE = GONE + "from torchvision.models import ResNet50_Weights\n"


def test_the_range_for_programs(tree, capsys):
    tree(a_py=RANGE)
    assert main(["range", ".", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["first"], found["last"]) == ("0.13.0", "0.16.2")
    assert [(f["line"], f["code"]) for f in found["below"] + found["above"]] == [(2, "TVC102"), (1, "TVC101")]


def test_the_range_as_text(tree, capsys):
    tree(a_py=RANGE)
    assert main(["range", "."]) == 0
    assert "It runs on torchvision 0.13.0 to 0.16.2 (1 file)." in capsys.readouterr().out


def test_no_release_at_all(tree, capsys):
    tree(
        a_py="from torchvision.models.utils import load_state_dict_from_url\nfrom torchvision.models import get_model\n"
    )
    assert main(["range", "."]) == 0
    assert capsys.readouterr().out.startswith("No release from 0.9.0 on runs all of it")


BLURS = """
from PIL import Image
from torchvision.transforms import functional as F
F.gaussian_blur(Image.new("L", (9, 9)), 3)
"""


def test_what_gives_something_else_on_some_of_them(tree, capsys):
    tree(a_py=BLURS)
    assert main(["range", ".", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["first"], found["last"]) == ("0.9.0", catalog().newest)
    assert [(each["line"], each["code"]) for each in found["changing"]] == [(4, "TVC303")]
    assert main(["range", "."]) == 0
    _, second, third = capsys.readouterr().out.splitlines()
    assert second == "Not with the same results on all of them:"
    assert third.startswith("  ./a.py:4:1: torchvision.transforms.functional.gaussian_blur does something else since")


def test_a_change_outside_the_supported_releases_is_not_told(tree, capsys):
    tree(a_py=BLURS + "from torchvision.models import ResNet50_Weights\n")
    assert main(["range", ".", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["first"], found["changing"]) == ("0.13.0", [])


def test_a_release_in_between_that_it_does_not_run_on(tree, capsys):
    # One release between took its import of it away.
    tree(a_py="from torchvision.models.efficientnet import _efficientnet_conf\n")
    assert main(["range", "."]) == 0
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first == f"It runs on torchvision 0.11.1 to {catalog().newest} (1 file)."
    assert second == "Not on 0.12.0 in between:"


def test_no_range_for_a_file_that_can_not_be_parsed(tree, capsys):
    tree(a_py=PYTHON_2)
    assert main(["range", "a.py"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "No answer for the whole: a.py could not be checked.\n"
    assert "a.py:2: not checked: Missing parentheses" in printed.err


def test_no_range_for_the_whole_where_one_file_can_not_be_parsed(tree, capsys):
    tree(a_py=PYTHON_2, b_py=GONE)
    assert main(["range", "."]) == 1
    assert capsys.readouterr().out.splitlines()[:3] == [
        "No answer for the whole: ./a.py could not be checked.",
        "Of all the rest:",
        "It runs on torchvision 0.9.0 to 0.16.2 (1 file).",
    ]


def test_no_range_for_programs_where_a_file_can_not_be_parsed(tree, capsys):
    tree(a_py=PYTHON_2, b_py=GONE)
    assert main(["range", ".", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["first"], found["last"], found["releases"]) == (None, None, [])
    assert [(each["path"], each["line"]) for each in found["unreadable"]] == [("./a.py", 2)]
    # What is known of the other file is there.
    assert [each["code"] for each in found["above"]] == ["TVC101"]


def test_no_range_for_a_notebook_with_a_cell_that_can_not_be_parsed(tree, capsys):
    cells = [{"cell_type": "code", "source": text} for text in ("import torchvision", "print 'x'")]
    (tree() / "n.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    assert main(["range", "n.ipynb"]) == 1
    assert "n.ipynb:1: not checked: cell 2: Missing parentheses" in capsys.readouterr().err
