"""0.13.1: the box coder of FCOS, for one image."""

import torch
from torchvision.models.detection._utils import BoxLinearCoder

boxes = torch.tensor([[0.0, 0.0, 4.0, 4.0], [2.0, 2.0, 10.0, 8.0]])
found = torch.tensor([[1.0, 1.0, 3.0, 5.0], [0.0, 0.0, 9.0, 9.0]])
result = []
for normalize in (True, False):
    coder = BoxLinearCoder(normalize_by_size=normalize)
    codes = coder.encode_single(boxes, found)
    result.append([codes.tolist(), coder.decode_single(rel_codes=codes, boxes=boxes).tolist()])
