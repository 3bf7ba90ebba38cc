"""0.17.2: transforms that are pickled and copied, and one that is scripted."""

import copy
import inspect
import pickle

import torch
from torchvision.transforms import v2


class AddOne(v2.CenterCrop):
    def _transform(self, inpt, params):
        return super()._transform(inpt, params) + 1


image = torch.arange(16.0).reshape(1, 4, 4)
made = AddOne(2)
again, copied = pickle.loads(pickle.dumps(made)), copy.deepcopy(made)
result = [
    again(image).tolist(),
    copied(image).tolist(),
    str(inspect.signature(AddOne._transform)),
    sorted(key for key in vars(again) if not key.startswith("_")),
    # What is scripted is the transform of transforms.v1 that it inherits from.
    torch.jit.script(made)(image).tolist(),
]
