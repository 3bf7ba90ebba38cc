"""0.9.0: an MNASNet and a video ResNet with weights that the class initializes, and one that is initialized again."""

import torch
from torch import nn
from torchvision.models.mnasnet import MNASNet
from torchvision.models.video.resnet import BasicBlock, Conv3DSimple, VideoResNet


class Halved(MNASNet):
    def _initialize_weights(self):
        super()._initialize_weights()
        self.classifier[1].weight.data.mul_(0.5)


class Untouched(VideoResNet):
    def _initialize_weights(self):
        self.fc.bias.data.fill_(3)


def stem():
    return nn.Sequential(nn.Conv3d(3, 64, 1))


def total(model):
    return round(sum(each.double().abs().sum().item() for each in model.parameters()), 0)


result = []
for kind in (MNASNet, Halved):
    torch.manual_seed(0)
    result.append(round(kind(0.5, num_classes=4).classifier[1].weight.double().abs().sum().item(), 2))
torch.manual_seed(0)
model = Halved(0.5, num_classes=4)
torch.manual_seed(1)
model._initialize_weights()
result.append(round(model.classifier[1].weight.double().abs().sum().item(), 2))
for kind in (VideoResNet, Untouched):
    torch.manual_seed(0)
    made = kind(BasicBlock, [Conv3DSimple] * 4, [1, 1, 1, 1], stem, num_classes=2)
    result.append([total(made), made.fc.bias.tolist()])
