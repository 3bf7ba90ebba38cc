"""Names in texts: configurations that name what is called, and names that mock replaces."""

import pytest

from ..programs import check_kept, check_reported, check_silent

CONFIGURED = {
    "type-without-a-module": """
        model = dict(backbone=dict(type="torchvision.densenet161", pretrained=True))
                                                                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "target-of-hydra": """
        c = {"_target_": "torchvision.models.resnet18", "pretrained": False}
                                                        ^^^^^^^^^^^^^^^^^^^ TVC201
        d = dict(_target_="torchvision.models.resnet18", pretrained=True)
                                                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "arguments-of-jsonargparse": """
        c = {"class_path": "torchvision.models.resnet18", "init_args": {"pretrained": True}}
                                                                        ^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "inside-of-others": """
        c = {"a": [{"b": {"_target_": "torchvision.models.vgg11", "pretrained": True}}]}
                                                                  ^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "name-that-is-gone": """
        c = dict(type="torchvision.transforms.functional_tensor.hflip")
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "parameter-that-is-gone": """
        c = dict(type="torchvision.transforms.RandomRotation", degrees=3, resample=2)
                                                                          ^^^^^^^^^^ TVC103
    """,
    "mock": """
        from unittest import mock
        with mock.patch("torchvision.models.utils.load_state_dict_from_url"):
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
            pass
        @mock.patch("torchvision.models.resnet.model_urls")
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC203
        def test(fake):
            pass
    """,
    "monkeypatch": """
        def test(monkeypatch):
            monkeypatch.setattr("torchvision.transforms.functional_pil.hflip", f)
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
}


@pytest.mark.parametrize("program", CONFIGURED.values(), ids=CONFIGURED)
def test_names_in_texts_are_reported(program):
    check_reported(program)


OTHERS = {
    "new-argument": """
        c = {"_target_": "torchvision.models.resnet18", "weights": None}
    """,
    "other-library": """
        c = dict(type="timm.resnet18", pretrained=True)
        d = {"_target_": "torchvision_of_mine.resnet18", "pretrained": True}
    """,
    "address": """
        c = dict(type="ResNet", pretrained="torchvision://resnet50")
    """,
    "other-key": """
        c = dict(origin="torchvision.models.resnet18", pretrained=True)
    """,
    "words": """
        c = dict(type="torchvision. It is a library.", pretrained=True)
    """,
    "mock-of-what-is-there": """
        from unittest import mock
        with mock.patch("torchvision.models.resnet18"), mock.patch("torchvision.io.read_image"):
            pass
    """,
    "mock-of-what-it-makes": """
        from unittest import mock
        with mock.patch("torchvision.models.utils.f", create=True):
            pass
        def test(monkeypatch):
            monkeypatch.setattr("torchvision.models.utils.f", g, raising=False)
    """,
}


@pytest.mark.parametrize("program", OTHERS.values(), ids=OTHERS)
def test_other_texts_are_not_reported(program):
    check_silent(program)


def test_a_configuration_is_left():
    program = """
        c = dict(type="torchvision.models.resnet18", pretrained=True)
        => left: it stands in a configuration
    """
    check_kept(program, unsafe=True)
