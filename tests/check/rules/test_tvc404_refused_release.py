"""TVC404: a release that the program itself does not run on."""

import pytest

from tvcompat.check.supported_range import supported

from ..programs import check_reported, check_silent

REFUSED = {
    "raise": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR > 12:
           ^^^^^^^^^^ TVC404 [breaks in 0.13.0] The program refuses torchvision 0.29.2
            raise RuntimeError('new')
    """,
    "exit-with-a-word": """
        import sys, torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR > 12:
           ^^^^^^^^^^ TVC404 [breaks in 0.13.0] The program refuses torchvision 0.29.2
            sys.exit('new')
    """,
    "exit-behind-a-print": """
        import torchvision
        NEW = int(torchvision.__version__.split(".")[1]) >= 13
        if NEW:
           ^^^ TVC404 [breaks in 0.13.0] The program refuses torchvision 0.29.2
            print('new')
            exit(1)
    """,
    "raise-in-else": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR < 13:
           ^^^^^^^^^^ TVC404 [breaks in 0.13.0] The program refuses torchvision 0.29.2
            pass
        else:
            raise RuntimeError('new')
    """,
    "assert": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        assert MINOR < 20, 'new'
               ^^^^^^^^^^ TVC404 [breaks in 0.20.0] The program refuses torchvision 0.29.2
    """,
    "assert-in": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        assert MINOR in (9, 10)
               ^^^^^^^^^^^^^^^^ TVC404 [breaks in 0.11.1] The program refuses torchvision 0.29.2
    """,
    "assert-behind-another-condition": """
        import torchvision
        from other import args
        MINOR = int(torchvision.__version__.split(".")[1])
        if args.strict:
            assert MINOR < 13
                   ^^^^^^^^^^ TVC404 [breaks in 0.13.0] The program refuses torchvision 0.29.2
    """,
    "assert-behind-an-older-bound": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR > 8:
            assert MINOR < 13
                   ^^^^^^^^^^ TVC404 [breaks in 0.13.0] The program refuses torchvision 0.29.2
    """,
}


@pytest.mark.parametrize("program", REFUSED.values(), ids=REFUSED)
def test_a_release_that_a_program_refuses_is_reported(program):
    check_reported(program)


# Not refused, or not always, or not when the module is imported.
NOT_REFUSED = {
    "raise-on-older-releases": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR < 8:
            raise RuntimeError('old')
    """,
    "nothing-that-ends-the-program": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR > 12:
            return_code = 1
    """,
    "raise-under-another-condition": """
        import torchvision
        from other import args
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR > 12 and args.strict:
            raise RuntimeError('new')
    """,
    "raise-in-a-function": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        def f():
            if MINOR > 12:
                raise RuntimeError('new')
    """,
    "assert-that-is-caught": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        try:
            assert MINOR < 13
        except Exception:
            pass
    """,
    "assert-on-no-release": """
        import torchvision
        MINOR = int(torchvision.__version__.split(".")[1])
        if MINOR > 40:
            assert MINOR < 13
    """,
    "assert-that-is-not-computed": """
        import torchvision
        from other import at_least
        from torchvision import __version__ as tv
        assert not at_least(tv, '0.13')
    """,
    "assert-of-something-else": """
        import torchvision
        from other import args
        assert args.x
    """,
}


@pytest.mark.parametrize("program", NOT_REFUSED.values(), ids=NOT_REFUSED)
def test_what_does_not_end_the_program_is_not_reported(program):
    check_silent(program)


def test_the_releases_that_a_program_refuses_end_its_range(tmp_path):
    (tmp_path / "a.py").write_text(
        "import torchvision\n"
        'MINOR = int(torchvision.__version__.split(".")[1])\n'
        "assert 12 < MINOR < 20\n"
        "torchvision.models.resnet18(weights=None)\n"
    )
    found = supported([str(tmp_path / "a.py")])
    assert (found.first, found.last) == ("0.13.0", "0.19.1")
    assert [finding.code for finding in (*found.below(), *found.above())] == ["TVC404", "TVC404"]
