"""TVC303: calls that give something else, as a catalog says that was made for these tests."""

import pytest

from tvcompat.catalog import Catalog
from tvcompat.check.call_conditions import parse_condition
from tvcompat.check.findings import Target
from tvcompat.check.release_facts import ReleaseFacts

from ..conftest import looked_at
from ..programs import check_reported, check_silent

FUNCTIONAL = "torchvision.transforms.functional"


def change(path, concerns, kind="numbers", release="0.13.0", **others):
    """A change of the table, shown by a recipe that gives something else from the release on."""
    states = [[["0.9.0", "0.12.0", 1], [release, None, "ValueError" if kind == "fails" else 2]]]
    return {
        "path": path,
        "release": release,
        "kind": kind,
        "words": "other numbers",
        "concerns": concerns,
        "states": states,
        **others,
    }


def facts_of(*changes):
    """The facts of the shipped catalog, with these as the known changes of behaviour."""
    changing = {"format": 1, "members": [], "hooks": [], "behaviour": list(changes)}
    return ReleaseFacts(Catalog(tables={"changing": changing}))


def found(source, *changes, origin="0.12.0", newest="0.29.2", releases=None):
    """What the rule reports in a program when these are the known changes."""
    facts = facts_of(*changes)
    target = Target(facts.order.only(newest) if releases is None else facts.order.between(*releases), origin, newest)
    result = looked_at(source, target, facts=facts)
    assert {finding.code for finding in result.findings} <= {"TVC303"}
    return [(finding.line, finding.severity, finding.message) for finding in result.findings]


def meets(condition, call, before=""):
    """Whether a call meets a condition, by what the rule reports."""
    name = call.partition("(")[0]
    source = (
        "import torch\nfrom PIL import Image\nfrom torchvision import io\nfrom torchvision.transforms import *\n"
        f"from torchvision.transforms.functional import *\n{before}\n{call}\n"
    )
    path = f"torchvision.transforms.{name}" if name[0].isupper() else f"{FUNCTIONAL}.{name}"
    return bool(found(source, change(path, [[condition]])))


MET = [
    ("expand=True", "rotate(x, 45, expand=True)", ""),
    ("expand=True", "rotate(x, 45, InterpolationMode.NEAREST, True)", ""),
    ("expand=True", "rotate(x, 45, expand=grow)", "grow = True"),
    ("expand=False", "rotate(x, 45)", ""),
    ("interpolation=InterpolationMode.NEAREST", "rotate(x, 45)", ""),
    ("interpolation=InterpolationMode.BILINEAR", "rotate(x, 45, interpolation=InterpolationMode.BILINEAR)", ""),
    (
        "interpolation=InterpolationMode.BILINEAR",
        "rotate(x, 45, interpolation=mode)",
        "mode = InterpolationMode.BILINEAR",
    ),
    ("center", "rotate(x, 45, center=unknown)", ""),
    ("center=", "rotate(x, 45)", ""),
    ("not center", "rotate(x, 45)", ""),
    ("not expand=True", "rotate(x, 45)", ""),
    ("kernel_size=[3, 3]", "gaussian_blur(x, (3, 3))", ""),
    ("padding_mode='reflect'", "pad(x, 1, padding_mode='reflect')", ""),
    ("img: PIL", "gaussian_blur(Image.open('a.png'), 3)", ""),
    ("img: PIL", "gaussian_blur(image, 3)", "image = Image.new('RGB', (8, 8)).convert('L')"),
    ("img: PIL", "gaussian_blur(to_pil_image(x), 3)", ""),
    ("img: tensor", "gaussian_blur(pil_to_tensor(x), 3)", ""),
    ("img: tensor", "gaussian_blur(torch.rand(3, 8, 8), 3)", ""),
    ("img: tensor[float]", "gaussian_blur(torch.rand(3, 8, 8), 3)", ""),
    ("img: tensor[uint8]", "gaussian_blur(torch.zeros(3, 8, 8, dtype=torch.uint8), 3)", ""),
    ("not img: PIL", "gaussian_blur(torch.rand(3, 8, 8), 3)", ""),
]


@pytest.mark.parametrize(
    ("condition", "call", "before"), [pytest.param(*case, id=f"{case[0]} in {case[1]}") for case in MET]
)
def test_a_call_that_certainly_meets_a_condition(condition, call, before):
    assert meets(condition, call, before)


UNMET = [
    ("expand=True", "rotate(x, 45)", ""),
    ("expand=True", "rotate(x, 45, expand=False)", ""),
    ("expand=True", "rotate(x, 45, expand=unknown())", ""),
    ("expand=True", "rotate(x, 45, expand=1)", ""),
    ("expand=True", "rotate(x, 45, **options)", ""),
    ("expand=False", "rotate(x, 45, **options)", ""),
    ("expand=False", "rotate(*given)", ""),
    ("interpolation=InterpolationMode.BILINEAR", "rotate(x, 45, interpolation=mode)", ""),
    ("not interpolation=InterpolationMode.BILINEAR", "rotate(x, 45, interpolation=mode)", ""),
    ("center", "rotate(x, 45)", ""),
    ("center=", "rotate(x, 45, center=(1, 1))", ""),
    ("img: PIL", "gaussian_blur(x, 3)", ""),
    ("img: PIL", "gaussian_blur(image, 3)", "image = load()"),
    ("img: PIL", "gaussian_blur(image, 3)", "image = Image.open('a.png')\nimage = change(image)"),
    ("img: PIL", "gaussian_blur(image, 3)", "image = Image.open('a.png') if fast else load()"),
    ("not img: PIL", "gaussian_blur(x, 3)", ""),
    ("img: PIL", "gaussian_blur(torch.rand(3, 8, 8), 3)", ""),
    ("img: tensor[uint8]", "gaussian_blur(pil_to_tensor(x), 3)", ""),
    ("img: tensor[uint8]", "gaussian_blur(torch.rand(3, 8, 8), 3)", ""),
    ("img: tensor[uint8]", "gaussian_blur(torch.randint(0, 9, (3, 8, 8)), 3)", ""),
]


