"""TVC202: ``weights=`` on releases that do not have it."""

import pytest

from ..conftest import between
from ..programs import block, check_kept, check_reported, check_rewritten, check_silent, fixed

REPORTED = {
    "entry-by-name": """
        import torchvision
        torchvision.models.resnet50(weights="IMAGENET1K_V2")
                                    ^^^^^^^^^^^^^^^^^^^^^^^ TVC202 [breaks in 0.9.0] weights= exists since torchvision 0.13
    """,
    "none": """
        from torchvision import models
        models.resnet18(weights=None)
                        ^^^^^^^^^^^^ TVC202 [breaks in 0.9.0] weights= exists since torchvision 0.13
    """,
    "backbone": """
        from torchvision.models.segmentation import fcn_resnet50
        fcn_resnet50(weights_backbone=None)
                     ^^^^^^^^^^^^^^^^^^^^^ TVC202 [breaks in 0.9.0] weights_backbone= exists since torchvision 0.13
    """,
    "both": """
        from torchvision.models.segmentation import fcn_resnet50
        fcn_resnet50(weights=None, weights_backbone=None)
                     ^^^^^^^^^^^^ TVC202 [breaks in 0.9.0] weights= exists since torchvision 0.13
                                   ^^^^^^^^^^^^^^^^^^^^^ TVC202 [breaks in 0.9.0] weights_backbone= exists since torchvision 0.13
    """,
    "chosen-at-run-time": """
        from torchvision import models
        models.__dict__[arch](weights=None)
                              ^^^^^^^^^^^^ TVC202 [breaks in 0.9.0] weights= exists since torchvision 0.13
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_weights_on_a_release_without_it_is_reported(program):
    check_reported(program, between("0.9.0"))


NOT_REPORTED = {
    "get_model-of-tvcompat": """
        import tvcompat
        tvcompat.get_model("resnet50", weights="IMAGENET1K_V2")
    """,
    "call-of-the-hub": """
        import torch
        torch.hub.load('pytorch/vision', 'resnet18', weights=None)
    """,
    "type-error-caught": """
        from torchvision import models
        try:
            models.resnet18(weights=None)
        except TypeError:
            models.resnet18(pretrained=False)
    """,
    "another-library": """
        import timm
        timm.resnet18(weights=None)
    """,
}


@pytest.mark.parametrize("program", NOT_REPORTED.values(), ids=NOT_REPORTED)
def test_what_deals_with_it_is_not_reported(program):
    check_silent(program, between("0.9.0"))


def test_on_releases_that_have_it_nothing_is_reported():
    program = """
        from torchvision import models
        models.resnet18(weights=None)
    """
    check_silent(program, between("0.13.0"))


def test_one_call_for_all_releases():
    program = """
        from torchvision.models import resnet18
        resnet18(weights='DEFAULT', num_classes=1000)
        =>
        from torchvision.models import resnet18
        import tvcompat
        tvcompat.get_model("resnet18", weights='DEFAULT', num_classes=1000)
    """
    check_rewritten(program, question=between("0.9.0"), tvcompat=True)


def test_without_the_style_it_is_named():
    program = """
        from torchvision.models import resnet18
        resnet18(weights='DEFAULT', num_classes=1000)
        => left: --style tvcompat
    """
    check_kept(program, question=between("0.9.0"))


def test_entries_are_written_by_name_since_old_releases_have_no_enums():
    before = """
        import torchvision
        from torchvision.models import ResNet18_Weights
        torchvision.models.resnet18(weights=ResNet18_Weights.DEFAULT)
        torchvision.models.resnet18(weights=torchvision.models.ResNet18_Weights.DEFAULT)
        torchvision.models.segmentation.fcn_resnet50(weights_backbone=ResNet18_Weights.DEFAULT)
    """
    after = """
        import torchvision
        from torchvision.models import ResNet18_Weights
        import tvcompat
        tvcompat.get_model("resnet18", weights="DEFAULT")
        tvcompat.get_model("resnet18", weights="DEFAULT")
        tvcompat.get_model("fcn_resnet50", weights_backbone="ResNet18_Weights.DEFAULT")
    """
    # What is left is the import of the enum, and the use of it that the other fix takes away.
    left = ["nothing stands in for it on older releases"] * 2
    assert fixed(block(before), question=between("0.9.0"), tvcompat=True) == (block(after), left)


def test_a_quantized_model_chosen_at_run_time_is_left():
    program = """
        from torchvision import models
        models.quantization.__dict__[arch](weights=None)
        => left: the model is chosen at run time
    """
    check_kept(program, question=between("0.9.0"), tvcompat=True)
