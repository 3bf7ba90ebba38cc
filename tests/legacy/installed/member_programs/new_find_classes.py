"""0.29.2: an image folder that leaves out some classes."""

import tempfile
from pathlib import Path

from torchvision.datasets import DatasetFolder


class Without(DatasetFolder):
    def find_classes(self, directory):
        classes, _ = super().find_classes(directory)
        kept = [name for name in classes if not name.startswith("_")]
        return kept, {name: number for number, name in enumerate(kept)}


with tempfile.TemporaryDirectory() as folder:
    for name in ("_hidden", "cat", "dog"):
        (Path(folder) / name).mkdir()
        (Path(folder) / name / "one.txt").touch()
    dataset = Without(folder, loader=str, extensions=(".txt",))
    result = [dataset.classes, dataset.targets, DatasetFolder.find_classes(dataset, folder)[0]]
