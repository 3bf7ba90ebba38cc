"""What models compute, as short digests that are equal where the outputs are."""

import hashlib
import json
from typing import Any

from matrix.compile.spans import UNKNOWN
from matrix.store.records import Record


def output_digest(record: Record, path: str) -> Any:
    """Return a digest of what a builder's model computes in a release."""
    if not record.measured:
        return UNKNOWN
    assert record.runtime is not None
    if path not in record.runtime["builders"]:
        return None
    found = record.runtime["outputs"].get(path)
    # Not every builder is run in every release; without a run the outputs are unknown.
    return UNKNOWN if found is None else hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:8]
