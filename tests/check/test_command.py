"""``tvcompat check``, ``range`` and ``rule`` as they are used."""

import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.needs import need_module
from tvcompat.catalog import catalog
from tvcompat.check.files import find
from tvcompat.check.sweep import check_files
from tvcompat.cli import main

from .. import files
from .conftest import upgrade

ROOT = Path(__file__).parents[2]

OLD = "from torchvision import models\nnet = models.resnet50(pretrained=True)\n"
GONE = "from torchvision.transforms.functional_tensor import rgb_to_grayscale\n"


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


def checked(*arguments):
    """Findings as JSON, and the exit code."""
    output = io.StringIO()
    stdout, sys.stdout = sys.stdout, output
    try:
        code = main(["check", *arguments, "--format", "json"])
    finally:
        sys.stdout = stdout
    return json.loads(output.getvalue() or "[]"), code


def test_text_shows_the_line_with_a_caret(tree, capsys):
    tree(a_py=OLD)
    assert main(["check", "a.py"]) == 1
    captured = capsys.readouterr()
    assert captured.out == (
        "a.py:2:23: TVC201 [deprecated] pretrained= is deprecated since torchvision 0.13 and may go in any release; "
        'write weights="IMAGENET1K_V1".\n'
        "    net = models.resnet50(pretrained=True)\n"
        "                          ^^^^^^^^^^^^^^^\n"
    )
    assert captured.err.startswith("1 file against torchvision ")


def test_json_has_the_keys_that_are_promised(tree):
    tree(a_py=OLD + GONE)
    found, code = checked(".")
    assert code == 1
    assert [set(finding) for finding in found] == [
        {
            "path", "line", "column", "end_line", "end_column", "code", "severity", "message", "breaks_in",
            "deprecated_in", "fix",
        }
    ] * 2  # fmt: skip
    assert [(f["path"], f["line"], f["code"], f["breaks_in"], f["deprecated_in"]) for f in found] == [
        ("./a.py", 2, "TVC201", None, "0.13.0"),
        ("./a.py", 3, "TVC101", "0.17.0", None),
    ]


def test_nothing_found(tree):
    tree(a_py="import torchvision\n")
    assert checked(".") == ([], 0)


def test_the_releases_asked_for(tree):
    tree(a_py=OLD + GONE)
    assert [f["code"] for f in checked(".", "--to", "0.14")[0]] == ["TVC201"]
    assert [f["code"] for f in checked(".", "--to", "0.16")[0]] == ["TVC201", "TVC104"]
    assert checked(".", "--to", "0.12") == ([], 0)
    assert [f["code"] for f in checked(".", "--min", "0.16", "--max", "0.17")[0]] == ["TVC201", "TVC101"]
    assert main(["check", ".", "--from", "0.15", "--to", "0.13"]) == 2
    assert main(["check", ".", "--from", "0.12", "--min", "0.13"]) == 2
    assert main(["check", ".", "--to", "0.7"]) == 2
    assert main(["check", "nothing"]) == 2


def test_choosing_rules(tree):
    tree(a_py=OLD + GONE)
    assert [f["code"] for f in checked(".", "--select", "TVC1")[0]] == ["TVC101"]
    assert [f["code"] for f in checked(".", "--ignore", "tvc101,TVC402")[0]] == ["TVC201"]
    assert main(["check", ".", "--select", "X9"]) == 2


def test_settings_of_the_project(tree):
    root = tree(a_py=OLD + GONE, b__c_py=OLD)
    settings = root / "pyproject.toml"
    settings.write_text('[tool.tvcompat]\nto = "0.14"\nexclude = ["b/"]\n')
    assert [f["path"] for f in checked(".")[0]] == ["./a.py"]
    assert [f["code"] for f in checked(".", "--to", "latest")[0]] == ["TVC201", "TVC101"]
    settings.write_text('[tool.tvcompat]\ncolour = "red"\n')
    assert main(["check", "."]) == 2
    settings.write_text("[tool.tvcompat]\nselect = 3\n")
    assert main(["check", "."]) == 2


def test_files_that_are_left_out(tree):
    root = tree(
        a_py=OLD, build__b_py=OLD, sub__c_py=OLD, sub__d_py=OLD, venv__e_py=OLD, other__f_py=OLD, node_modules__g_py=OLD
    )
    (root / ".gitignore").write_text("build/\n")
    (root / "sub" / ".gitignore").write_text("d.py\n")
    (root / "other" / "pyvenv.cfg").write_text("")
    assert [f["path"] for f in checked(".")[0]] == ["./a.py", "./sub/c.py"]
    assert [f["path"] for f in checked(".", "--exclude", "sub")[0]] == ["./a.py"]
    assert [f["path"] for f in checked("build/b.py")[0]] == ["build/b.py"]


