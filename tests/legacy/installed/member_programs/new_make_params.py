"""0.29.2: a transform of one's own, with all three hooks."""

import torch
from torchvision.transforms import v2


class Shift(v2.Transform):
    def check_inputs(self, flat_inputs):
        super().check_inputs(flat_inputs)
        if len(flat_inputs) > 1:
            raise ValueError("one image, please")

    def make_params(self, flat_inputs):
        return {**super().make_params(flat_inputs), "by": flat_inputs[0].shape[-1]}

    def transform(self, inpt, params):
        return inpt + params["by"]


shift = Shift()
result = [shift(torch.zeros(1, 1, 3)).tolist()]
try:
    shift(torch.zeros(1, 1, 1), torch.zeros(1, 1, 1))
except ValueError as error:
    result.append(str(error))
