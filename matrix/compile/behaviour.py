"""The table ``behaviour``: what functions and classes do otherwise from a release on, as the recipes showed it.

Two neighbouring releases are compared recipe by recipe. A difference is torchvision's own where the sources of the
older release give the older result in the newer one's environment as well; where they give the newer result, it comes
from torchvision's compiled parts or from torch, numpy, Pillow, Python, and is listed with those that changed.
"""

import ast
import builtins
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from matrix import recipes
from matrix.compile.spans import UNKNOWN, Unknown, fold
from matrix.compile.table import Table
from matrix.errors import ExplanationError
from matrix.explanations import Explanation
from matrix.recipes.outcomes import alike
from matrix.store.records import Record, Store

# Differences below are what another order of the same operations leaves.
SMALLEST = 1e-5

# What says that a name, a module or a parameter is missing: names and signatures tell that already, and packages that
# an environment lacks are no change.
_MISSING = re.compile(
    r"(?:ModuleNotFoundError|ImportError): |NameError: name |AttributeError: (?:module|type object) "
    r"|TypeError: .*(?:unexpected keyword argument|positional arguments? but|missing \d+ required)"
    r"|RuntimeError: Scipy is not found|RecipeTimeoutError"
)

# What people call the packages that are named in lower case.
_NAMES = {"pillow": "Pillow"}

# How older sources fail that don't fit the newer compiled parts.
_NO_OPERATOR = re.compile(r"^lost: |No such operator torchvision::|'_OpNamespace' (?:'\\w+' )?object has no attribute")

_SIZES = ("shape", "size", "canvas_size", "length")

# What a recipe gave: `value` or `error`, `warnings`, and `draws`.
Outcome = Mapping[str, Any]

_STATISTICS = ("min", "max", "mean", "std", "values", "finite")


@dataclass
class Found:
    """What changed in one name from one release to the next, in one way.

    Attributes:
        cause: ``torchvision``, or what else it can be: see :func:`causes`.
        why: its explanation.
        recipes: keys of the recipes that show it, each with before and after in words.
        largest, relative, share: of the largest difference that was seen.
    """

    path: str
    release: str
    kind: str
    cause: str
    why: Explanation | None = None
    recipes: dict[str, str] = field(default_factory=dict)
    largest: float = 0.0
    relative: float = 0.0
    share: float = 0.0

    def add(self, recipe: str, text: str, difference: Mapping[str, Any]) -> None:
        # The call that shows it best goes first.
        is_best = _finite(difference.get("relative", 0)) > self.relative
        self.recipes = {recipe: text, **self.recipes} if is_best else {**self.recipes, recipe: text}
        self.largest = max(self.largest, _finite(difference.get("largest", 0)))
        self.relative = max(self.relative, _finite(difference.get("relative", 0)))
        self.share = max(self.share, _finite(difference.get("share", 0)))

    def row(self, numbers: Mapping[str, int]) -> dict[str, Any]:
        """Return the row of the table; ``numbers`` are the places of recipes in it."""
        texts = list(self.recipes.values())
        return {
            "path": self.path,
            "release": self.release,
            "kind": self.kind,
            **({"cause": self.cause} if self.cause != "torchvision" else {}),
            **(words_of(self.why) if self.why else {}),
            "recipes": [numbers[key] for key in self.recipes],
            # Warnings and errors are mostly the same for all.
            "texts": texts if len(set(texts)) > 1 else texts[:1],
            **({"largest": self.largest, "relative": self.relative, "share": self.share} if self.largest else {}),
        }


def _finite(number: Any) -> float:
    return number if isinstance(number, (int, float)) else 0.0


