"""0.9.0: poolers that override the parts of forward."""

import torch
from torchvision.ops import MultiScaleRoIAlign


class Wider(MultiScaleRoIAlign):
    def convert_to_roi_format(self, boxes):
        rois = super().convert_to_roi_format(boxes)
        return rois + torch.tensor([0.0, -1.0, -1.0, 1.0, 1.0])


class Fixed(MultiScaleRoIAlign):
    def infer_scale(self, feature, original_size):
        return 0.5 * super().infer_scale(feature, original_size)


class Once(MultiScaleRoIAlign):
    def setup_scales(self, features, image_shapes):
        super().setup_scales(features[:1], image_shapes)
        self.scales = self.scales * len(features)


torch.manual_seed(0)
maps = {"a": torch.rand(2, 3, 16, 16), "b": torch.rand(2, 3, 8, 8)}
boxes = [torch.tensor([[0.0, 0.0, 20.0, 20.0]]), torch.tensor([[4.0, 8.0, 60.0, 50.0], [1.0, 2.0, 300.0, 400.0]])]
result = []
for kind in (MultiScaleRoIAlign, Wider, Fixed, Once):
    for names in (["a", "b"], ["a"]):
        pooler = kind(names, 2, 2)
        pooled = pooler(maps, boxes, [(64, 64), (64, 48)])
        result.append([[round(value, 4) for value in pooled.flatten().tolist()], pooler.scales])
