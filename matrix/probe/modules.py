"""The modules that can be imported, and the names that each of them has."""

import contextlib
import enum
import importlib
import pkgutil
import types
from typing import Any, Dict, List, Tuple

from .describe import describe_error, describe_parameters


def module_names() -> List[str]:
    """Return the name of every module of the installed package, found by walking its files."""
    import torchvision

    found = ["torchvision"]
    for info in pkgutil.walk_packages(torchvision.__path__, "torchvision.", onerror=lambda name: None):
        found.append(info.name)
    return sorted(set(found))


def measure_modules() -> Tuple[Dict[str, Dict[str, str]], Dict[str, str]]:
    modules, failures = {}, {}
    for name in module_names():
        try:
            module = importlib.import_module(name)
        except BaseException as error:  # a module may raise anything at all while it is imported
            failures[name] = describe_error(error)
            continue
        modules[name] = measure_names(module)
    return modules, failures


def measure_names(module: types.ModuleType) -> Dict[str, str]:
    """Return name -> kind for one module: ``function(a, b=)``, ``class(x)``, ``module``, ``foreign`` or ``data``.

    Parameters are given for functions and classes that are defined there; a name imported from another module of
    torchvision has only its kind. Names from other packages are ``foreign``: they look different under another Python,
    and say nothing about this release.
    """
    names = {}
    for name in sorted(vars(module)):
        if name.startswith("__"):
            continue
        value = vars(module)[name]
        if isinstance(value, types.ModuleType):
            names[name] = "module"
        elif isinstance(value, type) or callable(value):
            home = getattr(value, "__module__", None)
            if not str(home).startswith("torchvision"):
                names[name] = "foreign"
                continue
            names[name] = "class" if isinstance(value, type) else "function"
            if home == module.__name__ and has_own_parameters(value):
                with contextlib.suppress(TypeError, ValueError):
                    names[name] += describe_parameters(value)
        else:
            names[name] = "data"
    return names


def has_own_parameters(value: Any) -> bool:
    """Return whether the parameters of a function or class were written in torchvision, not inherited from outside."""
    if not isinstance(value, type):
        return True
    if issubclass(value, enum.Enum):
        return False
    if hasattr(value, "__dataclass_fields__") or hasattr(value, "_fields"):
        return True
    return str(getattr(value.__init__, "__module__", None)).startswith("torchvision")
