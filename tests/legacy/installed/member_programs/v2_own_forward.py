"""0.17.2: a transform with a forward of its own, which calls the hooks itself."""

import torch
from torch.utils._pytree import tree_flatten, tree_unflatten
from torchvision.transforms import v2


class Sometimes(v2.Pad):
    def forward(self, *inputs):
        flat, spec = tree_flatten(inputs if len(inputs) > 1 else inputs[0])
        self._check_inputs(flat)
        params = self._get_params(flat)
        changed = [self._transform(each, params) if number % 2 else each for number, each in enumerate(flat)]
        return tree_unflatten(changed, spec)


first, second = Sometimes(1)(torch.ones(1, 1, 1), torch.ones(1, 1, 2))
result = [first.tolist(), second.tolist()]
