"""TVC301: interpolation by a number or by a constant of PIL."""

import pytest

from ..conftest import upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent, checked, parse

MODES = {
    "constant": """
        from PIL import Image
        from torchvision.transforms import *
        mode = Image.BICUBIC
        Resize(3, mode)
                  ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BICUBIC
        Resize(3, interpolation=mode)
                                ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BICUBIC
    """,
    "constant-of-Resampling": """
        from PIL import Image
        from torchvision.transforms import *
        mode = Image.Resampling.LINEAR
        Resize(3, mode)
                  ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BILINEAR
        Resize(3, interpolation=mode)
                                ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BILINEAR
    """,
    "number": """
        from PIL import Image
        from torchvision.transforms import *
        mode = 3
        Resize(3, mode)
                  ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BICUBIC
        Resize(3, interpolation=mode)
                                ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BICUBIC
    """,
    "constant-imported-as": """
        from PIL import Image
        from torchvision.transforms import *
        from PIL.Image import BOX as mode
        Resize(3, mode)
                  ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BOX
        Resize(3, interpolation=mode)
                                ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BOX
    """,
    "constant-of-a-module-as": """
        from PIL import Image
        from torchvision.transforms import *
        import PIL.Image as I
        Resize(3, I.NEAREST)
                  ^^^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.NEAREST
        Resize(3, interpolation=I.NEAREST)
                                ^^^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.NEAREST
    """,
    "item-of-a-dictionary": """
        from PIL import Image
        from torchvision.transforms import *
        modes = {'a': Image.BOX, 'b': 2}
        Resize(3, modes['a'])
                  ^^^^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BOX
        Resize(3, interpolation=modes['a'])
                                ^^^^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BOX
    """,
    "same-in-both-branches": """
        from PIL import Image
        from torchvision.transforms import *
        if x:
            mode = Image.BOX
        else:
            mode = Image.Resampling.BOX
        Resize(3, mode)
                  ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BOX
        Resize(3, interpolation=mode)
                                ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BOX
    """,
    "different-in-branches": """
        from PIL import Image
        from torchvision.transforms import *
        if x:
            mode = Image.BOX
        else:
            mode = 2
        Resize(3, mode)
                  ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1
        Resize(3, interpolation=mode)
                                ^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1
    """,
    "item-chosen-at-run-time": """
        from PIL import Image
        from torchvision.transforms import *
        modes = {'a': Image.BOX, 'b': Image.NEAREST}
        Resize(3, modes[x])
                  ^^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1
        Resize(3, interpolation=modes[x])
                                ^^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1
    """,
    "returned-by-a-function": """
        from PIL import Image
        from torchvision.transforms import *
        def mode(a):
            if a:
                return Image.BICUBIC
            return Image.NEAREST
        Resize(3, mode(x))
                  ^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1
        Resize(3, interpolation=mode(x))
                                ^^^^^^^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1
    """,
}


@pytest.mark.parametrize("program", MODES.values(), ids=MODES)
def test_modes_behind_names_are_reported(program):
    check_reported(program, upgrade("0.12.0", "0.14.1"))


NO_MODES = {
    "image": """
        from PIL import Image
        from torchvision.transforms import *
        mode = Image.open(path)
        Resize(3, mode)
    """,
    "another-constant": """
        from PIL import Image
        from torchvision.transforms import *
        mode = Image.Transpose.ROTATE_90
        Resize(3, mode)
    """,
    "none": """
        from PIL import Image
        from torchvision.transforms import *
        mode = None
        Resize(3, mode)
    """,
    "one-of-both": """
        from PIL import Image
        from torchvision.transforms import *
        mode = Image.BOX if old else InterpolationMode.BOX
        Resize(3, mode)
    """,
    "handled-enum": """
        from PIL import Image
        from torchvision.transforms import *
        try:
            mode = InterpolationMode.BOX
        except NameError:
            mode = Image.BOX
        Resize(3, mode)
    """,
    "attribute-of-a-function": """
        from PIL import Image
        from torchvision.transforms import *
        def f(mode=Image.BOX):
            if isinstance(mode, int):
                mode = translated(mode)

        Resize(3, f.mode)
    """,
    "class-of-that-name": """
        from PIL import Image
        from torchvision.transforms import *
        class Image:
            pass
        Resize(3, Image.open)
    """,
}


