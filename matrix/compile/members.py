"""The table ``members``: every class with its own members, its bases, and the hooks that it calls, by release."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matrix.compile.interned import Interned
from matrix.compile.spans import fold
from matrix.compile.table import Table
from matrix.store.records import Record, Store

_KINDS = (("classmethods", "classmethod"), ("staticmethods", "staticmethod"), ("properties", "property"))


def compile_members(timeline: Sequence[Record], store: Store) -> dict[str, Table]:
    """``classes``: path of a class -> ``bases``, ``members`` and ``calls``, each over the releases.

    A member is ``method(self, img)``, ``classmethod(...)``, ``staticmethod(...)``, ``property``, ``attribute`` of the
    class or ``instance`` attribute. ``calls`` are the methods that the class calls on itself.
    """
    releases = [record.release for record in timeline]
    over = [_classes(record, store) for record in timeline]
    descriptions = Interned()
    classes: dict[str, Any] = {}
    for path in sorted({path for found in over for path in found}):
        stored = [found.get(path) for found in over]
        members = [None if each is None else members_of(each) for each in stored]
        names = sorted({name for found in members if found for name in found})
        row: dict[str, Any] = {
            "bases": fold(releases, [None if each is None else each["bases"] for each in stored]),
            "members": {
                name: fold(releases, [_number(descriptions, found, name) for found in members]) for name in names
            },
        }
        calls = fold(releases, [None if each is None else each.get("calls") for each in stored])
        if calls:
            row["calls"] = calls
        classes[path] = row
    return {"members": {"classes": classes, "descriptions": descriptions.values}}


def _number(descriptions: Interned, found: Mapping[str, str] | None, name: str) -> int | None:
    return descriptions.number(found[name]) if found and name in found else None


def _classes(record: Record, store: Store) -> dict[str, dict[str, Any]]:
    """Return the classes that the modules of a release define, by path, with attributes that only instances showed."""
    found: dict[str, dict[str, Any]] = {}
    for module, reference in (record.static or {})["api"].items():
        for name, described in store.value(reference)["names"].items():
            if isinstance(described, dict):
                found[f"{module}.{name}"] = described
    defined = {name for described in found.values() for name in described.get("methods", ())}
    for path, described in found.items():
        found[path] = {**described, "calls": sorted(defined & set(described.get("calls", ())))}
    behaviour = record.behaviour or {}
    for module, reference in behaviour.get("members", {}).items():
        for name, shown in store.value(reference).items():
            path = f"{module}.{name}"
            if path in found:
                # What only an install has, such as `get_params` of v2 transforms: base classes put it there.
                missing = {each: text for each, text in shown.items() if each not in members_of(found[path])}
                found[path] = {**found[path], "made": {n: t for n, t in missing.items() if t != "class"}}
    for path, names in behaviour.get("attributes", {}).items():
        if path in found:
            known = {name for each in lineage(found, path) for name in members_of(found[each])}
            found[path] = {**found[path], "shown": sorted(set(names) - known)}
    return found


def lineage(classes: Mapping[str, Mapping[str, Any]], path: str) -> Iterator[str]:
    """Yield a class and the classes it inherits from, as far as they are torchvision's, nearest first."""
    pending, seen = [path], set()
    while pending:
        path = pending.pop(0)
        if path in classes and path not in seen:
            seen.add(path)
            yield path
            pending += classes[path]["bases"]


def members_of(described: Mapping[str, Any]) -> dict[str, str]:
    """Return the own members of a class as a record describes it: name -> what it is."""
    found = {name: "instance" for key in ("instance", "instance_later", "shown") for name in described.get(key, ())}
    found.update((name, "attribute") for name in described.get("attributes", ()))
    kinds = {name: word for key, word in _KINDS for name in described.get(key, ())}
    for name, parameters in described.get("methods", {}).items():
        found[name] = kinds.get(name, "method") + parameters
    found.update((name, "property") for name, word in kinds.items() if word == "property")
    found.update((name, text.replace("data", "attribute")) for name, text in described.get("made", {}).items())
    return found
