"""0.17.2: hooks that are called by themselves, on instances and on classes."""

import torch
from torchvision.transforms import v2

image = torch.arange(16.0).reshape(1, 4, 4)
jitter = v2.ColorJitter(brightness=(2, 2))
params = jitter._get_params([image])
result = [
    v2.CenterCrop(2)._transform(image, {}).tolist(),
    v2.RandomVerticalFlip._transform(v2.RandomVerticalFlip(), inpt=image, params={}).tolist(),
    params["brightness_factor"],
    v2.Identity()._get_params([]),
    v2.Normalize([0.0], [1.0])._check_inputs([image]),
    hasattr(v2.Resize(2), "_transform"),
]
