"""0.29.2: today's hooks, called by themselves and exchanged."""

import torch
from torchvision.transforms import v2

image = torch.arange(16.0).reshape(1, 4, 4)
flip = v2.RandomVerticalFlip(p=1)
result = [
    v2.CenterCrop(2).transform(image, {}).tolist(),
    flip.transform(image, {}).tolist(),
    v2.ColorJitter(brightness=(2, 2)).make_params([image])["brightness_factor"],
    v2.Identity().check_inputs([image]),
]
flip.transform = lambda inpt, params: inpt.flatten()
result.append(flip(image).tolist())
