"""What is read from sources, each case with the source written out."""

import textwrap

import pytest

from matrix.static.extract import extract

BASE = {
    "torchvision/__init__.py": "from torchvision import models\n",
    "torchvision/models/__init__.py": "from .net import *\nfrom . import detection\n",
    "torchvision/models/detection/__init__.py": "",
    "torchvision/models/_api.py": """
        from enum import Enum
        class Weights: ...
        class WeightsEnum(Enum): ...
        """,
    "torchvision/models/_meta.py": '_CATEGORIES = ["cat", "dog"]\n',
    "torchvision/transforms/__init__.py": "",
    "torchvision/transforms/functional.py": "class InterpolationMode: ...",
    "torchvision/transforms/_presets.py": """
        from .functional import InterpolationMode
        class ImageClassification:
            def __init__(self, *, crop_size, resize_size=256, mean=(0.485,), interpolation=InterpolationMode.BILINEAR): ...
        """,
}


def facts(**files):
    """Facts of a package: the base, and modules given as ``models_net="..."``."""
    sources = dict(BASE)
    for name, text in files.items():
        sources["torchvision/" + name.replace("__", "/") + ".py"] = text
    return extract({path: textwrap.dedent(text) for path, text in sources.items()})


NET = "torchvision.models.net"


def test_a_builder_of_the_pretrained_era():
    found = facts(models__net="def net(pretrained: bool = False, progress: bool = True, **kwargs) -> 'Net': ...")
    assert found["builders"] == {
        "torchvision.models.net": {
            "module": NET,
            "signature": "(pretrained: bool = False, progress: bool = True, **kwargs) -> Net",
            "accepts_pretrained": True,
            "accepts_positional_pretrained": True,
            "accepts_weights": False,
        }
    }


def test_a_function_wins_over_the_module_of_its_name():
    found = facts(models__net="def net(pretrained=False): ...")
    assert found["api"]["torchvision.models"]["names"]["net"] == f"= {NET}.net"


def test_a_builder_whose_decorator_takes_pretrained():
    found = facts(
        models__net="""
            from ._utils import handle_legacy_interface
            @register_model()
            @handle_legacy_interface(weights=("pretrained", Net_Weights.V1), weights_backbone=("pretrained_backbone", None))
            def net(*, weights=None, weights_backbone=None): ...
            """
    )
    builder = found["builders"]["torchvision.models.net"]
    assert (builder["accepts_pretrained"], builder["accepts_positional_pretrained"]) == (True, True)
    assert found["api"][NET]["names"]["net"] == (
        "def(*, weights=None, weights_backbone=None) @pretrained>weights @pretrained_backbone>weights_backbone @positional"
    )
    assert found["registry"] == {"net": f"{NET}.net"}


def test_a_builder_without_the_decorator_takes_weights_alone():
    builder = facts(models__net="def net(*, weights=None, **kwargs): ...")["builders"]["torchvision.models.net"]
    assert (builder["accepts_pretrained"], builder["accepts_positional_pretrained"]) == (False, False)
    assert builder["accepts_weights"]


def test_a_registry_name_of_its_own():
    found = facts(models__net='@register_model(name="quantized_net")\ndef net(*, weights=None): ...')
    assert found["registry"] == {"quantized_net": f"{NET}.net"}


@pytest.mark.parametrize(
    "function",
    [
        pytest.param("def _net(pretrained=False): ...", id="private-function"),
        pytest.param("def net(width=8): ...", id="without-pretrained"),
        pytest.param("class net: ...", id="class"),
    ],
)
def test_what_is_no_builder(function):
    assert facts(models__net=function)["builders"] == {}


def test_all_limits_what_a_star_import_brings():
    found = facts(models__net='__all__ = ["a"]\ndef a(pretrained=False): ...\ndef b(pretrained=False): ...')
    assert list(found["builders"]) == ["torchvision.models.a"]


def test_all_that_is_made_of_other_lists():
    found = facts(
        models__net="from .one import *\nfrom .one import __all__ as one_all\n__all__ = one_all + ['b']\ndef b(pretrained=False): ...",
        models__one="__all__ = ['a']\ndef a(pretrained=False): ...",
    )
    assert sorted(found["builders"]) == ["torchvision.models.a", "torchvision.models.b"]


WEIGHTS = """
    from functools import partial
    from ..transforms._presets import ImageClassification
    from ._api import Weights, WeightsEnum
    from ._meta import _CATEGORIES
    _COMMON = {"min_size": (1, 1), "categories": _CATEGORIES}
    class Net_Weights(WeightsEnum):
        V1 = Weights(
            url="https://example.org/net-0123abcd.pth",
            transforms=partial(ImageClassification, crop_size=224),
            meta={**_COMMON, "num_params": 10**6 + 5, "_metrics": {"acc@1": -1.5, "nan": float("nan")}},
        )
        DEFAULT = V1
    def net(*, weights: Optional[Net_Weights] = None): ...
    """


