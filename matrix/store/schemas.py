"""State-dict schemas as they are stored: nested by module, without the usual dtype."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Nested = dict[str, Any]

_USUAL = "float32"


def pack(schema: Mapping[str, str]) -> Nested | list[list[str]]:
    """Nest a schema by module: ``{"conv1": {"weight": "64,3,7,7"}}``.

    If that would lose the order of the state dict, the result is a list of pairs instead.
    """
    nested: Nested = {}
    for name, description in schema.items():
        *parents, last = name.split(".")
        level = nested
        for parent in parents:
            level = level.setdefault(parent, {})
            if not isinstance(level, dict):
                return _pairs(schema)
        if last in level:
            return _pairs(schema)
        level[last] = _shortened(description)
    if list(_flattened(nested, "")) != [(name, _shortened(text)) for name, text in schema.items()]:
        return _pairs(schema)
    return nested


def unpack(packed: Nested | list[list[str]]) -> dict[str, str]:
    """Return state-dict name -> ``dtype d0,d1,...`` in the order of the state dict."""
    pairs = _flattened(packed, "") if isinstance(packed, dict) else ((name, text) for name, text in packed)
    return {name: _lengthened(text) for name, text in pairs}


def _pairs(schema: Mapping[str, str]) -> list[list[str]]:
    return [[name, _shortened(description)] for name, description in schema.items()]


def _flattened(level: Nested, prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in level.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _shortened(description: str) -> str:
    return description[len(_USUAL) + 1 :] if re.fullmatch(rf"{_USUAL} [\d,]+", description) else description


def _lengthened(text: str) -> str:
    return f"{_USUAL} {text}" if re.fullmatch(r"[\d,]+", text) else text
