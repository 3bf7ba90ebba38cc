"""What is known about the releases: queries over the tables compiled from the records.

Nothing is read before it is asked for, and nothing but the standard library and ``packaging`` is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tvcompat.catalog.facts import Checkpoint, Model, Span
from tvcompat.catalog.queries import Catalog, catalog

if TYPE_CHECKING:
    from tvcompat.catalog.history import Builder, Entry, Name, Release, WeightsEnum

__all__ = ["Builder", "Catalog", "Checkpoint", "Entry", "Model", "Name", "Release", "Span", "WeightsEnum", "catalog"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tvcompat.catalog import history

    return getattr(history, name)