def compile_behaviour(
    timeline: Sequence[Record], store: Store, explanations: Sequence[Explanation] = ()
) -> dict[str, Table]:
    """Compile ``changes``, by release and name, and ``recipes``: those that show them, with what each gave over time.

    Raises:
        ExplanationError: an explanation is of a change that no recipe shows.
    """
    measured = [record for record in timeline if record.behaviour is not None]
    there = [named_like_inputs(record, store) for record in measured]
    own = frozenset().union(*there)
    outcomes = [_without_inputs(store.outcomes(record), own - has, own) for record, has in zip(measured, there)]
    changes = list(_changes(measured, outcomes, store, explanations, own))
    explained = {change.why.where for change in changes if change.why}
    in_vain = [each.where for each in explanations if each.where not in explained]
    if in_vain and measured:
        raise ExplanationError(f"{in_vain[0]}: no recipe shows such a change")
    keys = sorted({key for change in changes for key in change.recipes})
    numbers = {key: number for number, key in enumerate(keys)}
    states = [_row(key, timeline, dict(zip((record.release for record in measured), outcomes))) for key in keys]
    return {"behaviour": {"changes": [change.row(numbers) for change in changes], "recipes": states}}


def _without_inputs(
    outcomes: Mapping[str, Outcome], lacking: frozenset[str], own: frozenset[str]
) -> Mapping[str, Outcome]:
    """Return the outcomes of a release without those in which an input took the place of a function that it lacks."""
    return {key: found for key, found in outcomes.items() if path_of(key, own) not in lacking} if lacking else outcomes


def _changes(
    measured: Sequence[Record],
    outcomes: Sequence[Mapping[str, Any]],
    store: Store,
    explanations: Sequence[Explanation],
    own: frozenset[str],
) -> Iterator[Found]:
    """Yield what changed from each release to the next, by name."""
    for number in range(1, len(measured)):
        record, before, after = measured[number], outcomes[number - 1], outcomes[number]
        elsewhere = causes(measured[number - 1], record)
        found: dict[tuple[str, ...], Found] = {}
        for key in sorted(after.keys() & before.keys()):
            path, call = path_of(key, own), key.partition(": ")[2]
            for change in compare(before[key], after[key], with_older_sources(record, store, key)):
                if _is_told_elsewhere(path, call, change):
                    continue
                why = next((e for e in explanations if e.covers(record.release, path, change.kind, call)), None)
                cause = why.cause if why and why.cause else "torchvision" if change.is_own else elsewhere
                place = (path, change.kind, cause, why.where if why else "")
                entry = found.setdefault(place, Found(path, record.release, change.kind, cause, why))
                entry.add(key, change.text, change.difference)
        yield from (found[place] for place in sorted(found))


def _is_told_elsewhere(path: str, call: str, change: "Difference") -> bool:
    """Whether a difference is the recipe's own, or one of names or members, which other tables have."""
    if change.kind == "type" and call.startswith("import_afresh("):
        return True
    if "TypedStorage is deprecated" in change.text:
        return True  # of the recipe's own question where a result lies in memory
    missing = re.search(r"AttributeError: '(\w+)' object has no attribute", change.text)
    return missing is not None and missing[1] == path.rpartition(".")[2]


def words_of(explanation: Explanation) -> dict[str, Any]:
    """Return what is hand-written of a change, empty texts left out."""
    found = {"words": explanation.text, "when": explanation.when, "source": explanation.source}
    concerns = {"concerns": [list(each) for each in explanation.concerns]} if explanation.concerns else {}
    return {**{key: text for key, text in found.items() if text}, **concerns}


def causes(before: Record, after: Record) -> str:
    """Return what besides torchvision's Python sources differs between the environments of two releases."""
    old, new = map(_environment, (before, after))
    changed = [f"{_NAMES.get(name, name)} {old[name]} -> {new[name]}" for name in new if old.get(name) != new[name]]
    return ", ".join(["torchvision's compiled parts", *sorted(changed)])


def _environment(record: Record) -> dict[str, str]:
    origin = record.provenance["behaviour"]
    found = dict(each.split("==") for each in origin["packages"])
    del found["torchvision"]
    return {**found, "Python": origin["python"]}


