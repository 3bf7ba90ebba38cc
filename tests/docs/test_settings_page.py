"""The page of settings, variables and exit codes says what the code has, all of it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import need_module
from tvcompat.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def rows(heading):
    """The first cells of the tables below a heading, a list for each."""
    text = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    tables = [re.findall(r"^\| `([^`]+)`", part, re.MULTILINE) for part in text.split("\n\n")]
    return [table for table in tables if table]


def sources(*places):
    """The text of Python files, of folders and single ones."""
    paths = [
        path for place in places for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_key_is_there_with_its_type():
    need_module("pathspec")
    from tvcompat.check import settings

    words = {str: "string", list: "list of strings"}
    for key, kind in settings.KEYS.items():
        assert f"| `{key}` | {words[kind]} |" in PAGE
    assert rows("`[tool.tvcompat]` in `pyproject.toml`") == [list(settings.KEYS)]


def variables(number):
    return {row.partition("=")[0] for row in rows("Environment variables")[number]}


def test_every_variable_of_ours_is_there():
    used = set(re.findall(r"[\"'](TVCOMPAT_[A-Z0-9_]+)[\"']", sources("tvcompat", "matrix")))
    assert variables(0) == used


def test_every_variable_of_others_is_there():
    used = set(
        re.findall(r"environ(?:\.get\(|\[)\s*[\"']([A-Z0-9_]+)[\"'](?![^\n]*\] =)", sources("tvcompat", "matrix"))
    )
    assert variables(1) == {name for name in used if not name.startswith("TVCOMPAT_")}


def test_every_variable_of_the_tests_is_there():
    text = sources("tests", "noxfile.py")
    used = set(re.findall(r"[\"'](TVCOMPAT_[A-Z0-9_]+|HYPOTHESIS_PROFILE)[\"']", text))
    assert variables(2) == used - variables(0)


def test_every_exit_code_is_of_a_command():
    (commands,) = rows("Exit codes")
    assert {row.split()[0] for row in commands} <= set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "clean.py"], 0),
        (["check", "finding.py"], 1),
        (["check", "missing.py"], 2),
        (["check", "clean.py", "--to", "99"], 2),
        (["fix", "clean.py"], 0),
        (["fix", "finding.py", "--diff"], 1),
        (["range", "clean.py"], 0),
        (["range", "broken.py"], 1),
        (["show", "resnet50"], 0),
        (["show", "resnet5000"], 2),
        (["diff", "0.16.2", "0.17.0"], 0),
        (["diff", "0.16.2", "0.17.0", "--exit-code"], 1),
        (["models"], 0),
        (["rule", "TVC999"], 2),
        (["check", "finding.py", "--write-baseline", "known.json"], 0),
        (["startup", "status"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_commands_end_as_the_page_says(arguments, code, tmp_path, monkeypatch):
    need_module("pathspec")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clean.py").write_text("import torchvision\n")
    (tmp_path / "finding.py").write_text("from torchvision.models import resnet18\nresnet18(pretrained=True)\n")
    (tmp_path / "broken.py").write_text("import torchvision\nprint 'torchvision'\n")
    try:
        found = main(arguments)
    except SystemExit as end:
        found = end.code
    assert found == code


@pytest.mark.parametrize(("program", "code"), [("missing.py", 2), ("ends_with_3.py", 3)], ids=["no-program", "program"])
def test_run_ends_as_the_page_says(program, code, tmp_path):
    """In a process of its own, since it turns the guard on."""
    (tmp_path / "ends_with_3.py").write_text("raise SystemExit(3)\n")
    command = [sys.executable, "-m", "tvcompat", "run", program]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True).returncode == code
