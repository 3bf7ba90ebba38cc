"""Conditions on the version: computed for each release, and what they guard is held against those releases alone."""

import pytest

from tvcompat.check.analysis.versions import Number

from ..conftest import between, findings, upgrade

HEAD = """\
import functools, inspect, importlib.metadata, operator, pkg_resources, re, sys
import torch, torchvision
from packaging import version
from packaging.version import Version, parse as p
from distutils.version import LooseVersion as V
from torchvision import __version__ as tv, models
from other import args, compare_version, at_least, RequirementCache, TORCHVISION_GREATER_EQUAL_0_13
PARTS = torchvision.__version__.split(".")
MAJOR, MINOR = map(int, torchvision.__version__.split(".")[:2])
NUMBER = 100 * int(PARTS[0]) + int(PARTS[1])
NEW = Version(torchvision.__version__) >= Version("0.13")
WANTED = "0.13"
def is_new():
    return int(PARTS[1]) > 12
class A:
    new = MINOR >= 13
    @property
    def is_new(self):
        return self.new
    @staticmethod
    def is_old():
        return not NEW
"""

# Conditions that hold from 0.13 on.
SINCE_0_13 = {
    "version": "Version(torchvision.__version__) >= Version('0.13')",
    "version-before-the-release": "Version(torchvision.__version__) >= Version('0.13.0a0')",
    "not-less": "not Version(torchvision.__version__) < Version('0.13')",
    "parsed-greater": "version.parse(torchvision.__version__) > version.parse('0.12.0')",
    "parsed-without-a-local-version": "p(torchvision.__version__.split('+')[0]) >= p('0.13')",
    "version-behind-a-name": "Version(tv) >= Version(WANTED)",
    "loose-version-and-text": "V(tv) >= '0.13'",
    "loose-versions": "V(tv) >= V('0.13.0')",
    "version-on-the-right": "Version('0.13') <= Version(tv)",
    "chain": "Version('0.13') <= Version(tv) < Version('1')",
    "release-tuple": "Version(tv).release >= (0, 13)",
    "minor": "Version(tv).minor >= 13",
    "major-and-minor": "(Version(tv).major, Version(tv).minor) >= (0, 13)",
    "list-of-a-loose-version": "V(tv).version >= [0, 13]",
    "pkg_resources": "pkg_resources.parse_version(tv) >= pkg_resources.parse_version('0.13')",
    "get_distribution": "Version(pkg_resources.get_distribution('torchvision').version) >= Version('0.13')",
    "metadata": "Version(importlib.metadata.version('torchvision')) >= Version('0.13')",
    "split": "int(tv.split('.')[1]) >= 13",
    "slice-and-split": "int(torchvision.__version__[2:].split('.')[0]) >= 13",
    "map": "tuple(map(int, tv.split('.')[:2])) >= (0, 13)",
    "generator-without-a-local-version": "tuple(int(x) for x in tv.split('+')[0].split('.')[:2]) >= (0, 13)",
    "list-with-a-filter": "[int(x) for x in tv.split('.') if x.isdigit()][:2] >= [0, 13]",
    "unpacked-numbers": "(MAJOR, MINOR) >= (0, 13)",
    "greater": "MINOR > 12",
    "difference": "MINOR - 13 >= 0",
    "negative-numbers": "-MINOR <= -13",
    "number-of-both": "NUMBER >= 13",
    "divided-number": "bool(NUMBER // 13)",
    "name": "NEW",
    "name-is-true": "NEW is True",
    "name-and-number": "NEW and MINOR > 5",
    "name-or-number": "NEW or MINOR > 12",
    "conditional-expression": "True if NEW else False",
    "function": "is_new()",
    "attribute-of-a-class": "A.new",
    "property-of-an-instance": "A().is_new",
    "not-a-static-method": "not A().is_old()",
    "partition-in-texts": "tv.partition('.')[2].partition('.')[0] in ('13', '14', '15', '16', '17', '18', '19') or MINOR >= 20",
    "not-startswith": "not tv.startswith(('0.9', '0.10', '0.11', '0.12'))",
    "version-of-torch": "Version(torch.__version__) >= Version('1.12')",
    "version-of-torch-without-a-local-version": "Version(torch.__version__.split('+')[0]) >= Version('1.12')",
    "requirement-cache": "RequirementCache('torchvision>=0.13')",
    "compare_version-ge": "compare_version('torchvision', operator.ge, '0.13')",
    "compare_version-gt": "compare_version('torchvision', operator.gt, '0.12.0')",
    "not-compare_version-lt": "not compare_version('torchvision', operator.lt, '0.13.0')",
    "not-compare_version-le": "not compare_version('torchvision', operator.le, '0.12.0')",
    "compare_version-eq-or-greater": "compare_version('torchvision', operator.eq, '0.13') or MINOR > 12",
    "compare_version-ne-and-greater": "compare_version('torchvision', operator.ne, '0.13') and MINOR > 12 or tv == '0.13.0'",
    "base-version": "Version(Version(tv).base_version) >= Version('0.13')",
    "minor-and-micro": "(Version(tv).minor, Version(tv).micro) >= (13, 0)",
    "bool-of-or": "bool(NEW or MINOR > 40)",
    "bool-of-and": "bool(NEW and MINOR)",
    "or-that-gives-a-number": "(MINOR < 13 or 20) == 20",
    "and-that-gives-a-text": "(MINOR > 12 and 'new') == 'new'",
    "tuples-added": "(MINOR,) + (0,) >= (13, 0)",
    "lists-added": "tv.split('.')[:1] + ['x'] == ['0', 'x'] and NEW",
    "number-out-of-a-text": "int('1' + str(MINOR)) in (113, 114, 115, 116, 117, 118, 119) or MINOR > 19",
}


