"""0.13.1: an affine transform whose fill is read and set under its older name."""

import torch
from torchvision import transforms

image = torch.ones(1, 3, 3)
affine = transforms.RandomAffine((0, 0), translate=(0, 0), scale=(0.5, 0.5), fill=7)
result = [affine.fillcolor, str(affine.resample), affine(image).tolist()]
# It had no effect: images were filled with the other one.
affine.fillcolor = 9
affine.resample = 2
result += [affine.fillcolor, affine.resample, affine.fill, affine(image).tolist(), repr(affine)]
