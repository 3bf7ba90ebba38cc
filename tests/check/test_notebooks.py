"""Notebooks hold what only IPython understands, and cells that nobody finished."""

import json

import pytest

from tvcompat.check.engine import Checker, Result
from tvcompat.check.fixes import fix
from tvcompat.check.rules import Style

from .conftest import upgrade


def checked(*cells):
    """Cell and line of what is found, and what could not be read."""
    document = {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    result = Result()
    Checker(upgrade(), None, ["a.ipynb"]).check("a.ipynb", json.dumps(document).encode(), result)
    return (
        [(finding.cell, finding.line) for finding in result.findings if finding.code != "TVC001"],
        [(unreadable.line, unreadable.text) for unreadable in result.unreadable],
    )


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("files = !ls", id="output-of-a-command"),
        pytest.param("files, more = !ls | grep x", id="output-of-a-pipe"),
        pytest.param("timing = %timeit -o f()", id="output-of-timeit"),
        pytest.param("%matplotlib inline", id="magic"),
        pytest.param("!pip install torchvision", id="command"),
        pytest.param("!pip install \\\n    torchvision", id="command-over-two-lines"),
        pytest.param("%time x = 3", id="time-of-a-statement"),
        pytest.param("%timeit -n 10 -r3 f(x)", id="timeit-with-options"),
        pytest.param("%time !ls", id="time-of-a-command"),
        pytest.param("%time for each in x: pass", id="time-of-a-loop"),
        pytest.param("%prun", id="prun-of-nothing"),
        pytest.param("for x in y:\n    !echo $x", id="command-in-a-loop"),
        pytest.param("models.resnet18?", id="help"),
        pytest.param("models.resnet18??", id="more-help"),
        pytest.param("?models", id="help-before"),
        pytest.param("a = f(1)?", id="help-of-a-call"),
        pytest.param("/f 1", id="call-by-slash"),
        pytest.param(", f a b", id="call-by-comma"),
        # What Python understands as it is.
        pytest.param("await f()", id="await"),
        pytest.param("print('%d'\n      % x)", id="percent-that-begins-a-line"),
        pytest.param("x = '''\n%magic\n!command\n'''", id="magic-in-a-text"),
        # Both in one cell.
        pytest.param("print('%d'\n      % x)\n!ls", id="percent-and-a-command"),
        pytest.param("f('(')\n!ls", id="bracket-in-a-text-and-a-command"),
    ],
)
def test_cells_are_checked_around_what_ipython_adds(line):
    last = f"{line}\nmodels.resnet34(pretrained=True)"
    found = checked("from torchvision import models\nmodels.resnet18(pretrained=True)", last)
    assert found == ([(1, 2), (2, last.count("\n") + 1)], [])


@pytest.mark.parametrize(
    "magic",
    [
        pytest.param("%time", id="time"),
        pytest.param("%timeit -n 10", id="timeit"),
        pytest.param("    %prun -q ", id="indented-prun"),
    ],
)
def test_a_statement_that_is_timed_is_code(magic):
    line = f"{magic} net = models.resnet18(pretrained=True)"
    cell = f"if True:\n{line}" if magic[0] == " " else line
    source = json.dumps(
        {"cells": [{"cell_type": "code", "source": "from torchvision import models\n" + cell}], "nbformat": 4}
    )
    assert checked("from torchvision import models\n" + cell) == ([(1, cell.count("\n") + 2)], [])
    made = fix(Checker(upgrade(), None, ["a.ipynb"]), "a.ipynb", source.encode(), Style(), Result())
    assert made.data.decode() == source.replace("pretrained=True", 'weights=\\"IMAGENET1K_V1\\"')


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("print 'Python 2'", id="python-2"),
        pytest.param("for x in y:", id="no-body"),
        pytest.param("x = (\n%time", id="open-bracket"),
        pytest.param("<<<<<<< HEAD", id="conflict"),
    ],
)
def test_a_cell_that_can_not_be_parsed_leaves_the_others(cell):
    found, unread = checked("from torchvision import models", cell, "models.resnet18(pretrained=True)")
    assert found == [(3, 1)]
    ((line, text),) = unread
    assert line == 1
    assert text.startswith("cell 2: ")


def test_a_cell_that_can_not_be_parsed_is_a_finding_in_its_place():
    sources = ["import torchvision", "x = 1\ny = é = = 2", "z = = 3  # tvcompat: ignore[TVC001]"]
    document = {"cells": [{"cell_type": "code", "source": source} for source in sources], "nbformat": 4}
    result = Result()
    Checker(upgrade(), None, ["a.ipynb"]).check("a.ipynb", json.dumps(document).encode(), result)
    assert [(each.cell, each.line, each.column, each.code) for each in result.findings] == [(2, 2, 9, "TVC001")]
    assert "can't parse this cell" in result.findings[0].message
    assert [(each.text.partition(":")[0], each.finding is not None) for each in result.unreadable] == [
        ("cell 2", True),
        ("cell 3", False),
    ]


def test_cells_in_another_language():
    assert checked("%%bash\nexport pretrained=True", "%%html\n<p>") == ([], [])


@pytest.mark.parametrize(
    "document",
    [
        pytest.param('{"cells": 3, "x": "torchvision"}', id="number-of-cells"),
        pytest.param(
            '{"cells": [{"cell_type": "code", "source": ["import torchvision", 3]}]}', id="number-in-a-source"
        ),
        pytest.param('{"worksheets": [], "x": "torchvision"}', id="no-sheets"),
        pytest.param('["torchvision"]', id="list"),
        pytest.param('{"cells": [{"cell_type": "code", "source": ["import torchvi', id="cut-off"),
    ],
)
def test_what_is_no_notebook_is_said_to_be_none(document):
    result = Result()
    Checker(upgrade(), None, ["a.ipynb"]).check("a.ipynb", document.encode(), result)
    (unreadable,) = result.unreadable
    assert unreadable.text.startswith("is no notebook: ")


@pytest.mark.parametrize("lines", [True, False], ids=["list-of-lines", "one-text"])
def test_fix_in_the_third_format_and_beside_what_is_no_cell(lines):
    source = ["from torchvision import models\n", "models.resnet18(pretrained=True)"]
    cell = {"cell_type": "code", "input": source if lines else "".join(source), "outputs": []}
    untouched = {"cell_type": "code", "input": ["a = 1\nb = 2"], "outputs": []}
    document = {"metadata": {}, "nbformat": 3, "worksheets": [{"cells": [1, cell, untouched]}]}
    data = json.dumps(document, indent=1).encode()
    result = Result()
    made = fix(Checker(upgrade(), None, ["a.ipynb"]), "a.ipynb", data, Style(), result)
    cell["input"] = ["from torchvision import models\n", 'models.resnet18(weights="IMAGENET1K_V1")']
    if not lines:
        cell["input"] = "".join(cell["input"])
    assert json.loads(made.data) == document
