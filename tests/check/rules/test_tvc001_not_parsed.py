"""TVC001: a file, or a cell of a notebook, that can't be parsed."""

import pytest

from ..programs import check_reported, check_silent

REPORTED = {
    "python-2": """
        import torchvision
        print "torchvision", torchvision.__version__
        ^ TVC001 [breaks] can't parse this file, so nothing in it was checked
    """,
    "merge-conflict": """
        import torchvision
        <<<<<<< HEAD
        ^ TVC001 [breaks] can't parse this file, so nothing in it was checked
        x = 1
        =======
        x = 2
        >>>>>>> theirs
    """,
    "template": """
        import torchvision
        x = {{ name }
            ^ TVC001 [breaks] can't parse this file, so nothing in it was checked
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_what_can_not_be_parsed_is_reported(program):
    check_reported(program)


def test_what_can_be_parsed_is_not_reported():
    program = """
        import torchvision
        print("torchvision", torchvision.__version__)
    """
    check_silent(program)
