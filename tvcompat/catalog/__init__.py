"""What is known about the releases: queries over the tables compiled from the records.

Nothing is read before it is asked for, and nothing but the standard library and ``packaging`` is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tvcompat.catalog.facts import Checkpoint, Model, Span
    from tvcompat.catalog.history import Builder, Entry, Name, Release, WeightsEnum
    from tvcompat.catalog.queries import Catalog, catalog

__all__ = ["Builder", "Catalog", "Checkpoint", "Entry", "Model", "Name", "Release", "Span", "WeightsEnum", "catalog"]


# Name -> module that has it; all others are in history.
_PLACES = {"Catalog": "queries", "Checkpoint": "facts", "Model": "facts", "Span": "facts", "catalog": "queries"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_PLACES.get(name, 'history')}"), name)
    # Found directly from now on.
    globals()[name] = found
    return found