@pytest.mark.parametrize("condition", SINCE_0_13.values(), ids=SINCE_0_13)
def test_conditions_are_computed(condition):
    """In the branch that runs on the releases asked for, and in no other, `pretrained=` is reported."""
    source = (
        f"{HEAD}if {condition}:\n    models.resnet18(pretrained=True)\nelse:\n    models.resnet34(pretrained=True)\n"
    )
    (new,) = findings(source, upgrade())
    assert source.split("\n")[new.line - 1] == "    models.resnet18(pretrained=True)"
    source = f"{HEAD}if {condition}:\n    models.resnet18(weights=None)\nelse:\n    models.resnet34(weights=None)\n"
    (old,) = findings(source, between("0.9.0"))
    assert (source.split("\n")[old.line - 1], old.code) == ("    models.resnet34(weights=None)", "TVC202")
    assert old.breaks_in == "0.9.0"
    assert between("0.13.0").releases.first == "0.13.0"


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("at_least(tv, '0.13')", id="function-of-others"),
        pytest.param("Version(tv) >= args.version", id="version-of-others"),
        pytest.param("re.match('0.1[3-9]', tv)", id="regular-expression"),
        pytest.param("TORCHVISION_GREATER_EQUAL_0_13", id="flag-of-others"),
        pytest.param("compare_version('torchvision', args.operator, '0.13')", id="operator-of-others"),
        pytest.param(
            "compare_version('torchvision', operator.ge, '0.13', use_base_version=True)", id="option-that-is-not-known"
        ),
        pytest.param("RequirementCache('torchvision >== 1')", id="requirement-that-is-none"),
        pytest.param("int(PARTS[7])", id="number-that-is-not-there"),
        pytest.param("int(tv) > 3", id="number-of-the-whole"),
        pytest.param("float(tv) > 3", id="float-of-the-whole"),
        pytest.param("tv >= '0.13'", id="text"),
        pytest.param("tv > 3", id="text-and-number"),
        pytest.param("'a' * MINOR", id="text-times-number"),
        pytest.param("Version(tv) >= Version('new')", id="version-that-is-none"),
        pytest.param("compare_version('torchvision', operator.ge, '0.x')", id="compare_version-with-a-letter"),
        pytest.param("'1' + MINOR", id="text-added-to-a-number"),
        pytest.param("MINOR * '1'", id="number-times-text"),
        pytest.param("[MINOR] * 2", id="list-times-number"),
        pytest.param("(MINOR,) + [1]", id="tuple-added-to-a-list"),
        pytest.param("functools.reduce(lambda a, b: a * 100 + b, map(int, PARTS[:2])) > 12", id="reduce"),
        pytest.param("max(int(x) for x, _ in zip(PARTS, PARTS)) > 5", id="max-of-pairs"),
        pytest.param("'weights' in models.resnet18.__code__.co_varnames", id="names-of-the-code"),
        pytest.param("'weights' in inspect.signature(models.resnet18).parameters", id="parameters-of-the-signature"),
    ],
)
def test_what_can_not_be_computed_may_be_either(condition):
    """Nothing is reported where either branch may be the one for the releases that have what it uses."""
    source = f"{HEAD}if {condition}:\n    models.resnet18(weights=None)\nelse:\n    models.resnet18(pretrained=False)\n"
    for question in (upgrade(), between("0.9.0")):
        assert [finding for finding in findings(source, question) if finding.code != "TVC402"] == []


