"""0.15.2: a photometric distortion that turns the channels around instead."""

import torch
from torchvision.transforms import v2


class Reversed(v2.RandomPhotometricDistort):
    def _permute_channels(self, inpt, permutation):
        return super()._permute_channels(inpt, torch.arange(inpt.shape[-3] - 1, -1, -1))


image = torch.arange(12, dtype=torch.uint8).reshape(3, 2, 2)
distort = v2.RandomPhotometricDistort()
result = [distort._permute_channels(image, torch.tensor([2, 0, 1])).tolist()]
reverse = Reversed(p=1, brightness=(1, 1), contrast=(1, 1), saturation=(1, 1), hue=(0, 0))
result.append(reverse(image).tolist())
