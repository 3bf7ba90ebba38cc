"""0.17.2: a transform that refuses some inputs."""

import torch
from torchvision.transforms import v2


class OnlySquares(v2.RandomHorizontalFlip):
    def _check_inputs(self, flat_inputs):
        super()._check_inputs(flat_inputs)
        if any(each.shape[-1] != each.shape[-2] for each in flat_inputs):
            raise ValueError("not a square")


flip = OnlySquares(p=1)
result = [flip(torch.arange(4).reshape(1, 2, 2)).tolist()]
try:
    flip(torch.arange(6).reshape(1, 2, 3))
except ValueError as error:
    result.append(str(error))
