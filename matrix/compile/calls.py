"""The table ``calls``: what builders request when they are called, and what each weights entry leads to."""

from collections.abc import Mapping, Sequence
from typing import Any

from matrix.compile.interned import Interned
from matrix.compile.schemas import SchemaTable
from matrix.compile.spans import UNKNOWN, fold
from matrix.compile.table import Table
from matrix.store.records import Record


class CallTable:
    """Numbers the outcomes of calls in the order in which they were first seen."""

    def __init__(self, schemas: SchemaTable) -> None:
        self.schemas = schemas
        self.outcomes: Interned = Interned()

    def requests(self, outcome: Mapping[str, Any]) -> int:
        """Return the number of what a call requested, or of the error it ended with."""
        return self.outcomes.number(_requests(outcome))

    def loading(self, outcome: Mapping[str, Any]) -> int:
        """Return the number of what a call requested, loaded, built and set."""
        described = _requests(outcome)
        if "settings" in outcome:
            described["settings"] = outcome["settings"]
        if "schema" in outcome:
            described["schema"] = self.schemas.number(outcome["schema"])
        if "loads" in outcome:
            described["loads"] = [self.schemas.number(reference) for _, reference in outcome["loads"]]
        return self.outcomes.number(described)

    def checkpoints(self, timeline: Sequence[Record]) -> dict[str, Any]:
        """Return "entry builder" -> spans of what loading the entry into the builder gives."""
        releases = [record.release for record in timeline]
        runtime = [record.runtime if record.measured else None for record in timeline]
        checkpoints: dict[str, Any] = {}
        for key in sorted({key for facts in runtime if facts is not None for key in facts["checkpoints"]}):
            values: list[Any] = []
            for facts in runtime:
                if facts is None:
                    values.append(UNKNOWN)
                    continue
                found = facts["checkpoints"].get(key)
                values.append(None if found is None else self.loading(found))
            checkpoints[key] = fold(releases, values)
        return checkpoints

    def table(self, timeline: Sequence[Record]) -> Table:
        return {"checkpoints": self.checkpoints(timeline), "outcomes": self.outcomes.values}


def _requests(outcome: Mapping[str, Any]) -> Table:
    return {key: outcome[key] for key in ("asks", "error") if key in outcome}
