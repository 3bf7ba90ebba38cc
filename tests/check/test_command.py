"""``tvcompat check``, ``range`` and ``rule`` as they are used."""

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tvcompat.catalog import catalog
from tvcompat.check.files import find
from tvcompat.check.sweep import check_files
from tvcompat.cli import main

from .conftest import upgrade

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


def test_statistics(tree, capsys):
    tree(a_py=OLD + OLD)
    main(["check", ".", "--statistics"])
    assert capsys.readouterr().out.splitlines()[1].split()[:2] == ["2", "TVC201"]


def test_files_that_can_not_be_parsed(tree, capsys):
    tree(a_py="import torchvision\nprint 'x'\n", b_py=OLD)
    found, code = checked(".")
    assert ([f["path"] for f in found], code) == (["./b.py"], 1)
    assert "./a.py:2: not checked:" in capsys.readouterr().err
    assert checked(".", "--strict")[1] == 2


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
    assert len(result.findings) + len(result.unreadable) <= 2


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
    jsonschema = pytest.importorskip("jsonschema")
    requests, pypi_simple = pytest.importorskip("requests"), pytest.importorskip("pypi_simple")
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
    tree(a_py="from torchvision.models.efficientnet import _efficientnet_conf\n", b_py="import torchvision\nx = (:\n")
    assert main(["range", "."]) == 0
    printed = capsys.readouterr()
    assert "b.py:2: not checked" in printed.err
    first, second = printed.out.splitlines()[:2]
    assert first == f"It runs on torchvision 0.11.1 to {catalog().newest} (2 files)."
    assert second == "Not on 0.12.0 in between:"


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
    main(["fix", "."])
    assert "b.py:2: not checked" in capsys.readouterr().err


def test_rules_explain_themselves(capsys):
    assert main(["rule"]) == 0
    assert "TVC201" in capsys.readouterr().out
    assert main(["rule", "pretrained"]) == 0
    assert 'resnet50(weights="IMAGENET1K_V1")' in capsys.readouterr().out
    assert main(["rule", "TVC999"]) == 2


@pytest.mark.parametrize("forked", [True, False])
def test_several_processes_find_what_one_finds(forked, tree, monkeypatch):
    from tvcompat.check import sweep

    tree(**{f"m{number}_py": OLD + "#" * number + "\n" for number in range(9)})
    alone = checked(".")[0]
    assert len(alone) == 9
    monkeypatch.setattr(sweep, "ALONE_BYTES", 0)
    monkeypatch.setattr(sweep.os, "cpu_count", lambda: 3)
    if not forked:
        # As on a system that can't copy a process.
        monkeypatch.delattr(os, "fork", raising=False)
    assert checked(".")[0] == alone


def end_elsewhere(share, here):
    """Work that no other process lives through."""
    if os.getpid() != here:
        os._exit(9)
    return share


@pytest.mark.parametrize("forked", [True, False])
def test_a_process_that_is_killed_loses_nothing(forked, monkeypatch):
    from tvcompat.check.processes import together

    if not forked:
        monkeypatch.delattr(os, "fork", raising=False)
    assert together(end_elsewhere, ["a", "b", "c"], os.getpid()) == ["a", "b", "c"]


def wait_elsewhere(share, here, folder):
    """Work that fails here when the others have begun, and goes on for long there."""
    if os.getpid() != here:
        (folder / str(os.getpid())).touch()
        time.sleep(600)
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.01)
    raise ValueError(share)


@pytest.mark.parametrize("forked", [True, False])
def test_what_fails_here_ends_the_other_processes(forked, tmp_path, monkeypatch):
    from tvcompat.check.processes import together

    if not forked:
        monkeypatch.delattr(os, "fork", raising=False)
    with pytest.raises(ValueError, match="a"):
        together(wait_elsewhere, ["a", "b", "c"], os.getpid(), tmp_path)
    for process in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(process.name), 0)
