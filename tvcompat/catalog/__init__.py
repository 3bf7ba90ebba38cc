"""What is known about the releases: queries over the tables compiled from the records.

Nothing is read before it is asked for, and nothing but the standard library and ``packaging`` is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvcompat.lazy import lazy_names

if TYPE_CHECKING:
    from typing import Any, Callable

    from tvcompat.catalog.facts import Checkpoint, Model, Span
    from tvcompat.catalog.history import Builder, Entry, Name, Release, WeightsEnum
    from tvcompat.catalog.queries import Catalog, catalog

__all__ = ["Builder", "Catalog", "Checkpoint", "Entry", "Model", "Name", "Release", "Span", "WeightsEnum", "catalog"]

# Name -> module that has it.
_LAZY = {
    "Builder": "tvcompat.catalog.history",
    "Catalog": "tvcompat.catalog.queries",
    "Checkpoint": "tvcompat.catalog.facts",
    "Entry": "tvcompat.catalog.history",
    "Model": "tvcompat.catalog.facts",
    "Name": "tvcompat.catalog.history",
    "Release": "tvcompat.catalog.history",
    "Span": "tvcompat.catalog.facts",
    "WeightsEnum": "tvcompat.catalog.history",
    "catalog": "tvcompat.catalog.queries",
}

__getattr__: Callable[[str], Any] = lazy_names(globals(), _LAZY)
