"""The table ``renames``: the parameter names of a release -> those of the newest, where they differ."""

from collections.abc import Mapping
from typing import Any

from matrix.compile.interned import Interned
from matrix.compile.table import Table
from matrix.probe.schemas import align_names
from matrix.store.records import Store


class RenameTable:
    """Numbers the pairs of names in the order in which they were first seen."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pairs: Interned = Interned()

    def number(self, found: Mapping[str, Any], canonical: dict[str, str]) -> int | None:
        """Return the number of the pairs for a builder's schema; ``None`` where no name differs."""
        if "schema" not in found:
            return None
        schema = self.store.schema(found["schema"])
        pairs = align_names(list(schema), schema, list(canonical), canonical)
        return self.pairs.number(pairs) if pairs else None

    @property
    def table(self) -> Table:
        return {"renames": self.pairs.values}
