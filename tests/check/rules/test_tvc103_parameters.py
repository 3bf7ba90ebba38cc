"""TVC103: a parameter that a release does not take."""

import pytest

from ..conftest import between, upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent

SEEMINGLY_TAKEN = {
    "beside-kwargs": """
        import torchvision
        torchvision.utils.save_image(x, 'f', range=(0, 1))
                                             ^^^^^^^^^^^^ TVC103 [breaks in 0.16.0] does not take range= since torchvision 0.16.0
    """,
    "first-parameter": """
        import torchvision
        torchvision.ops.misc.FrozenBatchNorm2d(n=3)
                                               ^^^ TVC103 [breaks in 0.12.0] does not take n= since torchvision 0.12.0
    """,
    "given-to-a-base-class": """
        import torchvision
        torchvision.datasets.ImageNet('r', download=False)
                                           ^^^^^^^^^^^^^^ TVC103 [breaks in 0.12.0] does not take download= since torchvision 0.12.0
    """,
    "renamed": """
        import torchvision
        torchvision.transforms.RandomAffine(9, fillcolor=0)
                                               ^^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take fillcolor= since torchvision 0.14.0
    """,
    "renamed-in-a-subclass": """
        import torchvision
        class A(torchvision.transforms.RandomAffine): ...
        A(9, fillcolor=0)
             ^^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take fillcolor= since torchvision 0.14.0
    """,
    "through-super": """
        import torchvision
        class A(torchvision.datasets.ImageNet):
            def __init__(self, r):
                super().__init__(r, download=False)
                                    ^^^^^^^^^^^^^^ TVC103 [breaks in 0.12.0] does not take download= since torchvision 0.12.0
    """,
    "through-super-with-arguments": """
        import torchvision
        class A(torchvision.transforms.RandomAffine):
            def __init__(self, r):
                super(A, self).__init__(r, resample=2)
                                           ^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take resample= since torchvision 0.14.0
    """,
}


@pytest.mark.parametrize("program", SEEMINGLY_TAKEN.values(), ids=SEEMINGLY_TAKEN)
def test_parameters_that_something_else_seems_to_take(program):
    """They go on in ``**kwargs``, or to a base class, which does not take them."""
    check_reported(program)


TAKEN_BY_A_BASE_CLASS = {
    "ImageNet": """
        import torchvision
        torchvision.datasets.ImageNet('r', transform=None, loader=load)
    """,
    "EMNIST": """
        import torchvision
        torchvision.datasets.EMNIST('r', 'letters', train=True, download=True)
    """,
    "ResNet": """
        import torchvision
        torchvision.models.ResNet(block, [2], zero_init_residual=True)
    """,
}


@pytest.mark.parametrize("program", TAKEN_BY_A_BASE_CLASS.values(), ids=TAKEN_BY_A_BASE_CLASS)
def test_parameters_that_a_base_class_takes(program):
    check_silent(program, between("0.9.0"))


def test_a_parameter_that_came_with_a_base_class():
    program = """
        import torchvision
        torchvision.datasets.ImageNet('r', allow_empty=True)
                                           ^^^^^^^^^^^^^^^^ TVC103 [breaks in 0.9.0] takes allow_empty= since torchvision 0.18.0
    """
    check_reported(program, between("0.9.0"))


def test_positions_that_moved_are_not_taken_for_pretrained():
    program = """
        from torchvision.models.resnet import _resnet
        _resnet('resnet18', Block, [2], True, True)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC103 [breaks in 0.13.0] takes fewer than 5 arguments by position since torchvision 0.13.0
    """
    check_reported(program)


def test_a_parameter_that_is_gone_is_reported():
    program = """
        from torchvision.utils import make_grid
        make_grid([], range=(0, 1))
                      ^^^^^^^^^^^^ TVC103 [breaks in 0.16.0] does not take range= since torchvision 0.16.0
    """
    check_reported(program)


def test_a_parameter_that_is_too_new_is_reported():
    program = """
        from torchvision.transforms.functional import resize
        resize(img, 3, antialias=True)
                       ^^^^^^^^^^^^^^ TVC103 [breaks in 0.9.0] takes antialias= since torchvision 0.10.0
    """
    check_reported(program, between("0.9.0"))


def test_a_parameter_that_is_there_is_not_reported():
    program = """
        from torchvision.transforms.functional import resize
        resize(img, 3, antialias=True)
    """
    check_silent(program)


def test_a_parameter_that_no_release_takes_is_not_reported():
    program = """
        from torchvision.transforms import Resize
        Resize(3, colour=1)
    """
    check_silent(program)


CONSTRUCTORS = {
    "of-the-base-class": """
        import torchvision.transforms as T
        class A(T.RandomAffine):
            def __init__(self):
                T.RandomAffine.__init__(self, 1, fillcolor=0)
                                                 ^^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take fillcolor= since torchvision 0.14.0
    """,
    "keywords-passed-on": """
        import torchvision.transforms as T
        class A(T.RandomAffine):
            def __init__(self, **k):
                T.RandomAffine.__init__(self, 1, **k)
        A(fillcolor=0)
          ^^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take fillcolor= since torchvision 0.14.0
    """,
    "of-a-subclass": """
        import torchvision.transforms as T
        class A(T.RandomAffine):
            pass
        class B(A):
            def __init__(self):
                A.__init__(self, 1, fillcolor=0)
                                    ^^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take fillcolor= since torchvision 0.14.0
    """,
    "super-with-arguments": """
        import torchvision.transforms as T
        class A(T.RandomAffine):
            def __init__(self):
                super(A, self).__init__(1, fillcolor=0)
                                           ^^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take fillcolor= since torchvision 0.14.0
    """,
    "behind-a-name": """
        import torchvision.transforms as T
        init = T.RandomAffine.__init__
        init(a, 1, fillcolor=0)
                   ^^^^^^^^^^^ TVC103 [breaks in 0.14.0] does not take fillcolor= since torchvision 0.14.0
    """,
}


