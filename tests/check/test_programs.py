"""The blocks that the tests of rules are written in: what doesn't agree with its marks is noticed."""

import pytest

from .programs import check_kept, check_reported, check_rewritten, check_silent

HEAD = "from torchvision.models import resnet18\nresnet18(pretrained=False)\n"
RIGHT = "         ^^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] is deprecated ... may go => weights=None\n"

WRONG = {
    "column": " " + RIGHT,
    "end": RIGHT.replace("^ ", "^^ "),
    "rule": RIGHT.replace("TVC201", "TVC401"),
    "severity": RIGHT.replace("deprecated in", "breaks in"),
    "release": RIGHT.replace("0.13.0", "0.14.0"),
    "words": RIGHT.replace("may go", "is gone"),
    "words-in-another-order": RIGHT.replace("is deprecated ... may go", "may go ... is deprecated"),
    "fix": RIGHT.replace("weights=None", 'weights="DEFAULT"'),
    "twice": RIGHT * 2,
    "no-mark": "",
    "line-that-is-no-mark": RIGHT.replace(" TVC201", ""),
}


def test_what_agrees_is_taken():
    check_reported(HEAD + RIGHT)


@pytest.mark.parametrize("marks", WRONG.values(), ids=WRONG)
def test_what_does_not_agree_is_noticed(marks):
    with pytest.raises(AssertionError):
        check_reported(HEAD + marks)


def test_a_finding_in_a_silent_program_is_noticed():
    with pytest.raises(AssertionError):
        check_silent(HEAD)


def test_a_silent_program_has_to_be_one():
    with pytest.raises(SyntaxError):
        check_silent("resnet18(")


KEPT = {
    "other-text": "resnet18(weights='DEFAULT')\n",
    "nothing-written": "resnet18(pretrained=False)\n",
}


@pytest.mark.parametrize("after", KEPT.values(), ids=KEPT)
def test_what_fix_does_not_write_is_noticed(after):
    with pytest.raises(AssertionError):
        check_rewritten(f"{HEAD}=>\nfrom torchvision.models import resnet18\n{after}")


def test_what_is_fixed_is_not_kept():
    with pytest.raises(AssertionError):
        check_kept(f"{HEAD}=> left: by hand\n")


def test_another_reason_is_noticed():
    source = "from torchvision.models import resnet18\nresnet18(weights='DEFAULT', num_classes=3)\n"
    check_kept(f"{source}=> left: by hand\n")
    with pytest.raises(AssertionError):
        check_kept(f"{source}=> left: at run time\n")
