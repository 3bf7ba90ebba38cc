"""mypy and pyright accept what the README and the examples do, and refuse mistakes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import need_module

HERE = Path(__file__).parent
ROOT = HERE.parent
CHECKERS = {
    "mypy": [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", "{cache}"],
    "pyright": [sys.executable, "-m", "pyright", "--pythonpath", sys.executable],
}


@pytest.fixture(autouse=True)
def _type_checkers():
    for name in ("mypy", "pyright", "torch"):
        need_module(name)


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One cache of mypy for all tests, since reading torch takes it a minute, also where they run side by side."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "mypy"


def check(checker, path, cache):
    """Line -> what a checker says of it."""
    filelock = need_module("filelock")
    command = [word.format(cache=cache) for word in CHECKERS[checker]]
    with filelock.FileLock(f"{cache}-{checker}.lock"):
        done = subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, text=True)
    found = re.findall(rf"{re.escape(path.name)}:(\d+)(?::\d+)?:? -? ?error:? (.*)", done.stdout)
    assert found or done.returncode == 0, done.stdout + done.stderr
    return {int(line): text for line, text in found}


@pytest.mark.parametrize("checker", CHECKERS, ids=str)
def test_examples(checker, cache):
    assert check(checker, HERE / "typing" / "examples.py", cache) == {}


@pytest.mark.parametrize("checker", CHECKERS, ids=str)
def test_the_readme(checker, tmp_path, cache):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    path = tmp_path / "readme.py"
    path.write_text("\n".join(blocks), encoding="utf-8")
    assert check(checker, path, cache) == {}


@pytest.mark.parametrize("checker", CHECKERS, ids=str)
def test_mistakes(checker, cache):
    path = HERE / "typing" / "mistakes.py"
    wrong = [number for number, line in enumerate(path.read_text().splitlines(), 1) if "(" in line]
    assert list(check(checker, path, cache)) == wrong


def test_every_public_type_is_known(tmp_path):
    binaries = Path(sys.executable).parent
    # pyright asks the `python` on PATH where the packages are.
    own = dict(os.environ, PATH=f"{binaries}{os.pathsep}{os.environ['PATH']}", VIRTUAL_ENV=str(binaries.parent))
    command = [sys.executable, "-m", "pyright", "--verifytypes", "tvcompat", "--ignoreexternal"]
    said = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False).stdout
    assert "Type completeness score: 100%" in said, [line for line in said.split("\n") if " error: " in line]
