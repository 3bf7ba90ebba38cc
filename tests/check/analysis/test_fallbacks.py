"""Fallbacks: a name that is one thing on some releases and another on the rest has to be held against both."""

import pytest

from ..conftest import between, upgrade
from ..programs import check_reported, check_silent, checked, parse

EITHER = {
    "module-and-module": """
        try:
            from torchvision.transforms import v2 as T
        except ImportError:
            from torchvision import transforms as T
        a = T.RandAugment()
            ^^^^^^^^^^^^^ TVC102 [breaks in 0.9.0] torchvision.transforms.RandAugment exists since torchvision 0.11.1
        b = T.JPEG((1, 9))
            ^^^^^^ TVC102 torchvision.transforms.v2.JPEG exists since
            ^^^^^^ TVC101 no torchvision release from 0.9.0 on has torchvision.transforms.JPEG
        c = T.Resize(9)
    """,
    "whole-imports": """
        try:
            import torchvision.transforms.v2 as T
        except ModuleNotFoundError:
            import torchvision.transforms as T
        a = T.RandAugment()
            ^^^^^^^^^^^^^ TVC102 torchvision.transforms.RandAugment exists since torchvision 0.11.1
    """,
    "used-in-a-function": """
        try:
            from torchvision.transforms import v2 as T
        except ImportError:
            from torchvision import transforms as T
        def f():
            return T.RandAugment()
                   ^^^^^^^^^^^^^ TVC102 torchvision.transforms.RandAugment
    """,
    "version-branch": """
        import torchvision
        from torchvision import transforms
        if int(torchvision.__version__.split(".")[1]) >= 15:
            from torchvision.transforms import v2
            T = v2
        else:
            T = transforms
        a = T.RandAugment()
            ^^^^^^^^^^^^^ TVC102 torchvision.transforms.RandAugment exists since torchvision 0.11.1
    """,
    "nothing-instead": """
        try:
            from torchvision.transforms import v2
        except ImportError:
            v2 = None
        v2.JPEG((1, 9))
        ^^^^^^^ TVC102 torchvision.transforms.v2.JPEG exists since
    """,
    "old-way-first": """
        try:
            from torchvision.models.utils import load_state_dict_from_url
        except ImportError:
            from torch.hub import load_state_dict_from_url
        load_state_dict_from_url("a")
        from torchvision.models import list_models
                                       ^^^^^^^^^^^ TVC102
    """,
}


@pytest.mark.parametrize("program", EITHER.values(), ids=EITHER)
def test_each_use_is_held_against_both(program):
    source, marks = parse(program)
    found = checked(source, between("0.9.0"))
    assert sorted((each.line, each.column, each.code) for each in found) == sorted(
        (mark.line, mark.column, mark.code) for mark in marks
    )
    for mark in marks:
        assert any(mark.line == each.line and (mark.words or "") in each.message for each in found)


UPGRADED = {
    "there-in-the-newer": """
        try:
            from torchvision.transforms import v2 as T
        except ImportError:
            from torchvision import transforms as T
        a = T.JPEG((1, 9))
        b = T.RandAugment()
    """,
    "old-way-is-not-taken": """
        try:
            from torchvision.transforms import v2 as T
        except ImportError:
            from torchvision import transforms as T
            T.functional_tensor.hflip(x)
    """,
    "of-others": """
        try:
            from mine import transforms as T
        except ImportError:
            from torchvision import transforms as T
        a = T.functional_tensor
    """,
    "two-libraries-in-one-try": """
        try:
            import kornia
            from torchvision.transforms import v2 as T
        except ImportError:
            from torchvision import transforms as T
        a = T.functional_tensor
    """,
}


@pytest.mark.parametrize("program", UPGRADED.values(), ids=UPGRADED)
def test_what_is_there_or_may_be_another_is_not_reported(program):
    check_silent(program)


def test_a_name_of_the_newer_module_that_warns_is_reported():
    program = """
        try:
            from torchvision.transforms import v2 as T
        except ImportError:
            from torchvision import transforms as T
        a = T.ToTensor()
            ^^^^^^^^^^ TVC104 torchvision.transforms.v2.ToTensor is deprecated
    """
    check_reported(program)
    source, _ = parse(program)
    assert checked(source, upgrade("0.9.0", "0.14.1")) == []
