"""What a record says of a release, whichever way it was measured."""

from collections.abc import Mapping
from typing import Any

from matrix.store.records import Record


def facts_of(record: Record) -> Mapping[str, Any]:
    """Return the run-time facts if there are any, else the static ones: an install is more reliable than sources."""
    facts = record.runtime if record.measured else record.static
    assert facts is not None
    return facts
