"""TVC205: a builder that takes ``pretrained=True`` and loads nothing."""

from ..conftest import upgrade
from ..programs import check_reported, check_silent


def test_a_builder_that_ignores_pretrained_is_reported():
    program = """
        from torchvision.models.detection import retinanet_resnet50_fpn_v2
        retinanet_resnet50_fpn_v2(pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC205 [breaks in 0.13.1] returns an untrained model in torchvision 0.13.1 to 0.13.1, without a word => weights="COCO_V1"
    """
    check_reported(program, upgrade("0.12.0", "0.13.1"))


def test_what_asks_for_nothing_is_not_reported():
    program = """
        from torchvision.models.detection import retinanet_resnet50_fpn_v2
        retinanet_resnet50_fpn_v2(pretrained=False)
    """
    check_silent(program, upgrade("0.12.0", "0.13.1"))


def test_later_releases_load_the_checkpoint():
    program = """
        from torchvision.models.detection import retinanet_resnet50_fpn_v2
        retinanet_resnet50_fpn_v2(pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.14.0] pretrained= is deprecated since torchvision 0.13 => weights="COCO_V1"
    """
    check_reported(program)