def test_comments_that_silence(tree):
    call = "models.resnet50(pretrained=True)"
    tree(
        a_py="from torchvision import models\n"
        f"{call}  # tvcompat: ignore[TVC201]\n{call}  # noqa\n{call}  # noqa: TVC201, E501\n"
        f"models.resnet50(\n    pretrained=True,  # tvcompat: ignore\n)\n"
        f"{call}  # tvcompat: ignore[TVC101]\n{call}  # noqa: E501\n# noqa\n{call}\n"
    )
    assert [f["line"] for f in checked(".")[0]] == [8, 9, 11]


def test_standard_input(tree):
    tree()
    command = [sys.executable, "-m", "tvcompat", "check", "-", "--stdin-filename", "editor.py", "--format", "json"]
    done = subprocess.run(command, input=OLD, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert [finding["path"] for finding in json.loads(done.stdout)] == ["editor.py"]
    assert done.returncode == 1


def test_only_what_is_new(tree):
    root = tree(a_py=OLD)
    assert checked(".", "--write-baseline", "base.json")[1] == 0
    assert checked(".", "--baseline", "base.json") == ([], 0)
    (root / "a.py").write_text("# a line more\n" + OLD + "models.resnet18(pretrained=True)\n")
    assert [f["line"] for f in checked(".", "--baseline", "base.json")[0]] == [4]
    (root / "base.json").write_text("nothing")
    assert main(["check", ".", "--baseline", "base.json"]) == 2


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_a_baseline_for_a_device_leaves_the_device(tree):
    root = tree(a_py=OLD)
    device = files.null_device(root / "null")
    assert checked("a.py", "--write-baseline", "null")[1] == 0
    assert files.is_special(device)


@pytest.mark.parametrize("path", ["nowhere/base.json", "folder", "a.py/base.json"])
def test_a_baseline_that_can_not_be_written_is_said(path, tree, capsys):
    (tree(a_py=OLD) / "folder").mkdir()
    assert main(["check", "a.py", "--write-baseline", path]) == 2
    assert capsys.readouterr().err.startswith(f"tvcompat: {path} can't be written: ")
    assert sorted(entry.name for entry in Path().iterdir()) == ["a.py", "folder"]


@pytest.mark.skipif(os.name != "posix", reason="descriptors of POSIX")
def test_a_baseline_on_standard_output_takes_nothing_away(tree):
    root = tree(a_py=OLD)
    command = [sys.executable, "-m", "tvcompat", "check", "a.py", "--write-baseline", "/dev/stdout"]
    with open(root / "out", "wb") as stream:
        assert subprocess.run(command, stdout=stream, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode == 0
    said = (root / "out").read_text()
    assert said.count("TVC201") == 1
    assert said.count('"findings"') == 1


def test_statistics(tree, capsys):
    tree(a_py=OLD + OLD)
    main(["check", ".", "--statistics"])
    assert capsys.readouterr().out.splitlines()[1].split()[:2] == ["2", "TVC201"]


PYTHON_2 = "import torchvision\nprint 'x'\n"


def test_a_file_that_can_not_be_parsed_is_a_finding(tree, capsys):
    tree(a_py=PYTHON_2)
    (finding,), code = checked("a.py")
    assert (finding["line"], finding["column"], finding["code"], finding["severity"]) == (2, 1, "TVC001", "breaks")
    assert finding["message"].startswith(f"Python 3.{sys.version_info[1]} can't parse this file")
    assert "print" in finding["message"]
    assert code == 1
    # It is said once.
    assert "not checked" not in capsys.readouterr().err


def test_a_file_that_can_not_be_parsed_leaves_the_others(tree):
    tree(a_py=PYTHON_2, b_py=OLD)
    found, code = checked(".")
    assert ([(f["path"], f["code"]) for f in found], code) == ([("./a.py", "TVC001"), ("./b.py", "TVC201")], 1)
    assert checked(".", "--strict")[1] == 2


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
    assert checked(".", "--write-baseline", "base.json")[1] == 0
    assert checked(".", "--baseline", "base.json") == ([], 0)
    tree(b_py=PYTHON_2)
    assert [f["path"] for f in checked(".", "--baseline", "base.json")[0]] == ["./b.py"]


@pytest.mark.parametrize("options", [["--ignore", "TVC001"], ["--select", "TVC2"]], ids=["ignored", "not selected"])
def test_a_file_that_can_not_be_parsed_and_is_no_finding_is_said(options, tree, capsys):
    tree(a_py=PYTHON_2)
    assert checked("a.py", *options) == ([], 0)
    assert "a.py:2: not checked: Missing parentheses" in capsys.readouterr().err
    assert checked("a.py", *options, "--strict")[1] == 2


def test_a_comment_silences_what_can_not_be_parsed(tree, capsys):
    tree(a_py="import torchvision\nprint 'x'  # tvcompat: ignore[TVC001]\n")
    assert checked("a.py") == ([], 0)
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
    assert checked(".") == ([], 0)


def test_several_processes_report_what_can_not_be_parsed(tree, monkeypatch):
    from tvcompat.check import sweep

    tree(a_py=PYTHON_2, b_py=OLD, c_py=PYTHON_2)
    monkeypatch.setattr(sweep, "ALONE_BYTES", 0)
    monkeypatch.setattr(sweep.os, "cpu_count", lambda: 3)
    assert [f["code"] for f in checked(".")[0]] == ["TVC001", "TVC201", "TVC001"]


@pytest.mark.parametrize("command", ["check", "fix", "range"])
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


@pytest.mark.parametrize("command", ["check", "fix", "range"])
@pytest.mark.parametrize("path", ["nowhere.py", "a.py/b.py", "x" * 300], ids=["missing", "below a file", "too long"])
def test_a_path_that_is_not_there_is_said(path, command, tree, capsys):
    tree(a_py="import torchvision\n")
    assert main([command, "a.py", path]) == 2
    assert capsys.readouterr().err == f"tvcompat: there is no {path}\n"


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
@pytest.mark.parametrize("command", ["check", "fix", "range"])
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
@pytest.mark.parametrize("command", ["check", "fix", "range"])
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
        b"",
        b"\x00torchvision",
        b"\xff\xfetorchvision",
        b"# coding: nothing\nimport torchvision",
        b"import torchvision\n" + b"(" * 3000,
        b"import torchvision\nx = " + b"-" * 20000 + b"1",
        b"import torchvision\nx = " + b"a." * 5000 + b"b",
        b"import torchvision\n" + b"x = [" * 80 + b"]" * 80,
        b"import torchvision\nif 1:\n" + b"".join(b" " * n + b"if 1:\n" for n in range(1, 90)) + b" " * 90 + b"pass",
        b"from torchvision import *\nfrom . import *\nfrom .... import models\nimport torchvision.nothing",
        "import torchvision\né = 'ñ' # \u2028".encode(),
    ],
)
def test_nothing_makes_it_fall_over(tmp_path, data):
    path = tmp_path / "a.py"
    path.write_bytes(data)
    result = check_files([str(path)], upgrade())
    assert len(result.findings) <= 2
    assert [each.finding for each in result.unreadable] == [each for each in result.findings if each.code == "TVC001"]