@pytest.mark.parametrize("program", CONSTRUCTORS.values(), ids=CONSTRUCTORS)
def test_constructors_that_are_called_by_their_name(program):
    check_reported(program)


def test_the_new_name_is_written_with_its_value():
    program = """
        'Text.'
        from PIL import Image
        from torchvision.transforms import RandomAffine

        RandomAffine(9, resample=Image.BILINEAR, fillcolor=0)
        =>
        'Text.'
        from PIL import Image
        from torchvision.transforms import RandomAffine
        from torchvision.transforms import InterpolationMode

        RandomAffine(9, interpolation=InterpolationMode.BILINEAR, fill=0)
    """
    check_rewritten(program)


def test_arguments_by_position_are_left():
    program = """
        from torchvision import models
        models.resnet._resnet('a', Block, [2], True, True)
        => left: by hand
    """
    check_kept(program)


def test_a_name_that_means_something_else_is_not_imported():
    program = """
        import torchvision.transforms as T
        class InterpolationMode: pass
        T.RandomAffine(3, resample=2)
        => left: the name InterpolationMode is already used for something else
    """
    check_kept(program)


def test_a_parameter_that_came_after_its_function_is_said_to_be_new():
    program = """
        from torchvision.transforms import v2
                                           ^^ TVC102
        v2.ToDtype(dtype, scale=True)
                          ^^^^^^^^^^ TVC103 [breaks in 0.15.1] torchvision.transforms.v2.ToDtype takes scale= since torchvision 0.16.0.
    """
    check_reported(program, between("0.12.0"))


def test_a_parameter_that_came_after_its_function_is_not_reported_where_it_is_there():
    program = """
        from torchvision.transforms import v2
        v2.ToDtype(dtype, scale=True)
    """
    check_silent(program, between("0.16.0"))


def test_a_parameter_that_went_from_a_function_that_came_later_is_said_to_be_gone():
    program = """
        from torchvision.utils import make_grid
        make_grid(x, range=(0, 1))
                     ^^^^^^^^^^^^ TVC103 does not take range= since torchvision
    """
    check_reported(program, between("0.9.0"))


BY_POSITION = {
    "backbone": """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        b = resnet_fpn_backbone("resnet18", weights=None)
                                ^^^^^^^^^^ TVC103 [deprecated in 0.13.0] backbone_name by position is deprecated since torchvision 0.13
    """,
    "several": """
        from torchvision.models.detection import backbone_utils
        b = backbone_utils.mobilenet_backbone("mobilenet_v2", weights=None, fpn=True)
                                              ^^^^^^^^^^^^^^ TVC103 [deprecated in 0.13.0]
    """,
    "partial": """
        from functools import partial
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        make = partial(resnet_fpn_backbone, "resnet18", weights=None)
                                            ^^^^^^^^^^ TVC103 [deprecated in 0.13.0]
    """,
    "name-that-is-known-at-run-time": """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        def build(name):
            return resnet_fpn_backbone(name, weights=None)
                                       ^^^^ TVC103 [deprecated in 0.13.0]
    """,
}


@pytest.mark.parametrize("program", BY_POSITION.values(), ids=BY_POSITION)
def test_what_is_positional_where_keywords_are_asked_for_is_reported(program):
    check_reported(program, upgrade("0.13.0"))


NOT_BY_POSITION = {
    "keywords": """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        b = resnet_fpn_backbone(backbone_name="resnet18", weights=None)
    """,
    "really-positional": """
        from torchvision.models.detection import FasterRCNN
        from torchvision.models.resnet import BasicBlock, ResNet
        from torchvision.ops import Conv2dNormActivation
        FasterRCNN(backbone, 2)
        ResNet(BasicBlock, [1, 1, 1, 1])
        Conv2dNormActivation(3, 4)
    """,
    "unpacked": """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        b = resnet_fpn_backbone(*args, weights=None)
    """,
    "of-others": """
        from mine import resnet_fpn_backbone
        b = resnet_fpn_backbone("resnet18", weights=None)
    """,
}


@pytest.mark.parametrize("program", NOT_BY_POSITION.values(), ids=NOT_BY_POSITION)
def test_what_is_given_as_it_is_asked_for_is_not_reported(program):
    check_silent(program, upgrade("0.13.0"))


def test_a_release_that_takes_it_by_position_is_silent():
    program = """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        b = resnet_fpn_backbone("resnet18")
    """
    check_silent(program, upgrade("0.9.0", "0.12.0"))


def test_arguments_by_position_become_keywords():
    program = """
        from torchvision.models.detection.backbone_utils import mobilenet_backbone
        b = mobilenet_backbone("mobilenet_v2", weights=None, fpn=True)
        =>
        from torchvision.models.detection.backbone_utils import mobilenet_backbone
        b = mobilenet_backbone(backbone_name="mobilenet_v2", weights=None, fpn=True)
    """
    check_rewritten(program, upgrade("0.13.0"))


def test_one_finding_for_a_call_of_the_old_era():
    program = """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        b = resnet_fpn_backbone("resnet18", pretrained=False)
        =>
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        b = resnet_fpn_backbone(backbone_name="resnet18", weights=None)
    """
    check_rewritten(program)
