"""0.29.2: a mixin, and an abstract class, for today's hooks."""

import abc

import torch
from torchvision.transforms import v2


class Twice:
    def transform(self, inpt, params):
        return super().transform(super().transform(inpt, params), params)


class PadTwice(Twice, v2.Pad):
    pass


class Pointwise(v2.Transform, abc.ABC):
    @abc.abstractmethod
    def transform(self, inpt, params): ...


class Negate(Pointwise):
    def transform(self, inpt, params):
        return -inpt


image = torch.ones(1, 1, 1)
result = [PadTwice(1)(image).tolist(), Negate()(image).tolist()]
