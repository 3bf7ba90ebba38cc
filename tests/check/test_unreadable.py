"""Files that can't be parsed, decoded or opened, and folders with nothing in them: said, and the others are checked."""

import json
import os
import sys

import pytest

from tvcompat.check.project_scan import check_files
from tvcompat.cli import main

from .. import files
from .conftest import GONE, OLD, PYTHON_2, as_json, upgrade


def test_a_file_that_can_not_be_parsed_is_a_finding(tree, capsys):
    tree(a_py=PYTHON_2)
    (finding,), code = as_json("a.py")
    assert (finding["line"], finding["column"], finding["code"], finding["severity"]) == (2, 1, "TVC001", "breaks")
    assert finding["message"].startswith(f"Python 3.{sys.version_info[1]} can't parse this file")
    assert "print" in finding["message"]
    assert code == 1
    # It is said once.
    assert "not checked" not in capsys.readouterr().err


def test_a_file_that_can_not_be_parsed_leaves_the_others(tree):
    tree(a_py=PYTHON_2, b_py=OLD)
    found, code = as_json(".")
    assert ([(f["path"], f["code"]) for f in found], code) == ([("./a.py", "TVC001"), ("./b.py", "TVC201")], 1)
    assert as_json(".", "--strict")[1] == 2


def test_a_file_that_can_not_be_parsed_as_text(tree, capsys):
    tree(a_py=PYTHON_2)
    assert main(["check", "a.py"]) == 1
    printed = capsys.readouterr()
    first, line, caret = printed.out.splitlines()
    assert first.startswith("a.py:2:1: TVC001 [breaks] Python 3.")
    assert (line, caret) == ("    print 'x'", "    ^")
    assert "1 file against" in printed.err
    assert "1 breaks" in printed.err


