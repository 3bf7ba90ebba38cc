"""0.9.0: a generator that is asked for the anchors of a grid, twice."""

import torch
from torchvision.models.detection.anchor_utils import AnchorGenerator

generator = AnchorGenerator(((4,), (8,)), ((1.0,), (1.0,)))
generator.set_cell_anchors(torch.float32, torch.device("cpu"))
sizes, strides = [[1, 2], [1, 1]], [[torch.tensor(4), torch.tensor(4)], [torch.tensor(8), torch.tensor(8)]]
first = generator.cached_grid_anchors(sizes, strides)
result = [
    [each.tolist() for each in first],
    generator.cached_grid_anchors(sizes, strides) is first,
    len(generator._cache),
]
generator._cache.clear()
result.append(generator.cached_grid_anchors(sizes, strides) is first)
