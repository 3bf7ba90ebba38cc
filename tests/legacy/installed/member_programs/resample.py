"""0.9.0: a rotation of several images by the same angle, with what the transform knows."""

import warnings

import torch
from torchvision import transforms
from torchvision.transforms import functional

warnings.simplefilter("ignore")


class Same(transforms.RandomRotation):
    def __call__(self, images):
        angle = self.get_params(self.degrees)
        return [functional.rotate(each, angle, self.resample, self.expand, self.center) for each in images]


image = torch.arange(16.0).reshape(1, 4, 4)
same = Same((30, 30), interpolation=transforms.InterpolationMode.BILINEAR)
result = [str(same.resample), [[round(v, 3) for v in each.flatten().tolist()] for each in same([image, image + 1])]]
rotation = transforms.RandomRotation((30, 30))
result += [str(rotation.resample), rotation(image).tolist()]
rotation.resample = transforms.InterpolationMode.BILINEAR
result += [str(rotation.resample), [round(v, 3) for v in rotation(image).flatten().tolist()]]
rotation.resample = 0
result += [rotation.resample, rotation(image).tolist(), hasattr(transforms.RandomRotation, "resample")]
