"""The members of the classes of an installed release, as Python itself has them."""

import enum
import importlib
import inspect
import types
from typing import Any, Dict

from ..probe.describe import describe_parameters
from ..probe.modules import module_names

# Members with two underscores that people call or override.
SPECIAL = ("__call__", "__getitem__", "__iter__", "__len__")

# What a named tuple consists of.
_MADE = ("_asdict", "_field_defaults", "_field_types", "_fields", "_fields_defaults", "_make", "_replace", "_source")


def measure_members() -> Dict[str, Dict[str, Dict[str, str]]]:
    """Return module -> class -> its own members, each with what it is.

    A member is ``method(self, img)``, ``classmethod(...)``, ``staticmethod(...)``, ``property``, ``class`` or ``data``.
    Inherited ones are those of the base classes, which static facts name.
    """
    found: Dict[str, Dict[str, Dict[str, str]]] = {}
    for module in module_names():
        try:
            loaded = importlib.import_module(module)
        except BaseException:  # a module may raise anything at all while it is imported
            continue
        for name, value in sorted(vars(loaded).items()):
            if isinstance(value, type) and value.__module__ == module and value.__qualname__ == name:
                found.setdefault(module, {})[name] = members_of(value)
    return found


def members_of(value: type) -> Dict[str, str]:
    """Return the members that a class itself defines, without what Python puts there and what it hides from others."""
    mangled = "_" + value.__name__.lstrip("_")
    found = {}
    for name, member in sorted(vars(value).items()):
        if (name.startswith("__") and name not in SPECIAL) or name.startswith((mangled + "__", "_abc_")):
            continue
        if name in _MADE or (issubclass(value, enum.Enum) and name.startswith("_") and name.endswith("_")):
            continue
        found[name] = describe_member(member)
    return found


def describe_member(member: Any) -> str:
    """Return what a member is, with the parameters of a method."""
    kinds = ((classmethod, "classmethod"), (staticmethod, "staticmethod"), (types.FunctionType, "method"))
    for kind, word in kinds:
        if isinstance(member, kind):
            function: Any = getattr(member, "__func__", member)
            try:
                return word + describe_parameters(function)
            except (TypeError, ValueError):
                return word
    if isinstance(member, property) or type(member).__name__ == "cached_property":
        return "property"
    if isinstance(member, type):
        return "class"
    return "method" if inspect.isroutine(member) else "data"
