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
def found(tmp_path_factory):
    """Return a function: checker and file name -> line -> what the checker says of it.

    Each checker runs once over all files, also where tests run side by side: reading torch takes it a minute.
    """
    filelock = need_module("filelock")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "types"
    folder.mkdir(exist_ok=True)

    def ask(checker, name):
        with filelock.FileLock(folder / f"{checker}.lock"):
            said = folder / f"{checker}.txt"
            if not said.exists():
                said.write_text(run(checker, folder), encoding="utf-8")
        lines = re.findall(rf"{re.escape(name)}:(\d+)(?::\d+)?:? -? ?error:? (.*)", said.read_text(encoding="utf-8"))
        return {int(line): text for line, text in lines}

    return ask


def run(checker, folder):
    """Return what a checker prints of the README's programs and those of `typing/`."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    readme = folder / "readme.py"
    readme.write_text("\n".join(blocks), encoding="utf-8")
    command = [word.format(cache=folder / "mypy") for word in CHECKERS[checker]]
    files = [HERE / "typing" / "examples.py", HERE / "typing" / "mistakes.py", readme]
    done = subprocess.run([*command, *map(str, files)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("checker", CHECKERS, ids=str)
@pytest.mark.parametrize("name", ["examples.py", "readme.py"], ids=str)
def test_right_programs(checker, name, found):
    assert found(checker, name) == {}


@pytest.mark.parametrize("checker", CHECKERS, ids=str)
def test_mistakes(checker, found):
    path = HERE / "typing" / "mistakes.py"
    wrong = [number for number, line in enumerate(path.read_text().splitlines(), 1) if "(" in line]
    assert list(found(checker, "mistakes.py")) == wrong


def test_every_public_type_is_known(tmp_path):
    binaries = Path(sys.executable).parent
    # pyright asks the `python` on PATH where the packages are.
    own = dict(os.environ, PATH=f"{binaries}{os.pathsep}{os.environ['PATH']}", VIRTUAL_ENV=str(binaries.parent))
    command = [sys.executable, "-m", "pyright", "--verifytypes", "tvcompat", "--ignoreexternal"]
    said = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False).stdout
    assert "Type completeness score: 100%" in said, [line for line in said.split("\n") if " error: " in line]
