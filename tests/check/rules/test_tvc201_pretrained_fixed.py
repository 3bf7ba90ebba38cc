"""TVC201: ``pretrained=`` of a builder: what ``fix`` writes, and what it leaves."""

import pytest

from ..conftest import between
from ..programs import block, check_kept, check_rewritten, fixed

REWRITTEN = {
    "true": """
        from torchvision.models import resnet50
        resnet50(pretrained=True)
        =>
        from torchvision.models import resnet50
        resnet50(weights="IMAGENET1K_V1")
    """,
    "false": """
        from torchvision.models import resnet50
        resnet50(pretrained=False)
        =>
        from torchvision.models import resnet50
        resnet50(weights=None)
    """,
    "spaces-around-the-equals-sign": """
        from torchvision.models import resnet50
        resnet50(pretrained = flag)
        =>
        from torchvision.models import resnet50
        resnet50(weights = "IMAGENET1K_V1" if flag else None)
    """,
    "condition-with-or": """
        from torchvision.models import resnet50
        resnet50(pretrained=not a or b)
        =>
        from torchvision.models import resnet50
        resnet50(weights="IMAGENET1K_V1" if not a or b else None)
    """,
    "conditional-expression": """
        from torchvision.models import resnet50
        resnet50(pretrained=a if b else c)
        =>
        from torchvision.models import resnet50
        resnet50(weights="IMAGENET1K_V1" if (a if b else c) else None)
    """,
    "by-position": """
        from torchvision.models import resnet50
        resnet50(True)
        =>
        from torchvision.models import resnet50
        resnet50(weights="IMAGENET1K_V1")
    """,
    "two-by-position": """
        from torchvision.models import resnet50
        resnet50(True, False)
        =>
        from torchvision.models import resnet50
        resnet50(weights="IMAGENET1K_V1", progress=False)
    """,
    "trailing-comma": """
        from torchvision.models import resnet50
        resnet50(progress=x, pretrained=True, )
        =>
        from torchvision.models import resnet50
        resnet50(progress=x, weights="IMAGENET1K_V1", )
    """,
    "model-and-backbone": """
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(pretrained=False, pretrained_backbone=True)
        =>
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(weights=None, weights_backbone="IMAGENET1K_V1")
    """,
    "quantized": """
        from torchvision import models
        models.quantization.resnet50(pretrained=True, quantize=True)
        =>
        from torchvision import models
        models.quantization.resnet50(weights="IMAGENET1K_FBGEMM_V1", quantize=True)
    """,
    "legacy": """
        from torchvision.models.detection import keypointrcnn_resnet50_fpn
        keypointrcnn_resnet50_fpn(pretrained="legacy")
        =>
        from torchvision.models.detection import keypointrcnn_resnet50_fpn
        keypointrcnn_resnet50_fpn(weights="COCO_LEGACY")
    """,
    "aux_logits": """
        from torchvision.models import googlenet
        googlenet(pretrained=True, aux_logits=False)
        =>
        from torchvision.models import googlenet
        googlenet(weights="IMAGENET1K_V1")
    """,
    "chosen-at-run-time-without-weights": """
        from torchvision import models
        models.__dict__[arch](pretrained=False)
        =>
        from torchvision import models
        models.__dict__[arch](weights=None)
    """,
    "flag-by-position": """
        from torchvision.models import resnet50
        resnet50(flag)
        =>
        from torchvision.models import resnet50
        resnet50(weights="IMAGENET1K_V1" if flag else None)
    """,
    "condition-by-position": """
        from torchvision.models import resnet50
        resnet50(a or b, False)
        =>
        from torchvision.models import resnet50
        resnet50(weights="IMAGENET1K_V1" if a or b else None, progress=False)
    """,
    "four-arguments-by-position": """
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(False, True, 3, pretrained_backbone=True)
        =>
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(weights=None, progress=True, num_classes=3, weights_backbone="IMAGENET1K_V1")
    """,
    "four-arguments-with-a-backbone": """
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(False, True, 3, False)
        =>
        from torchvision.models.detection import fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn(weights=None, progress=True, num_classes=3, weights_backbone=None)
    """,
    "quantized-by-position": """
        from torchvision import models
        models.quantization.resnet50(True, True, True)
        =>
        from torchvision import models
        models.quantization.resnet50(weights="IMAGENET1K_FBGEMM_V1", progress=True, quantize=True)
    """,
    "resnet_fpn_backbone-by-position": """
        from torchvision import models
        models.detection.backbone_utils.resnet_fpn_backbone('resnet18', True)
        =>
        from torchvision import models
        models.detection.backbone_utils.resnet_fpn_backbone(backbone_name='resnet18', weights="IMAGENET1K_V1")
    """,
    "get_model": """
        from torchvision import models
        models.get_model('resnet18', pretrained=True)
        =>
        from torchvision import models
        models.get_model('resnet18', weights="IMAGENET1K_V1")
    """,
    "get_model_builder": """
        from torchvision import models
        models.get_model_builder('vgg11')(True)
        =>
        from torchvision import models
        models.get_model_builder('vgg11')(weights="IMAGENET1K_V1")
    """,
    "not-ascii": """
        from torchvision.models import resnet50
        é = resnet50(pretrained=True)  # né
        =>
        from torchvision.models import resnet50
        é = resnet50(weights="IMAGENET1K_V1")  # né
    """,
}


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_weights_takes_the_place_of_pretrained(program):
    check_rewritten(program)


