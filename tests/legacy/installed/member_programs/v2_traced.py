"""0.17.2: a transform that is traced, and compiled."""

import torch
from torch import fx
from torchvision.transforms import v2


class Scale(v2.Transform):
    def _transform(self, inpt, params):
        return inpt * 3


class Plain(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = Scale()

    def forward(self, x):
        return self.scale._transform(x, {})


image = torch.arange(4.0).reshape(1, 2, 2)
compiled = torch.compile(Scale(), backend="eager")
result = [fx.symbolic_trace(Plain())(image).tolist(), compiled(image).tolist()]
