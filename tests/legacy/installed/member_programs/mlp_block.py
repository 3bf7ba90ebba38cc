"""0.12.0: the layers of a transformer's block, one of them exchanged."""

import torch
from torch import nn
from torchvision.models.vision_transformer import MLPBlock

torch.manual_seed(0)
block = MLPBlock(2, 4, 0.0).eval()
nn.init.constant_(block.linear_1.weight, 1)
nn.init.constant_(block.linear_1.bias, -8)
nn.init.constant_(block.linear_2.weight, 1)
nn.init.constant_(block.linear_2.bias, 0)
given = torch.tensor([[1.0, 2.0]])
result = [
    [type(each).__name__ for each in (block.linear_1, block.act, block.dropout_1, block.linear_2, block.dropout_2)],
    [round(value, 4) for value in block(given).flatten().tolist()],
]
block.act = nn.Identity()
result += [block(given).tolist(), type(block.act).__name__, len(list(block.children()))]
