"""Model names: those of torchvision's registry, on every release."""

import difflib
from functools import lru_cache
from typing import Dict

from tvcompat.catalog import Builder, Catalog
from tvcompat.errors import UnknownModelError


@lru_cache(maxsize=None)
def _by_name(known: Catalog) -> Dict[str, Builder]:
    return {builder.name: builder for builder in known.builders.values()}


def registry(known: Catalog) -> Dict[str, Builder]:
    """Registry name -> builder, for every model of any release."""
    return _by_name(known)


def find_builder(known: Catalog, name: object) -> Builder:
    """The builder of a registry name, upper and lower case alike, as torchvision does.

    Raises:
        UnknownModelError: there is none; with names that look like it.
    """
    names = registry(known)
    key = name.lower() if isinstance(name, str) else ""
    if key not in names:
        raise UnknownModelError(name, difflib.get_close_matches(key, names, 4, 0.6))
    return names[key]
