"""TVC201: ``pretrained=`` of a builder: what is found. What is written stands in ``test_tvc201_pretrained_fixed.py``."""

import pytest

from ..conftest import upgrade
from ..programs import check_reported, check_silent

REPORTED = {
    "true": """
        from torchvision.models import resnet50
        resnet50(pretrained=True)
                 ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
    "false": """
        from torchvision.models import resnet50
        resnet50(pretrained=False)
                 ^^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights=None
    """,
    "flag": """
        from torchvision.models import resnet50
        resnet50(pretrained=flag)
                 ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1" if flag else None
    """,
    "by-position": """
        from torchvision.models import resnet50
        resnet50(True)
                 ^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
    "optical-flow": """
        from torchvision.models.optical_flow import raft_large
        raft_large(pretrained=True)
                   ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="C_T_SKHT_V2"
    """,
    "quantized": """
        from torchvision import models
        models.quantization.resnet50(pretrained=True, quantize=True)
                                     ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_FBGEMM_V1"
    """,
    "quantized-with-a-flag": """
        from torchvision import models
        models.quantization.resnet50(pretrained=flag)
                                     ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1" if flag else None
    """,
    "legacy": """
        from torchvision.models.detection import keypointrcnn_resnet50_fpn
        keypointrcnn_resnet50_fpn(pretrained="legacy")
                                  ^^^^^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="COCO_LEGACY"
    """,
    "backbone-off": """
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(pretrained_backbone=False)
                                ^^^^^^^^^^^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained_backbone= is deprecated since torchvision 0.13 => weights_backbone=None
    """,
    "backbone-on": """
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(pretrained_backbone=True)
                                ^^^^^^^^^^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained_backbone= is deprecated since torchvision 0.13 => weights_backbone="IMAGENET1K_V1"
    """,
    "by-position-through-the-module": """
        from torchvision import models
        models.resnet50(True)
                        ^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_pretrained_is_reported_with_what_to_write(program):
    check_reported(program)


BY_NAME = {
    "get_model": """
        from torchvision import models
        models.get_model('resnet18', pretrained=True)
                                     ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
    "get_model-by-keyword-with-a-flag": """
        from torchvision import models
        models.get_model(name='resnet18', pretrained=flag)
                                          ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1" if flag else None
    """,
    "get_model-of-a-variable": """
        from torchvision import models
        models.get_model(arch, pretrained=True)
                               ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights= with the name of an entry, mostly "IMAGENET1K_V1"
    """,
    "get_model_builder": """
        from torchvision import models
        models.get_model_builder('resnet18')(pretrained=True)
                                             ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
    "get_model_builder-of-a-variable": """
        from torchvision import models
        models.get_model_builder(arch)(pretrained=True)
                                       ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights= with the name of an entry, mostly "IMAGENET1K_V1"
    """,
    "get_model-by-keyword": """
        from torchvision import models
        models.get_model(name='resnet18', pretrained=True)
                                          ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
    "get_model-of-a-variable-by-keyword": """
        from torchvision import models
        models.get_model(name=arch, progress=False, pretrained=True)
                                                    ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights= with the name of an entry, mostly "IMAGENET1K_V1"
    """,
    "get_model_builder-by-keyword": """
        from torchvision import models
        make = models.get_model_builder(name='resnet18')
        make(pretrained=True)
             ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
    "resnet_fpn_backbone": """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        resnet_fpn_backbone('resnet50', pretrained=True)
                                        ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
    "resnet_fpn_backbone-by-position": """
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        resnet_fpn_backbone('resnet50', True)
                                        ^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """,
}


@pytest.mark.parametrize("program", BY_NAME.values(), ids=BY_NAME)
def test_pretrained_of_a_model_by_its_name_is_reported(program):
    check_reported(program)


NOT_REPORTED = {
    "weights": """
        from torchvision import models
        models.resnet50(weights=None)
    """,
    "class-of-the-network": """
        from torchvision import models
        models.ResNet(pretrained=True)
    """,
    "get_model-of-an-unknown-name": """
        from torchvision import models
        models.get_model('mine', pretrained=True)
    """,
    "get_model-with-weights": """
        from torchvision import models
        models.get_model('resnet18', weights=None)
    """,
    "get_model-without-a-known-name": """
        from torchvision import models
        models.get_model(pretrained=True)
        models.get_model(*names, pretrained=True)
    """,
}


@pytest.mark.parametrize("program", NOT_REPORTED.values(), ids=NOT_REPORTED)
def test_what_is_no_pretrained_of_a_builder_is_not_reported(program):
    check_silent(program)


def test_columns_are_those_of_the_argument():
    program = """
        from torchvision.models import resnet50
        né = resnet50(progress=True, pretrained=True)
                                     ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """
    check_reported(program)


def test_before_weights_nothing_is_deprecated():
    program = """
        import torchvision
        torchvision.models.resnet50(pretrained=True)
    """
    check_silent(program, upgrade("0.9.0", "0.12.0"))


def test_a_builder_that_refuses_pretrained_breaks():
    program = """
        from torchvision.models import swin_t
        swin_t(pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201 [breaks in 0.13.0] does not take pretrained= in torchvision 0.13.0
    """
    check_reported(program, upgrade("0.12.0", "0.13.1"))


def test_a_builder_that_refused_pretrained_takes_it_later():
    program = """
        from torchvision.models import swin_t
        swin_t(pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.14.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1"
    """
    check_reported(program)