def test_an_enum_comes_with_its_import():
    program = """
        import torchvision
        torchvision.models.resnet50(pretrained=flag)
        =>
        import torchvision
        from torchvision.models import ResNet50_Weights
        torchvision.models.resnet50(weights=ResNet50_Weights.IMAGENET1K_V1 if flag else None)
    """
    check_rewritten(program, enum=True)


FOR_ALL_RELEASES = {
    "builder": """
        from torchvision import models
        net = models.resnet50(pretrained=True, num_classes=1000)
        =>
        from torchvision import models
        import tvcompat
        net = tvcompat.get_model("resnet50", weights="IMAGENET1K_V1", num_classes=1000)
    """,
    "get_model": """
        from torchvision.models import get_model
        get_model('resnet18', pretrained=flag)
        =>
        from torchvision.models import get_model
        import tvcompat
        tvcompat.get_model('resnet18', weights="IMAGENET1K_V1" if flag else None)
    """,
    "no-import-to-begin-with": """
        __import__('torchvision').models.resnet18(pretrained=True)
        =>
        import tvcompat
        tvcompat.get_model("resnet18", weights="IMAGENET1K_V1")
    """,
    "no-import-behind-the-first-comments": """
        #!/usr/bin/env python
        # -*- coding: utf-8 -*-
        __import__('torchvision').models.resnet18(pretrained=True)
        =>
        #!/usr/bin/env python
        # -*- coding: utf-8 -*-
        import tvcompat
        tvcompat.get_model("resnet18", weights="IMAGENET1K_V1")
    """,
}


@pytest.mark.parametrize("program", FOR_ALL_RELEASES.values(), ids=FOR_ALL_RELEASES)
def test_one_call_for_all_releases(program):
    check_rewritten(program, tvcompat=True)


CHOSEN_FOR_ALL_RELEASES = {
    "namespace": """
        from torchvision import models
        models.__dict__[arch](pretrained=True)
        =>
        from torchvision import models
        import tvcompat
        tvcompat.get_model(arch, weights="IMAGENET1K_V1")
    """,
    "getattr": """
        from torchvision import models
        getattr(models, a + b)(pretrained=f, num_classes=3)
        =>
        from torchvision import models
        import tvcompat
        tvcompat.get_model(a + b, weights="IMAGENET1K_V1" if f else None, num_classes=3)
    """,
    "vars-by-position": """
        from torchvision import models
        vars(models.detection)[arch](True, x)
        =>
        from torchvision import models
        import tvcompat
        tvcompat.get_model(arch, weights="IMAGENET1K_V1", progress=x)
    """,
    "without-weights": """
        from torchvision import models
        models.__dict__[arch](pretrained=False)
        =>
        from torchvision import models
        import tvcompat
        tvcompat.get_model(arch, weights=None)
    """,
}


