"""Where the things behind names are defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from tvcompat.catalog.history import Name
    from tvcompat.catalog.queries import Catalog


def origin(known: Catalog, name: Name) -> Optional[Name]:
    """Return the definition of a name, following imports; ``None`` if it is defined outside torchvision."""
    found: Optional[Name] = name
    for _ in range(5):
        if found is None or found.kind != "import":
            break
        found = known.name(found.descriptions[-1].value.target)
    return None if found is None or (found.kind in ("import", "module") and found.path != name.path) else found