def test_a_file_that_can_not_be_parsed_as_an_annotation(tree, capsys):
    tree(a_py=PYTHON_2)
    assert main(["check", "a.py", "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=a.py,line=2,endLine=2,col=1,endColumn=2,title=TVC001::")


def test_a_file_that_can_not_be_parsed_in_sarif(tree, capsys):
    tree(a_py=PYTHON_2)
    assert main(["check", "a.py", "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("TVC001", "error")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "TVC001"


def test_a_file_that_can_not_be_parsed_in_a_baseline(tree):
    tree(a_py=PYTHON_2)
    assert as_json(".", "--write-baseline", "base.json")[1] == 0
    assert as_json(".", "--baseline", "base.json") == ([], 0)
    tree(b_py=PYTHON_2)
    assert [f["path"] for f in as_json(".", "--baseline", "base.json")[0]] == ["./b.py"]


@pytest.mark.parametrize("options", [["--ignore", "TVC001"], ["--select", "TVC2"]], ids=["ignored", "not selected"])
def test_a_file_that_can_not_be_parsed_and_is_no_finding_is_said(options, tree, capsys):
    tree(a_py=PYTHON_2)
    assert as_json("a.py", *options) == ([], 0)
    assert "a.py:2: not checked: Missing parentheses" in capsys.readouterr().err
    assert as_json("a.py", *options, "--strict")[1] == 2


def test_a_comment_silences_what_can_not_be_parsed(tree, capsys):
    tree(a_py="import torchvision\nprint 'x'  # tvcompat: ignore[TVC001]\n")
    assert as_json("a.py") == ([], 0)
    assert "a.py:2: not checked" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"# coding: nothing\nimport torchvision\n", 1, "can't be decoded"),
        (b"import torchvision\nx = '\xff'\n", 1, "can't be decoded"),
        (b"import torchvision\nx = (\n", 2, "was never closed"),
        (b"import torchvision\n<<<<<<< HEAD\n", 2, "invalid syntax"),
        (b"import torchvision\r\rx = = 1\r", 3, "invalid syntax"),
        (b"import torchvision\ndef f():\n", 2, "expected an indented block"),
        (b"import torchvision\nx = " + b"-" * 20000 + b"1", 1, ""),
    ],
    ids=["encoding", "byte", "bracket", "conflict", "line ends", "end of file", "depth"],
)
def test_where_and_why_a_file_can_not_be_parsed(data, line, said, tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(data)
    (finding,) = check_files([str(path)], upgrade()).findings
    assert (finding.code, finding.line) == ("TVC001", line)
    assert said in finding.message


def test_a_file_that_can_not_be_parsed_and_does_not_name_torchvision_is_not_looked_at(tree):
    tree(a_py="print 'x'\n", b_py="import torchvision\n")
    assert as_json(".") == ([], 0)


@pytest.mark.parametrize("command", ["check", "fix", "range"], ids=str)
def test_a_folder_with_nothing_to_check_is_said(command, tree, capsys):
    (tree(a__b_txt="x") / "empty").mkdir()
    assert main([command, "empty"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("tvcompat: nothing to check: no Python file")
    assert "in empty" in printed.err
    assert printed.out == ""


def test_all_files_that_are_left_out_is_said(tree, capsys):
    tree(a_py=OLD)
    assert main(["check", ".", "--exclude", "*.py"]) == 2
    assert "nothing to check" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "fix", "range"], ids=str)
@pytest.mark.parametrize("path", ["nowhere.py", "a.py/b.py", "x" * 300], ids=["missing", "below a file", "too long"])
def test_a_path_that_is_not_there_is_said(path, command, tree, capsys):
    tree(a_py="import torchvision\n")
    assert main([command, "a.py", path]) == 2
    assert capsys.readouterr().err == f"tvcompat: there is no {path}\n"


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
@pytest.mark.parametrize("command", ["check", "fix", "range"], ids=str)
def test_a_folder_that_can_not_be_listed_is_said_and_the_others_are_checked(command, tree, capsys):
    """Its path is longer than the system takes; that holds for root, too."""
    root = tree(a_py=GONE)
    for _ in range(22):
        os.mkdir("n" * 200)
        os.chdir("n" * 200)
    os.chdir(root)
    assert main([command, "."]) == 2
    printed = capsys.readouterr()
    assert ": not checked: can't be read: File name too long" in printed.err
    assert "rgb_to_grayscale" in printed.out or command == "fix"


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
@pytest.mark.parametrize("command", ["check", "fix", "range"], ids=str)
def test_what_one_has_no_right_to_read_is_said(command, capsys, monkeypatch):
    with files.ordinary_user() as folder:
        for name in ("closed", "c"):
            (folder / name).mkdir()
        (folder / "closed").chmod(0)
        (folder / "b.py").write_text(OLD)
        (folder / "b.py").chmod(0)
        (folder / "c" / ".gitignore").write_text("x")
        (folder / "c" / ".gitignore").chmod(0)
        code = main([command, "."])
        printed = capsys.readouterr().err
    assert code == 2
    for path in ("./closed", "./b.py", "./c/.gitignore"):
        assert f"{path}:1: not checked: can't be read: Permission denied\n" in printed


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00torchvision", id="zero-byte"),
        pytest.param(b"\xff\xfetorchvision", id="utf-16"),
        pytest.param(b"# coding: nothing\nimport torchvision", id="unknown-encoding"),
        pytest.param(b"import torchvision\n" + b"(" * 3000, id="open-brackets"),
        pytest.param(b"import torchvision\nx = " + b"-" * 20000 + b"1", id="minus-signs"),
        pytest.param(b"import torchvision\nx = " + b"a." * 5000 + b"b", id="long-attribute"),
        pytest.param(b"import torchvision\n" + b"x = [" * 80 + b"]" * 80, id="nested-lists"),
        pytest.param(
            b"import torchvision\nif 1:\n"
            + b"".join(b" " * n + b"if 1:\n" for n in range(1, 90))
            + b" " * 90
            + b"pass",
            id="nested-blocks",
        ),
        pytest.param(
            b"from torchvision import *\nfrom . import *\nfrom .... import models\nimport torchvision.nothing",
            id="imports-from-nowhere",
        ),
        pytest.param("import torchvision\né = 'ñ' # \u2028".encode(), id="line-separator-in-a-comment"),
    ],
)
def test_nothing_makes_it_fall_over(tmp_path, data):
    path = tmp_path / "a.py"
    path.write_bytes(data)
    result = check_files([str(path)], upgrade())
    assert len(result.findings) <= 2
    assert [each.finding for each in result.unreadable] == [each for each in result.findings if each.code == "TVC001"]


def test_a_file_that_is_gone_when_it_is_shown(tree):
    from tvcompat.check.formats import forget, render

    folder = tree(a_py=OLD)
    result = check_files(["a.py"], upgrade())
    (folder / "a.py").unlink()
    forget()
    assert render(result.findings, "text").count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_files_that_can_not_be_opened(tree, capsys):
    folder = tree(a_py=OLD)
    (folder / "b.py").symlink_to("b.py")
    (folder / "c.py").symlink_to("nowhere.py")
    found, code = as_json("a.py", ".")
    assert (len(found), code) == (1, 1)
    result = check_files(["a.py", "c.py"], upgrade())
    assert [(each.path, each.text) for each in result.unreadable] == [
        ("c.py", "can't be read: No such file or directory")
    ]


def test_fix_says_what_it_could_not_read(tree, capsys):
    tree(a_py=OLD, b_py="import torchvision\ndef broken(:\n")
    assert main(["fix", "."]) == 1
    printed = capsys.readouterr().err
    assert "b.py:2: not checked" in printed
    assert "1 mended in 1 file, 1 left\n" in printed
