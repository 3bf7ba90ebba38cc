"""Recipes: how tables are read, what an outcome says, and that one bad recipe costs nothing but its own entry."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from matrix.compile.behaviour import compare, path_of
from matrix.recipes.outcomes import alike, clean, rounded
from matrix.recipes.tables import RecipeTableError, load, parse
from tests.needs import need_module

RECIPES = Path(__file__).parents[2] / "matrix" / "recipes"


def test_a_line_is_a_recipe_of_the_module_above():
    found = parse("[torchvision.ops]\nnms(boxes, scores, 0.5)  \n\n# of another kind\nbox_area(boxes)\n")
    assert [each.key for each in found] == [
        "torchvision.ops: nms(boxes, scores, 0.5)",
        "torchvision.ops: box_area(boxes)",
    ]


def test_an_indented_line_goes_on():
    (recipe,) = parse("[torchvision.ops]\nnms(boxes,\n    scores, 0.5)\n")
    assert recipe.expression == "nms(boxes, scores, 0.5)"


def test_a_recipe_may_begin_with_a_bracket():
    (recipe,) = parse("[torchvision.ops]\n[type(layer) for layer in MLP(4, [8])]\n")
    assert recipe.module == "torchvision.ops"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("nms()\n", "line 1: a recipe before the first", id="no-module"),
        pytest.param("[torchvision.ops]\nnms(\n", "line 2: nms( is no expression", id="no-expression"),
        pytest.param("[torchvision.ops]\nnms()\n\nnms()\n", "line 4: nms() stands in line 2", id="twice"),
    ],
)
def test_a_wrong_line_is_named(text, words):
    with pytest.raises(RecipeTableError) as raised:
        parse(text)
    assert words in str(raised.value)


def test_the_tables_are_readable():
    recipes = load()
    assert len(recipes) > 3000
    assert len({recipe.key for recipe in recipes}) == len(recipes)


def test_the_name_that_a_recipe_is_about():
    about = {
        "Compose([Resize(3), ToTensor()])(pil(4, 5))": "Compose",
        "calls(lambda: RandomCrop(8)(pil(20, 24)), 4)": "RandomCrop",
        "repr(Pad(1))": "Pad",
        "AnchorGenerator().sizes": "AnchorGenerator",
        "torch.tensor(box_area(xyxy(3)))": "box_area",
    }
    assert {text: path_of(f"torchvision.x: {text}") for text in about} == {
        text: f"torchvision.x.{name}" for text, name in about.items()
    }


def test_a_function_named_like_an_input_is_meant_in_its_module():
    own = frozenset({"torchvision.transforms.v2.functional.jpeg"})
    assert path_of("torchvision.transforms.v2.functional: jpeg(uint8(9, 9), 50)", own) == min(own)
    assert path_of("torchvision.io: decode_jpeg(jpeg(9, 9))", own) == "torchvision.io.decode_jpeg"


def test_numbers_are_rounded_to_five_digits_of_the_largest():
    assert rounded(0.123456789, 200.0) == 0.12
    assert rounded(123.456789, 200.0) == 123.46
    assert rounded(float("inf"), 1.0) == "inf"


def test_texts_lose_what_differs_from_run_to_run():
    assert clean("<object at 0x7f12ab>  in /home/me/lib/file.py") == "<object at 0x...> in .../"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        pytest.param({"max": 1.0, "mean": 0.50001}, {"max": 1.0, "mean": 0.50002}, True, id="last-digit"),
        pytest.param({"max": 1.0, "mean": 0.5}, {"max": 1.0, "mean": 0.51}, False, id="other-mean"),
        pytest.param({"values": [1.0, 2.0]}, {"values": [1.0, 2.00003]}, True, id="values"),
        pytest.param({"size": [800, 1199]}, {"size": [799, 1199]}, False, id="size"),
        pytest.param({"error": "ValueError: a"}, {"error": "ValueError: b"}, False, id="errors"),
        pytest.param({"value": True}, {"value": 1}, False, id="types"),
        pytest.param({"value": None}, None, False, id="missing"),
    ],
)
def test_outcomes_are_alike_but_for_rounding(left, right, same):
    assert alike(left, right) is same


NUMBERS = {"kind": "Tensor", "dtype": "uint8", "shape": [3], "min": 0.0, "max": 9.0, "mean": 4.0, "std": 1.0}


@pytest.mark.parametrize(
    ("before", "after", "older", "kinds"),
    [
        pytest.param(
            {"value": NUMBERS},
            {"value": {**NUMBERS, "mean": 5.0}},
            {"outcome": {"value": NUMBERS}, "difference": {"largest": 1.0, "share": 0.5, "relative": 0.1}},
            ["numbers"],
            id="other-numbers",
        ),
        pytest.param(
            {"value": NUMBERS, "draws": "a"},
            {"value": {**NUMBERS, "mean": 5.0}, "draws": "b"},
            {"outcome": {"value": NUMBERS, "draws": "a"}, "difference": {"largest": 1.0, "relative": 0.1}},
            ["draws"],
            id="other-draws",
        ),
        pytest.param({"value": 1}, {"error": "ValueError: no"}, {"outcome": {"value": 1}}, ["fails"], id="fails"),
        pytest.param(
            {"error": "ValueError: no"}, {"value": 1}, {"outcome": {"error": "ValueError: no"}}, ["works"], id="works"
        ),
        pytest.param(
            {"error": "NameError: name 'x' is not defined"}, {"value": 1}, {"outcome": {}}, [], id="a-new-name"
        ),
        pytest.param(
            {"error": "TypeError: f() got an unexpected keyword argument 'a'"},
            {"value": 1},
            {},
            [],
            id="a-new-parameter",
        ),
        pytest.param(
            {"value": 1},
            {"value": 1, "warnings": [["DeprecationWarning", "going", "torchvision"], ["UserWarning", "x", "torch"]]},
            {"outcome": {"value": 1}},
            ["warns"],
            id="warns",
        ),
        pytest.param({"value": [1, 2]}, {"value": "text"}, {"outcome": {"value": [1, 2]}}, ["type"], id="another-type"),
        pytest.param(
            {"value": NUMBERS},
            {"value": {**NUMBERS, "shape": [2]}},
            {"outcome": {"value": NUMBERS}, "difference": {"shape": True}},
            ["type"],
            id="another-shape",
        ),
        pytest.param({"value": 1}, {"value": 2}, {}, ["numbers"], id="older-sources-do-not-run"),
    ],
)
def test_what_a_difference_is(before, after, older, kinds):
    assert [each.kind for each in compare(before, after, older)] == kinds


@pytest.mark.parametrize(
    ("before", "after", "older", "own"),
    [
        pytest.param({"value": 1}, {"value": 2}, None, [False], id="older-sources-give-the-newer-result"),
        pytest.param({"value": 1}, {"value": 2}, {"outcome": {"value": 1}}, [True], id="older-sources-give-the-older"),
        pytest.param({"value": 1}, {"value": 1}, {"outcome": {"error": "RuntimeError: b"}}, [], id="older-fail-here"),
        pytest.param(
            {"value": 1},
            {"value": 2},
            {"outcome": {"error": "RuntimeError: No such operator torchvision::x"}},
            [False],
            id="older-sources-miss-an-operator",
        ),
    ],
)
def test_whose_doing_a_difference_is(before, after, older, own):
    assert [each.is_own for each in compare(before, after, older)] == own


TRIED = """[torchvision.transforms.functional]
hflip(pil(4, 5))
hang()
hflip(uint8(4, 5))
end()
vflip(uint8(4, 5))
"""


INPUTS_THAT_END = """