@pytest.mark.parametrize(
    ("condition", "then", "otherwise"),
    [
        pytest.param("args.flag", True, True, id="flag"),
        pytest.param("NEW and args.flag", True, True, id="version-and-flag"),
        pytest.param("args.flag and NEW", True, True, id="flag-and-version"),
        pytest.param("not NEW and args.flag", False, True, id="old-and-flag"),
        pytest.param("NEW or args.flag", True, False, id="version-or-flag"),
        pytest.param("not (NEW or args.flag)", False, True, id="not-version-or-flag"),
        pytest.param("MINOR < 13 or args.flag", True, True, id="old-or-flag"),
        pytest.param("MINOR < 13 or MINOR > 40", False, True, id="never-on-the-newest"),
        pytest.param("sys.version_info > (3, 8) and MINOR > 12", True, True, id="version-of-python"),
        pytest.param("NEW or at_least(tv, '0.14')", True, False, id="version-or-unknown"),
        pytest.param("not (NEW or at_least(tv, '0.14'))", False, True, id="not-version-or-unknown"),
        pytest.param("NEW and at_least(tv, '0.14')", False, False, id="version-and-unknown"),
        pytest.param("MINOR < 13 and at_least(tv, '0.14')", False, True, id="old-and-unknown"),
    ],
)
def test_what_has_nothing_to_do_with_the_version_may_be_either(condition, then, otherwise):
    source = (
        f"{HEAD}if {condition}:\n    models.resnet18(pretrained=True)\nelse:\n    models.resnet34(pretrained=True)\n"
    )
    lines = [source.split("\n")[finding.line - 1] for finding in findings(source)]
    assert (any("resnet18" in line for line in lines), any("resnet34" in line for line in lines)) == (then, otherwise)


OLD = "models.resnet18(pretrained=True)"