@pytest.mark.parametrize("program", NO_MODES.values(), ids=NO_MODES)
def test_what_may_be_no_number_or_constant_is_not_reported(program):
    check_silent(program, upgrade("0.12.0", "0.14.1"))


WARNS = {
    "up-to-0.12": upgrade("0.9.0", "0.12.0"),
    "up-to-0.14": upgrade("0.12.0", "0.14.1"),
}

WARNS_NO_MORE = {
    "from-0.15": upgrade("0.12.0", "0.15.1"),
    "newest": upgrade("0.17.0", "0.29.2"),
}

WAYS = {
    "constant": """
        from PIL import Image
        from torchvision.transforms import Resize
        Resize(3, interpolation=Image.BICUBIC)
                                ^^^^^^^^^^^^^ TVC301
    """,
    "number": """
        from PIL import Image
        from torchvision.transforms import Resize
        Resize(3, interpolation=3)
                                ^ TVC301
    """,
    "constant-of-Resampling": """
        from PIL import Image
        from torchvision.transforms import Resize
        Resize(3, interpolation=Image.Resampling.BICUBIC)
                                ^^^^^^^^^^^^^^^^^^^^^^^^ TVC301
    """,
}


@pytest.mark.parametrize("program", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("question", WARNS.values(), ids=WARNS)
def test_interpolation_by_number_or_constant_warns(program, question):
    check_reported(program, question)


@pytest.mark.parametrize("program", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("question", WARNS_NO_MORE.values(), ids=WARNS_NO_MORE)
def test_interpolation_by_number_or_constant_does_not_warn_any_more(program, question):
    source, _ = parse(program)
    assert checked(source, question) == []


def test_a_constructor_by_its_name_takes_the_instance_first():
    program = """
        import torchvision.transforms as T
        T.Resize.__init__(a, 3, 2)
                                ^ TVC301 [deprecated in 0.9.0] Passing a number or PIL constant as interpolation warns up to torchvision 0.14.1 => InterpolationMode.BILINEAR
        T.Resize.__init__(a, 3)
        T.Resize.__init__(*a)
    """
    check_reported(program, upgrade("0.12.0", "0.14.1"))


def test_a_mode_behind_a_name_is_written_where_it_is_used():
    program = """
        from PIL import Image
        from torchvision.transforms import RandomAffine, Resize

        mode = Image.BICUBIC
        Resize(4, mode)
        RandomAffine(9, resample=mode)
        =>
        from PIL import Image
        from torchvision.transforms import RandomAffine, Resize
        from torchvision.transforms import InterpolationMode

        mode = Image.BICUBIC
        Resize(4, InterpolationMode.BICUBIC)
        RandomAffine(9, interpolation=InterpolationMode.BICUBIC)
    """
    check_rewritten(program, question=upgrade("0.12.0", "0.14.1"))


def test_nothing_is_found_in_what_was_written():
    program = """
        from PIL import Image
        from torchvision.transforms import RandomAffine, Resize
        from torchvision.transforms import InterpolationMode

        mode = Image.BICUBIC
        Resize(4, InterpolationMode.BICUBIC)
        RandomAffine(9, interpolation=InterpolationMode.BICUBIC)
    """
    check_silent(program, upgrade("0.12.0", "0.14.1"))


def test_one_of_two_modes_of_an_expression_is_not_reported():
    program = """
        from PIL import Image
        from torchvision.transforms import RandomAffine, Resize
        mode = 2 if x else Image.BOX
        Resize(4, mode)
    """
    check_silent(program, upgrade("0.12.0", "0.14.1"))


def test_one_of_several_modes_is_left():
    program = """
        from PIL import Image
        from torchvision.transforms import RandomAffine, Resize
        if x:
            mode = Image.BOX
        else:
            mode = 2
        Resize(4, mode)
        => left: the name stands for several modes
    """
    check_kept(program, question=upgrade("0.12.0", "0.14.1"))
