"""0.17.2: hooks that are assigned to classes, torchvision's own among them."""

import torch
from torchvision.transforms import v2

image = torch.arange(4.0).reshape(1, 2, 2)


class Mine(v2.RandomHorizontalFlip):
    pass


Mine._transform = lambda self, inpt, params: inpt + 1
result = [Mine(p=1)(image).tolist()]
before = v2.RandomVerticalFlip._transform
v2.RandomVerticalFlip._transform = lambda self, inpt, params: before(self, inpt, params) * 2
try:
    result.append(v2.RandomVerticalFlip(p=1)(image).tolist())
finally:
    v2.RandomVerticalFlip._transform = before
result.append(v2.RandomVerticalFlip(p=1)(image).tolist())
