"""Layers, a loss and an operator of models, as ``torchvision.models`` and ``torchvision.ops`` had them."""

from typing import Callable, List, Optional

from torch import Tensor, nn


class ConvBNActivation(nn.Sequential):  # type: ignore[misc]
    """Convolution, norm and activation, as ``torchvision.models.mobilenetv2`` had it up to 0.13.

    Parameters are called ``0.weight``, ``1.weight``, ... Takes and returns ``(N, C, H, W)``.

    Args:
        in_planes, out_planes: channels.
        kernel_size, stride, groups, dilation: of the convolution, which is padded to keep the size.
        norm_layer, activation_layer: classes; batch norm and ReLU6 where none is given.
    """

    def __init__(
        self,
        in_planes: int,
        out_planes: int,
        kernel_size: int = 3,
        stride: int = 1,
        groups: int = 1,
        norm_layer: Optional[Callable[..., nn.Module]] = None,
        activation_layer: Optional[Callable[..., nn.Module]] = None,
        dilation: int = 1,
    ) -> None:
        norm, activation = norm_layer or nn.BatchNorm2d, activation_layer or nn.ReLU6
        convolution = nn.Conv2d(
            in_planes,
            out_planes,
            kernel_size,
            stride,
            padding=(kernel_size - 1) // 2 * dilation,
            dilation=dilation,
            groups=groups,
            bias=False,
        )
        super().__init__(convolution, norm(out_planes), activation(inplace=True))
        self.out_channels = out_planes


ConvBNReLU = ConvBNActivation


class SqueezeExcitation(nn.Module):  # type: ignore[misc]
    """Weights channels by their content, as in ``torchvision.models.mobilenetv3`` up to 0.13.

    Parameters are called ``fc1.weight``, ``fc1.bias``, ``fc2.weight`` and ``fc2.bias``. Takes and returns
    ``(N, C, H, W)``.

    Args:
        input_channels: C.
        squeeze_factor: by how much fewer channels there are in between, rounded to a multiple of eight.
    """

    def __init__(self, input_channels: int, squeeze_factor: int = 4) -> None:
        super().__init__()
        wanted = input_channels // squeeze_factor
        between = max(8, int(wanted + 4) // 8 * 8)
        if between < 0.9 * wanted:
            between += 8
        self.fc1: nn.Conv2d = nn.Conv2d(input_channels, between, 1)
        self.relu: nn.ReLU = nn.ReLU(inplace=True)
        self.fc2: nn.Conv2d = nn.Conv2d(between, input_channels, 1)

    def forward(self, input: Tensor) -> Tensor:
        pooled = nn.functional.adaptive_avg_pool2d(input, 1)
        # Models pickled by 0.11 to 0.13 use another name for it.
        activation = self.relu if hasattr(self, "relu") else self.activation
        weights = self.fc2(activation(self.fc1(pooled)))
        return nn.functional.hardsigmoid(weights) * input


def smooth_l1_loss(input: Tensor, target: Tensor, beta: float = 1.0 / 9, size_average: bool = True) -> Tensor:
    """Compute the smooth L1 loss with its turning point at ``beta``, averaged or summed, as in 0.9."""
    loss: Tensor = nn.functional.smooth_l1_loss(input, target, beta=beta, reduction="mean" if size_average else "sum")
    return loss


def _new_empty_tensor(x: Tensor, shape: List[int]) -> Tensor:
    """Return an uninitialised tensor of ``shape`` and the type of ``x``, as ``torchvision.ops`` of 0.8 did."""
    return x.new_empty(shape)


new_empty_tensor = _new_empty_tensor
