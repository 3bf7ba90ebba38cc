"""Attributes that newer code expects and that models pickled by older releases lack.

Found by loading the models of 0.8 to 0.12 under the newest release and comparing what every module in them computes:
these are the classes that failed there, or computed something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict

if TYPE_CHECKING:
    from torch import nn

Fill = Callable[["nn.Module"], None]


def _detection_transform(transform: nn.Module) -> None:
    vars(transform).setdefault("fixed_size", None)
    vars(transform).setdefault("size_divisible", 32)


def _anchors(generator: nn.Module) -> None:
    if getattr(generator, "cell_anchors", None) is None:
        pairs = zip(generator.sizes, generator.aspect_ratios)
        generator.cell_anchors = [generator.generate_anchors(size, ratios) for size, ratios in pairs]


def _proposal_head(head: nn.Module) -> None:
    from torch import nn

    if isinstance(head.conv, nn.Conv2d):
        head.conv = nn.Sequential(nn.Sequential(head.conv, nn.ReLU(inplace=True)))


def _squeeze_excitation(block: nn.Module) -> None:
    from torch import nn

    if not hasattr(block, "avgpool"):
        block.avgpool = nn.AdaptiveAvgPool2d(1)
    if not hasattr(block, "activation"):
        block.activation = block.relu
    if not hasattr(block, "scale_activation"):
        block.scale_activation = nn.Hardsigmoid()


def _gelu(activation: nn.Module) -> None:
    vars(activation).setdefault("approximate", "none")


# Module -> class -> what makes instances whole that older releases pickled. Since when they are not, the catalog says.
FILLED: Dict[str, Dict[str, Fill]] = {
    "torch.nn.modules.activation": {"GELU": _gelu},
    "torchvision.models.detection.anchor_utils": {"AnchorGenerator": _anchors},
    "torchvision.models.detection.rpn": {"RPNHead": _proposal_head},
    "torchvision.models.detection.transform": {"GeneralizedRCNNTransform": _detection_transform},
    "torchvision.models.mobilenetv3": {"SqueezeExcitation": _squeeze_excitation},
    "torchvision.models.quantization.mobilenetv3": {"QuantizableSqueezeExcitation": _squeeze_excitation},
}
