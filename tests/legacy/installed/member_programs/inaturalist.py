"""0.17.2: a dataset that is checked more closely."""

import tempfile
from pathlib import Path

from PIL import Image
from torchvision.datasets import INaturalist


class Checked(INaturalist):
    def _check_integrity(self):
        found = super()._check_integrity()
        return found and (Path(self.root) / "complete").exists()


with tempfile.TemporaryDirectory() as folder:
    kind = Path(folder) / "2021_train_mini" / "00000_Animalia_Chordata_Aves_Order_Family_Genus_species"
    kind.mkdir(parents=True)
    Image.new("RGB", (2, 2)).save(kind / "image.png")
    try:
        Checked(folder, version="2021_train_mini")
        result = ["no error"]
    except RuntimeError as error:
        result = [str(error)[:20]]
    result.append(len(INaturalist(folder, version="2021_train_mini")))
    result.append(INaturalist(folder, version="2021_train_mini")._check_integrity())
