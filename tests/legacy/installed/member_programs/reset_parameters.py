"""0.11.3: a RegNet with weights that the class initializes."""

import torch
from torchvision.models.regnet import BlockParams, RegNet


class Ones(RegNet):
    def _reset_parameters(self):
        super()._reset_parameters()
        self.fc.weight.data.fill_(1)


def build(kind):
    torch.manual_seed(0)
    return kind(BlockParams.from_init_params(depth=4, w_0=8, w_a=8.0, w_m=2.0, group_width=8), num_classes=2)


result = []
for kind in (RegNet, Ones):
    model = build(kind)
    first = next(model.parameters())
    result.append([round(first.double().sum().item(), 3), round(model.fc.weight.double().sum().item(), 3)])
model._reset_parameters()
result.append(model.fc.weight.double().sum().item())
