"""The small pure parts: signatures, constants, schemas, spans, parameter names across releases."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.compile.spans import UNKNOWN, fold, presence
from matrix.probe.builders import is_type_error
from matrix.probe.describe import describe_error, describe_parameters, describe_signature
from matrix.probe.schemas import align_names
from matrix.static.constants import PartialCall, UnknownValueError, evaluate
from matrix.static.signatures import annotation_text, comparable, shape_of
from matrix.store import schemas


def value(source, **names):
    def lookup(name):
        if name not in names:
            raise UnknownValueError(name)
        return names[name]

    return evaluate(ast.parse(source, mode="eval").body, lookup)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("1 + 2 * 3", 7, id="arithmetic"),
        pytest.param("-1.5", -1.5, id="negative"),
        pytest.param("[1, (2, 3)]", [1, (2, 3)], id="nested-tuple"),
        pytest.param("{'a': 1, **b}", {"a": 1, "c": 2}, id="dictionary-unpacked"),
        pytest.param("b['c']", 2, id="item"),
        pytest.param("'x' + 'y'", "xy", id="texts-added"),
        pytest.param("f'{b}/x'", "{'c': 2}/x", id="f-string"),
        pytest.param("2 ** 10", 1024, id="power"),
    ],
)
def test_constants(source, expected):
    assert value(source, b={"c": 2}) == expected


def test_a_partial_keeps_its_arguments():
    found = value("partial(Preset, size=3)")
    assert isinstance(found, PartialCall)
    assert (found.function, found.arguments) == ("Preset", {"size": 3})


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("open('x')", id="call"),
        pytest.param("[x for x in y]", id="comprehension"),
        pytest.param("lambda: 1", id="lambda"),
        pytest.param("9 ** 9 ** 9", id="too-large"),
        pytest.param("unknown", id="unknown-name"),
    ],
)
def test_nothing_is_run(source):
    with pytest.raises(UnknownValueError):
        value(source)


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        pytest.param("()", "()", id="nothing"),
        pytest.param("(a, b=1)", "(a, b=)", id="default"),
        pytest.param("(a=(1, 2), *, b={'x': ')'}, **kw)", "(a=, *, b=, **kw)", id="brackets-in-defaults"),
        pytest.param("(a=f(x, y=1), b=[1, 2])", "(a=, b=)", id="calls-in-defaults"),
        pytest.param("(a='=,', b=3)", "(a=, b=)", id="text-with-signs"),
    ],
)
def test_shape_of_a_signature(written, shape):
    assert shape_of(written) == shape


def test_spellings_of_one_annotation():
    spellings = ("Optional[A]", "Union[A, None]", "A | None")
    assert len({comparable(f"(x: {annotation_text(text)} = None)") for text in spellings}) == 1
    assert annotation_text("typing.List[torch.Tensor]") == "list[Tensor]"
    assert comparable("(x: Optional[Union[A, B]])") == comparable("(x: Union[A, B, None])")
    assert comparable("(x: Optional[A])") != comparable("(x: A)")


NAMES = st.lists(
    st.lists(st.sampled_from(["a", "b", "0", "weight"]), min_size=1, max_size=4).map(".".join), unique=True, max_size=12
)
SHAPES = st.sampled_from(["float32 1,2", "float32", "int64", "float64 3", "object list"])


@given(
    NAMES.flatmap(lambda names: st.tuples(st.just(names), st.lists(SHAPES, min_size=len(names), max_size=len(names))))
)
def test_packing_a_schema_loses_nothing_not_even_the_order(case):
    schema = dict(zip(*case))
    packed = schemas.pack(schema)
    assert list(schemas.unpack(packed).items()) == list(schema.items())


def test_a_packed_schema_is_nested_by_module():
    assert schemas.pack({"conv.weight": "float32 3,3", "bn.n": "int64"}) == {
        "conv": {"weight": "3,3"},
        "bn": {"n": "int64"},
    }


RELEASES = ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("values", "spans"),
    [
        pytest.param(["a", "a", "a", "a"], [["1", None, "a"]], id="always"),
        pytest.param(["a", "a", "b", "b"], [["1", "2", "a"], ["3", None, "b"]], id="changed-once"),
        pytest.param([None, "a", "a", None], [["2", "3", "a"]], id="there-in-between"),
        pytest.param(["a", None, "a", "a"], [["1", "1", "a"], ["3", None, "a"]], id="gone-for-one-release"),
        pytest.param(["a", UNKNOWN, "a", "b"], [["1", "3", "a"], ["4", None, "b"]], id="unknown-in-between"),
        pytest.param(["a", "a", UNKNOWN, UNKNOWN], [["1", None, "a"]], id="unknown-at-the-end"),
        pytest.param([None] * 4, [], id="never"),
    ],
)
def test_spans(values, spans):
    assert fold(RELEASES, values) == spans


def test_presence():
    assert presence(RELEASES, [True, False, True, True]) == [["1", "1"], ["3", None]]


def align(old, new):
    return align_names(list(old), old, list(new), new)


def test_renamed_parameters_are_paired_in_order():
    old = {"conv.weight": "3", "conv.bias": "1", "fc.weight": "2"}
    new = {"conv.0.weight": "3", "conv.0.bias": "1", "fc.weight": "2"}
    assert align(old, new) == {"conv.weight": "conv.0.weight", "conv.bias": "conv.0.bias"}


def test_equal_names_need_no_pairs():
    assert align({"a": "1"}, {"a": "1"}) == {}


@pytest.mark.parametrize(
    "new",
    [
        pytest.param({"b": "2"}, id="another-value"),
        pytest.param({"b": "1", "c": "1"}, id="another-key"),
        pytest.param({}, id="no-key-left"),
    ],
)
def test_what_does_not_correspond_is_not_paired(new):
    assert align({"a": "1"}, new) is None


def test_descriptions_do_not_depend_on_the_python_that_runs():
    def function(a, b=(1, 2), *args, c: "int | None" = None, **kwargs): ...

    assert describe_parameters(function) == "(a, b=, *args, c=, **kwargs)"
    assert describe_signature(function) == "(a, b=(1, 2), *args, c: int | None = None, **kwargs)"
    assert describe_error(ValueError("at 0x7f3a in /home/me/x/y.py")) == "ValueError: at 0x... in .../y.py"


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        pytest.param("TypeError: f() got an unexpected keyword argument 'pretrained'", True, id="keyword"),
        pytest.param("TypeError: f() takes 0 positional arguments but 1 was given", True, id="position"),
        pytest.param("TypeError: f() got multiple values for argument 'weights'", True, id="given-twice"),
        pytest.param("TypeError: Can't mix strings and bytes in path components", False, id="another-type-error"),
        pytest.param("ValueError: No weights available", False, id="another-error"),
    ],
)
def test_a_refused_argument_is_told_from_other_errors(error, refused):
    assert is_type_error({"error": error}) is refused
