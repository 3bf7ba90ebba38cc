"""0.17.2 and 0.29.2: classes that have what the hooks are called for something else."""

import torch
from torch import nn
from torchvision.transforms import v2


class Wrapping(v2.Transform):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, image):
        return self.inner(image)

    def helper(self):
        return self.register_buffer("resample", torch.zeros(1))


class Helped(v2.Compose):
    def transform_all(self, images):
        return [self(image) for image in images]


wrapping = Wrapping(nn.ReLU())
wrapping.helper()
image = torch.tensor([[[-1.0, 1.0]]])
flips = Helped([v2.RandomHorizontalFlip(p=1)])
result = [
    wrapping(image).tolist(),
    wrapping.resample.tolist(),
    [each.tolist() for each in flips.transform_all([image])],
]