def _row(key: str, timeline: Sequence[Record], outcomes: Mapping[str, Mapping[str, Outcome]]) -> dict[str, Any]:
    """Return the row of a recipe: what it gave over the releases, in the respects in which changes are told.

    Releases that lack what the recipe needs are left out: names and signatures tell that.
    """
    releases = [record.release for record in timeline]
    given = [outcomes[release].get(key, UNKNOWN) if release in outcomes else UNKNOWN for release in releases]

    def over_time(state_of: Callable[[Outcome], int | str]) -> list[list[Any]]:
        return fold(releases, [each if isinstance(each, Unknown) else _state(each, state_of) for each in given])

    result, form, warned = _Numbers(alike), _Numbers(operator.eq), _Numbers(operator.eq)
    return {
        "recipe": key,
        "results": over_time(lambda outcome: result.of({**outcome, "warnings": ()})),
        "forms": over_time(lambda outcome: _error_class(outcome) or form.of(shape_of(outcome["value"]))),
        "warnings": over_time(lambda outcome: warned.of(_warnings_of(outcome))),
    }


def _state(outcome: Outcome, state_of: Callable[[Outcome], int | str]) -> int | str | None:
    return None if _MISSING.match(outcome.get("error", "")) else state_of(outcome)


class _Numbers:
    """Numbers for values: the same for those that are the same."""

    def __init__(self, is_same: Callable[[Any, Any], bool]) -> None:
        self._is_same = is_same
        self._seen: list[Any] = []

    def of(self, value: Any) -> int:
        for number, known in enumerate(self._seen):
            if self._is_same(known, value):
                return number
        self._seen.append(value)
        return len(self._seen) - 1


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


def named_like_inputs(record: Record, store: Store) -> frozenset[str]:
    """Return the paths of a release's functions that have the name of an input of recipes."""
    inputs = _input_names()
    return frozenset(
        f"{module}.{name}"
        for module, reference in (record.static or {})["api"].items()
        for name, described in store.value(reference)["names"].items()
        if name in inputs and isinstance(described, str) and described.startswith(("def", "= torchvision."))
    )


