"""TVC402: comparing versions as text or as floating-point numbers.

Over 400 lines, since versions are compared in many ways, each with its neighbours.
"""

import pytest

from ..conftest import between
from ..programs import check_kept, check_reported, check_rewritten, check_silent

AS_TEXT = {
    "split": """
        import torchvision
        x = torchvision.__version__.split("+")[0] < "0.9"
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "partition": """
        import torchvision
        x = torchvision.__version__.partition("+")[0] < "0.9"
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "rsplit": """
        import torchvision
        x = torchvision.__version__.rsplit(".", 1)[0] < "0.9"
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "on-the-right": """
        import torchvision
        x = "0.9" > torchvision.__version__
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "float": """
        import torchvision
        x = float(torchvision.__version__[:3]) < 0.9
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] float() of a version takes 0.10 for 0.1, which is less than 0.9 => packaging.version.Version(...)
    """,
}


@pytest.mark.parametrize("program", AS_TEXT.values(), ids=AS_TEXT)
def test_versions_compared_as_text_wherever_they_come_from(program):
    check_reported(program)


OTHER_TESTS = {
    "version-of-torch": """
        import torch, torchvision
        x = torch.__version__ < "1.9"
    """,
    "equal": """
        import torch, torchvision
        x = torchvision.__version__ == "0.9.0"
    """,
    "startswith": """
        import torch, torchvision
        x = torchvision.__version__.startswith("0.9")
    """,
    "Version": """
        import torch, torchvision
        x = Version(torchvision.__version__) < Version("0.9")
    """,
    "tuple-of-numbers": """
        import torch, torchvision
        x = tuple(map(int, torchvision.__version__.split(".")[:2])) < (0, 9)
    """,
    "another-name": """
        import torch, torchvision
        x = name < "0.9"
    """,
    "float-of-the-last-number": """
        import torchvision
        x = float(torchvision.__version__.split(".")[-1]) < 7.0
    """,
}


@pytest.mark.parametrize("program", OTHER_TESTS.values(), ids=OTHER_TESTS)
def test_other_tests_of_versions_are_not_reported(program):
    check_silent(program)


def test_versions_compared_as_text_are_right_up_to_0_9():
    program = """
        import torchvision
        x = torchvision.__version__ < "0.9"
    """
    check_silent(program, between("0.9.0", "0.9.1"))


def test_versions_compared_as_text_are_wrong_from_0_10_on():
    program = """
        import torchvision
        x = torchvision.__version__ < "0.9"
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """
    check_reported(program, between("0.9.0", "0.10.0"))


WRONG_ON_SOME = {
    "three-characters": """
        import torchvision
        x = float(torchvision.__version__[:3]) < 0.5
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] float() of a version takes 0.10 for 0.1, which is less than 0.9 => packaging.version.Version(...)
    """,
    "major-and-minor": """
        import torchvision
        x = float('.'.join(torchvision.__version__.split('.')[:2])) < 0.5
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] float() of a version takes 0.10 for 0.1, which is less than 0.9 => packaging.version.Version(...)
    """,
    "never-as-text": """
        import torchvision
        x = torchvision.__version__ < '0.10'
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "never-as-float": """
        import torchvision
        x = float(torchvision.__version__[:3]) < 0.10
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] float() of a version takes 0.10 for 0.1, which is less than 0.9 => packaging.version.Version(...)
    """,
    "text": """
        import torchvision
        x = torchvision.__version__ < '0.9'
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "text-from-0.13": """
        import torchvision
        x = torchvision.__version__ >= '0.13'
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "text-on-the-right": """
        import torchvision
        x = '0.13' <= torchvision.__version__
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "minor-as-text": """
        import torchvision
        x = torchvision.__version__.split('.')[1] >= '13'
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] Versions compared as text: "0.10" comes before "0.9". Use packaging.version.Version => packaging.version.Version(...)
    """,
    "fails-on-some": """
        import torchvision
        x = float(torchvision.__version__[:4]) >= 0.13
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0] float() of a version takes 0.10 for 0.1, which is less than 0.9 => packaging.version.Version(...)
    """,
}


@pytest.mark.parametrize("program", WRONG_ON_SOME.values(), ids=WRONG_ON_SOME)
def test_a_condition_that_decides_wrongly_on_some_release_is_reported(program):
    check_reported(program, between("0.9.0"))


