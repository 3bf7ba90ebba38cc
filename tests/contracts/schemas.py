"""The schemas of ``matrix/schema``: read, applied to real documents, and tried on broken ones."""

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Set

from tests.needs import need_module

FOLDER = Path(__file__).parents[2] / "matrix" / "schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = sorted(path.relative_to(FOLDER).as_posix()[: -len(".json")] for path in FOLDER.rglob("*.json"))

# What values are in the words of schemas; all others are numbers.
KINDS = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}

Schema = Dict[str, Any]


def read(name: str) -> Schema:
    """Return a schema by its path below ``matrix/schema``: ``commands/check``."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def validator(schema: Schema) -> Any:
    jsonschema = need_module("jsonschema")
    return jsonschema.Draft202012Validator(schema)


def problems(name: str, document: Any) -> List[str]:
    """Return what a schema refuses in a document, a line each, at most five."""
    found = []
    for error in validator(read(name)).iter_errors(document):
        while error.context:
            # Of alternatives, the one that got furthest into the document is the one that was meant.
            error = max(error.context, key=lambda inner: len(inner.absolute_path))
        place = "".join(f"[{part!r}]" for part in error.absolute_path)
        found.append(f"matrix/schema/{name}.json at {place or 'the document itself'}: {error.message[:300]}")
        if len(found) == 5:
            break
    return found


class Place(NamedTuple):
    """A value in a document, with what its schema says of it.

    Attributes:
        pointer: of the schema, `$defs/finding/properties/line`; where definitions are used they are named themselves.
        node: the schema as it stands there.
        keywords: the same with its reference and the alternative that holds put in place.
        value: the value.
    """

    pointer: str
    node: Schema
    keywords: Schema
    value: Any


class Walk:
    """Walks through a document and its schema side by side."""

    def __init__(self, name: str) -> None:
        self.schema = read(name)
        self.name = name

    def accepts(self, node: Any, value: Any) -> bool:
        return validator({"$schema": DIALECT, "$defs": self.schema.get("$defs", {}), **node}).is_valid(value)

    def places(self, document: Any) -> Iterator[Place]:
        """Yield each place of the document, those inside of it behind it."""
        yield from self._places(self.name, self.schema, document)

    def _places(self, pointer: str, node: Any, value: Any) -> Iterator[Place]:
        if not isinstance(node, dict):
            return
        inner, keywords = self._resolved(pointer, node, value)
        yield Place(pointer, node, keywords, value)
        if isinstance(value, dict):
            properties = keywords.get("properties", {})
            for key, item in value.items():
                if key in properties:
                    yield from self._places(f"{inner}/properties/{key}", properties[key], item)
                else:
                    yield from self._places(f"{inner}/*", keywords.get("additionalProperties"), item)
        elif isinstance(value, list):
            fixed = keywords.get("prefixItems", [])
            for number, item in enumerate(value):
                below = fixed[number] if number < len(fixed) else keywords.get("items")
                yield from self._places(f"{inner}/{min(number, len(fixed))}", below, item)

    def _resolved(self, pointer: str, node: Schema, value: Any) -> "tuple[str, Schema]":
        """Return where the keywords of a place stand, and the keywords."""
        keywords = {key: item for key, item in node.items() if key not in ("$ref", "anyOf", "allOf")}
        if "$ref" in node:
            pointer = node["$ref"][len("#/") :]
            inner = self.schema["$defs"][pointer.partition("/")[2]]
            pointer, found = self._resolved(pointer, inner, value)
            keywords = {**found, **keywords, "required": found.get("required", []) + node.get("required", [])}
            keywords["properties"] = {**found.get("properties", {}), **node.get("properties", {})}
        for number in self._meant(node.get("anyOf", []), value):
            pointer, found = self._resolved(f"{pointer}/anyOf/{number}", node["anyOf"][number], value)
            keywords = {**keywords, **found}
        for each in node.get("allOf", []):
            if self.accepts(each["if"], value):
                keywords["required"] = keywords.get("required", []) + each["then"]["required"]
        return pointer, keywords

    def _meant(self, branches: List[Any], value: Any) -> List[int]:
        """Return the number of the alternative that a value is of; by its type where that is enough, which is fast."""
        kind = KINDS.get(type(value), "number")
        possible = [number for number, branch in enumerate(branches) if kind in self.types(branch)]
        if len(possible) > 1:
            possible = [number for number in possible if self.accepts(branches[number], value)]
        return possible[:1]

    def types(self, branch: Schema) -> "Set[str]":
        """Return the types of values that a schema allows."""
        while "$ref" in branch:
            branch = self.schema["$defs"][branch["$ref"].rpartition("/")[2]]
        if "const" in branch:
            return {KINDS.get(type(branch["const"]), "number")}
        if "anyOf" in branch:
            return {kind for each in branch["anyOf"] for kind in self.types(each)}
        types = branch.get("type", [*KINDS.values(), "number"])
        types = {types} if isinstance(types, str) else set(types)
        return types | ({"number"} if "integer" in types else set())


def shortened(value: Any) -> Any:
    """Return a value with the first few of its many like items: as valid, and a lot faster to look through."""
    if isinstance(value, dict):
        kept = list(value.items())[:3] if len(value) > 40 else value.items()
        return {key: shortened(item) for key, item in kept}
    if isinstance(value, list):
        return [shortened(item) for item in value[:6]]
    return value


def breaks(place: Place, allowed: "Set[str]") -> "Iterator[tuple[str, Any]]":
    """Yield what can be wrong at a place, in words and as a value; ``allowed`` are the types that may stand there."""
    if not {"type", "anyOf", "$ref", "const"} & set(place.node):
        # Values of torchvision's own, of any kind.
        return
    value, keywords = shortened(place.value), place.keywords
    for other in (0.5, "?!", None, [], {}):
        if KINDS.get(type(other), "number") not in allowed:
            yield f"{other!r} instead of {KINDS.get(type(value), 'number')}", other
    if isinstance(value, str) and {"pattern", "enum", "const"} & set(keywords):
        yield "another text", "?!"
    if isinstance(value, dict):
        for key in keywords.get("required", []):
            yield f"without {key}", {name: item for name, item in value.items() if name != key}
        if keywords.get("additionalProperties") is False or "unevaluatedProperties" in keywords:
            yield "one more key", {**value, "more": None}
        elif "propertyNames" in keywords and value:
            yield "an odd key", {**value, "?!": next(iter(value.values()))}
    if "prefixItems" in keywords:
        yield "too short", value[: keywords["minItems"] - 1]
        yield "too long", [*value, *[None] * (len(keywords["prefixItems"]) + 1 - len(value))]


class Tried(NamedTuple):
    """What trying real documents on a schema showed.

    Attributes:
        unnoticed: what was broken in a document and is accepted all the same.
        broken: how many broken documents were tried.
        described: the properties that the schema describes, by pointer.
        used: those that a document has.
    """

    unnoticed: List[str]
    broken: int
    described: Set[str]
    used: Set[str]


def try_out(name: str, documents: List[Any]) -> Tried:
    """Break real documents in every place that the schema says something of, once each."""
    walk = Walk(name)
    seen: Set[str] = set()
    unnoticed, broken = [], 0
    for document in documents:
        for place in walk.places(document):
            # An object with other keys may be broken in other ways.
            keys = set(place.value) & set(place.keywords.get("properties", ())) if type(place.value) is dict else ()
            tried = f"{place.pointer} {KINDS.get(type(place.value))} {sorted(keys)}"
            if tried in seen:
                continue
            seen |= {tried, place.pointer}
            if not walk.accepts(place.node, shortened(place.value)):
                unnoticed.append(f"{place.pointer}: it is refused before it is broken")
            for what, value in breaks(place, walk.types(place.node)):
                broken += 1
                if walk.accepts(place.node, value):
                    unnoticed.append(f"{place.pointer}: {what}")
    described = set(_properties(name, walk.schema))
    return Tried(unnoticed, broken, described, described & seen)


def _properties(name: str, schema: Schema) -> Iterator[str]:
    """Yield a pointer for each property that a schema describes."""
    pending = [(name, {key: item for key, item in schema.items() if key != "$defs"})]
    pending += [(f"$defs/{key}", item) for key, item in schema.get("$defs", {}).items()]
    for pointer, node in pending:
        if not isinstance(node, dict):
            continue
        pointer = node["$ref"][len("#/") :] if "$ref" in node else pointer
        for key, item in node.get("properties", {}).items():
            yield f"{pointer}/properties/{key}"
            pending.append((f"{pointer}/properties/{key}", item))
        pending.append((f"{pointer}/*", node.get("additionalProperties")))
        fixed = node.get("prefixItems", [])
        pending += [(f"{pointer}/{number}", item) for number, item in enumerate(fixed)]
        pending.append((f"{pointer}/{len(fixed)}", node.get("items")))
        pending += [(f"{pointer}/anyOf/{number}", item) for number, item in enumerate(node.get("anyOf", []))]