def hang():
    while True:
        pass


def end():
    os._exit(3)
"""


def test_a_recipe_that_hangs_or_ends_the_interpreter_costs_its_own_entry(tmp_path):
    found = evaluated(tmp_path, TRIED, INPUTS_THAT_END)
    assert {key: each.get("error", "a value") for key, each in found.items()} == {
        "hflip(pil(4, 5))": "a value",
        "hang()": "RecipeTimeoutError: it took longer than 2 s",
        "hflip(uint8(4, 5))": "a value",
        "end()": "lost: the interpreter ended with 3",
        "vflip(uint8(4, 5))": "a value",
    }


# Functions that warn in the ways in which packages do; the names of files say which package it is.
INPUTS_THAT_WARN = """

def made(path, source):
    space = {}
    exec(compile(source, path, "exec"), space)
    return space["f"]


plain = made("/lib/torchvision/utils.py", "import warnings\\ndef f(): warnings.warn('plain')")
lent = made("/lib/PIL/_deprecate.py", "import warnings\\ndef f(): warnings.warn('lent', DeprecationWarning, stacklevel=2)")
passes_on = made("/lib/torchvision/utils.py", "def f(other): other()")
decorates = made(
    "/lib/torchvision/io.py",
    "import typing_extensions\\n@typing_extensions.deprecated('decorated')\\ndef f(): pass\\nf.__module__ = 'torchvision.io'",
)


def compiled():
    return torch.searchsorted(torch.arange(4.0), torch.zeros(3, 2).t())
"""

WARNING = """[torchvision.transforms.functional]
plain()
passes_on(lent)
decorates()
compiled()
"""


def test_a_warning_belongs_to_the_package_whose_code_asked_for_it(tmp_path):
    found = evaluated(tmp_path, WARNING, INPUTS_THAT_WARN)
    assert {key: [package for _, _, package in each.get("warnings", ())] for key, each in found.items()} == {
        "plain()": ["torchvision"],
        "passes_on(lent)": ["PIL"],
        "decorates()": ["torchvision"],
        "compiled()": ["compiled"],
    }


def evaluated(folder, table, inputs):
    """Return what recipes give, with functions of our own among their inputs and shorter limits."""
    need_module("torchvision")
    copy = folder / "matrix" / "recipes"
    copy.mkdir(parents=True)
    for path in [*RECIPES.glob("*.py"), *(RECIPES.parent / "probe").glob("*.py")]:
        place = copy if path.parent == RECIPES else folder / "matrix" / "probe"
        place.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8")
        text = text.replace("LIMIT_SECONDS = 15", "LIMIT_SECONDS = 2")
        (place / path.name).write_text(text + inputs if path.name == "inputs.py" else text, encoding="utf-8")
    (copy / "tables").mkdir()
    (copy / "tables" / "some.txt").write_text(table, encoding="utf-8")
    out = folder / "out.json"
    subprocess.run([sys.executable, "-I", str(copy / "__main__.py"), "--out", str(out)], check=True)
    return {key.partition(": ")[2]: each for key, each in json.loads(out.read_text())["outcomes"].items()}
