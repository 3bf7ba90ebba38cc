"""0.17.2: a transform of one's own for a sample of an image, boxes and a label."""

import torch
from torchvision import tv_tensors
from torchvision.transforms import v2


class AddNoise(v2.Transform):
    _transformed_types = (tv_tensors.Image,)

    def __init__(self, most):
        super().__init__()
        self.most = most

    def _get_params(self, flat_inputs):
        return {"noise": len(flat_inputs) * self.most}

    def _transform(self, inpt, params):
        return inpt + params["noise"]


image = tv_tensors.Image(torch.zeros(1, 2, 2))
boxes = tv_tensors.BoundingBoxes([[0, 0, 1, 1]], format="XYXY", canvas_size=(2, 2))
noisy = AddNoise(3)({"image": image, "boxes": boxes, "label": 7})
result = [noisy["image"].tolist(), noisy["boxes"].tolist(), noisy["label"], repr(AddNoise(3))]