def test_a_weights_entry():
    found = facts(models__net=WEIGHTS)
    assert found["enums"] == {
        "Net_Weights": {
            "namespace": "torchvision.models",
            "module": NET,
            "aliases": {"DEFAULT": "V1"},
            "builders": ["torchvision.models.net"],
        }
    }
    assert found["weights"]["Net_Weights"]["V1"] == {
        "url": "https://example.org/net-0123abcd.pth",
        "metadata": {
            "min_size": [1, 1],
            "categories": ["cat", "dog"],
            "num_params": 1000005,
            "_metrics": {"acc@1": -1.5, "nan": "nan"},
        },
        "preprocessing": {
            "preset": "ImageClassification",
            "arguments": {"crop_size": 224},
            "values": {
                "crop_size": 224,
                "resize_size": 256,
                "mean": 0.485,
                "interpolation": "InterpolationMode.BILINEAR",
            },
        },
    }


def test_tables_of_addresses_also_imported_and_wrapped_ones():
    found = facts(
        models__net='model_urls = {"net": "https://example.org/a.pth", "none": None}',
        models__old="from .net import model_urls",
        models__new='model_urls = _ModelURLs({"x": "https://example.org/x.pth"})',
    )
    table = {"net": "https://example.org/a.pth", "none": None}
    assert found["model_urls"] == {
        "torchvision.models.net.model_urls": table,
        "torchvision.models.old.model_urls": table,
        "torchvision.models.new.model_urls": {"x": "https://example.org/x.pth"},
    }


def test_an_address_that_is_taken_from_a_weights_entry():
    found = facts(models__net=WEIGHTS.rstrip() + '\n    model_urls = _ModelURLs({"net": Net_Weights.V1.url})')
    assert found["model_urls"] == {"torchvision.models.net.model_urls": {"net": "https://example.org/net-0123abcd.pth"}}


def test_names_of_a_module():
    found = facts(
        ops="""
            import torch
            from torch import Tensor
            from .transforms import _presets as presets
            LIMIT = 3
            def nms(boxes, *, threshold=0.5): ...
            class Base:
                def __init__(self, a, b=1): ...
                def forward(self, x): ...
                size = 3
            class Child(Base): ...
            class Foreign(torch.nn.Module): ...
            """
    )
    assert found["api"]["torchvision.ops"]["names"] == {
        "torch": "= torch",
        "Tensor": "= torch.Tensor",
        "presets": "= torchvision.transforms._presets",
        "LIMIT": "data",
        "nms": "def(boxes, *, threshold=0.5)",
        "Base": {"bases": [], "parameters": "(a, b=1)", "methods": {"forward": "(self, x)"}, "attributes": ["size"]},
        "Child": {"bases": ["torchvision.ops.Base"], "parameters": "(a, b=1)"},
        "Foreign": {"bases": ["torch.nn.Module"]},
    }


def test_constructor_of_a_data_class_and_of_an_enum():
    found = facts(
        ops="""
            from dataclasses import dataclass
            from enum import Enum
            @dataclass
            class Box:
                x: int
                y: int = 0
            class Mode(Enum):
                A = 1
                def __init__(self, value): ...
            """
    )["api"]["torchvision.ops"]["names"]
    assert found["Box"]["parameters"] == "(x, y=0)"
    assert "parameters" not in found["Mode"]


def test_deprecation_warnings_by_what_warns():
    found = facts(
        ops="""
            import warnings
            warnings.warn("this module is deprecated")
            def old(a):
                warnings.warn(f"{a} will be removed in 0.99")
            class Gone:
                def __init__(self):
                    warnings.warn("Gone is " + "deprecated")
                def run(self):
                    warnings.warn("just so you know")
            """
    )
    assert found["deprecated"] == {
        "torchvision.ops": {
            "": "this module is deprecated",
            "old": "{...} will be removed in 0.99",
            "Gone": "Gone is deprecated",
        }
    }


def test_a_private_function_that_warns_for_its_callers():
    found = facts(
        _warn='import warnings\ndef _old():\n    warnings.warn("video is deprecated")\n',
        ops="from ._warn import _old\ndef read():\n    _old()\n",
    )
    assert found["deprecated"]["torchvision.ops"] == {"read": "video is deprecated"}


def test_what_every_call_warns_of_counts_before_what_one_argument_does():
    found = facts(
        _warn='import warnings\ndef _old():\n    warnings.warn("video is deprecated")\n',
        ops=(
            "import warnings\nfrom ._warn import _old\n"
            "def read(unit):\n"
            "    _old()\n"
            "    if unit:\n        warnings.warn('unit is deprecated')\n"
        ),
    )
    assert found["deprecated"]["torchvision.ops"] == {"read": "video is deprecated"}


def test_a_source_that_can_not_be_parsed_is_named_and_the_rest_is_read():
    found = facts(models__net="def net(pretrained=False): ...", ops="def broken(:\n")
    assert list(found["unparsed"]) == ["torchvision.ops"]
    assert "line 1" in found["unparsed"]["torchvision.ops"]
    assert list(found["builders"]) == ["torchvision.models.net"]


def test_accidental_modules_are_left_out():
    found = facts(prototype__x="", ops="")
    assert "torchvision.ops" in found["api"]
    assert not [module for module in found["api"] if "prototype" in module]


def test_sources_are_never_run():
    facts(ops="raise SystemExit('imported')")


def test_measuring_twice_gives_the_same():
    assert facts(models__net=WEIGHTS) == facts(models__net=WEIGHTS)
