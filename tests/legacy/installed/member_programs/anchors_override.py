"""0.9.0: anchors that are moved, by a generator that overrides all there is."""

import torch
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList


class Moved(AnchorGenerator):
    def grid_anchors(self, grid_sizes, strides):
        return [each + 1 for each in super().grid_anchors(grid_sizes, strides)]

    def cached_grid_anchors(self, grid_sizes, strides):
        return [each * 2 for each in super().cached_grid_anchors(grid_sizes, strides)]


class Forward(Moved):
    def forward(self, image_list, feature_maps):
        return [each - 5 for each in super().forward(image_list, feature_maps)]


images = ImageList(torch.zeros(1, 3, 8, 8), [(8, 8)])
maps = [torch.zeros(1, 1, 2, 2)]
kinds = (AnchorGenerator, Moved, Forward)
result = [kind(((4,),), ((1.0,),))(images, maps)[0].tolist() for kind in kinds]
