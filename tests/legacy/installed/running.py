"""Pythons with tvcompat in processes of their own, and a program for them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


OLD = """
import sys
from torchvision.transforms.functional_tensor import rgb_to_grayscale
from torchvision.models.resnet import model_urls
print("done", len(model_urls), *sys.argv[1:])
"""


def python(*arguments, cwd=None, **variables):
    """What a Python with tvcompat prints, its errors, and its exit code."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    environment.pop("TVCOMPAT_OFFLINE", None)
    found = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )
    return found.stdout, found.stderr, found.returncode
