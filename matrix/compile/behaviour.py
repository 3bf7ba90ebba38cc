"""The table ``behaviour``: what functions and classes do otherwise from a release on, as the recipes showed it.

Two neighbouring releases are compared recipe by recipe. A difference is torchvision's own where the sources of the
older release give the older result in the newer one's environment as well; where they give the newer result, it comes
from torch, numpy or Pillow, and is not listed as a change of torchvision.
"""

import ast
import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from matrix import recipes
from matrix.compile.spans import UNKNOWN, fold
from matrix.compile.table import Table
from matrix.recipes.outcomes import alike
from matrix.store.records import Record, Store

# Differences below are what another order of the same operations leaves.
SMALLEST = 1e-5

# What says that a name, a module or a parameter is missing: names and signatures tell that already.
_MISSING = re.compile(
    r"(?:ModuleNotFoundError|ImportError): |NameError: name |AttributeError: (?:module|type object) "
    r"|TypeError: .*(?:unexpected keyword argument|positional arguments? but|missing \d+ required)"
    r"|RecipeTimeoutError|lost: "
)

_STATISTICS = ("min", "max", "mean", "std", "values", "finite")


@dataclass
class Found:
    """What changed in one name from one release to the next, in one way.

    Attributes:
        recipes: expressions that show it.
        texts: before and after in words, one for each recipe.
        largest, relative, share: of the largest difference that was seen.
    """

    path: str
    release: str
    kind: str
    recipes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    largest: float = 0.0
    relative: float = 0.0
    share: float = 0.0

    def add(self, recipe: str, text: str, difference: Mapping[str, Any]) -> None:
        self.recipes.append(recipe)
        self.texts.append(text)
        self.largest = max(self.largest, float(difference.get("largest", 0)))
        self.relative = max(self.relative, float(difference.get("relative", 0)))
        self.share = max(self.share, float(difference.get("share", 0)))


def compile_behaviour(timeline: Sequence[Record], store: Store) -> dict[str, Table]:
    """Compile ``changes``, by release and name, and ``recipes``: those that show them, each with the states it had."""
    measured = [record for record in timeline if record.behaviour is not None]
    outcomes = [store.outcomes(record) for record in measured]
    found: dict[tuple[str, str, str], Found] = {}
    states: dict[str, list[Any]] = {}
    for number in range(1, len(measured)):
        before, after = outcomes[number - 1], outcomes[number]
        for key in after.keys() & before.keys():
            for change in compare(key, before[key], after[key], with_older_sources(measured[number], store, key)):
                path = path_of(key)
                place = (measured[number].release, path, change.kind)
                entry = found.setdefault(place, Found(path, measured[number].release, change.kind))
                entry.add(key.partition(": ")[2], change.text, change.difference)
                states.setdefault(key, _states(key, outcomes))
    releases = [record.release for record in timeline]
    positions = {record.release: number for number, record in enumerate(measured)}
    rows = [
        {
            "path": each.path,
            "release": each.release,
            "kind": each.kind,
            "recipes": each.recipes,
            "texts": each.texts,
            **({"largest": each.largest, "relative": each.relative, "share": each.share} if each.largest else {}),
        }
        for _, each in sorted(found.items(), key=lambda item: (positions[item[0][0]], *item[0][1:]))
    ]
    spans = {
        key: fold(releases, [values[positions[r]] if r in positions else UNKNOWN for r in releases])
        for key, values in sorted(states.items())
    }
    return {"behaviour": {"changes": rows, "recipes": spans}}


