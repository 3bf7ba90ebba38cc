"""The package itself: what importing it costs, and what it offers."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import tvcompat


def test_importing_it_loads_next_to_nothing():
    code = "import sys; before = set(sys.modules); import tvcompat; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # Where coverage is measured, that has loaded the first.
    assert done.stdout.strip().replace("'__future__', ", "") == "['tvcompat', 'tvcompat._version', 'tvcompat.lazy']"


def imported_by(path):
    """First part of every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def test_nothing_shipped_imports_what_measures_releases():
    package = Path(tvcompat.__file__).parent
    modules = sorted(package.rglob("*.py"))
    assert len(modules) > 50
    assert [str(path.relative_to(package)) for path in modules if "matrix" in imported_by(path)] == []


def test_availability():
    found = tvcompat.availability("ssdlite320_mobilenet_v3_large")
    assert (found["first"], found["kind"]) == ("0.10.0", "builder")


def test_an_unknown_name_is_a_tvcompat_error_and_a_key_error():
    with pytest.raises(tvcompat.TVCompatError, match="Did you mean ssdlite320_mobilenet_v3_large"):
        tvcompat.availability("ssdlite320_mobilenet_v3_larg")
    with pytest.raises(KeyError):
        tvcompat.availability("no_such_thing_at_all")


def test_unknown_attributes():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tvcompat.nothing  # noqa: B018
    assert set(tvcompat.__all__) <= set(dir(tvcompat))


@pytest.mark.parametrize("package", ["tvcompat", "tvcompat.catalog", "tvcompat.legacy"], ids=str)
def test_everything_it_offers_can_be_had(package):
    """Names are loaded when they are used, by where a table says they are."""
    module = importlib.import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None, name
