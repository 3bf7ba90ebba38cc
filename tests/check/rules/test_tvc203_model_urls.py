"""TVC203: ``model_urls``, the tables of addresses that modules of builders had."""

import pytest

from ..conftest import between, upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent

REPORTED = {
    "gone": """
        from torchvision.models.resnet import model_urls
                                              ^^^^^^^^^^ TVC203 [breaks in 0.15.1] is gone since torchvision 0.15.1 => ResNet101_Weights.IMAGENET1K_V1.url
    """,
    "entry-that-is-used": """
        from torchvision.models.resnet import model_urls
                                              ^^^^^^^^^^ TVC203 [breaks in 0.15.1] is gone since torchvision 0.15.1 => ResNet101_Weights.IMAGENET1K_V1.url
        x = model_urls['resnet18']
    """,
    "of-the-detection-models": """
        from torchvision.models.detection.faster_rcnn import model_urls
                                                             ^^^^^^^^^^ TVC203 [breaks in 0.15.1] is gone since torchvision 0.15.1 => FasterRCNN_MobileNet_V3_Large_320_FPN_Weights.COCO_V1.url
    """,
    "through-its-module": """
        from torchvision import models
        x = models.densenet.model_urls['densenet121']
            ^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC203 [breaks in 0.15.1] is gone since torchvision 0.15.1 => DenseNet121_Weights.IMAGENET1K_V1.url
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_a_table_of_addresses_is_reported(program):
    check_reported(program)


NOT_REPORTED = {
    "table-of-the-program": """
        model_urls = {'resnet18': 'https://example.org'}
        model_urls['resnet18']
    """,
    "table-of-another-library": """
        from timm.models.resnet import model_urls
    """,
    "import-caught": """
        try:
            from torchvision.models.resnet import model_urls
        except ImportError:
            model_urls = {}
    """,
}


@pytest.mark.parametrize("program", NOT_REPORTED.values(), ids=NOT_REPORTED)
def test_what_is_no_such_table_is_not_reported(program):
    check_silent(program)


def test_on_releases_that_have_it_nothing_is_reported():
    program = """
        from torchvision.models.resnet import model_urls
    """
    check_silent(program, upgrade("0.9.0", "0.14.1"))


REWRITTEN = {
    "imported": """
        from torchvision.models.resnet import model_urls
        x = load(model_urls['resnet18'], a)
        =>
        from torchvision.models import ResNet18_Weights
        x = load(ResNet18_Weights.IMAGENET1K_V1.url, a)
    """,
    "under-another-name-beside-a-class": """
        from torchvision.models.vgg import VGG, model_urls as urls
        x, y = urls['vgg11'], urls['vgg13']
        =>
        from torchvision.models.vgg import VGG
        from torchvision.models import VGG11_Weights
        from torchvision.models import VGG13_Weights
        x, y = VGG11_Weights.IMAGENET1K_V1.url, VGG13_Weights.IMAGENET1K_V1.url
    """,
    "through-its-module": """
        from torchvision import models
        x = models.densenet.model_urls['densenet121']
        =>
        from torchvision import models
        from torchvision.models import DenseNet121_Weights
        x = DenseNet121_Weights.IMAGENET1K_V1.url
    """,
}


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_the_entry_has_the_address(program):
    check_rewritten(program)


def test_addresses_for_all_releases():
    program = """
        from torchvision.models.resnet import ResNet, model_urls
        x = model_urls['resnet18']
        =>
        from torchvision.models.resnet import ResNet
        import tvcompat
        x = tvcompat.get_weight("ResNet18_Weights.IMAGENET1K_V1").url
    """
    check_rewritten(program, tvcompat=True)


LEFT = {
    "key-known-at-run-time": """
        from torchvision.models.resnet import model_urls
        x = model_urls[arch]
        => left: at run time
    """,
    "loop-over-the-keys": """
        from torchvision.models.resnet import model_urls
        for k in model_urls: pass
        => left: at run time
    """,
    "key-of-no-model": """
        from torchvision.models.resnet import model_urls
        x = model_urls['mine']
        => left: no weights entry
    """,
    "rebound": """
        from torchvision.models.resnet import model_urls
        model_urls = dict(model_urls)
        => left: other things
    """,
    "import-of-that-name": """
        from torchvision.models.vgg import model_urls
        try:
            from mine import model_urls
        finally: f(model_urls['vgg11'])
        => left: other things
    """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_what_is_left_says_why(program):
    check_kept(program)


def test_an_entry_that_old_releases_lack_is_not_written():
    program = """
        from torchvision.models.resnet import model_urls
        x = model_urls['resnet18']
        => left: not every release asked for has weights enums; --style tvcompat works on all
    """
    check_kept(program, question=between("0.9.0"))


WHOLE_TABLES = {
    "keys": """
        from torchvision.models import resnet
        names = sorted(resnet.model_urls.keys())
                       ^^^^^^^^^^^^^^^^^ TVC203 torchvision.models.resnet.model_urls is gone
    """,
    "items-of-a-long-path": """
        import torchvision
        for name, url in torchvision.models.resnet.model_urls.items():
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC203
            pass
    """,
    "several-uses": """
        from torchvision.models import resnet
        resnet.model_urls.update(more)
        ^^^^^^^^^^^^^^^^^ TVC203
        resnet.model_urls["resnet18"]
        ^^^^^^^^^^^^^^^^^ TVC203
    """,
}


@pytest.mark.parametrize("program", WHOLE_TABLES.values(), ids=WHOLE_TABLES)
def test_a_method_of_a_table_is_one_finding(program):
    check_reported(program)


def test_a_method_of_a_table_is_left():
    program = """
        from torchvision.models import resnet
        names = sorted(resnet.model_urls.keys())
        => left: tvcompat.get_model_weights(name) has the entries of a model
    """
    check_kept(program)


def test_a_table_of_another_name_is_not_reported():
    check_silent("import mine\nnames = mine.model_urls.keys()\n")
