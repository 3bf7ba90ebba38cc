"""The layers of the package: what may import what. Data flows from the catalog to what people use, never back."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tvcompat"

# Layer -> the layers that it may import. What is not a folder stands below all folders.
BASE = {"collecting", "errors", "lazy", "ledger", "release_sets", "releases", "writing", "_version"}
ALLOWED = {
    "catalog": BASE - {"ledger"},
    "shim": BASE | {"catalog"},
    "legacy": BASE | {"catalog"},
    "check": BASE | {"catalog"},
    "commands": BASE | {"catalog", "check", "cli", "legacy", "shim"},
}

# The exceptions, each with its reason.
EXCEPTIONS = {
    ("legacy/builders.py", "shim"): "a builder called in the other era's way is built as get_model builds it",
    ("legacy/forward.py", "shim"): "names of newer releases are those that the shim gives",
}


def layers_imported(path):
    """The parts of the package that a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "matrix":
                yield "matrix"
            elif parts[0] == "tvcompat" and len(parts) > 1 and is_part(parts[1]):
                yield parts[1]


def is_part(name):
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


@pytest.mark.parametrize("layer", ALLOWED, ids=str)
def test_a_layer_imports_what_is_below_it(layer):
    found = {}
    for path in (PACKAGE / layer).rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        for other in set(layers_imported(path)) - ALLOWED[layer] - {layer}:
            if (name, other) not in EXCEPTIONS:
                found.setdefault(name, []).append(other)
    assert found == {}


def test_what_all_layers_use_imports_none_of_them():
    files = [PACKAGE / f"{name}.py" for name in BASE]
    assert {name for path in files for name in layers_imported(path)} <= BASE


def test_nothing_of_the_package_imports_what_is_not_shipped():
    assert [path for path in PACKAGE.rglob("*.py") if "matrix" in layers_imported(path)] == []


def test_each_exception_is_one():
    for name, other in EXCEPTIONS:
        assert other in set(layers_imported(PACKAGE / name)), f"{name} does not import {other} any more"


def test_the_analysis_knows_no_rule():
    """``check/analysis`` imports nothing of the rest of the checker, so that it can be understood and tested alone."""
    found = set()
    for path in (PACKAGE / "check" / "analysis").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tvcompat"):
                found.add(node.module)
    assert {name for name in found if not name.startswith("tvcompat.check.analysis")} == set()
