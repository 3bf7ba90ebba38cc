"""0.9.0: the activation of a block of a quantizable MobileNetV3."""

import torch
from torch import nn
from torchvision.models.quantization import mobilenet_v3_large
from torchvision.models.quantization.mobilenetv3 import QuantizableSqueezeExcitation

model = mobilenet_v3_large(quantize=False)
block = next(each for each in model.modules() if isinstance(each, QuantizableSqueezeExcitation))
nn.init.constant_(block.fc1.weight, -1)
nn.init.zeros_(block.fc1.bias)
nn.init.constant_(block.fc2.weight, 0.01)
nn.init.zeros_(block.fc2.bias)
image = torch.ones(1, block.fc1.in_channels, 1, 1)
result = [type(block.relu).__name__, round(block(image).mean().item(), 4)]
block.relu = nn.Identity()
result += [type(block.relu).__name__, round(block(image).mean().item(), 4)]
