"""Members of models: how weights are initialized."""

from __future__ import annotations

import math
from typing import Any, Callable, Iterator, Tuple, Type

from torch import nn


def initialize(function: Callable[..., Any], hook: str, self: Any, *args: Any, **kwargs: Any) -> None:
    """Build a model whose class initializes the weights itself, in the place where the constructor does."""
    variables = vars(self)

    def modules() -> Iterator[nn.Module]:
        # The constructor goes through the modules to initialize them: the class does it, and leaves nothing to do.
        del variables["modules"]
        getattr(self, hook)()
        return iter(())

    variables["modules"] = modules
    try:
        function(self, *args, **kwargs)
    finally:
        if variables.get("modules") is modules:
            del variables["modules"]


def initialize_vgg(self: Any) -> None:
    """Initialize the weights of a VGG."""
    _initialize(self, nn.Conv2d, nn.BatchNorm2d)


def initialize_video(self: Any) -> None:
    """Initialize the weights of a ResNet for videos."""
    _initialize(self, nn.Conv3d, nn.BatchNorm3d)


def _initialize(model: nn.Module, convolution: Type[nn.Module], norm: Type[nn.Module]) -> None:
    for module in model.modules():
        if isinstance(module, convolution):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            _fill_bias(module)
        elif isinstance(module, norm):
            _reset_norm(module)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 0.01)
            _fill_bias(module)


def initialize_mnasnet(self: Any) -> None:
    """Initialize the weights of an MNASNet."""
    for module in self.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            _fill_bias(module)
        elif isinstance(module, nn.BatchNorm2d):
            _reset_norm(module)
        elif isinstance(module, nn.Linear):
            nn.init.kaiming_uniform_(module.weight, mode="fan_out", nonlinearity="sigmoid")
            _fill_bias(module)


def initialize_googlenet(self: Any) -> None:
    """Initialize the weights of a GoogLeNet."""
    for module in self.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.trunc_normal_(module.weight, mean=0.0, std=0.01, a=-2, b=2)
        elif isinstance(module, nn.BatchNorm2d):
            _reset_norm(module)


def initialize_regnet(self: Any) -> None:
    """Initialize the weights of a RegNet."""
    for module in self.modules():
        if isinstance(module, nn.Conv2d):
            kernel: Tuple[int, ...] = module.kernel_size
            outputs = kernel[0] * kernel[1] * module.out_channels
            nn.init.normal_(module.weight, mean=0.0, std=math.sqrt(2.0 / outputs))
        elif isinstance(module, nn.BatchNorm2d):
            _reset_norm(module)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, mean=0.0, std=0.01)
            _fill_bias(module)


def _fill_bias(module: Any) -> None:
    if module.bias is not None:
        nn.init.zeros_(module.bias)


def _reset_norm(module: Any) -> None:
    nn.init.ones_(module.weight)
    nn.init.zeros_(module.bias)
