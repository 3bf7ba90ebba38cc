"""Members of datasets: how classes are found, and images loaded."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, Tuple

from PIL import Image

from tvcompat.legacy.members.overrides import find, takes


def find_classes(self: Any, dir: str) -> Tuple[List[str], Dict[str, int]]:
    """Return the names of the folders in a folder, sorted, and the number of each; none, if there are none."""
    classes = sorted(entry.name for entry in os.scandir(dir) if entry.is_dir())
    return classes, {name: number for number, name in enumerate(classes)}


def make_dataset(function: Callable[..., Any], hook: str, self: Any, *args: Any, **kwargs: Any) -> None:
    """Build a dataset whose ``make_dataset`` does not take what newer releases give it."""
    variables = vars(self)

    def older(*given: Any, **options: Any) -> Any:
        del variables[hook]
        override = find(type(self), hook)
        if override is not None:
            options = {name: value for name, value in options.items() if takes(override.value, [name])}
        return getattr(self, hook)(*given, **options)

    variables[hook] = older
    try:
        function(self, *args, **kwargs)
    finally:
        if variables.get(hook) is older:
            del variables[hook]


def load_image(self: Any, path: str) -> Image.Image:
    """Return the image in a file, as RGB."""
    with open(path, "rb") as stream:
        return Image.open(stream).convert("RGB")


def keep_loader(function: Callable[..., Any], hook: str, self: Any, *args: Any, **kwargs: Any) -> None:
    """Build a dataset whose class loads images itself: its loader is used unless another one was given."""
    from torchvision.datasets.folder import default_loader

    function(self, *args, **kwargs)
    if vars(self).get(hook) is default_loader:
        del vars(self)[hook]
