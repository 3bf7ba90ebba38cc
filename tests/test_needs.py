"""A test for which something is missing is skipped and named at the end, and fails where everything is required."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

LACKING = """
import pytest
from tests.needs import need

def test_of_a_page():
    need("Chromium")

def test_that_holds():
    pass

def test_for_another_system():
    pytest.skip("for another system")
"""

WHOLE_MODULE = "import pytest\nlibrary = pytest.importorskip('library_that_is_not_there')\ndef test_it(): pass\n"


def pytest_in(folder, text, **variables):
    """Run pytest on one file, with these hooks and without any program on PATH."""
    (folder / "conftest.py").write_text((TESTS / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    own = {key: value for key, value in os.environ.items() if key != "TVCOMPAT_TEST_REQUIRE"}
    own = {**own, "PYTHONPATH": str(TESTS.parent), "PATH": str(folder), **variables}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-W", "ignore", str(folder)]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", ["-n0", "-n2"], ids=["alone", "workers"])
def test_what_was_not_tried_is_named_at_the_end(tmp_path, workers):
    done = pytest_in(tmp_path, LACKING, PYTEST_ADDOPTS=workers)
    assert done.returncode == 0, done.stdout
    section = done.stdout[done.stdout.index(" not tried ") :].split("\n")
    assert re.match(r"1 skipped: needs Chromium \(.*\); not tried: pages in a real browser$", section[1])
    assert section[2].startswith("1 passed, 2 skipped")


@pytest.mark.parametrize("workers", ["-n0", "-n2"], ids=["alone", "workers"])
def test_it_fails_where_everything_is_required(tmp_path, workers):
    done = pytest_in(tmp_path, LACKING, PYTEST_ADDOPTS=workers, TVCOMPAT_TEST_REQUIRE="1")
    assert done.returncode == 1, done.stdout
    assert "needs Chromium" in done.stdout
    assert "1 failed, 1 passed, 1 skipped" in done.stdout


@pytest.mark.parametrize(("required", "code"), [("0", 5), ("1", 2)], ids=["skipped", "required"])
def test_a_module_that_lacks_a_library(tmp_path, required, code):
    done = pytest_in(tmp_path, WHOLE_MODULE, TVCOMPAT_TEST_REQUIRE=required)
    assert done.returncode == code, done.stdout
    assert "could not import 'library_that_is_not_there'" in done.stdout


def test_every_test_asks_in_one_place():
    own = {"needs.py", "browser.py", "test_needs.py"}
    sources = [path for path in TESTS.rglob("*.py") if path.name not in own and "bench" not in path.parts]
    asking = re.compile(r"importorskip\(|shutil\.which\(|skipif\([^\n]*(find_spec|environ|which)")
    assert [str(path) for path in sources if asking.search(path.read_text(encoding="utf-8"))] == []
    assert len(sources) > 50
