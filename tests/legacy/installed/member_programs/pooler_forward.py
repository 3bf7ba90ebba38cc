"""0.9.0: a pooler with a forward of its own, which uses the parts of the one that it inherits from."""

import torch
from torchvision.ops import MultiScaleRoIAlign, roi_align


class First(MultiScaleRoIAlign):
    def forward(self, x, boxes, image_shapes):
        features = [value for name, value in x.items() if name in self.featmap_names]
        rois = self.convert_to_roi_format(boxes)
        if self.scales is None:
            self.setup_scales(features, image_shapes)
        return roi_align(features[0], rois, self.output_size, self.scales[0], self.sampling_ratio)


torch.manual_seed(0)
maps = {"a": torch.rand(2, 1, 16, 16), "b": torch.rand(2, 1, 8, 8)}
boxes = [torch.tensor([[0.0, 0.0, 20.0, 20.0]]), torch.tensor([[4.0, 8.0, 60.0, 50.0], [1.0, 2.0, 3.0, 4.0]])]
pooler = First(["a", "b"], 2, 2)
pooled = pooler(maps, boxes, [(64, 64), (64, 48)])
result = [
    [[round(value, 4) for value in each.flatten().tolist()] for each in pooled],
    pooler.scales,
    [pooler.map_levels.k_min, pooler.map_levels.k_max],
    pooler.infer_scale(maps["b"], [64, 64]),
    pooler.convert_to_roi_format(boxes).tolist(),
]