@pytest.mark.parametrize("program", CHOSEN_FOR_ALL_RELEASES.values(), ids=CHOSEN_FOR_ALL_RELEASES)
def test_builders_chosen_at_run_time_for_all_releases(program):
    check_rewritten(program, tvcompat=True, unsafe=True)


def test_a_builder_chosen_at_run_time_is_written_with_unsafe():
    program = """
        from torchvision import models
        models.__dict__[arch](pretrained=True)
        =>
        from torchvision import models
        models.__dict__[arch](weights="IMAGENET1K_V1")
    """
    check_rewritten(program, unsafe=True)


LEFT = {
    "through-a-dictionary": """
        from torchvision.models import resnet18
        kw = {'pretrained': True}
        resnet18(**kw)
        => left: through a dictionary
    """,
    "program-as-text": """
        from torchvision import models
        eval('models.resnet18(pretrained=True)')
        => left: text
    """,
    "chosen-at-run-time": """
        from torchvision import models
        models.__dict__[arch](pretrained=True)
        => left: --unsafe
    """,
    "several-models": """
        from torchvision.models import resnet18, vit_h_14
        for net in (resnet18, vit_h_14):
            net(pretrained=True)
        => left: several models
    """,
    "model-without-such-an-entry": """
        from torchvision.models import vit_h_14
        vit_h_14(pretrained=True)
        => left: means no entry
    """,
    "quantize-that-is-decided-at-run-time": """
        from torchvision import models
        models.quantization.resnet50(pretrained=True, quantize=q)
        => left: decides at run time
    """,
    "unpacked-behind-it": """
        from torchvision.models import resnet18
        resnet18(True, *more)
        => left: given by position
    """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_what_is_left_says_why(program):
    check_kept(program)


def test_quantized_builders_chosen_at_run_time_are_left():
    program = """
        from torchvision import models
        models.quantization.__dict__[arch](pretrained=True)
        => left: the model is chosen at run time
    """
    check_kept(program, tvcompat=True, unsafe=True)


TOO_OLD = {
    "off": """
        from torchvision import models
        models.resnet18(pretrained=False)
        => left: weights= requires torchvision >= 0.13 and the code supports 0.9.0; use --style tvcompat
    """,
    "on": """
        from torchvision import models
        models.resnet18(pretrained=True)
        => left: weights= requires torchvision >= 0.13 and the code supports 0.9.0; use --style tvcompat
    """,
    "by-position": """
        from torchvision import models
        models.resnet18(True)
        => left: weights= requires torchvision >= 0.13 and the code supports 0.9.0; use --style tvcompat
    """,
    "chosen-at-run-time": """
        from torchvision import models
        models.__dict__[arch](pretrained=False)
        => left: weights= requires torchvision >= 0.13 and the code supports 0.9.0; use --style tvcompat
    """,
    "resnet_fpn_backbone": """
        from torchvision import models
        models.detection.backbone_utils.resnet_fpn_backbone('resnet18', True)
        => left: weights= requires torchvision >= 0.13 and the code supports 0.9.0; use --style tvcompat
    """,
    "backbone-of-segmentation": """
        from torchvision import models
        models.segmentation.fcn_resnet50(pretrained_backbone=False)
        => left: weights= requires torchvision >= 0.13 and the code supports 0.9.0; use --style tvcompat
    """,
}


@pytest.mark.parametrize("program", TOO_OLD.values(), ids=TOO_OLD)
def test_weights_is_not_written_for_releases_without_it(program):
    check_kept(program, question=between("0.9.0"), unsafe=True)


@pytest.mark.parametrize("program", TOO_OLD.values(), ids=TOO_OLD)
def test_weights_is_written_where_every_release_has_it(program):
    source = block(program).partition("=>")[0]
    after, left = fixed(source, question=between("0.13.0"), unsafe=True)
    assert "weights" in after
    assert left == []
