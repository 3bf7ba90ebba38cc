"""Selecting what to keep of the facts that the probe and the verification found."""

import re
from collections.abc import Mapping
from typing import Any

from matrix.normal_form import NOT_PUBLIC, strict, unwrapped
from matrix.store.records import Record


def reference_of(record: Record | None) -> dict[str, Any] | None:
    """Return the results of verifying the newest release to compare the others with; ``None`` if there are none."""
    found = record.verification if record is not None else None
    if found is None or "training" not in found:
        return None
    return {part: found[part] for part in ("outputs", "presets", "training")}


def runtime_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Make the ``runtime`` part of a record from the output of the probe, without accidental modules."""
    weights = {}
    for name, entries in facts["weights"].items():
        weights[name] = {
            entry: {
                "url": found["url"],
                "metadata": strict(found["meta"]),
                "preprocessing": {
                    "preset": found["preset"],
                    "arguments": found["preset_arguments"],
                    "values": unwrapped(found["preset_values"]),
                },
            }
            for entry, found in entries.items()
        }
    kept = {key: facts[key] for key in ("enums", "checkpoints", "schemas", "outputs", "model_urls")}
    return {
        "builders": facts["builders"],
        "weights": weights,
        **kept,
        "registry": {name: path for name, path in facts["registry"].items() if not re.search(NOT_PUBLIC, path)},
        "pretrained_warnings": facts["pretrained_warnings"],
        "names": {
            module: {name: kind for name, kind in names.items() if not re.search(NOT_PUBLIC, f"{module}.{name}")}
            for module, names in facts["modules"].items()
            if not re.search(NOT_PUBLIC, module)
        },
        "import_failures": {m: why for m, why in facts["import_failures"].items() if not re.search(NOT_PUBLIC, m)},
    }
