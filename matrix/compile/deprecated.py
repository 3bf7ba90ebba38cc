"""What is deprecated in the table ``names``: what sources warn of, and what every call was warned of in an install."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from matrix.compile.behaviour import named_like_inputs, path_of
from matrix.compile.spans import fold
from matrix.store.records import Record, Store

_DEPRECATION = re.compile(r"Deprecat|FutureWarning|deprecated|will be removed", re.IGNORECASE)

# Imports of imports: more of them are a circle.
_DEPTH = 8


def compile_deprecated(timeline: Sequence[Record], store: Store) -> dict[str, Any]:
    """Return path under which a name is defined -> what it warns of, over the releases."""
    releases = [record.release for record in timeline]
    own = frozenset().union(*(named_like_inputs(record, store) for record in timeline))
    over = [{**from_sources(record), **from_calls(record, store, own)} for record in timeline]
    paths = sorted({path for found in over for path in found})
    return {path: fold(releases, [found.get(path) for found in over]) for path in paths}


def from_sources(record: Record) -> dict[str, str]:
    """Return what the sources of a release warn of."""
    static: Mapping[str, Mapping[str, str]] = (record.static or {})["deprecated"]
    return {f"{module}.{name}".rstrip("."): text for module, names in static.items() for name, text in names.items()}


def from_calls(record: Record, store: Store, own: frozenset[str]) -> dict[str, str]:
    """Return what every call of a name warned of in an install.

    Where some calls warn and others do not, it depends on the arguments: that is no deprecation of the name.
    """
    warned: dict[str, list[set[str]]] = {}
    for key, outcome in store.outcomes(record).items():
        if "error" not in outcome:
            texts = {
                text
                for category, text, origin in outcome.get("warnings", ())
                if origin == "torchvision" and _DEPRECATION.search(f"{category} {text}")
            }
            warned.setdefault(path_of(key, own), []).append(texts)
    found = {}
    for path, calls in warned.items():
        always = set.intersection(*calls)
        if always:
            found[definition(record, store, path)] = min(always)
    return found


def definition(record: Record, store: Store, path: str) -> str:
    """Return the path under which a name of a release is defined."""
    for _ in range(_DEPTH):
        module, _, name = path.rpartition(".")
        reference = (record.static or {})["api"].get(module)
        described = store.value(reference)["names"].get(name) if reference else None
        if not (isinstance(described, str) and described.startswith("= torchvision.")):
            break
        path = described[2:]
    return path
