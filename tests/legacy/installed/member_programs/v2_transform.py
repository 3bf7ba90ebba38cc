"""0.17.2: a transform that rotates, and then inverts."""

import torch
from torchvision.transforms import v2

IMAGE = torch.arange(48, dtype=torch.uint8).reshape(3, 4, 4)


class RotateAndInvert(v2.RandomRotation):
    def _transform(self, inpt, params):
        rotated = super()._transform(inpt, params)
        return v2.functional.invert(rotated)


result = RotateAndInvert((90, 90))(IMAGE).tolist()