# Programs -> whether `pretrained=` in them is reported, coming to the newest release.
PROGRAMS = [
    # What rules out old releases leaves the others.
    pytest.param("if MINOR < 8:\n    raise RuntimeError('old')\nNET", True, id="raise-on-old"),
    pytest.param(
        "if MINOR < 8:\n    raise RuntimeError('old')\ndef f():\n    NET", True, id="raise-on-old-before-a-function"
    ),
    pytest.param("assert MINOR >= 8, torchvision.__version__\nNET", True, id="assert-not-old"),
    pytest.param("assert at_least(tv, '0.8')\nNET", True, id="assert-unknown"),
    pytest.param("if not at_least(tv, '0.8'):\n    raise RuntimeError('old')\nNET", True, id="raise-on-unknown"),
    pytest.param("if MINOR > 12:\n    raise RuntimeError('new')\nNET", False, id="raise-on-new"),
    pytest.param("assert MINOR < 13\nNET", False, id="assert-old"),
    pytest.param("def f():\n    if NEW:\n        return None\n    return NET", False, id="return-on-new"),
    pytest.param(
        "def f():\n    if not NEW:\n        return NET\n    return models.resnet18()", False, id="return-on-old"
    ),
    pytest.param(
        "def f():\n    if at_least(tv, '0.13'):\n        return None\n    return NET", False, id="return-on-unknown"
    ),
    pytest.param("for x in y:\n    if NEW:\n        continue\n    NET", False, id="continue-on-new"),
    pytest.param("if NEW:\n    pass\nelse:\n    raise ValueError\nNET", True, id="raise-otherwise"),
    # Each expression has its own way.
    pytest.param("x = None if NEW else NET", False, id="nothing-on-new"),
    pytest.param("x = NET if NEW else None", True, id="call-on-new"),
    pytest.param("NEW or NET", False, id="or"),
    pytest.param("NEW and NET", True, id="and"),
    pytest.param("kw = {} if NEW else {'pretrained': True}\nmodels.resnet18(**kw)", False, id="keywords-on-old"),
    pytest.param("kw = {'pretrained': True} if NEW else {}\nmodels.resnet18(**kw)", True, id="keywords-on-new"),
    pytest.param(
        "def kw():\n    if NEW:\n        return {}\n    return {'pretrained': bool(models)}\nmodels.resnet18(**kw())",
        False,
        id="keywords-of-a-function",
    ),
    pytest.param(
        "def f(**kw):\n    if NEW:\n        return None\n    return models.resnet18(**kw)\nf(pretrained=True)",
        False,
        id="keywords-passed-on-on-old",
    ),
    pytest.param("if MINOR < 13:\n    if args.x:\n        NET", False, id="flag-under-old"),
    pytest.param("if MINOR > 12:\n    if MINOR < 15:\n        NET", False, id="up-to-a-release"),
    pytest.param("if MINOR > 12:\n    if MINOR > 15:\n        NET", True, id="from-a-later-release"),
    # Behind an import that failed where it is caught, there is what was imported.
    pytest.param(
        "try:\n    from torchvision.models import ResNet\n    NET\nexcept ImportError:\n    pass",
        True,
        id="import-that-works",
    ),
    pytest.param(
        "try:\n    from torchvision.models.utils import load_state_dict_from_url\n    NET\nexcept ImportError:\n    pass",
        False,
        id="import-that-fails",
    ),
    pytest.param("match tv.split('.'):\n    case ['0', '12', _]:\n        NET", False, id="case-of-an-old-release"),
]


@pytest.mark.parametrize(("source", "reported"), PROGRAMS)
def test_what_a_program_leaves_of_the_releases(source, reported):
    found = findings(HEAD + source.replace("NET", OLD))
    assert [finding.code for finding in found if finding.code not in ("TVC101", "TVC404")] == ["TVC201"] * reported


def test_names_of_weights_behind_their_import():
    source = (
        f"{HEAD}try:\n    from torchvision.models import ResNet18_Weights\n    kw = dict(weights=ResNet18_Weights.DEFAULT)\n"
        "except ImportError:\n    kw = dict(pretrained=True)\nmodels.resnet18(**kw)\n"
    )
    assert findings(source) == []
    assert findings(source, between("0.9.0")) == []


def test_a_requirement_that_is_not_computed_says_nothing_of_what_is_gone():
    source = f"{HEAD}assert at_least(tv, '0.13')\nmodels.get_model('a')\nmodels.resnet18(weights=None)\n"
    assert findings(source, between("0.9.0")) == []
    source = f"{HEAD}assert at_least(tv, '0.13')\nimport torchvision.transforms.functional_tensor\n"
    assert [finding.code for finding in findings(source)] == ["TVC101"]


def test_a_default_that_changed_is_no_difference_where_the_line_did_not_run():
    call = "torchvision.transforms.functional.resize(torch.rand(3, 4, 4), 2)"
    source = f"{HEAD}if Version(tv) >= Version('0.17'):\n    {call}\nelse:\n    {call}\n"
    assert findings(source) == []
    assert [finding.code for finding in findings(f"{HEAD}if args.x:\n    {call}\n")] == ["TVC302"]


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        pytest.param("0.9", "0.10", id="two-digits"),
        pytest.param("0.12.0+cu113", "0.13", id="local-version"),
        pytest.param("0.13.0a0", "0.13.0", id="pre-release"),
        pytest.param("0.13.0", "0.13.1", id="patch"),
        pytest.param("0.13.dev1", "v0.13", id="development-release"),
    ],
)
def test_order_of_versions(lower, higher):
    assert Number(lower) < Number(higher)
    assert Number(higher) > lower
    assert Number(lower) != Number(higher)


