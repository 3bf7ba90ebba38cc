"""Which public functions and classes no recipe calls."""

import ast
import enum
import importlib
import types
from typing import Any, Dict, List, Set

from .tables import Recipe

# What recipes are about; modules that a release lacks are passed over.
NAMESPACES = (
    "torchvision.transforms",
    "torchvision.transforms.functional",
    "torchvision.transforms.v2",
    "torchvision.transforms.v2.functional",
    "torchvision.tv_tensors",
    "torchvision.datapoints",
    "torchvision.ops",
    "torchvision.utils",
    "torchvision.io",
    "torchvision.models.feature_extraction",
    "torchvision.models._utils",
    "torchvision.models.detection.transform",
    "torchvision.models.detection.anchor_utils",
    "torchvision.models.detection.image_list",
    "torchvision.models.detection.roi_heads",
    "torchvision.models.detection.rpn",
    "torchvision.datasets",
    "torchvision.datasets.folder",
    "torchvision.datasets.mnist",
    "torchvision.datasets.samplers",
    "torchvision.datasets.utils",
    "torchvision.datasets.video_utils",
    "torchvision.datasets.vision",
)


# Functions of inputs that call what is their first argument.
CALLERS = ("calls", "film_set", "nested_classes_of", "present", "unpacked", "written_by")


def called_names(expression: str) -> Set[str]:
    """Return the plain names that an expression calls, and what it gives to functions of inputs that call it."""
    calls = [node for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Call)]
    found = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    for node in calls:
        if isinstance(node.func, ast.Name) and node.func.id in CALLERS and isinstance(node.args[0], ast.Name):
            found.add(node.args[0].id)
    return found


def public_callables(module: str) -> Dict[str, Any]:
    """Return what a module offers: functions and classes of its ``__all__``, or those without an underscore."""
    try:
        loaded = importlib.import_module(module)
    except Exception:
        return {}
    names = getattr(loaded, "__all__", None) or [name for name in vars(loaded) if not name.startswith("_")]
    found = {}
    for name in names:
        value = getattr(loaded, name, None)
        if not callable(value) or isinstance(value, types.ModuleType):
            continue
        if isinstance(value, type) and issubclass(value, (enum.Enum, Warning)):
            continue
        home = str(getattr(value, "__module__", ""))
        is_defined_here = home == module or (home.startswith(module + ".") or hasattr(loaded, "__all__"))
        if home.startswith("torchvision") and (is_defined_here or module.endswith("functional")):
            found[name] = value
    return found


def uncalled(recipes: List[Recipe], outcomes: Dict[str, Any]) -> Dict[str, List[str]]:
    """Return module -> public callables that no recipe calls which gave a value in this release.

    A recipe that is about an error counts where each of its kind fails; such names are listed by the caller.
    """
    called: Set[int] = set()
    for recipe in recipes:
        if "value" not in outcomes.get(recipe.key, {}):
            continue
        loaded = importlib.import_module(recipe.module)
        called |= {id(getattr(loaded, name)) for name in called_names(recipe.expression) if hasattr(loaded, name)}
    found: Dict[str, List[str]] = {}
    for module in NAMESPACES:
        for name, value in sorted(public_callables(module).items()):
            if id(value) not in called:
                found.setdefault(module, []).append(name)
    return found


def count(module: str) -> int:
    """Return how many public callables a module offers."""
    return len(public_callables(module))
