"""0.17.2: classes whose hooks are exchanged after they were made, and put back."""

import torch
from torchvision.transforms import v2

image = torch.arange(4.0).reshape(1, 2, 2)


class Base(v2.RandomHorizontalFlip):
    def _transform(self, inpt, params):
        return inpt + 1


class Derived(Base):
    pass


made = Derived(p=1)
result = [made(image).tolist()]
before = Base._transform
Base._transform = lambda self, inpt, params: before(self, inpt, params) * 10
result.append(made(image).tolist())
Derived._transform = lambda self, inpt, params: inpt - 1
result.append(made(image).tolist())
del Derived._transform
Base._transform = before
result.append(made(image).tolist())
