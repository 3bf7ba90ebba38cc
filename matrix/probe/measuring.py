"""All facts of the installed release, in the order in which they have to be measured."""

import platform
import time
from typing import Callable, Dict

from . import PROBE_VERSION
from .builders import Builders, Facts, find_builders
from .downloads import Downloads
from .initialisation import Initialisation
from .modules import measure_modules
from .outputs import measure_outputs
from .schemas import Schema, Schemas
from .weights import measure_model_urls, measure_registry, measure_warnings, measure_weights


def measure(canonical: Dict[str, Schema], note: Callable[[str], None]) -> Facts:
    import torch

    started = time.time()

    def step(text: str) -> None:
        note(f"{time.time() - started:6.1f} s  {text}")

    import torchvision

    step(f"torchvision {torchvision.__version__} on torch {torch.__version__}")
    modules, failures = measure_modules()
    step(f"{len(modules)} modules import, {len(failures)} do not")

    builders = find_builders()
    downloads, initialisation, schemas = Downloads(), Initialisation(), Schemas()
    downloads.install()
    initialisation.install()
    caller = Builders(downloads, initialisation, schemas)
    facts = {}
    for path, builder in builders.items():
        facts[path] = caller.measure(path, builder)
    step(f"{len(facts)} builders")
    enums, entries, checkpoints = measure_weights(builders, caller)
    step(f"{sum(len(group) for group in entries.values())} weights entries")
    outputs = measure_outputs(builders, facts, schemas, canonical, lambda text: None)
    step(f"{len(outputs)} outputs")

    try:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    except ImportError:  # Windows
        peak = None
    import numpy
    import PIL

    return {
        "provenance": {
            "probe_version": PROBE_VERSION,
            "torchvision": torchvision.__version__,
            "torch": torch.__version__,
            "numpy": numpy.__version__,
            "pillow": PIL.__version__,
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            "seconds": round(time.time() - started, 1),
            "peak_memory_mb": peak,
        },
        "modules": modules,
        "import_failures": failures,
        "builders": facts,
        "registry": measure_registry(),
        "model_urls": measure_model_urls(),
        "pretrained_warnings": measure_warnings(),
        "enums": enums,
        "weights": entries,
        "checkpoints": checkpoints,
        "schemas": schemas.values,
        "outputs": outputs,
    }
