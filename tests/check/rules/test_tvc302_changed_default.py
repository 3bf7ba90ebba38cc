"""TVC302: a default that changed and changes results."""

import pytest

from ..conftest import between
from ..programs import block, check_kept, check_reported, check_rewritten, check_silent

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


HEAD = """\
from typing import Optional, Union
import torch
from PIL import Image
from torch import Tensor
from torchvision import io, transforms
from torchvision.transforms import functional as F
"""

# What is certainly a tensor.
TENSORS = {
    "annotation": """
        def f(img: torch.Tensor):
            F.resize(img, [3, 4])
            ^^^^^^^^^^^^^^^^^^^^^ TVC302 [behaviour] filters tensors against aliasing by default since torchvision 0.17.0
    """,
    "annotation-by-its-name": """
        def f(x: Tensor, size):
            F.resize(x, size)
            ^^^^^^^^^^^^^^^^^ TVC302
    """,
    "annotation-as-text": """
        def f(img: "torch.Tensor"):
            F.resize(img, [3, 4])
            ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "optional-annotation": """
        def f(img: Optional[Tensor] = None):
            F.resize(img, [3, 4])
            ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "annotation-or-none": """
        def f(img: Tensor | None = None):
            F.resize(img, [3, 4])
            ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "annotation-of-a-name": """
        img: torch.Tensor = load()
        F.resize(img, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "isinstance": """
        def f(img):
            if isinstance(img, torch.Tensor):
                F.resize(img, [3, 4])
                ^^^^^^^^^^^^^^^^^^^^^ TVC302
            else:
                F.resize(img, [3, 4])
            F.resize(img, [3, 4])
    """,
    "is_tensor": """
        def f(img):
            if not torch.is_tensor(img):
                raise TypeError
            F.resize(img, [3, 4])
            ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "function-of-torch": """
        img = torch.stack(images)
        F.resize(img, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "method-of-a-tensor": """
        img = torch.zeros(3, 8, 8)
        F.resize(img.to(device).clamp(0, 1), [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "method-that-only-tensors-have": """
        img = array.permute(2, 0, 1)
        F.resize(img, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "calculation": """
        img = torch.rand(1, 3, 8, 8)
        F.resize(img[0] * 255, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "ToTensor": """
        img = transforms.ToTensor()(load())
        F.resize(img, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "function-that-keeps-the-kind": """
        img = F.center_crop(F.to_tensor(load()), 3)
        F.resize(img, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "returned": """
        def load(path):
            return F.to_tensor(Image.open(path))
        F.resize(load("a"), [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "either-way": """
        img = torch.zeros(3, 8, 8) if x else torch.ones(3, 8, 8)
        F.resize(img, [3, 4])
        ^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
    "transform-called-with-one": """
        resize = transforms.Resize(3)
                 ^^^^^^^^^^^^^^^^^^^^ TVC302
        resize(torch.zeros(3, 8, 8))
    """,
    "by-keyword": """
        F.resize(img=torch.zeros(3, 8, 8), size=3)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC302
    """,
}


@pytest.mark.parametrize("program", TENSORS.values(), ids=TENSORS)
def test_what_is_certainly_a_tensor_is_reported(program):
    check_reported(HEAD + block(program))


@pytest.mark.parametrize("program", TENSORS.values(), ids=TENSORS)
def test_it_is_reported_for_ranges_too(program):
    check_reported(HEAD + block(program), between("0.12.0"))


IMAGES = {
    "name": """
        def f(x, tensor, img_tensor):
            F.resize(x, [3, 4])
            F.resize(tensor, [3, 4])
            F.resize(img_tensor, [3, 4])
        f(Image.new("RGB", (8, 8)))
    """,
    "image": """
        img = Image.open("a.png").convert("RGB").copy()
        F.resize(img, [3, 4])
        F.resize(F.center_crop(img, 3), [3, 4])
        F.resize(F.to_pil_image(torch.zeros(3, 8, 8)), [3, 4])
        F.resize(transforms.ToPILImage()(torch.zeros(3, 8, 8)), [3, 4])
    """,
    "annotated-image": """
        def f(tensor: Image.Image):
            F.resize(tensor, [3, 4])
    """,
    "one-of-both": """
        def f(img: Union[Image.Image, Tensor], other: Tensor | Image.Image):
            F.resize(img, [3, 4])
            F.resize(other, [3, 4])
        img = torch.zeros(3, 8, 8) if x else load()
        F.resize(img, [3, 4])
    """,
    "isinstance-of-an-image": """
        def f(img: Tensor):
            if isinstance(img, Image.Image):
                return F.resize(img, [3, 4], antialias=None)
    """,
    "bound-again": """
        def f(img: Tensor):
            img = F.to_pil_image(img)
            F.resize(img, [3, 4])
    """,
    "method-of-both": """
        def f(img):
            img = img.resize((3, 3)).rotate(3).copy()
            F.resize(img, [3, 4])
    """,
    "transform-called-with-an-image": """
        resize = transforms.Resize(3)
        resize(Image.open("a.png"))
        resize(load())
    """,
    "class-of-another-library": """
        from mine import Tensor
        def f(img: Tensor):
            F.resize(img, [3, 4])
    """,
}


@pytest.mark.parametrize("program", IMAGES.values(), ids=IMAGES)
def test_what_may_be_an_image_is_not_reported(program):
    check_silent(HEAD + block(program))


def test_a_range_without_the_change_is_silent():
    program = """
        import torch
        from torchvision.transforms import functional as F
        F.resize(torch.zeros(3, 8, 8), [3, 4])
    """
    check_silent(program, between("0.17.0"))
    check_silent(program, between("0.9.0", "0.16.2"))


def test_antialias_is_not_written_where_a_release_does_not_take_it():
    program = """
        import torch
        from torchvision.transforms import functional as F
        F.resize(torch.zeros(3, 8, 8), [3, 4])
        => left: antialias= does not exist in torchvision 0.9.0
    """
    check_kept(program, between("0.9.0"))


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
        import torch
        import torchvision.transforms.functional as F
        tensor = torch.rand(3, 8, 8)
        F.resize(tensor, [3, 4])
        =>
        import torch
        import torchvision.transforms.functional as F
        tensor = torch.rand(3, 8, 8)
        F.resize(tensor, [3, 4], antialias=False)
    """,
    "several-lines": """
        import torch
        import torchvision.transforms.functional as F
        tensor = torch.rand(3, 8, 8)
        F.resize(
            tensor, [3, 4],
        )
        =>
        import torch
        import torchvision.transforms.functional as F
        tensor = torch.rand(3, 8, 8)
        F.resize(
            tensor, [3, 4], antialias=False,
        )
    """,
    "size-by-keyword": """
        import torch
        import torchvision.transforms.functional as F
        tensor = torch.rand(3, 8, 8)
        F.resize(tensor, size=(3, 4))
        =>
        import torch
        import torchvision.transforms.functional as F
        tensor = torch.rand(3, 8, 8)
        F.resize(tensor, size=(3, 4), antialias=False)
    """,
}


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_antialias_keeps_the_old_numbers(program):
    check_rewritten(program)
