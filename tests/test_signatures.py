"""Signatures, read from the text of records and written back."""

import ast

import pytest

from tvcompat.catalog import catalog
from tvcompat.catalog.signatures import Kind, Parameter, Signature, parse

KNOWN = catalog()


def every_text():
    """All signatures of the catalog: of functions, classes, methods, builders."""
    found = {span.value for builder in KNOWN.builders.values() for span in builder.signatures}
    for description in KNOWN.table("names")["descriptions"]:
        if isinstance(description, dict):
            found |= {description.get("parameters", "()"), *description.get("methods", {}).values()}
        elif description.startswith("def"):
            found.add(description[len("def") :])
    return sorted(found)


def test_every_signature_of_the_catalog_comes_back_as_it_was():
    texts = every_text()
    assert len(texts) > 1000
    assert [text for text in texts if str(parse(text)) != text] == []


def test_every_signature_of_the_catalog_is_read_as_python_reads_it():
    for text in every_text():
        arguments = ast.parse(f"def f{text.partition(' @')[0]}: pass").body[0].args
        found = parse(text)
        assert {
            Kind.POSITIONAL_ONLY: [each.arg for each in arguments.posonlyargs],
            Kind.POSITIONAL: [each.arg for each in arguments.args],
            Kind.VAR_POSITIONAL: [arguments.vararg.arg] if arguments.vararg else [],
            Kind.KEYWORD_ONLY: [each.arg for each in arguments.kwonlyargs],
            Kind.VAR_KEYWORD: [arguments.kwarg.arg] if arguments.kwarg else [],
        } == {kind: [each.name for each in found.parameters if each.kind is kind] for kind in Kind}, text
        defaults = [each for each in (*arguments.defaults, *arguments.kw_defaults) if each is not None]
        texts = [each.default for each in found.parameters if each.default is not None]
        assert [ast.dump(each) for each in defaults] == [
            ast.dump(ast.parse(each, mode="eval").body) for each in texts
        ], text


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        pytest.param("()", Signature(()), id="nothing"),
        pytest.param("(a)", Signature((Parameter("a"),)), id="plain"),
        pytest.param("(a=)", Signature((Parameter("a", default=""),)), id="unknown-default"),
        pytest.param("(a='x, (y=')", Signature((Parameter("a", default="'x, (y='"),)), id="punctuation-in-a-string"),
        pytest.param(
            "(a: Dict[str, int] = {1: 2}, b=(3, 4))",
            Signature(
                (Parameter("a", default="{1: 2}", annotation="Dict[str, int]"), Parameter("b", default="(3, 4)"))
            ),
            id="nested-commas",
        ),
        pytest.param(
            "(a, /, b, *, c)",
            Signature((Parameter("a", Kind.POSITIONAL_ONLY), Parameter("b"), Parameter("c", Kind.KEYWORD_ONLY))),
            id="separators",
        ),
        pytest.param("(a, /)", Signature((Parameter("a", Kind.POSITIONAL_ONLY),)), id="positional-only-alone"),
        pytest.param(
            "(*args: Any, a=1, **kwargs)",
            Signature(
                (
                    Parameter("args", Kind.VAR_POSITIONAL, annotation="Any"),
                    Parameter("a", Kind.KEYWORD_ONLY, "1"),
                    Parameter("kwargs", Kind.VAR_KEYWORD),
                )
            ),
            id="variadic",
        ),
        pytest.param(
            "(a=lambda x, y: x, b=1)",
            Signature((Parameter("a", default="lambda x, y: x"), Parameter("b", default="1"))),
            id="lambda",
        ),
        pytest.param("(a) -> Tuple[int, str]", Signature((Parameter("a"),), "Tuple[int, str]"), id="result"),
        pytest.param(
            "(a) @pretrained>weights @positional",
            Signature((Parameter("a"),), marks=("pretrained>weights", "positional")),
            id="marks",
        ),
    ],
)
def test_a_signature_is_read_and_written(text, signature):
    assert parse(text) == signature
    assert str(signature) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(...)", id="dots"),
        pytest.param("data", id="word"),
        pytest.param("(a", id="open-bracket"),
        pytest.param("(1)", id="number"),
        pytest.param("(a) and more", id="more-behind"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_no_signature_is_not_read(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "takes", "names"),
    [
        pytest.param("(a)", True, True, id="by-name"),
        pytest.param("(a, /)", False, True, id="positional-only"),
        pytest.param("(*, a)", True, True, id="keyword-only"),
        pytest.param("(*a)", False, False, id="starred"),
        pytest.param("(**kwargs)", True, False, id="kwargs"),
        pytest.param("(b)", False, False, id="another"),
    ],
)
def test_whether_a_keyword_is_taken(text, takes, names):
    signature = parse(text)
    assert (signature.takes("a"), signature.names("a")) == (takes, names)


def test_defaults_are_left_out_for_comparing():
    assert str(parse("(a, b=1, *, c=(2, 3))").without_defaults()) == "(a, b=, *, c=)"
