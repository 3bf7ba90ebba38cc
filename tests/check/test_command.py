"""``tvcompat check``, ``range`` and ``rule`` as they are used."""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.needs import need_module
from tvcompat.cli import main

from .. import files
from .conftest import GONE, OLD, as_json

ROOT = Path(__file__).parents[2]


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
    found, code = as_json(".")
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
    assert as_json(".") == ([], 0)


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        pytest.param(["--to", "0.14"], ["TVC201"], id="deprecated-there"),
        pytest.param(["--to", "0.16"], ["TVC201", "TVC104"], id="warned-of-there"),
        pytest.param(["--to", "0.12"], [], id="before-both"),
        pytest.param(["--min", "0.16", "--max", "0.17"], ["TVC201", "TVC101"], id="range"),
    ],
)
def test_the_releases_asked_for(options, codes, tree):
    tree(a_py=OLD + GONE)
    assert [finding["code"] for finding in as_json(".", *options)[0]] == codes


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([".", "--from", "0.15", "--to", "0.13"], id="backwards"),
        pytest.param([".", "--from", "0.12", "--min", "0.13"], id="upgrade-and-range"),
        pytest.param([".", "--to", "0.7"], id="release-before-all"),
        pytest.param(["nothing"], id="path-that-is-missing"),
    ],
)
def test_a_question_without_an_answer_is_refused(options, tree):
    tree(a_py=OLD + GONE)
    assert main(["check", *options]) == 2


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        pytest.param(["--select", "TVC1"], ["TVC101"], id="prefix-selected"),
        pytest.param(["--ignore", "tvc101,TVC402"], ["TVC201"], id="ignored-in-small-letters"),
    ],
)
def test_choosing_rules(options, codes, tree):
    tree(a_py=OLD + GONE)
    assert [finding["code"] for finding in as_json(".", *options)[0]] == codes


def test_a_rule_that_there_is_not_can_not_be_chosen(tree):
    tree(a_py=OLD + GONE)
    assert main(["check", ".", "--select", "X9"]) == 2


def test_settings_of_the_project(tree):
    root = tree(a_py=OLD + GONE, b__c_py=OLD)
    (root / "pyproject.toml").write_text('[tool.tvcompat]\nto = "0.14"\nexclude = ["b/"]\n')
    found = as_json(".")[0]
    assert [(finding["path"], finding["code"]) for finding in found] == [("./a.py", "TVC201")]


def test_options_go_before_settings(tree):
    root = tree(a_py=OLD + GONE)
    (root / "pyproject.toml").write_text('[tool.tvcompat]\nto = "0.14"\n')
    assert [finding["code"] for finding in as_json(".", "--to", "latest")[0]] == ["TVC201", "TVC101"]


@pytest.mark.parametrize("setting", ['colour = "red"', "select = 3"], ids=["unknown-key", "number-for-a-list"])
def test_settings_that_there_are_not_are_refused(setting, tree):
    root = tree(a_py=OLD + GONE)
    (root / "pyproject.toml").write_text(f"[tool.tvcompat]\n{setting}\n")
    assert main(["check", "."]) == 2


def test_files_that_are_left_out(tree):
    root = tree(
        a_py=OLD, build__b_py=OLD, sub__c_py=OLD, sub__d_py=OLD, venv__e_py=OLD, other__f_py=OLD, node_modules__g_py=OLD
    )
    (root / ".gitignore").write_text("build/\n")
    (root / "sub" / ".gitignore").write_text("d.py\n")
    (root / "other" / "pyvenv.cfg").write_text("")
    assert [f["path"] for f in as_json(".")[0]] == ["./a.py", "./sub/c.py"]


def test_files_that_an_option_leaves_out(tree):
    tree(a_py=OLD, sub__c_py=OLD)
    assert [f["path"] for f in as_json(".", "--exclude", "sub")[0]] == ["./a.py"]


def test_a_file_that_is_named_is_checked_all_the_same(tree):
    (tree(build__b_py=OLD) / ".gitignore").write_text("build/\n")
    assert [f["path"] for f in as_json("build/b.py")[0]] == ["build/b.py"]


CALL = "models.resnet50(pretrained=True)"
COMMENTS = {
    "ignore-of-the-rule": (f"{CALL}  # tvcompat: ignore[TVC201]", False),
    "noqa": (f"{CALL}  # noqa", False),
    "noqa-of-two-rules": (f"{CALL}  # noqa: TVC201, E501", False),
    "on-the-line-of-the-argument": ("models.resnet50(\n    pretrained=True,  # tvcompat: ignore\n)", False),
    "ignore-of-another-rule": (f"{CALL}  # tvcompat: ignore[TVC101]", True),
    "noqa-of-another-rule": (f"{CALL}  # noqa: E501", True),
    "noqa-on-the-line-above": (f"# noqa\n{CALL}", True),
}


