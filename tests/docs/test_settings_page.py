"""The page of settings, variables and exit codes says what the code has, all of it."""

import re
from pathlib import Path

import pytest

from tests.needs import need_module
from tvcompat.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def rows(heading):
    """The first cells of the table below a heading."""
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


def test_every_key_is_there_with_its_type():
    need_module("pathspec")
    from tvcompat.check import settings

    words = {str: "string", list: "list of strings"}
    for key, kind in settings.KEYS.items():
        assert f"| `{key}` | {words[kind]} |" in PAGE
    assert rows("`[tool.tvcompat]` in `pyproject.toml`") == list(settings.KEYS)


def test_every_variable_is_there():
    sources = [path for folder in ("tvcompat", "matrix") for path in (ROOT / folder).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"[\"'](TVCOMPAT_[A-Z_]+)[\"']", text))
    assert {row.partition("=")[0] for row in rows("Environment variables")} == used


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