CUT = {
    "startswith": """
        import torchvision
        x = torchvision.__version__.startswith("0.2")
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.20.0] cut in half ... between torchvision 0.20.0 and 0.29.2
    """,
    "one-of-several-prefixes": """
        import torchvision
        x = torchvision.__version__.startswith(("0.2", "0.3"))
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.20.0]
    """,
    "slice": """
        import torchvision
        x = torchvision.__version__[:3] == "0.2"
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.20.0]
    """,
    "slice-is-another": """
        import torchvision
        x = torchvision.__version__[0:3] != "0.2"
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.20.0]
    """,
    "slice-in-a-list": """
        import torchvision
        x = torchvision.__version__[:3] in ["0.1", "0.2", "0.3"]
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0]
    """,
    "slice-behind-a-name": """
        import torchvision
        SHORT = torchvision.__version__[:3]
        x = SHORT == "0.2"
            ^^^^^^^^^^^^^^ TVC402 [breaks in 0.20.0]
    """,
    "part": """
        import torchvision
        x = "0.2" in torchvision.__version__
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.20.0]
    """,
    "digit-as-a-number": """
        import torchvision
        x = int(torchvision.__version__[2]) < 7
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0]
    """,
    "first-digit-of-the-minor-number": """
        import torchvision
        x = int(torchvision.__version__.split(".")[1][0]) >= 8
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402 [breaks in 0.10.0]
    """,
}


@pytest.mark.parametrize("program", CUT.values(), ids=CUT)
def test_a_condition_that_cuts_a_number_in_half_is_reported(program):
    check_reported(program, between("0.9.0"))


NOT_CUT = {
    "prefix-of-one-release-line": """
        import torchvision
        x = torchvision.__version__.startswith("0.12")
    """,
    "prefix-with-a-point": """
        import torchvision
        x = torchvision.__version__.startswith("0.2.")
    """,
    "major-number": """
        import torchvision
        x = torchvision.__version__[0] == "0" and torchvision.__version__.startswith("0.")
    """,
    "slice-of-four": """
        import torchvision
        x = torchvision.__version__[:4] in ("0.12", "0.13")
    """,
    "lines-that-nothing-later-begins-with": """
        import torchvision
        x = torchvision.__version__[:3] in ("0.8", "0.9") or "0.13" in torchvision.__version__
    """,
    "minor-number": """
        import torchvision
        x = int(torchvision.__version__.split(".")[1]) < 7
    """,
    "behind-the-major-number": """
        import torchvision
        x = int(torchvision.__version__[2:].split(".")[0]) < 7
    """,
    "local-version": """
        import torchvision
        x = "cu113" in torchvision.__version__ or torchvision.__version__.endswith("+cpu")
    """,
    "version-of-torch": """
        import torch, torchvision
        x = torch.__version__.startswith("1.1") or torch.__version__[:3] == "1.1"
    """,
}


@pytest.mark.parametrize("program", NOT_CUT.values(), ids=NOT_CUT)
def test_a_condition_on_whole_numbers_is_not_reported(program):
    check_silent(program, between("0.9.0"))


def test_a_cut_number_is_right_before_releases_that_share_its_beginning():
    program = """
        import torchvision
        x = torchvision.__version__.startswith("0.2")
    """
    check_silent(program, between("0.9.0", "0.19.1"))


def test_a_cut_number_is_left():
    program = """
        import packaging, torchvision
        x = torchvision.__version__[:3] == "0.2"
        => left: by hand
    """
    check_kept(program, unsafe=True)


RIGHT_ON_ALL = {
    "minor": """
        import torchvision
        x = float(torchvision.__version__.split('.')[1]) < 7
    """,
    "minor-behind-a-name": """
        import torchvision
        MINOR = torchvision.__version__.split('.')[1]
        x = float(MINOR) < 7
    """,
    "minor-and-patch": """
        import torchvision
        x = float('.'.join(torchvision.__version__.split('.')[1:3])) >= 13
    """,
    "list-of-numbers": """
        import torchvision
        x = [float(x) for x in torchvision.__version__.split('.')[:2]] >= [0, 13]
    """,
    "before-1": """
        import torchvision
        x = float(torchvision.__version__[:3]) < 1
    """,
    "text-before-1": """
        import torchvision
        x = torchvision.__version__ < '1'
    """,
    "major-as-text": """
        import torchvision
        x = torchvision.__version__.split('.')[0] < '1'
    """,
}


@pytest.mark.parametrize("program", RIGHT_ON_ALL.values(), ids=RIGHT_ON_ALL)
def test_a_condition_that_decides_rightly_on_every_release_is_not_reported(program):
    check_silent(program, between("0.9.0"))


def test_float_of_the_minor_number_tells_the_era():
    program = """
        import torchvision
        if float(torchvision.__version__.split('.')[1]) < 7.0:
            from torchvision.ops import _new_empty_tensor
    """
    check_silent(program, between("0.9.0"))


