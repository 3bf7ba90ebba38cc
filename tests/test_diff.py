"""What counts as a break, a deprecation, a change of behaviour, an addition."""

import pytest

from tvcompat.catalog import catalog
from tvcompat.catalog.diff import diff
from tvcompat.catalog.diff.parameters import adapted, compare_parameters
from tvcompat.catalog.signatures import parse

KNOWN = catalog()


def changes(before, after):
    return list(compare_parameters(parse(before), parse(after)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("(a)", "(a)", [], id="same"),
        pytest.param("(a, b=1)", "(a)", [("breaks", "parameter b removed")], id="removed"),
        pytest.param("(a)", "(a, b)", [("breaks", "new parameter b has to be given")], id="new-without-a-default"),
        pytest.param("(a)", "(a, b=1)", [("added", "new parameter b=1")], id="new-with-a-default"),
        pytest.param("(a, b=1)", "(a, *, b=1)", [("breaks", "parameter b is keyword-only")], id="keyword-only"),
        pytest.param("(a, b=1)", "(a, b=2)", [("behaviour", "default of b changed from 1 to 2")], id="default-changed"),
        pytest.param("(a, b=1)", "(a, b)", [("breaks", "parameter b has no default any more")], id="default-gone"),
        pytest.param("(a, old=1)", "(a, new=1)", [("breaks", "parameter old renamed to new")], id="renamed"),
        pytest.param(
            "(a, b)", "(b, a)", [("breaks", "positional parameters are in another order: b, a")], id="reordered"
        ),
        pytest.param("(a=Image.BILINEAR)", "(a=InterpolationMode.BILINEAR)", [], id="constant-of-another-enum"),
        pytest.param("(a='x')", '(a="x")', [], id="quotes"),
        pytest.param("(...)", "(a)", [], id="unknown-before"),
        pytest.param("(a, b=)", "(a, b=3)", [], id="default-unknown"),
    ],
)
def test_parameters(before, after, expected):
    assert changes(before, after) == expected


def test_a_removed_parameter_that_kwargs_swallows_is_said_to_be():
    ((category, text),) = changes("(a, b=1, **kwargs)", "(a, **kwargs)")
    assert category == "breaks"
    assert "**kwargs takes it" in text


def test_what_a_decorator_still_takes_is_a_deprecation():
    marks = ["pretrained>weights", "positional"]
    assert adapted("breaks", "parameter pretrained removed", marks) == (
        "deprecated",
        "pretrained= still works and warns; write weights=",
    )
    assert adapted("breaks", "parameter progress is keyword-only", marks)[0] == "deprecated"
    assert adapted("breaks", "parameter progress is keyword-only", [])[0] == "breaks"
    assert adapted("breaks", "parameter pretrained removed", [])[0] == "breaks"


def find(first, last, path):
    return [(c.category, c.text, c.release) for c in diff(KNOWN, first, last) if c.path == path]


def test_pretrained_becoming_weights_is_no_break():
    found = find("0.12.0", "0.13.0", "torchvision.models.resnet50")
    assert {category for category, _, _ in found} == {"deprecated", "added"}
    found = find("0.12.0", "0.13.0", "torchvision.models.detection.backbone_utils.resnet_fpn_backbone")
    assert "breaks" not in {category for category, _, _ in found}


def test_removed_modules_are_reported_once_with_their_release():
    found = [c for c in diff(KNOWN, "0.12.0", KNOWN.newest) if "functional_tensor" in c.path]
    assert [(c.path, c.release) for c in found] == [("torchvision.transforms.functional_tensor", "0.17.0")]


def test_a_removed_parameter_is_reported_with_its_release():
    assert ("breaks", "parameter resample removed", "0.14.0") in find(
        "0.12.0", KNOWN.newest, "torchvision.transforms.functional.rotate"
    )


def test_a_changed_default_is_a_change_of_behaviour():
    assert ("behaviour", "default of antialias changed from None to True", "0.17.0") in [
        (c, t, r) for c, t, r in find("0.12.0", KNOWN.newest, "torchvision.transforms.functional.resize")
    ]


def test_republished_files_are_reported():
    assert any("resnet50-0676ba61.pth" in text for _, text, _ in find("0.9.1", "0.10.0", "torchvision.models.resnet50"))


def test_nothing_changes_between_a_release_and_itself():
    assert diff(KNOWN, KNOWN.newest, KNOWN.newest) == []