def test_other_files_of_the_tree(tree):
    tree(
        pkg____init___py="", pkg__nets_py="from torchvision import models\nfrom torchvision.models import resnet18 as r\n",
        pkg__use_py="from .nets import models, r\nmodels.resnet50(pretrained=True)\nr(pretrained=True)\n",
        pkg__whole_py="from . import nets\nnets.r(pretrained=True)\n",
        pkg__other_py="from .mine import models\nmodels.resnet50(pretrained=True)\n", pkg__mine_py="models = 1\n",
    )  # fmt: skip
    Path("pkg/__init__.py").write_text("")
    assert sorted((f["path"], f["line"]) for f in checked("pkg")[0]) == [
        ("pkg/use.py", 2), ("pkg/use.py", 3), ("pkg/whole.py", 2)
    ]  # fmt: skip


def test_many_files_in_several_processes(tmp_path):
    for number in range(40):
        (tmp_path / f"m{number}.py").write_text(OLD + "x = 1\n" * 5000)
    result = check_files(find([str(tmp_path)]), upgrade())
    assert len(result.findings) == result.checked == 40


def test_annotations(tree, capsys):
    tree(a_py=OLD + GONE)
    main(["check", ".", "--format", "github"])
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("::warning file=./a.py,line=2,endLine=2,col=23,endColumn=38,title=TVC201::pretrained= is")
    assert second.startswith("::error file=./a.py,line=3")


