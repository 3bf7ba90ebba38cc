"""TVC302: a default that changed and changes results."""

import pytest

from ..programs import check_reported, check_rewritten, check_silent

STEPS = {
    "behind-ToTensor-list-in-Compose": """
        from torchvision.transforms import *
        Compose([ToTensor(), Resize(8)])
                             ^^^^^^^^^ TVC302
    """,
    "on-both-sides-list-in-Compose": """
        from torchvision.transforms import *
        Compose([Resize(4), ToTensor(), Resize(8)])
                                        ^^^^^^^^^ TVC302
    """,
    "before-Normalize-list-in-Compose": """
        from torchvision.transforms import *
        Compose([Resize(8), Normalize(m, s)])
                 ^^^^^^^^^ TVC302
    """,
    "behind-PILToTensor-and-unknown-steps-list-in-Compose": """
        from torchvision.transforms import *
        Compose([other(), PILToTensor(), x, Resize(8)])
                                            ^^^^^^^^^ TVC302
    """,
    "behind-ToTensor-tuple-in-Compose": """
        from torchvision.transforms import *
        Compose((ToTensor(), Resize(8)))
                             ^^^^^^^^^ TVC302
    """,
    "on-both-sides-tuple-in-Compose": """
        from torchvision.transforms import *
        Compose((Resize(4), ToTensor(), Resize(8)))
                                        ^^^^^^^^^ TVC302
    """,
    "before-Normalize-tuple-in-Compose": """
        from torchvision.transforms import *
        Compose((Resize(8), Normalize(m, s)))
                 ^^^^^^^^^ TVC302
    """,
    "behind-PILToTensor-and-unknown-steps-tuple-in-Compose": """
        from torchvision.transforms import *
        Compose((other(), PILToTensor(), x, Resize(8)))
                                            ^^^^^^^^^ TVC302
    """,
    "behind-ToTensor-list": """
        from torchvision.transforms import *
        steps = [ToTensor(), Resize(8)]
                             ^^^^^^^^^ TVC302
    """,
    "on-both-sides-list": """
        from torchvision.transforms import *
        steps = [Resize(4), ToTensor(), Resize(8)]
                                        ^^^^^^^^^ TVC302
    """,
    "before-Normalize-list": """
        from torchvision.transforms import *
        steps = [Resize(8), Normalize(m, s)]
                 ^^^^^^^^^ TVC302
    """,
    "behind-PILToTensor-and-unknown-steps-list": """
        from torchvision.transforms import *
        steps = [other(), PILToTensor(), x, Resize(8)]
                                            ^^^^^^^^^ TVC302
    """,
}


@pytest.mark.parametrize("program", STEPS.values(), ids=STEPS)
def test_a_resize_that_surely_works_on_tensors_is_reported(program):
    check_reported(program)


OTHER_STEPS = {
    "before-ToTensor-list-in-Compose": """
        from torchvision.transforms import *
        Compose([Resize(8), ToTensor()])
    """,
    "before-a-flip-list-in-Compose": """
        from torchvision.transforms import *
        Compose([Resize(8), RandomHorizontalFlip()])
    """,
    "with-antialias-list-in-Compose": """
        from torchvision.transforms import *
        Compose([ToTensor(), Resize(8, antialias=True)])
    """,
    "before-ToTensor-tuple-in-Compose": """
        from torchvision.transforms import *
        Compose((Resize(8), ToTensor()))
    """,
    "before-a-flip-tuple-in-Compose": """
        from torchvision.transforms import *
        Compose((Resize(8), RandomHorizontalFlip()))
    """,
    "with-antialias-tuple-in-Compose": """
        from torchvision.transforms import *
        Compose((ToTensor(), Resize(8, antialias=True)))
    """,
    "before-ToTensor-list": """
        from torchvision.transforms import *
        steps = [Resize(8), ToTensor()]
    """,
    "before-a-flip-list": """
        from torchvision.transforms import *
        steps = [Resize(8), RandomHorizontalFlip()]
    """,
    "with-antialias-list": """
        from torchvision.transforms import *
        steps = [ToTensor(), Resize(8, antialias=True)]
    """,
}


@pytest.mark.parametrize("program", OTHER_STEPS.values(), ids=OTHER_STEPS)
def test_a_resize_that_may_work_on_images_is_not_reported(program):
    check_silent(program)


def test_a_function_on_a_tensor_is_reported():
    program = """
        import torchvision.transforms.functional as F
        F.resize(tensor, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^^^^ TVC302 [behaviour] filters tensors against aliasing by default since torchvision 0.17.0
    """
    check_reported(program)


GIVEN = {
    "by-position": """
        from torchvision.transforms.functional import *
        resize(tensor, [4, 4], InterpolationMode.BILINEAR, None, True)
    """,
    "unpacked": """
        from torchvision.transforms.functional import *
        resize(tensor, *args)
    """,
    "unpacked-keywords": """
        from torchvision.transforms.functional import *
        resize(tensor, [4, 4], **options)
    """,
}


@pytest.mark.parametrize("program", GIVEN.values(), ids=GIVEN)
def test_antialias_that_is_or_may_be_given_is_not_reported(program):
    check_silent(program)


REWRITTEN = {
    "one-line": """
        import torchvision.transforms.functional as F
        F.resize(tensor, [3, 4])
        =>
        import torchvision.transforms.functional as F
        F.resize(tensor, [3, 4], antialias=False)
    """,
    "several-lines": """
        import torchvision.transforms.functional as F
        F.resize(
            tensor, [3, 4],
        )
        =>
        import torchvision.transforms.functional as F
        F.resize(
            tensor, [3, 4], antialias=False,
        )
    """,
    "size-by-keyword": """
        import torchvision.transforms.functional as F
        F.resize(tensor, size=(3, 4))
        =>
        import torchvision.transforms.functional as F
        F.resize(tensor, size=(3, 4), antialias=False)
    """,
}


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_antialias_keeps_the_old_numbers(program):
    check_rewritten(program)