@cache
def path_of(key: str, own: frozenset[str] = frozenset()) -> str:
    """Return the full path of what a recipe is about: the first that it calls, or else names, which is no input.

    Args:
        own: paths of torchvision's own that have the name of an input; in recipes of their module they are meant.
    """
    module, _, expression = key.partition(": ")
    called: list[ast.expr] = []
    named: list[ast.expr] = []
    other = set(_input_names())
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Call):
            called.append(node.func)
        elif isinstance(node, ast.arg):
            other.add(node.arg)
        elif isinstance(node, ast.Name):
            named.append(node)
            other.update([node.id] if isinstance(node.ctx, ast.Store) else [])
    for nodes in (called, named):
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            text = ast.unparse(node)
            if re.fullmatch(r"[\w.]+", text) and (text.partition(".")[0] not in other or f"{module}.{text}" in own):
                return f"{module}.{text}"
    return module


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
        is_own: whether torchvision's Python sources are what makes it; else it can be its compiled parts or another
            package.
    """

    kind: str
    text: str
    difference: Mapping[str, Any] = field(default_factory=dict)
    is_own: bool = True


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], older: Mapping[str, Any] | None
) -> Iterator[Difference]:
    """Yield the ways in which a recipe gave something else in the next release.

    Args:
        before, after: what it gave in the older release and in the newer one.
        older: what the older release's sources give in the newer one's environment, as :func:`with_older_sources`
            returns it.
    """
    if any(_MISSING.match(each.get("error", "")) for each in (before, after)):
        return
    seen = {each.kind: each for each in _differences(before, after, {}, is_own=False)}
    tried = after if older is None else older.get("outcome")
    if tried is None or _MISSING.match(tried.get("error", "")) or _NO_OPERATOR.search(tried.get("error", "")):
        # The older sources don't run in the newer environment, so nothing is known but the two results.
        yield from seen.values()
        return
    apart = dict((older or {}).get("difference") or {})
    for change in _differences(tried, after, apart, is_own=True):
        # Differences too small to be seen in what is recorded were found value by value. All else has to be seen: a
        # call may fail with the older sources here that did not fail in the older release.
        told = seen.pop(change.kind, None)
        if change.kind in ("numbers", "draws"):
            yield change
        elif told is not None:
            # In the words of the older release itself, since its sources may say something else in this environment.
            yield replace(change, text=told.text)
    yield from seen.values()


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any], apart: Mapping[str, Any], *, is_own: bool
) -> Iterator[Difference]:
    """Yield the ways in which two outcomes differ.

    Args:
        apart: how far the numbers are apart; known where both were evaluated in one environment.
    """
    if "error" in before or "error" in after:
        yield from _errors(before, after, is_own)
        return
    yield from _warnings(before, after, is_own)
    left, right = before["value"], after["value"]
    # The generators end up in another state, so other random numbers were drawn, or more of them.
    is_drawn = "draws" in after and before.get("draws") != after["draws"]
    if shape_of(left) != shape_of(right):
        kind = "draws" if is_drawn and types_of(left) == types_of(right) else "type"
        yield Difference(kind, f"{shown(left)} becomes {shown(right)}", apart, is_own)
    elif float(apart.get("relative") or apart.get("largest") or 0) > SMALLEST or (not apart and not alike(left, right)):
        yield Difference("draws" if is_drawn else "numbers", _numbers(apart), apart, is_own)
    elif is_own and before.get("draws") != after.get("draws"):
        yield Difference("draws", "another amount of random numbers is drawn", is_own=is_own)


def _warnings(before: Mapping[str, Any], after: Mapping[str, Any], is_own: bool) -> Iterator[Difference]:
    old, new = map(_warnings_of, (before, after))
    for category, text in sorted(new - old):
        yield Difference("warns", f"{category}: {text}", is_own=is_own)
        return
    for category, text in sorted(old - new):
        if category not in {each for each, _ in new}:
            yield Difference("warns no more", f"{category}: {text}", is_own=is_own)
            return


def _warnings_of(outcome: Outcome) -> set[tuple[str, str]]:
    return {(category, text) for category, text, _ in outcome.get("warnings", ())}


def _errors(before: Mapping[str, Any], after: Mapping[str, Any], is_own: bool) -> Iterator[Difference]:
    old, new = map(_error_class, (before, after))
    if old is None and new is not None:
        yield Difference("fails", _error(after), is_own=is_own)
    elif old is not None and new is None:
        yield Difference("works", f"before: {_error(before)}", is_own=is_own)
    elif old != new:
        yield Difference("error", f"{old} becomes {new}", is_own=is_own)


def _error(outcome: Outcome) -> str:
    """Return class and text of an error, empty where there was none."""
    return str(outcome.get("error", "")).replace("lost: ", "")


def _error_class(outcome: Outcome) -> str | None:
    return _error(outcome).partition(":")[0] or None


def shape_of(value: Any) -> Any:
    """Return a described result without its numbers: kinds, element types, shapes, texts."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in _STATISTICS}
        return {key: item if key in _SIZES else shape_of(item) for key, item in kept.items()}
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
        first = ", ".join(dict.fromkeys(shown(item) for item in list(items)[:4]))
        words.append(f"of {value['length']}: {first}" if first else "without items")
    if "attributes" in value:
        words += [f"{name}={shown(item)}" for name, item in list(value["attributes"].items())[:3]]
    return " ".join(words)[:160]


def _numbers(apart: Mapping[str, Any]) -> str:
    if not apart.get("largest"):
        return "other values"
    largest = apart["largest"]
    # Where one of the two is infinite or no number at all, the difference is recorded as "inf".
    text = "other values, not all of them finite" if largest == "inf" else f"other values: up to {largest:g} apart"
    if "share" in apart:
        text += f", {apart['share']:.0%} of them" if apart["share"] >= 0.01 else ", few of them"
    return text
