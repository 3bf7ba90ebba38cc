"""What functions and classes do otherwise from a release on, with the calls that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Mapping, NamedTuple, Optional, Tuple

if TYPE_CHECKING:
    from tvcompat.catalog import rows
    from tvcompat.catalog.queries import Catalog

# What each kind is to somebody whose program ran on the release before.
CATEGORIES = {
    "fails": "breaks",
    "warns": "deprecated",
    "works": "added",
    "warns no more": "added",
}


class BehaviourChange(NamedTuple):
    """One change that recipes showed.

    Attributes:
        path: full path of the function or class, as the recipe names it.
        release: the first release that does otherwise.
        kind: ``fails``, ``works``, ``error``, ``type``, ``numbers``, ``draws``, ``warns`` or ``warns no more``.
        recipes: the calls that show it.
        texts: what each of them gave before and after, in words.
        largest: the largest difference of two values, in the unit of the result: grey levels, pixels.
        relative: the same in parts of the largest value.
    """

    path: str
    release: str
    kind: str
    recipes: Tuple[str, ...]
    texts: Tuple[str, ...]
    largest: float = 0.0
    relative: float = 0.0

    @property
    def category(self) -> str:
        """``breaks``, ``deprecated``, ``behaviour`` or ``added``."""
        return CATEGORIES.get(self.kind, "behaviour")


class Behaviour:
    """The changes of behaviour that were measured.

    Args:
        known: the catalog.
    """

    def __init__(self, known: Catalog) -> None:
        self._known = known
        table: rows.BehaviourTable = known.table("behaviour")
        self.changes: List[BehaviourChange] = [
            BehaviourChange(
                row["path"],
                row["release"],
                row["kind"],
                tuple(row["recipes"]),
                tuple(row["texts"]),
                row.get("largest", 0.0),
                row.get("relative", 0.0),
            )
            for row in table["changes"]
        ]
        self._states: Mapping[str, List[rows.SpanRow[int]]] = table["recipes"]

    def of(self, path: str) -> List[BehaviourChange]:
        """Return the changes of a name, under the path that recipes use."""
        return [change for change in self.changes if change.path == path]

    def between(self, first: str, last: str) -> Iterator[BehaviourChange]:
        """Yield the changes from one release to another, as far as the two differ in the end.

        What changed and changed back in between is no difference of the two.
        """
        order = self._known.timeline.index
        for change in self.changes:
            if order[first] < order[change.release] <= order[last]:
                module = change.path.rpartition(".")[0]
                kept = [
                    number
                    for number, recipe in enumerate(change.recipes)
                    if self._state(module, recipe, first) != self._state(module, recipe, last)
                ]
                if kept:
                    recipes, texts = ([values[n] for n in kept] for values in (change.recipes, change.texts))
                    yield change._replace(recipes=tuple(recipes), texts=tuple(texts))

    def _state(self, module: str, recipe: str, release: str) -> Optional[int]:
        return self._known.timeline.stored_value(self._states.get(f"{module}: {recipe}", ()), release)
