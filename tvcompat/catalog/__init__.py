"""What is known about the releases: queries over the tables compiled from the records.

Nothing is read before it is asked for, and nothing but the standard library and ``packaging`` is needed.
"""

from tvcompat.catalog.facts import Builder, Checkpoint, Entry, Model, Name, Release, Span, WeightsEnum
from tvcompat.catalog.queries import Catalog, catalog

__all__ = ["Builder", "Catalog", "Checkpoint", "Entry", "Model", "Name", "Release", "Span", "WeightsEnum", "catalog"]
