"""Values that repeat, stored once and named by number."""

import json
from typing import Any


class Interned:
    """Distinct values by number, in the order in which they were first seen."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:
        key = json.dumps(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]
