"""0.17.2: a mixin that counts what is transformed, in front of two transforms."""

import torch
from torchvision.transforms import v2


class Counting:
    count = 0

    def _transform(self, inpt, params):
        type(self).count += 1
        return super()._transform(inpt, params)


class CountingPad(Counting, v2.Pad):
    pass


class CountingFlip(Counting, v2.RandomVerticalFlip):
    pass


image = torch.arange(4.0).reshape(1, 2, 2)
pad, flip = CountingPad(1), CountingFlip(p=1)
result = [pad(pad(image)).tolist(), flip(image).tolist(), CountingPad.count, CountingFlip.count]
