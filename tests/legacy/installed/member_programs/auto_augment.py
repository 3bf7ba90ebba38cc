"""0.10.1: AutoAugment with its policies and magnitudes read and set under older names, and a hook for the magnitudes."""

import torch
from torchvision import transforms

IMAGE = (torch.arange(3 * 8 * 8) * 3 % 256).to(torch.uint8).reshape(3, 8, 8)


class Doubled(transforms.AutoAugment):
    def _get_op_meta(self, name):
        magnitudes, signed = super()._get_op_meta(name)
        return (magnitudes if magnitudes is None else magnitudes * 2), signed


def total(transform):
    torch.manual_seed(0)
    return [int(transform(IMAGE).sum()) for _ in range(3)]


augment = transforms.AutoAugment()
result = [len(augment.transforms), augment.transforms[0][0][0]]
for name in ("TranslateX", "Posterize", "Solarize", "Invert"):
    magnitudes, signed = augment._get_op_meta(name)
    result.append([None if magnitudes is None else [round(float(each), 4) for each in magnitudes], signed])
result.append(sorted(augment._op_meta) == sorted(transforms.AutoAugment()._op_meta))
for kind in (transforms.AutoAugment, Doubled):
    for policy in ((("TranslateX", 1.0, 9), ("Invert", 1.0, None)), (("Brightness", 1.0, 3), ("Rotate", 1.0, 4))):
        transform = kind()
        transform.transforms = [policy]
        result.append(total(transform))