@pytest.mark.parametrize(
    ("condition", "call", "before"), [pytest.param(*case, id=f"{case[0]} in {case[1]}") for case in UNMET]
)
def test_a_call_that_does_not_meet_a_condition_or_may_not(condition, call, before):
    assert not meets(condition, call, before)


BLUR = "from torchvision.transforms import functional\nfunctional.gaussian_blur({}, 3)\n"


def test_where_it_is_reported():
    check_reported(
        """
        from PIL import Image
        from torchvision.transforms import functional as F
        F.gaussian_blur(Image.open(path), 3)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC303 [behaviour] gaussian_blur does something else since torchvision 0.13.0
        """,
        facts=facts_of(change(f"{FUNCTIONAL}.gaussian_blur", [["img: PIL"]])),
    )


def test_a_function_of_the_program():
    check_silent(
        """
        from PIL import Image
        from mine import gaussian_blur
        gaussian_blur(Image.open(path), 3)
        """,
        facts=facts_of(change(f"{FUNCTIONAL}.gaussian_blur", [["img: PIL"]])),
    )


def test_a_transform_that_certainly_works_on_tensors():
    source = (
        "from torchvision import transforms\n"
        "transforms.Compose([transforms.ToTensor(), transforms.RandomRotation(10)])\n"
        "transforms.Compose([transforms.RandomRotation(10), transforms.ToTensor()])\n"
    )
    rotation = change("torchvision.transforms.RandomRotation", [["input: tensor"]])
    assert [line for line, *_ in found(source, rotation)] == [2]


def test_a_parameter_says_its_type():
    source = (
        "from PIL import Image\nfrom torchvision.transforms.functional import gaussian_blur\n"
        "def blur(image: Image.Image):\n    return gaussian_blur(image, 3)\n"
    )
    assert [line for line, *_ in found(source, change(f"{FUNCTIONAL}.gaussian_blur", [["img: PIL"]]))] == [4]


def test_what_is_said():
    ((line, severity, message),) = found(
        BLUR.format("x"), change(f"{FUNCTIONAL}.gaussian_blur", [[]], words="It rounds.", when="images of 3 x 3")
    )
    assert (line, severity) == (2, "behaviour")
    assert message == (
        f"{FUNCTIONAL}.gaussian_blur does something else since torchvision 0.13.0 (images of 3 x 3): It rounds."
    )


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        pytest.param("fails", ["breaks"], id="fails"),
        pytest.param("warns", ["deprecated"], id="warns"),
        pytest.param("draws", ["behaviour"], id="draws"),
        pytest.param("works", [], id="works-now"),
    ],
)
def test_the_severity_is_that_of_the_kind(kind, severity):
    blur = change(f"{FUNCTIONAL}.gaussian_blur", [[]], kind)
    assert [each for _, each, _ in found(BLUR.format("x"), blur)] == severity


def test_one_of_several_lists_is_enough():
    blur = change(f"{FUNCTIONAL}.gaussian_blur", [["img: PIL"], ["img: tensor", "sigma"]])
    assert found(BLUR.format("x"), blur) == []
    assert found("from PIL import Image\n" + BLUR.format("Image.open('a.png')"), blur)
    assert found("import torch\n" + BLUR.format("torch.rand(3, 8, 8)").replace(", 3)", ", 3, sigma=1)"), blur)


def test_without_conditions_nothing_is_known_of_calls():
    assert found(BLUR.format("x"), change(f"{FUNCTIONAL}.gaussian_blur", [])) == []


@pytest.mark.parametrize(
    ("origin", "newest", "releases", "reported"),
    [
        pytest.param("0.12.0", "0.13.0", None, True, id="across-it"),
        pytest.param("0.13.0", "0.29.2", None, False, id="from-behind-it"),
        pytest.param("0.9.0", "0.12.0", None, False, id="up-to-before-it"),
        pytest.param(None, "0.29.2", ("0.9.0", "0.29.2"), True, id="a-range-across-it"),
        pytest.param(None, "0.29.2", ("0.13.0", "0.29.2"), False, id="a-range-behind-it"),
        pytest.param(None, "0.29.2", ("0.29.2", "0.29.2"), False, id="one-release"),
    ],
)
def test_only_where_the_releases_differ(origin, newest, releases, reported):
    blur = change(f"{FUNCTIONAL}.gaussian_blur", [[]])
    assert bool(found(BLUR.format("x"), blur, origin=origin, newest=newest, releases=releases)) is reported


def test_handled_by_the_program():
    source = (
        "import torchvision\nfrom torchvision.transforms import functional\n"
        "if tuple(map(int, torchvision.__version__.split('.')[:2])) < (0, 13):\n    functional.gaussian_blur(x, 3)\n"
    )
    assert found(source, change(f"{FUNCTIONAL}.gaussian_blur", [[]])) == []


def test_the_path_of_the_module_is_the_same_function():
    source = "import torchvision.transforms.transforms as t\nt.RandomChoice([])\n"
    assert found(source, change("torchvision.transforms.RandomChoice", [[]], "draws"))


@pytest.mark.parametrize("text", ["", "a b", "expand=unknown()", "img: picture", "input", "expand=("], ids=repr)
def test_what_is_no_condition_is_refused(text):
    with pytest.raises((ValueError, SyntaxError)):
        parse_condition(text)
