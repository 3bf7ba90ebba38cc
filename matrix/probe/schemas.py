"""State-dict schemas: what a model's state dict holds, and how its names correspond to another release's."""

import json
from typing import Any, Dict, List, Mapping, Optional, Sequence

# State-dict name -> `dtype d0,d1,...`.
Schema = Dict[str, str]


def align_names(
    names: Sequence[str], shapes: Mapping[str, Any], canonical_names: Sequence[str], canonical_shapes: Mapping[str, Any]
) -> Optional[Dict[str, str]]:
    """Map the state-dict names of one release to the canonical names of another.

    torchvision renames parameters by wrapping or moving blocks, which keeps the order of a state dict. So the names
    that only one side has are paired in order, and each pair must have equal shapes.

    Args:
        names, canonical_names: names in state-dict order.
        shapes, canonical_shapes: name -> anything comparable that describes dtype and shape.

    Returns:
        ``{name: canonical name}`` for the names that differ, or ``None`` if the two do not correspond.
    """
    known, canonical_known = set(names), set(canonical_names)
    if known == canonical_known:
        return {}
    left = [name for name in names if name not in canonical_known]
    right = [name for name in canonical_names if name not in known]
    if len(left) != len(right):
        return None
    if any(shapes[a] != canonical_shapes[b] for a, b in zip(left, right)):
        return None
    return dict(zip(left, right))


def dtype_name(dtype: Any) -> str:
    return str(dtype).replace("torch.", "")


def schema_of(module: Any) -> Schema:
    """Return state-dict name -> ``dtype d0,d1,...`` in order; for what is not a tensor (when quantized), its type."""
    import torch

    schema = {}
    for name, value in module.state_dict().items():
        if isinstance(value, torch.Tensor):
            schema[name] = (dtype_name(value.dtype) + " " + ",".join(str(size) for size in value.shape)).strip()
        elif isinstance(value, torch.dtype):
            schema[name] = "dtype " + dtype_name(value)
        else:
            schema[name] = "object " + type(value).__name__
    return schema


class Schemas:
    """Distinct schemas by number, so that a schema shared by a hundred calls appears in the output once."""

    def __init__(self) -> None:
        self.values: List[Schema] = []
        self._numbers: Dict[str, int] = {}

    def number(self, schema: Schema) -> int:
        key = json.dumps(schema)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(schema)
        return self._numbers[key]