WITH_PACKAGING = {
    "text": """
        import packaging
        import torchvision
        if torchvision.__version__ < "0.10": pass
        =>
        import packaging
        import torchvision
        from packaging.version import Version
        if Version(torchvision.__version__) < Version("0.10"): pass
    """,
    "three-numbers": """
        import packaging
        import torchvision
        x = "0.9.1" <= torchvision.__version__
        =>
        import packaging
        import torchvision
        from packaging.version import Version
        x = Version("0.9.1") <= Version(torchvision.__version__)
    """,
    "greater": """
        import packaging
        import torchvision
        x = torchvision.__version__ > "0.9"
        =>
        import packaging
        import torchvision
        from packaging.version import Version
        x = Version(torchvision.__version__) > Version("0.9")
    """,
    "float": """
        import packaging
        import torchvision
        if float(torchvision.__version__[:3]) < 0.7: pass
        =>
        import packaging
        import torchvision
        from packaging.version import Version
        if Version(torchvision.__version__).release[:2] < (0, 7): pass
    """,
    "local-version": """
        import packaging
        import torchvision
        if torchvision.__version__.split("+")[0] >= "0.13.1": pass
        =>
        import packaging
        import torchvision
        from packaging.version import Version
        if Version(torchvision.__version__) >= Version("0.13.1"): pass
    """,
}


@pytest.mark.parametrize("program", WITH_PACKAGING.values(), ids=WITH_PACKAGING)
def test_versions_are_compared_where_the_file_imports_packaging(program):
    check_rewritten(program, unsafe=True)


WITHOUT_PACKAGING = {
    "text": """
        import torchvision
        if torchvision.__version__ < "0.10": pass
        =>
        import torchvision
        if tuple(int(number) for number in torchvision.__version__.split(".")[:2]) < (0, 10): pass
    """,
    "float": """
        import torchvision
        if float(torchvision.__version__[:3]) < 0.7: pass
        =>
        import torchvision
        if tuple(int(number) for number in torchvision.__version__.split(".")[:2]) < (0, 7): pass
    """,
}


@pytest.mark.parametrize("program", WITHOUT_PACKAGING.values(), ids=WITHOUT_PACKAGING)
def test_numbers_are_compared_where_the_file_does_not_import_packaging(program):
    check_rewritten(program, unsafe=True)


NEEDS_PACKAGING = {
    "three-numbers": """
        import torchvision
        x = "0.9.1" <= torchvision.__version__
        => left: the file does not import packaging; import it, then run fix again
    """,
    "greater": """
        import torchvision
        x = torchvision.__version__ > "0.9"
        => left: the file does not import packaging; import it, then run fix again
    """,
    "local-version": """
        import torchvision
        if torchvision.__version__.split("+")[0] >= "0.13.1": pass
        => left: the file does not import packaging; import it, then run fix again
    """,
}


@pytest.mark.parametrize("program", NEEDS_PACKAGING.values(), ids=NEEDS_PACKAGING)
def test_what_numbers_can_not_tell_needs_packaging(program):
    check_kept(program, unsafe=True)


BY_HAND = {
    "not-compared": """
        import torchvision
        x = float(torchvision.__version__[:3])
        => left: by hand
    """,
    "class-of-that-name": """
        import packaging, torchvision
        class Version: pass
        x = torchvision.__version__ < "0.9"
        => left: by hand
    """,
    "import-of-that-name": """
        from mine import Version
        import packaging.version, torchvision
        x = torchvision.__version__ < "0.9"
        => left: by hand
    """,
}


@pytest.mark.parametrize("program", BY_HAND.values(), ids=BY_HAND)
def test_what_can_not_be_told_is_left(program):
    check_kept(program, unsafe=True)


# Another branch may be taken afterwards.
SAFE = {
    "text": """
        import torchvision
        if torchvision.__version__ < "0.10": pass
        => left: may change behaviour; --unsafe does it
    """,
    "three-numbers": """
        import torchvision
        x = "0.9.1" <= torchvision.__version__
        => left: the file does not import packaging
    """,
    "greater": """
        import torchvision
        x = torchvision.__version__ > "0.9"
        => left: the file does not import packaging
    """,
    "float": """
        import torchvision
        if float(torchvision.__version__[:3]) < 0.7: pass
        => left: may change behaviour; --unsafe does it
    """,
    "local-version": """
        import torchvision
        if torchvision.__version__.split("+")[0] >= "0.13.1": pass
        => left: the file does not import packaging
    """,
}


@pytest.mark.parametrize("program", SAFE.values(), ids=SAFE)
def test_without_unsafe_it_stays(program):
    check_kept(program)
