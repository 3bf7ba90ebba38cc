"""The probe runs inside old releases: its files need nothing but the standard library, and keep to Python 3.8."""

import ast
import json
import subprocess
import sys

import pytest

from matrix.errors import InterpreterNotFoundError
from matrix.install.environment import PROBE
from matrix.install.interpreters import find_interpreter

FILES = sorted(PROBE.parent.glob("*.py"))

# What a release brings with it.
INSTALLED = {"torch", "torchvision", "numpy", "PIL", "scipy"}


def absolute_imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_imports_the_standard_library_alone(path):
    found = set(absolute_imports(ast.parse(path.read_text(encoding="utf-8"))))
    assert found - INSTALLED - set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_imports_what_a_release_brings_inside_functions_alone(path):
    """So that the parts that compute can be imported where no torch is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = ast.Module([node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))], [])
    assert set(absolute_imports(top)) & INSTALLED == set()


@pytest.mark.parametrize(
    "path",
    [*FILES, *sorted((PROBE.parents[1] / "verify").glob("*.py")), PROBE.parents[1] / "__init__.py"],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_file_that_runs_inside_old_releases_is_python_3_8(path):
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.13"], ids=str)
def test_it_is_found_by_its_path_and_puts_nothing_on_the_path(version, tmp_path):
    """Run as in an environment, isolated; `modules` and `weights` of other people stay what they are."""
    try:
        python = find_interpreter(version)
    except InterpreterNotFoundError as error:
        pytest.skip(str(error))
    code = (
        "import json, runpy, sys; before = list(sys.path); "
        f"module = runpy.run_path({str(PROBE)!r}, run_name='probe'); "
        "found = [module['probe_module'](name).__name__ for name in ('builders', 'weights', 'outputs', 'measuring')]; "
        "print(json.dumps([found, sys.path == before]))"
    )
    done = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    names, unchanged = json.loads(done.stdout)
    assert names == [f"tvcompat_probe.{name}" for name in ("builders", "weights", "outputs", "measuring")]
    assert unchanged
