"""0.17.2: faces in grey."""

import tempfile
from pathlib import Path

from PIL import Image
from torchvision.datasets import LFWPeople


class Grey(LFWPeople):
    def _check_integrity(self):
        return True

    def _loader(self, path):
        return super()._loader(path).convert("L")


with tempfile.TemporaryDirectory() as folder:
    root = Path(folder) / "lfw-py"
    (root / "lfw_funneled" / "Ada_Lovelace").mkdir(parents=True)
    Image.new("RGB", (2, 2), (255, 0, 0)).save(root / "lfw_funneled" / "Ada_Lovelace" / "Ada_Lovelace_0001.jpg")
    (root / "lfw-names.txt").write_text("Ada_Lovelace\t1\n")
    (root / "peopleDevTrain.txt").write_text("1\nAda_Lovelace\t1\n")
    image, label = Grey(folder, split="train")[0]
    result = [image.mode, image.getpixel((0, 0)), label]
