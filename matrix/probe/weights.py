"""Weights entries, and the tables and registries that lead to checkpoints."""

import importlib
import inspect
import sys
import typing
import warnings
from typing import Any, Dict, List, Tuple

from .builders import NAMESPACES, Builder, Builders, Facts
from .describe import plain
from .enums import weights_base


def measure_weights(builders: Dict[str, Builder], caller: Builders) -> Tuple[Facts, Facts, Facts]:
    """Return (enums, entries, checkpoints): where each enum is, what its entries say, what loading each requests."""
    base = weights_base()
    if base is None:
        return {}, {}, {}
    classes: Dict[str, Tuple[str, Any]] = {}
    for namespace in NAMESPACES:
        for name, value in sorted(vars(importlib.import_module(namespace)).items()):
            if isinstance(value, type) and issubclass(value, base) and value is not base:
                classes.setdefault(name, (namespace, value))

    by_enum: Dict[str, List[str]] = {}
    for path, builder in builders.items():
        parameters = inspect.signature(builder).parameters
        if "weights" in parameters:
            annotation = parameters["weights"].annotation
            for candidate in (annotation, *typing.get_args(annotation)):
                if isinstance(candidate, type) and issubclass(candidate, base):
                    by_enum.setdefault(candidate.__name__, []).append(path)

    enums: Facts = {}
    entries: Facts = {}
    checkpoints: Facts = {}
    for enum_name, (namespace, value) in sorted(classes.items()):
        enums[enum_name] = {
            "namespace": namespace,
            "module": value.__module__,
            "aliases": {n: m.name for n, m in value.__members__.items() if n != m.name},
            "builders": sorted(by_enum.get(enum_name, [])),
        }
        entries[enum_name] = {}
        for entry_name, member in value.__members__.items():
            if entry_name != member.name:
                continue
            weights = member.value
            function = weights.transforms
            arguments = {}
            if not isinstance(function, type):
                arguments = plain(dict(function.keywords))
                function = function.func
            preset = weights.transforms()
            entries[enum_name][entry_name] = {
                "url": weights.url,
                "preset": function.__name__,
                "preset_arguments": arguments,
                "preset_values": {n: plain(v) for n, v in vars(preset).items() if n[0] != "_" and n != "training"},
                "meta": plain(weights.meta),
            }
            for path in by_enum.get(enum_name, []):
                keywords = {"weights": member}
                if "quantize" in inspect.signature(builders[path]).parameters:
                    keywords["quantize"] = enum_name.endswith("_QuantizedWeights")
                    # Loading a quantized checkpoint and loading a float one are two calls of the same builder.
                    caller.initialisation.zero = keywords["quantize"]
                outcome = caller.weights_outcome(path, builders[path], keywords)
                caller.initialisation.zero = False
                checkpoints[f"{enum_name}.{entry_name} {path}"] = outcome
    return enums, entries, checkpoints


def measure_model_urls() -> Facts:
    """Return ``module.model_urls`` -> name -> address, for every such table that still exists."""
    found = {}
    for module_name, module in sorted(sys.modules.items()):
        if not module_name.startswith("torchvision.models"):
            continue
        for name, table in sorted(vars(module).items()):
            if name.endswith("model_urls") and isinstance(table, dict):
                found[module_name + "." + name] = {key: table[key] for key in sorted(table)}
    return found


def measure_warnings() -> List[str]:
    """Return the warnings that ``resnet18(pretrained=True)`` gives, the simplest call of the old era."""
    import torchvision

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torchvision.models.resnet18(pretrained=True)
    return sorted(f"{w.category.__name__}: {w.message}" for w in caught if "torchvision" in w.filename)


def measure_registry() -> Dict[str, str]:
    """Return registry name -> full path of the function; empty if the release has no registry."""
    try:
        registered = importlib.import_module("torchvision.models._api").BUILTIN_MODELS
    except (ImportError, AttributeError):
        return {}
    return {name: f"{f.__module__}.{f.__name__}" for name, f in sorted(registered.items())}
