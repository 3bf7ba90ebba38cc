"""0.9.0: VGGs with weights that the class initializes."""

import torch
from torch import nn
from torchvision.models.vgg import VGG


class Constant(VGG):
    def _initialize_weights(self):
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.constant_(module.weight, 0.25)


class Zeroed(VGG):
    def _initialize_weights(self):
        super()._initialize_weights()
        nn.init.zeros_(self.classifier[6].weight)


def features():
    return nn.Sequential(nn.Conv2d(3, 512, 1))


def sums(model):
    parameters = [model.features[0].weight, model.features[0].bias, model.classifier[6].weight]
    return [round(each.double().sum().item(), 2) for each in parameters]


result = []
for kind in (VGG, Constant, Zeroed):
    for options in ({}, {"init_weights": False}):
        torch.manual_seed(0)
        result.append(sums(kind(features(), num_classes=3, **options)))