@pytest.mark.parametrize(("source", "reported"), COMMENTS.values(), ids=COMMENTS)
def test_comments_that_silence(source, reported, tree):
    tree(a_py=f"from torchvision import models\n{source}\n")
    assert [finding["code"] for finding in as_json(".")[0]] == ["TVC201"] * reported


def test_standard_input(tree):
    tree()
    command = [sys.executable, "-m", "tvcompat", "check", "-", "--stdin-filename", "editor.py", "--format", "json"]
    done = subprocess.run(command, input=OLD, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert [finding["path"] for finding in json.loads(done.stdout)] == ["editor.py"]
    assert done.returncode == 1


def test_what_a_baseline_has_is_not_reported(tree):
    tree(a_py=OLD)
    assert as_json(".", "--write-baseline", "base.json")[1] == 0
    assert as_json(".", "--baseline", "base.json") == ([], 0)


def test_what_a_baseline_has_is_known_on_another_line(tree):
    root = tree(a_py=OLD)
    as_json(".", "--write-baseline", "base.json")
    (root / "a.py").write_text("# a line more\n" + OLD + "models.resnet18(pretrained=True)\n")
    assert [f["line"] for f in as_json(".", "--baseline", "base.json")[0]] == [4]


def test_a_baseline_that_is_none_is_refused(tree):
    (tree(a_py=OLD) / "base.json").write_text("nothing")
    assert main(["check", ".", "--baseline", "base.json"]) == 2


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_a_baseline_for_a_device_leaves_the_device(tree):
    root = tree(a_py=OLD)
    device = files.null_device(root / "null")
    assert as_json("a.py", "--write-baseline", "null")[1] == 0
    assert files.is_special(device)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("nowhere/base.json", id="folder-that-is-missing"),
        pytest.param("folder", id="folder"),
        pytest.param("a.py/base.json", id="file-as-a-folder"),
    ],
)
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


def test_other_files_of_the_tree(tree):
    tree(
        pkg____init___py="", pkg__nets_py="from torchvision import models\nfrom torchvision.models import resnet18 as r\n",
        pkg__use_py="from .nets import models, r\nmodels.resnet50(pretrained=True)\nr(pretrained=True)\n",
        pkg__whole_py="from . import nets\nnets.r(pretrained=True)\n",
        pkg__other_py="from .mine import models\nmodels.resnet50(pretrained=True)\n", pkg__mine_py="models = 1\n",
    )  # fmt: skip
    Path("pkg/__init__.py").write_text("")
    assert sorted((f["path"], f["line"]) for f in as_json("pkg")[0]) == [
        ("pkg/use.py", 2), ("pkg/use.py", 3), ("pkg/whole.py", 2)
    ]  # fmt: skip


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


def test_statistics_for_programs(tree, capsys):
    tree(a_py=OLD + "models.resnet18(pretrained=True)\n" + GONE)
    main(["check", ".", "--statistics", "--format", "json"])
    assert json.loads(capsys.readouterr().out) == [{"code": "TVC201", "count": 2}, {"code": "TVC101", "count": 1}]


def test_settings_that_can_not_be_read(tree, capsys):
    tree(**{"pyproject.toml": "[tool.tvcompat\n", "a_py": OLD})
    assert main(["check", "."]) == 2
    assert "pyproject.toml can't be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("module", "arguments", "said"),
    [
        pytest.param("pathspec", ["check", ".", "--exclude", "x"], 'pip install "tvcompat[check]"', id="check"),
        pytest.param(
            "tokenize_rt",
            ["fix", "a.py"],
            'tvcompat fix needs tokenize-rt, which is not installed. Run: pip install "tvcompat[check]"',
            id="fix",
        ),
        pytest.param("shtab", ["completion", "bash"], 'pip install "tvcompat[completion]"', id="completion"),
    ],
)
def test_what_is_missing_is_named_with_the_extra(module, arguments, said, tree, capsys, monkeypatch):
    tree(a_py=OLD)
    monkeypatch.setitem(sys.modules, module, None)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert Path("a.py").read_text() == OLD


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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "TVC201", id="all"),
        pytest.param(["pretrained"], 'resnet50(weights="IMAGENET1K_V1")', id="by-name"),
    ],
)
def test_rules_explain_themselves(arguments, said, capsys):
    assert main(["rule", *arguments]) == 0
    assert said in capsys.readouterr().out


def test_a_rule_that_there_is_not_is_refused():
    assert main(["rule", "TVC999"]) == 2
