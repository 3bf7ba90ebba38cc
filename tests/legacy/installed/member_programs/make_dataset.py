"""0.9.0: image folders with a make_dataset of their own, as a function and as a method."""

import tempfile
from pathlib import Path

from torchvision.datasets import DatasetFolder
from torchvision.datasets.folder import make_dataset


class Every(DatasetFolder):
    @staticmethod
    def make_dataset(directory, class_to_idx, extensions=None, is_valid_file=None):
        return make_dataset(directory, class_to_idx, extensions, is_valid_file)[::2]


class Method(DatasetFolder):
    def make_dataset(self, directory, class_to_idx, extensions, is_valid_file):
        return [(str(Path(directory).name == Path(self.root).name), 1)]


with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "cat").mkdir()
    for number in range(5):
        (Path(folder) / "cat" / f"{number}.txt").touch()
    every = Every(folder, loader=str, extensions=(".txt",))
    result = [[Path(path).name for path, _ in every.samples], Method(folder, str, (".txt",)).samples]
