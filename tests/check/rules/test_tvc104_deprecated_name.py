"""TVC104: a module, class or function that still works and warns."""

import pytest

from ..conftest import upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent

DEPRECATED = {
    "class-of-v2": """
        from torchvision.transforms import v2
        v2.ToTensor()
        ^^^^^^^^^^^ TVC104 [deprecated in 0.15.1] is deprecated since torchvision 0.15.1
    """,
    "class-of-v2-imported": """
        from torchvision.transforms.v2 import ToTensor
                                              ^^^^^^^^ TVC104 [deprecated in 0.15.1] is deprecated since torchvision 0.15.1
    """,
}


@pytest.mark.parametrize("program", DEPRECATED.values(), ids=DEPRECATED)
def test_what_warns_is_reported(program):
    check_reported(program)


DEPRECATED_IN_0_15 = {
    "module": """
        import torchvision.transforms.functional_tensor
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC104 [deprecated in 0.15.1] is deprecated since torchvision 0.15.1 => use torchvision.transforms.functional
    """,
    "function-of-a-module-that-warns": """
        from torchvision.transforms.functional_pil import crop
                                                          ^^^^ TVC104 [deprecated in 0.15.1] is deprecated since torchvision 0.15.1 => use torchvision.transforms.functional.crop
    """,
}


@pytest.mark.parametrize("program", DEPRECATED_IN_0_15.values(), ids=DEPRECATED_IN_0_15)
def test_what_warns_in_the_release_asked_for_is_reported(program):
    check_reported(program, upgrade("0.12.0", "0.15.2"))


NOT_DEPRECATED = {
    "what-to-write-instead": """
        from torchvision.transforms import v2
        v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    """,
    "class-of-that-name-elsewhere": """
        from torchvision.transforms import ToTensor
        ToTensor()
    """,
    "class-of-the-programs-own": """
        class v2:
            class ToTensor: ...
        v2.ToTensor()
    """,
    "caught": """
        try:
            from torchvision.transforms.v2 import ToTensor
        except ImportError:
            pass
    """,
}


@pytest.mark.parametrize("program", NOT_DEPRECATED.values(), ids=NOT_DEPRECATED)
def test_what_does_not_warn_is_not_reported(program):
    check_silent(program)


BEFORE_THE_WARNING = {
    "module": """
        import torchvision.transforms.functional_tensor
    """,
}


@pytest.mark.parametrize("program", BEFORE_THE_WARNING.values(), ids=BEFORE_THE_WARNING)
def test_before_the_release_that_warns_nothing_is_reported(program):
    check_silent(program, upgrade("0.12.0", "0.14.1"))


def test_it_is_imported_from_where_it_lives_on():
    program = """
        from torchvision.transforms.functional_pil import crop
        =>
        from torchvision.transforms.functional import crop
    """
    check_rewritten(program, question=upgrade("0.12.0", "0.15.2"))


def test_what_has_no_replacement_is_left():
    program = """
        from torchvision.transforms import v2
        v2.ToTensor()
        => left: nothing stands in for it
    """
    check_kept(program)


EVERY_USE = {
    "imported-and-an-attribute": """
        from torchvision.transforms.v2 import ToTensor
                                              ^^^^^^^^ TVC104
        from torchvision.transforms import v2
        t = v2.ToTensor()
            ^^^^^^^^^^^ TVC104
    """,
    "twice-an-attribute": """
        from torchvision.transforms import v2
        a = v2.ToTensor()
            ^^^^^^^^^^^ TVC104
        b = v2.ToTensor()
            ^^^^^^^^^^^ TVC104
    """,
    "imported-twice": """
        from torchvision.transforms.v2 import ToTensor
                                              ^^^^^^^^ TVC104
        def f():
            from torchvision.transforms.v2 import ToTensor as T
                                                  ^^^^^^^^^^^^^ TVC104
            return T()
    """,
    "module-through-another-name": """
        from torchvision.transforms import functional_tensor as FT
                                           ^^^^^^^^^^^^^^^^^^^^^^^ TVC101
        from torchvision import transforms
        FT.hflip(x)
        transforms.functional_tensor.hflip(x)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "module-through-its-import": """
        import torchvision.transforms.functional_tensor
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
        torchvision.transforms.functional_tensor.hflip(x)
    """,
}


@pytest.mark.parametrize("program", EVERY_USE.values(), ids=EVERY_USE)
def test_every_use_of_a_name_is_reported_but_those_through_a_reported_import(program):
    check_reported(program)
