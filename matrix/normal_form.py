"""What static and run-time facts must say in the same way, so that the two can be compared."""

from collections.abc import Mapping
from typing import Any

# In the wheels of 0.16.0 and 0.22 by accident, and documented nowhere.
NOT_PUBLIC = r"^torchvision\.prototype\b"


def strict(value: Any) -> Any:
    """The value as strict JSON holds it: tuples are lists, keys are text, and so is what is not a number."""
    if isinstance(value, dict):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(item) for item in value]
    if isinstance(value, float) and value != value:
        return "nan"
    return value


def unwrapped(values: Mapping[str, Any]) -> dict[str, Any]:
    """Preset values with ``[224]`` written as ``224``: some presets keep sizes as lists of one, and mean the same."""
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in values.items()}
