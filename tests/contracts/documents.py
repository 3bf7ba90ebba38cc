"""Real documents for each schema of what the package prints and writes: the command is run, the file is read."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Dict, List

import pytest

from tests.needs import need_module
from tvcompat.releases import installed_version

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "tvcompat" / "catalog" / "tables"

# A program with findings of each severity, one that can't be parsed, and a notebook.
PROGRAM = """\
from torchvision import models
from torchvision.transforms import Resize
from torchvision.transforms.functional_tensor import rgb_to_grayscale

net = models.resnet50(pretrained=True)
small = Resize(64)
"""
NOTEBOOK = {
    "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": [PROGRAM]}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
# A name that 0.9.0 dropped, so that it is a legacy name on every release.
LEGACY = """\
import torchvision.datasets.voc

torchvision.datasets.voc.check_integrity
for _ in range(2):
    torchvision.datasets.voc.check_integrity
"""


def run(folder: Path, *arguments: str) -> str:
    """Return what a command prints on stdout."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "TVCOMPAT_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tvcompat", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode in (0, 1, 2), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def written(folder: Path, checker: bool) -> None:
    if checker:
        need_module("pathspec")
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "clean.py").write_text("import torchvision\n", encoding="utf-8")
    (folder / "broken.py").write_text("import torchvision\nprint 'torchvision'\n", encoding="utf-8")
    (folder / "notebook.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    (folder / "legacy.py").write_text(LEGACY, encoding="utf-8")


def printed(*calls: str, checker: bool = False) -> Callable[[Path], List[Any]]:
    """Return what makes the documents that calls print."""

    def documents(folder: Path) -> List[Any]:
        written(folder, checker)
        return [json.loads(run(folder, *call.split(), "--format", "json")) for call in calls]

    return documents


def ledger(folder: Path) -> List[Any]:
    if installed_version() is None:
        pytest.skip("no torchvision is installed, whose legacy names could be used")
    written(folder, checker=False)
    run(folder, "run", "--no-warnings", "--ledger", "used.json", "legacy.py")
    return [json.loads((folder / "used.json").read_text(encoding="utf-8"))]


def baseline(folder: Path) -> List[Any]:
    written(folder, checker=True)
    run(folder, "check", ".", "--write-baseline", "known.json")
    return [json.loads((folder / "known.json").read_text(encoding="utf-8"))]


SOURCES: Dict[str, Callable[[Path], List[Any]]] = {
    "commands/check": printed("check .", "check clean.py", "check . --min 0.9 --max latest", checker=True),
    "commands/check-statistics": printed("check . --statistics", checker=True),
    "commands/diff": printed("diff 0.9 latest --private", "diff 0.29.1 0.29.2"),
    "commands/doctor": printed("doctor"),
    "commands/models": printed("models", "models --release 0.9.0", "models nothing"),
    "commands/range": printed(
        "range program.py", "range clean.py notebook.ipynb", "range .", "range clean.py", checker=True
    ),
    "commands/rule": printed("rule", "rule TVC101", "rule TVC404", checker=True),
    "commands/show": printed(
        *(f"show {name}" for name in (
            "resnet50", "quantized_resnet50", "ResNet50_Weights", "ResNet50_Weights.DEFAULT", "SSD",
            "torchvision.transforms.functional_tensor", "torchvision.transforms.functional.resize",
            "torchvision.transforms.Resize.forward", "torchvision.models.resnet.model_urls", "torchvision.io.video",
            "torchvision.transforms.Resize", "torchvision.models.resnet.load_state_dict_from_url",
            "torchvision.io.read_video", "no_such_thing", "resnet5000",
        ))
    ),
    "commands/weights": printed("weights", "weights --release 0.13", "weights quantized_resnet50"),
    "files/baseline": baseline,
    "files/ledger": ledger,
    **{
        f"tables/{path.stem}": lambda folder, path=path: [json.loads(path.read_text(encoding="utf-8"))]
        for path in sorted(TABLES.glob("*.json"))
    },
}  # fmt: skip


@lru_cache(maxsize=None)
def documents(name: str) -> List[Any]:
    """Return real documents for a schema; what makes them runs once in a session."""
    with TemporaryDirectory() as folder:
        return SOURCES[name](Path(folder).resolve())
