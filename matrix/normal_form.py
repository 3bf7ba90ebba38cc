"""A common form for static and run-time facts, so that the two can be compared."""

from collections.abc import Mapping
from typing import Any

# Included in the wheels of 0.16.0 and 0.22 by accident, and undocumented.
NOT_PUBLIC = r"^torchvision\.prototype\b"


def strict(value: Any) -> Any:
    """Convert a value to strict JSON: tuples become lists, keys become strings, and NaN becomes ``"nan"``."""
    if isinstance(value, dict):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(item) for item in value]
    if isinstance(value, float) and value != value:
        return "nan"
    return value


def unwrapped(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return preset values with ``[224]`` as ``224``: some presets store sizes as lists of one, to the same effect."""
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in values.items()}
