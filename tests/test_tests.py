"""What holds for the tests themselves: each case has a name, and no module is too long to find something in it."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MODULES = sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("*.py"))
LONGEST = 400


def parsed(module):
    return ast.parse((TESTS / module).read_text(encoding="utf-8"))


def has_ids(call, tables):
    """Whether the cases of a ``parametrize`` are named, all together or each for itself."""
    if any(keyword.arg == "ids" for keyword in call.keywords):
        return True
    cases = call.args[1]
    if isinstance(cases, ast.Name):
        cases = tables.get(cases.id)
    if isinstance(cases, ast.ListComp):
        return is_named(cases.elt)
    return isinstance(cases, (ast.List, ast.Tuple)) and all(map(is_named, cases.elts))


def is_named(case):
    return isinstance(case, ast.Call) and any(keyword.arg == "id" for keyword in case.keywords)


def unnamed(tree):
    """Lines of the ``parametrize`` without names; pytest would take the values for them, or numbers."""
    tables = {
        statement.targets[0].id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "parametrize"
        if not has_ids(node, tables)
    ]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_case_has_a_name(module):
    assert unnamed(parsed(module)) == []


SOURCES = {
    "values": ('@pytest.mark.parametrize("x", [1, 2])', False),
    "some-named": ('@pytest.mark.parametrize("x", [pytest.param(1, id="one"), 2])', False),
    "table-of-values": ('TABLE = [1, 2]\n@pytest.mark.parametrize("x", TABLE)', False),
    "all-named": ('@pytest.mark.parametrize("x", [pytest.param(1, id="one")])', True),
    "table-of-named": ('TABLE = [pytest.param(1, id="one")]\n@pytest.mark.parametrize("x", TABLE)', True),
    "each-of-many-named": ('@pytest.mark.parametrize("x", [pytest.param(n, id=str(n)) for n in range(3)])', True),
    "each-of-many": ('@pytest.mark.parametrize("x", [n for n in range(3)])', False),
    "list-of-names": ('@pytest.mark.parametrize("x", [1], ids=["one"])', True),
}


@pytest.mark.parametrize(("source", "named"), SOURCES.values(), ids=SOURCES)
def test_cases_without_a_name_are_noticed(source, named):
    assert (unnamed(ast.parse(f"{source}\ndef test(x): ...\n")) == []) == named


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_long_module_gives_its_reason(module):
    """In its docstring, which says why it has more than so many lines."""
    lines = (TESTS / module).read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST or f"{LONGEST} lines" in (ast.get_docstring(parsed(module)) or "")
