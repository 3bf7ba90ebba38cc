"""Generated files are made again exactly when something that they are made from is different."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from matrix import paths
from matrix.run.stamp import Stamp
from tests.matrix.test_run import audit, checkout, steps  # noqa: F401

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(checkout, monkeypatch):  # noqa: F811
    """A checkout with code of its own, so that code can be changed."""
    ignore = shutil.ignore_patterns("__pycache__", "records", "report", "tables", "*.toml")
    for package in ("matrix", "tvcompat"):
        shutil.copytree(ROOT / package, checkout / package, ignore=ignore, dirs_exist_ok=True)
    # tvcompat reads its tables; those of the checkout are still to be compiled.
    shutil.copytree(ROOT / paths.TABLES, checkout / paths.TABLES)
    monkeypatch.setenv("PYTHONPATH", str(checkout))
    return checkout


def run(root, *options):
    command = [sys.executable, "-m", "matrix", "audit", *options, "--format", "json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=dict(os.environ))
    return done.returncode, [(each["step"], each["result"]) for each in json.loads(done.stdout)]


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


CHANGES = {
    "compile/builders.py": ('" ".join(name', '"+".join(name'),
    "compile/calls.py": ('"outcomes": self', '"results": self'),
    "compile/interned.py": ("return self._numbers[key]", "return self._numbers[key] + 0.5"),
    "compile/names.py": ('"all": exported', '"all": exported * 2'),
    "compile/outputs.py": ('"""What models', '"""  What models'),
    "compile/releases.py": ('f"{name} {machine}"', 'f"{name}-{machine}"'),
    "compile/spans.py": ("current = [release, release, value]", "current = [release, release, value, 1]"),
    "compile/table.py": ('",\\n"', '", \\n"'),
    "compile/typed_stub.py": ("What `tvcompat` exports", "All that `tvcompat` exports"),
    "normal_form.py": ('return "nan"', 'return "none"'),
    "page/charts.py": ("Every family that came", "Each family that came"),
    "page/pairs.py": ('"classes": list', '"kinds": list'),
    "page/templates/report.md.j2": ("#", "##"),
    "probe/schemas.py": ("if len(left) != len(right):", "if len(left) > len(right):"),
    "releases.toml": ('python = "3.8"', 'python = "3.9"'),
    "store/parts.py": ("BRANCH_CHARACTERS = 100", "BRANCH_CHARACTERS = 101"),
    "../tvcompat/catalog/diff/names.py": ("def ", "def  "),
    "../tvcompat/catalog/queries.py": ("def ", "def  "),
}


def test_a_change_of_code_or_of_a_table_is_noticed(copy):
    assert run(copy, "--static")[0] == 0
    stamp = Stamp(copy, (copy / "matrix", copy / "tvcompat"))
    assert stamp.holds()
    unnoticed = []
    for name, (old, new) in CHANGES.items():
        path = (copy / "matrix" / name).resolve()
        before = path.read_bytes()
        replace(path, old, new)
        if stamp.holds():
            unnoticed.append(name)
        path.write_bytes(before)
    assert unnoticed == []
    assert stamp.holds()


def test_every_module_of_ours_that_generating_loads_is_looked_at(copy):
    assert run(copy, "--static")[0] == 0
    code = (
        "import sys; from pathlib import Path; from matrix.run.generate import generated_files; "
        "from matrix.run.options import Options; from matrix.run.workspace import Workspace; "
        "generated_files(Workspace(Path.cwd(), Options())); "
        "print(*(m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', None)), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=True)
    loaded = {path for path in done.stdout.splitlines() if path.startswith(str(copy))}
    assert len(loaded) > 30
    kept = json.loads(next((paths.cache() / "generated").glob("*.json")).read_text())
    assert loaded - set(kept["code"]) == set()


def test_what_changes_make_different_fails_the_check_and_is_written(copy):
    """Of code that compiles, of code that draws, and of a hand-written table."""
    assert run(copy, "--static")[0] == 0
    for name in ("compile/releases.py", "page/charts.py", "releases.toml"):
        replace(copy / "matrix" / name, *CHANGES[name])
    different = {"catalog": "releases.json", "report": "availability.svg"}
    code, checked = run(copy, "--check")
    assert code == 1
    outdated = [result for _, result in checked if "out of date; run: nox -s audit" in result]
    assert all(any(name in result for result in outdated) for name in different.values())
    code, done = run(copy)
    assert code == 0
    assert {step: name for step, name in different.items() if name in dict(done)[step]} == different
    assert run(copy, "--check")[0] == 0


def test_a_generated_file_that_was_changed_is_written_again(checkout):  # noqa: F811
    audit(checkout)
    page = checkout / "matrix" / "report" / "report.md"
    whole = page.read_bytes()
    page.write_bytes(whole + b"more\n")
    _code, done = audit(checkout)
    assert steps(done) == [("all", "report", False)]
    assert page.read_bytes() == whole


def test_a_table_that_is_generated_no_longer_is_removed(checkout):  # noqa: F811
    audit(checkout)
    old = checkout / paths.TABLES / "old.json"
    old.write_bytes((checkout / paths.TABLES / "builders.json").read_bytes())
    code, done = audit(checkout, check=True)
    assert code == 1
    assert [outcome.result for outcome in done if outcome.failed] == [
        "tvcompat/catalog/tables/old.json is generated no longer; run: nox -s audit"
    ]
    audit(checkout)
    assert not old.exists()
    assert audit(checkout, check=True)[0] == 0


def test_a_file_that_somebody_put_there_stays(checkout):  # noqa: F811
    audit(checkout)
    mine = checkout / "matrix" / "report" / "notes.md"
    mine.write_text("mine\n")
    audit(checkout)
    assert mine.read_text() == "mine\n"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"versions": 1}'], ids=["empty", "cut", "list", "other"])
def test_a_damaged_stamp_means_that_everything_is_made_again(checkout, text, capsys):  # noqa: F811
    audit(checkout)
    stamp = next((paths.cache() / "generated").glob("*.json"))
    stamp.write_text(text)
    assert audit(checkout) == (0, [])
    assert "compile the catalog" in capsys.readouterr().err