def _states(key: str, outcomes: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return a number for each release: the same where the recipe gave the same."""
    seen: list[Any] = []
    found: list[Any] = []
    for each in outcomes:
        outcome = each.get(key)
        if outcome is None:
            found.append(UNKNOWN)
            continue
        number = next((n for n, known in enumerate(seen) if alike(known, outcome)), len(seen))
        if number == len(seen):
            seen.append(outcome)
        found.append(number)
    return found


def with_older_sources(record: Record, store: Store, key: str) -> Mapping[str, Any] | None:
    """Return what a recipe gives with the sources of the release before, ``None`` where that is the same.

    Returns:
        ``outcome`` and ``difference``; empty where the sources of the release before could not be tried.
    """
    previous = (record.behaviour or {})["previous"]
    if "changes" not in previous:
        return {}
    found = previous["changes"].get(key)
    return None if found is None else {**found, "outcome": store.value(found["outcome"])}


def path_of(key: str) -> str:
    """Return the full path of what a recipe is about: the function or class that its expression calls first."""
    module, _, expression = key.partition(": ")
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    called = [node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    named = [node.id for node in nodes if isinstance(node, ast.Name)]
    own = [name for name in (*called, *named) if name not in _input_names()]
    return f"{module}.{own[0]}" if own else module


@lru_cache(maxsize=1)
def _input_names() -> frozenset[str]:
    """Return the names that recipes have beside those of the module: of Python, and of the files of inputs."""
    found = {"torch", "numpy", "torchvision", *vars(builtins)}
    for name in ("inputs", "image_files", "dataset_files"):
        path = Path(str(recipes.__file__)).with_name(f"{name}.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
    return frozenset(found)


@dataclass(frozen=True)
class Difference:
    """One way in which a recipe gave something else.

    Attributes:
        kind: ``fails``, ``works``, ``error``, ``type``, ``numbers``, ``draws``, ``warns`` or ``warns no more``.
        text: before and after, in words.
        difference: how far the numbers are apart.
    """

    kind: str
    text: str
    difference: Mapping[str, Any] = field(default_factory=dict)


def compare(
    key: str, before: Mapping[str, Any], after: Mapping[str, Any], older: Mapping[str, Any] | None
) -> Iterator[Difference]:
    """Yield the ways in which torchvision made a recipe give something else.

    Args:
        before, after: what it gave in the older release and in the newer one.
        older: what the older release's sources give in the newer one's environment, as :func:`with_older_sources`
            returns it.
    """
    if older is None or any(_MISSING.match(each.get("error", "")) for each in (before, after)):
        return
    tried = older.get("outcome")
    if tried is not None and _MISSING.match(tried.get("error", "")):
        # The older sources don't run in the newer environment, so nothing is known but the two results.
        tried = None
    reference = before if tried is None else tried
    if tried is None and alike(before, after):
        return
    yield from _warnings(reference, after)
    if "error" in reference or "error" in after:
        yield from _errors(reference, after)
        return
    left, right = reference["value"], after["value"]
    apart = dict(older.get("difference") or {})
    if shape_of(left) != shape_of(right):
        kind = "draws" if "draws" in after and types_of(left) == types_of(right) else "type"
        yield Difference(kind, f"{shown(left)} becomes {shown(right)}", apart)
    elif float(apart.get("relative") or apart.get("largest") or 0) > SMALLEST or (
        tried is None and not alike(left, right)
    ):
        draws = reference.get("draws") != after.get("draws") and "draws" in after
        yield Difference("draws" if draws else "numbers", _numbers(apart), apart)
    elif reference.get("draws") != after.get("draws"):
        yield Difference("draws", "another amount of random numbers is drawn")
    elif not apart and not alike(left, right):
        yield Difference("type", f"{shown(left)} becomes {shown(right)}")


def _warnings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    old, new = _own_warnings(before), _own_warnings(after)
    for category, text in new - old:
        yield Difference("warns", f"{category}: {text}")
    for category, text in old - new:
        if category not in {each for each, _ in new}:
            yield Difference("warns no more", f"{category}: {text}")


def _own_warnings(outcome: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(category, text) for category, text, origin in outcome.get("warnings", ()) if origin == "torchvision"}


def _errors(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    old, new = before.get("error"), after.get("error")
    if old is None and new is not None:
        yield Difference("fails", new)
    elif old is not None and new is None:
        yield Difference("works", f"before: {old}")
    elif old is not None and new is not None and old.partition(":")[0] != new.partition(":")[0]:
        yield Difference("error", f"{old.partition(':')[0]} becomes {new.partition(':')[0]}")


def shape_of(value: Any) -> Any:
    """Return a described result without its numbers: kinds, element types, shapes, texts."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items() if key not in _STATISTICS}
    if isinstance(value, list):
        return [shape_of(item) for item in value]
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def types_of(value: Any) -> Any:
    """Return a described result with nothing but its kinds and element types."""
    if isinstance(value, dict):
        return {key: types_of(item) for key, item in value.items() if key in ("kind", "dtype", "mode", "items")}
    if isinstance(value, list):
        return [types_of(item) for item in value]
    return type(value).__name__


def shown(value: Any) -> str:
    """Return a described result in a few words."""
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value[:4]) + ("...]" if len(value) > 4 else "]")
    if not isinstance(value, dict):
        return str(value)[:80]
    words = [str(value.get("kind", ""))]
    words += [str(value[key]) for key in ("mode", "dtype") if key in value]
    if "size" in value:
        words.append(" x ".join(map(str, value["size"])))
    if "shape" in value:
        words.append(" x ".join(map(str, value["shape"])) or "scalar")
    if "items" in value:
        items = value["items"].values() if isinstance(value["items"], dict) else value["items"]
        words.append("of " + ", ".join(dict.fromkeys(shown(item) for item in list(items)[:4])))
    if "attributes" in value:
        words += [f"{name}={shown(item)}" for name, item in list(value["attributes"].items())[:3]]
    return " ".join(words)[:160]


def _numbers(apart: Mapping[str, Any]) -> str:
    if not apart.get("largest"):
        return "other values"
    text = f"other values: up to {apart['largest']:g} apart"
    if "share" in apart:
        text += f", {apart['share']:.0%} of them"
    return text
