"""Run the programs in the torchvision that is installed, in a process of their own."""

import json
import multiprocessing
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Dict, List

Outcome = Dict[str, Any]


def outcome(source: str) -> Outcome:
    """Return what a program gives: its ``result``, or the name of the error with which it ends."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, name in enumerate(("cat", "dog")):
            (Path(folder) / name).mkdir()
            Image.new("RGB", (4, 4), (number, 0, 0)).save(Path(folder) / name / "1.png")
        scope = {"folder": folder, "__name__": "program"}
        try:
            exec(compile(source, "program.py", "exec"), scope)
            # As JSON has it: no tuples.
            found: Outcome = {"result": json.loads(json.dumps(scope["result"]))}
        except Exception as error:
            found = {"error": type(error).__name__}
    return found


def outcomes(sources: List[str]) -> List[Outcome]:
    """Return what programs give; none of them changes anything of torchvision."""
    # Not a fork: torch's threads are not in it, and old releases wait for them forever.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(outcome, sources))


def release() -> str:
    """Return the release that is installed, without the build."""
    import torchvision

    return str(torchvision.__version__).partition("+")[0]


if __name__ == "__main__":
    sys.exit("run: python -m tests.check.overriding.record")
