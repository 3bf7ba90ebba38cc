"""Calls that type checkers have to accept, with the types they have to find."""

from typing import Callable, List, Type

import torch
from torch import nn
from typing_extensions import assert_type

import tvcompat
from tvcompat import get_model, get_model_builder, get_model_weights, get_weight, list_models, register_model
from tvcompat._typed import ResNet50_QuantizedWeights, ResNet50_Weights

assert_type(get_model("resnet50"), nn.Module)
assert_type(get_model("resnet50", weights="IMAGENET1K_V2"), nn.Module)
get_model("resnet50", weights="ResNet50_Weights.DEFAULT")
get_model("resnet50", weights=get_weight("ResNet50_Weights.IMAGENET1K_V2"))
get_model("resnet50", weights=None, num_classes=10, progress=False)
get_model("resnet50", pretrained=True)
get_model("resnet50", True)
get_model("quantized_resnet50", weights="IMAGENET1K_FBGEMM_V2", quantize=True)
get_model("fasterrcnn_resnet50_fpn", weights=None, weights_backbone=None, num_classes=3)
get_model("keypointrcnn_resnet50_fpn", pretrained="legacy")


def any_model(name: str, weights: str) -> nn.Module:
    return get_model(name, weights=weights)


assert_type(get_model_weights("resnet50"), Type[ResNet50_Weights])
assert_type(get_model_weights("quantized_resnet50"), Type[ResNet50_QuantizedWeights])
assert_type(get_weight("ResNet50_Weights.IMAGENET1K_V2"), ResNet50_Weights)
assert_type(get_weight("ResNet50_Weights.IMAGENET1K_V2").url, str)
get_model_weights("resnet50").IMAGENET1K_V2.transforms()(torch.zeros(3, 300, 300))
assert_type(list_models(module="detection", include="*mobilenet*", exclude=["*320*"]), List[str])
assert_type(list_models(release="0.12"), List[str])
assert_type(get_model_builder("resnet50"), Callable[..., nn.Module])


@register_model()
def my_model(width: int = 3) -> nn.Module:
    return nn.Linear(width, 1)


assert_type(my_model(width=4), nn.Module)
tvcompat.convert_state_dict({}, "vit_b_16", to="0.12")
tvcompat.availability("resnet50")["first"]