def test_equal_versions():
    assert Number("0.13") == Number("0.13.0+cpu") == "0.13.0"
    assert len({Number("0.13"), Number("0.13.0")}) == 1
    assert str(Number("0.13.0+cpu")) == "0.13.0"
    assert (Number("v1").major, Number("1").minor, Number("V1.2").minor, Number("1.2").micro) == (1, 0, 2, 0)
    assert Number("1.2.3").micro == 3
    assert len({Number("0.13"), Number("0.14")}) == 2
    with pytest.raises(ValueError, match="new"):
        Number("new")


def test_conditions_inside_of_conditions():
    """Parts of a condition are evaluated again to compute it; not those of each part once more."""
    inner = "NEW"
    for _ in range(60):
        inner = f"at_least(NEW and {inner})"
    source = f"{HEAD}if NEW or {inner}:\n    models.resnet18(pretrained=True)\n"
    assert [finding.code for finding in findings(source)] == ["TVC201"]


# Tests that decide otherwise than they were meant to on some releases -> those on which both ways are the same.
WRONG_ON_SOME = {
    "text": ("tv >= '0.13'", ("0.10.0", "0.12.0"), ("0.13.0", "0.29.2")),
    "slice-of-a-text": ("tv[:4] >= '0.13'", ("0.10.0", "0.12.0"), ("0.13.0", "0.29.2")),
    "float-of-a-part": ("float(tv[:3]) >= 0.9", None, ("0.9.0", "0.9.1")),
    "cut-prefix": ("tv.startswith('0.2')", ("0.9.0", "0.19.1"), None),
    "cut-slice": ("tv[:3] == '0.2'", ("0.9.0", "0.19.1"), None),
    "cut-slice-behind-a-name": ("CUT == '0.2'", ("0.9.0", "0.19.1"), None),
    "part": ("'0.2' in tv", ("0.9.0", "0.19.1"), None),
    "digit": ("int(tv[2]) < 7", ("0.9.0", "0.9.1"), None),
}


@pytest.mark.parametrize(("condition", "fails", "holds"), WRONG_ON_SOME.values(), ids=WRONG_ON_SOME)
def test_a_test_that_is_wrong_on_some_releases_is_followed_on_the_others(condition, fails, holds):
    source = f"{HEAD}CUT = tv[:3]\nif {condition}:\n    models.not_there_a\nelse:\n    models.not_there_b\n"
    reached = {"models.not_there_a": set(), "models.not_there_b": set()}
    tried = ("0.9.0", "0.9.1", "0.10.0", "0.12.0", "0.13.0", "0.19.1", "0.20.0", "0.29.2")
    for release in tried:
        for finding in findings(source, between(release, release)):
            if finding.code == "TVC101":
                reached[source.split("\n")[finding.line - 1].strip()].add(release)

    def releases(bounds):
        return set() if bounds is None else set(between(*bounds).releases) & set(tried)

    assert reached == {"models.not_there_a": releases(holds), "models.not_there_b": releases(fails)}


@pytest.mark.parametrize("condition", ["tv.endswith('+cpu')", "'+cu' in tv", "'a0' in tv", "tv == '0.29.2'"], ids=str)
def test_what_differs_between_builds_of_a_release_may_be_either(condition):
    """Wheels call themselves 0.29.2 or 0.29.2+cu132."""
    source = f"{HEAD}if {condition}:\n    models.not_there_a\nelse:\n    models.not_there_b\n"
    assert [finding.code for finding in findings(source)] == ["TVC101", "TVC101"]


@pytest.mark.parametrize("end", ["raise RuntimeError", "sys.exit(1)"], ids=str)
def test_behind_a_test_that_wrongly_refuses_newer_releases_the_program_goes_on(end):
    """Else nothing behind it would be checked: `float("0.2")` is less than 0.5."""
    source = f"{HEAD}import sys\nif float(tv[:3]) < 0.5:\n    {end}\nmodels.not_there\n"
    assert [finding.code for finding in findings(source, between("0.29.2", "0.29.2"))] == ["TVC402", "TVC101"]


def test_behind_a_test_that_wrongly_returns_the_function_goes_on():
    source = f"{HEAD}def f():\n    if float(tv[:3]) < 0.5:\n        return None\n    return models.not_there\n"
    assert [finding.code for finding in findings(source, between("0.29.2", "0.29.2"))] == ["TVC402", "TVC101"]
