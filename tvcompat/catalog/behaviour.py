"""What functions and classes do otherwise from a release on, with the calls that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Container, Iterator, List, Mapping, NamedTuple, Optional, Tuple

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


class BehaviourWords(NamedTuple):
    """What is known of a change besides its measurements, written by hand.

    Attributes:
        path, release, kind: which change it is about, as in ``BehaviourChange``.
        when: conditions on the arguments of a call, all of which it has to meet to be affected; empty if every call is.
            The checker's ``call_conditions`` has the language.
        text: what changed, for people.
        source: the pull request or release note.
    """

    path: str
    release: str
    kind: str
    when: Tuple[str, ...]
    text: str
    source: str


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
        self.words: List[BehaviourWords] = [
            BehaviourWords(
                row["path"], row["release"], row["kind"], tuple(row["when"]), row["text"], row.get("source", "")
            )
            for row in table.get("words", ())
        ]
        self._states: Mapping[str, List[rows.SpanRow[int]]] = table["recipes"]

    def of(self, path: str) -> List[BehaviourChange]:
        """Return the changes of a name, under the path that recipes use."""
        return [change for change in self.changes if change.path == path]

    def between(self, first: str, last: str, paths: Optional[Container[str]] = None) -> Iterator[BehaviourChange]:
        """Yield the changes from one release to another, as far as the two differ in the end.

        What changed and changed back in between is no difference of the two.

        Args:
            paths: names whose changes are wanted; all when not given.
        """
        order = self._known.timeline.index
        for change in self.changes:
            if paths is not None and change.path not in paths:
                continue
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

    def words_between(self, first: str, last: str) -> Iterator[Tuple[BehaviourWords, BehaviourChange]]:
        """Yield what is known of the changes from one release to another, each with the change that was measured."""
        paths = {words.path for words in self.words}
        changes = self.between(first, last, paths) if paths else ()
        found = {(change.path, change.release, change.kind): change for change in changes}
        for words in self.words:
            change = found.get((words.path, words.release, words.kind))
            if change is not None:
                yield words, change

    def _state(self, module: str, recipe: str, release: str) -> Optional[int]:
        return self._known.timeline.stored_value(self._states.get(f"{module}: {recipe}", ()), release)
