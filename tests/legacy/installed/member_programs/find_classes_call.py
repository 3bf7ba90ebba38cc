"""0.9.0: a dataset that finds its classes once more."""

import tempfile
from pathlib import Path

from torchvision.datasets import DatasetFolder, ImageFolder


class Grown(DatasetFolder):
    def __init__(self, root):
        super().__init__(root, loader=str, extensions=(".txt",))
        (Path(root) / "dog").mkdir()
        self.more, _ = self._find_classes(dir=root)


with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "cat").mkdir()
    (Path(folder) / "cat" / "one.txt").touch()
    grown = Grown(folder)
    result = [
        grown.classes,
        grown.more,
        ImageFolder._find_classes(grown, folder),
        grown._find_classes(str(Path(folder) / "cat")),
    ]