@pytest.mark.network
def test_sarif_against_the_published_schema(tree, capsys):
    """Fetches the schema of the standard, in the source distribution of sarif-om 1.0.4."""
    jsonschema, requests, pypi_simple = map(need_module, ("jsonschema", "requests", "pypi_simple"))
    with pypi_simple.PyPISimple() as index:
        packages = index.get_project_page("sarif-om").packages
    package = next(p for p in packages if p.version == "1.0.4" and p.package_type == "sdist")
    with tarfile.open(fileobj=io.BytesIO(requests.get(package.url, timeout=60).content)) as archive:
        schema = json.load(archive.extractfile("sarif_om-1.0.4/sarif-2.1.0-rtm.4.json"))
    tree(a_py=OLD + GONE)
    main(["check", ".", "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)
    jsonschema.Draft7Validator(schema).validate(log)
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["TVC201", "TVC101"]
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in log["runs"][0]["results"]] == ["TVC201", "TVC101"]


def test_the_range_of_releases(tree, capsys):
    tree(a_py=GONE + "from torchvision.models import ResNet50_Weights\n")
    assert main(["range", ".", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["first"], found["last"]) == ("0.13.0", "0.16.2")
    assert [(f["line"], f["code"]) for f in found["below"] + found["above"]] == [(2, "TVC102"), (1, "TVC101")]
    assert main(["range", "."]) == 0
    assert "It runs on torchvision 0.13.0 to 0.16.2 (1 file)." in capsys.readouterr().out


def test_no_release_at_all(tree, capsys):
    tree(
        a_py="from torchvision.models.utils import load_state_dict_from_url\nfrom torchvision.models import get_model\n"
    )
    assert main(["range", "."]) == 0
    assert capsys.readouterr().out.startswith("No release from 0.9.0 on runs all of it")


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


def test_text_of_a_finding_in_a_notebook(tree, capsys):
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": text.splitlines(True)} for text in (OLD, "x")
    ]
    folder = tree()
    (folder / "n.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    assert main(["check", "."]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("./n.ipynb:cell 1:2:23: TVC201")
    assert "    net = models.resnet50(pretrained=True)\n                          ^^^^" in shown


def test_text_of_standard_input(tree, capsys, monkeypatch):
    tree()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
    assert main(["check", "-", "--stdin-filename", "app.py"]) == 1
    said = capsys.readouterr()
    assert "    net = models.resnet50(pretrained=True)\n" in said.out
    assert said.err.startswith("1 file against")


def test_a_file_that_is_gone_when_it_is_shown(tree):
    from tvcompat.check.formats import forget, render

    folder = tree(a_py=OLD)
    result = check_files(["a.py"], upgrade())
    (folder / "a.py").unlink()
    forget()
    assert render(result.findings, "text").count("\n") == 1


def test_statistics_for_programs(tree, capsys):
    tree(a_py=OLD + "models.resnet18(pretrained=True)\n" + GONE)
    main(["check", ".", "--statistics", "--format", "json"])
    assert json.loads(capsys.readouterr().out) == [{"code": "TVC201", "count": 2}, {"code": "TVC101", "count": 1}]


def test_settings_that_can_not_be_read(tree, capsys):
    tree(**{"pyproject.toml": "[tool.tvcompat\n", "a_py": OLD})
    assert main(["check", "."]) == 2
    assert "pyproject.toml can't be read" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_files_that_can_not_be_opened(tree, capsys):
    folder = tree(a_py=OLD)
    (folder / "b.py").symlink_to("b.py")
    (folder / "c.py").symlink_to("nowhere.py")
    found, code = checked("a.py", ".")
    assert (len(found), code) == (1, 1)
    result = check_files(["a.py", "c.py"], upgrade())
    assert [(each.path, each.text) for each in result.unreadable] == [
        ("c.py", "can't be read: No such file or directory")
    ]


def test_what_is_missing_is_named_with_the_extra(tree, capsys, monkeypatch):
    tree(a_py=OLD)
    monkeypatch.setitem(sys.modules, "pathspec", None)
    assert main(["check", ".", "--exclude", "x"]) == 2
    assert 'pip install "tvcompat[check]"' in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tokenize_rt", None)
    assert main(["fix", "a.py"]) == 2
    assert 'tvcompat fix needs tokenize-rt, which is not installed. Run: pip install "tvcompat[check]"' in (
        capsys.readouterr().err
    )
    assert Path("a.py").read_text() == OLD
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert 'pip install "tvcompat[completion]"' in capsys.readouterr().err


def test_ctrl_c(tree, capsys, monkeypatch):
    from tvcompat.commands import check

    def interrupted(*arguments):
        raise KeyboardInterrupt

    tree(a_py=OLD)
    monkeypatch.setattr(check, "check_files", interrupted)
    assert main(["check", "."]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_traceback_for_those_who_ask(tree, monkeypatch):
    from tvcompat.errors import SettingsError

    tree()
    with pytest.raises(SettingsError):
        main(["--verbose", "check", "nowhere"])


def test_the_pages_of_the_rules(tmp_path):
    from tvcompat.check.pages import main as write_pages

    write_pages(str(tmp_path / "rules"))
    committed = Path(__file__).parents[2] / "docs" / "rules"
    assert {path.name: path.read_bytes() for path in (tmp_path / "rules").iterdir()} == {
        path.name: path.read_bytes() for path in committed.iterdir()
    }


def test_fix_says_what_it_could_not_read(tree, capsys):
    tree(a_py=OLD, b_py="import torchvision\ndef broken(:\n")
    assert main(["fix", "."]) == 1
    printed = capsys.readouterr().err
    assert "b.py:2: not checked" in printed
    assert "1 mended in 1 file, 1 left\n" in printed


def test_rules_explain_themselves(capsys):
    assert main(["rule"]) == 0
    assert "TVC201" in capsys.readouterr().out
    assert main(["rule", "pretrained"]) == 0
    assert 'resnet50(weights="IMAGENET1K_V1")' in capsys.readouterr().out
    assert main(["rule", "TVC999"]) == 2


@pytest.fixture(params=["fork", "spawn"])
def method(request, monkeypatch):
    """How workers are started: as this system does it, or as on one that can't fork."""
    known = multiprocessing.get_all_start_methods()
    if request.param not in known:
        pytest.skip(f"this system can't {request.param}")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [request.param])
    return request.param


@pytest.mark.usefixtures("method")
def test_several_processes_find_what_one_finds(tree, monkeypatch):
    from tvcompat.check import sweep

    tree(**{f"m{number}_py": OLD + "#" * number + "\n" for number in range(9)})
    alone = checked(".")[0]
    assert len(alone) == 9
    monkeypatch.setattr(sweep, "ALONE_BYTES", 0)
    monkeypatch.setattr(sweep.os, "cpu_count", lambda: 3)
    assert checked(".")[0] == alone


def where(share, here):
    """Which share it is, and whether it is computed in another process."""
    return share, os.getpid() != here


@pytest.mark.usefixtures("method")
def test_the_first_share_is_computed_here_and_each_other_in_a_worker():
    from tvcompat.check.processes import map_in_processes

    found = map_in_processes(where, ["a", "b", "c"], os.getpid())
    assert found == [("a", False), ("b", True), ("c", True)]


def end_elsewhere(share, here):
    """Work that no other process lives through."""
    if os.getpid() != here:
        os._exit(9)
    return share


@pytest.mark.usefixtures("method")
def test_a_process_that_is_killed_loses_nothing():
    from tvcompat.check.processes import map_in_processes

    assert map_in_processes(end_elsewhere, ["a", "b", "c"], os.getpid()) == ["a", "b", "c"]


def fail_elsewhere(share, here):
    """Work that fails in another process."""
    if os.getpid() != here:
        raise ValueError(share)
    return share


@pytest.mark.usefixtures("method")
def test_what_fails_in_a_worker_fails_here():
    from tvcompat.check.processes import map_in_processes

    with pytest.raises(ValueError, match="b"):
        map_in_processes(fail_elsewhere, ["a", "b", "c"], os.getpid())
    assert multiprocessing.active_children() == []


def fail_here(share, here):
    """Work that fails in this process."""
    if os.getpid() == here:
        raise ValueError(share)
    return share


@pytest.mark.usefixtures("method")
def test_what_fails_here_leaves_no_worker():
    from tvcompat.check.processes import map_in_processes

    with pytest.raises(ValueError, match="a"):
        map_in_processes(fail_here, ["a", "b", "c"], os.getpid())
    assert multiprocessing.active_children() == []


def test_a_system_that_can_not_start_workers_does_all_here(monkeypatch):
    from tvcompat.check import processes

    # As in a container without shared memory.
    def refuse(*arguments, **options):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(processes, "ProcessPoolExecutor", refuse)
    assert processes.map_in_processes(where, ["a", "b"], os.getpid()) == [("a", False), ("b", False)]


INTERRUPTED = """
import os, sys, time
from tvcompat.check.processes import map_in_processes

def work(share, folder):
    open(os.path.join(folder, share), "w").close()
    time.sleep(600)

try:
    map_in_processes(work, ["a", "b", "c"], sys.argv[1])
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has no process groups to interrupt")
def test_an_interrupt_ends_all_processes_at_once_and_quietly(tmp_path):
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while len(list(tmp_path.iterdir())) < 3 and process.poll() is None:
            time.sleep(0.01)
        # As Ctrl-C in a terminal does it.
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=60) == ("interrupted\n", "")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
