"""0.17.2: one transform of many whose hooks are exchanged."""

import torch
from torchvision.transforms import v2

torch.manual_seed(0)
image = torch.arange(4.0).reshape(1, 2, 2)
flip, other = v2.RandomHorizontalFlip(p=1), v2.RandomHorizontalFlip(p=1)
flip._transform = lambda inpt, params: inpt + 1
result = [flip(image).tolist(), other(image).tolist()]
del flip._transform
result.append(flip(image).tolist())
crop = v2.RandomCrop(1)
crop._get_params = lambda flat_inputs: {
    **{"needs_crop": True, "top": 1, "left": 1, "height": 1, "width": 1},
    **{"needs_pad": False, "padding": None},
}
result.append(crop(image).tolist())
