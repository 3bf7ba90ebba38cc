"""The shim beside torchvision's own functions."""

import os
import statistics
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, Dict, List, Tuple

from .rows import Row, bare_start, launched, microseconds, turns

ROOT = Path(__file__).parents[2]

# A first call in a fresh process, torchvision being imported and its builder replaced by one that does nothing.
FIRST_CALL = """
import time, torchvision
torchvision.models.resnet18 = lambda **options: None
started = time.perf_counter()
import tvcompat
tvcompat.get_model("resnet18", weights="DEFAULT")
print((time.perf_counter() - started) * 1e3)
"""

MEMORY = """
import tracemalloc, torchvision
torchvision.models.resnet18 = lambda **options: None
tracemalloc.start()
import tvcompat
tvcompat.get_model("resnet18", weights="DEFAULT")
tvcompat.list_models()
tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V2")
from tvcompat.catalog import catalog
assert "categories" not in catalog()._tables
print(tracemalloc.get_traced_memory()[0] / 1e6)
"""

# Loading one file: `own` through the shim with torchvision's member hidden, `theirs` through torchvision.
LOAD = """
import sys, time, warnings
warnings.simplefilter("ignore")
import torchvision, tvcompat
from tvcompat.shim import eras
eras.torchvision_member = lambda checkpoint: None
build = tvcompat.get_model if sys.argv[1] == "own" else torchvision.models.get_model
build("resnet18", weights=None)
before = time.perf_counter()
build("resnet50", weights="IMAGENET1K_V2")
print(time.perf_counter() - before)
"""


def run(code: str, *arguments: str, **environment: str) -> List[float]:
    command = [sys.executable, "-c", code, *arguments]
    # Compiled modules are written once, as an installer does.
    own: Dict[str, str] = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, env={**own, **environment}, cwd=ROOT, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def starting() -> List[Row]:
    started = "import time; a = time.perf_counter(); {}; print((time.perf_counter() - a) * 1e3)"
    run(started.format("import tvcompat"))
    own, bare = turns(lambda: run(started.format("import tvcompat"))[0], lambda: run(started.format("pass"))[0], 15)
    first, start = turns(lambda: run(FIRST_CALL)[0], bare_start, 9)
    memory = run(MEMORY)[0]
    return [
        Row("import tvcompat: at most 5 ms over a bare start", f"{own - bare:.2f} ms", "", own - bare <= 5),
        Row(
            "first call, torchvision's import aside: at most a start of Python",
            f"{first:.1f} ms, ratio {first / start:.2f}", f"a bare Python: {start:.0f} ms", first <= start,
        ),
        Row("memory of the loaded core: under 3 MB", f"{memory:.2f} MB", "", memory < 3),
    ]  # fmt: skip


def calling() -> List[Row]:
    """One call, the builder being replaced by one that does nothing."""
    import torchvision
    from torchvision.models import squeezenet

    import tvcompat

    def nothing(*arguments: Any, **options: Any) -> None:
        return None

    rows = []
    original, torchvision.models.resnet18 = torchvision.models.resnet18, nothing
    try:
        mine, theirs = microseconds(
            lambda: tvcompat.get_model("resnet18", weights=None, num_classes=5),
            lambda: nothing(weights=None, num_classes=5),
        )
    finally:
        torchvision.models.resnet18 = original
    # Real builders take 7 ms and more. What a call asks for is worked out each time; to remember it would save a part of
    # these microseconds, and be a cache that has to know every argument that counts.
    goal = "get_model: at most 100 us more than its builder"
    rows.append(
        Row(goal, f"{mine - theirs:.1f} us", f"a builder that does nothing: {theirs:.2f} us", mine - theirs <= 100)
    )

    inner, squeezenet._squeezenet = squeezenet._squeezenet, nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mine, theirs = microseconds(
                lambda: tvcompat.get_model("squeezenet1_1", pretrained=True),
                lambda: torchvision.models.get_model("squeezenet1_1", pretrained=True),
            )
    finally:
        squeezenet._squeezenet = inner
    goal = "pretrained=True: at most 100 us more than torchvision's translation"
    rows.append(Row(goal, f"{mine:.1f} us", f"torchvision: {theirs:.1f} us", mine - theirs <= 100))

    for name, given in (
        ("get_weight", ("ResNet50_Weights.IMAGENET1K_V2",)),
        ("get_model_weights", ("resnet50",)),
        ("list_models", ()),
    ):
        own, peer = getattr(tvcompat, name), getattr(torchvision.models, name)
        mine, theirs = microseconds(lambda: own(*given), lambda: peer(*given))  # noqa: B023
        goal = f"{name}: not slower than torchvision's"
        rows.append(Row(goal, f"{mine:.2f} us", f"torchvision: {theirs:.2f} us", mine <= theirs))
    return rows


def loading() -> List[Row]:
    import torch

    from matrix.verify.outputs import filled
    from matrix.verify.verification import entries_of, loaded_schema
    from tvcompat.catalog import catalog
    from tvcompat.shim import checkpoints

    known = catalog()
    builder = known.builders["torchvision.models.resnet50"]
    entry, number = next(found for found in entries_of(known, builder) if found[0].name == "IMAGENET1K_V2")
    with tempfile.TemporaryDirectory() as home:
        environment = {"TORCH_HOME": home, "TVCOMPAT_CHECK_HASH": "0"}
        path = Path(home) / "hub" / "checkpoints" / checkpoints.file_name(entry.urls[-1].value)
        path.parent.mkdir(parents=True)
        torch.save(filled(loaded_schema(known, number)), str(path))

        def load(which: str) -> Tuple[float, float]:
            said, _, peak = launched([sys.executable, "-c", LOAD, which], str(ROOT), **environment)
            return float(said), peak

        pairs = [(load("own"), load("theirs")) for _ in range(7)]
    own, theirs = ([statistics.median(pair[side][part] for pair in pairs) for part in (0, 1)] for side in (0, 1))
    took, peak = own[0] / theirs[0], own[1] / theirs[1]
    return [
        Row(
            "loading an entry by the shim's own path: at most 1.1 times the time",
            f"{own[0]:.2f} s, ratio {took:.2f}", f"torchvision: {theirs[0]:.2f} s", took <= 1.1,
        ),
        Row(
            "  and at most 1.1 times the peak memory",
            f"{own[1]:.0f} MB, ratio {peak:.2f}", f"torchvision: {theirs[1]:.0f} MB", peak <= 1.1,
        ),
    ]  # fmt: skip


def rows() -> List[Row]:
    return starting() + calling() + loading()
