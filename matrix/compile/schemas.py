"""The table ``schemas``: state-dict schemas as trees that share their equal branches."""

from collections.abc import Mapping
from typing import Any

from matrix.compile.interned import Interned
from matrix.compile.table import Table
from matrix.store.records import Store


class SchemaTable:
    """Numbers schemas in the order in which they were first seen; the blocks of a network are stored once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.nodes: Interned = Interned()
        self.roots: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, reference: str) -> int:
        if reference not in self._numbers:
            packed = self.store.schema_tree(reference)
            self._numbers[reference] = len(self.roots)
            self.roots.append(self._node(packed) if isinstance(packed, dict) else packed)
        return self._numbers[reference]

    @property
    def table(self) -> Table:
        return {"roots": self.roots, "nodes": self.nodes.values}

    def _node(self, level: Mapping[str, Any]) -> int:
        return self.nodes.number(
            {name: self._node(value) if isinstance(value, dict) else value for name, value in level.items()}
        )
