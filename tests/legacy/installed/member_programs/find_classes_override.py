"""0.9.0: an image folder with the classes in another order."""

import tempfile
from pathlib import Path

from PIL import Image
from torchvision.datasets import ImageFolder


class Reversed(ImageFolder):
    def _find_classes(self, dir):
        classes, _ = super()._find_classes(dir)
        classes = classes[::-1]
        return classes, {name: number for number, name in enumerate(classes)}


class Merged(Reversed):
    def _find_classes(self, dir):
        classes, numbers = super()._find_classes(dir)
        return classes, {name: min(number, 1) for name, number in numbers.items()}


with tempfile.TemporaryDirectory() as folder:
    for number, name in enumerate(("ant", "bee", "cat")):
        (Path(folder) / name).mkdir()
        Image.new("RGB", (2, 2), (number, 0, 0)).save(Path(folder) / name / "image.png")
    result = [
        [kind(folder).classes, kind(folder).class_to_idx, kind(folder).targets, kind(folder)[0][0].getpixel((0, 0))]
        for kind in (ImageFolder, Reversed, Merged)
    ]
