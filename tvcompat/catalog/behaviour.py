"""What functions and classes do otherwise from a release on, with the calls that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Sequence, Tuple, Union

from tvcompat.catalog.origins import origin

if TYPE_CHECKING:
    from tvcompat.catalog import rows
    from tvcompat.catalog.queries import Catalog

    # A number, or the class of an error, over the releases.
    States = Sequence[rows.SpanRow[Union[int, str]]]

# The cause of what torchvision's own Python code does differently.
OWN = "torchvision"

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
        cause: ``torchvision``, or the packages that can be the cause, with their versions.
        recipes: the calls that show it.
        texts: what each of them gave before and after, in words.
        largest: the largest difference of two values, in the unit of the result: grey levels, pixels.
        relative: the same in parts of the largest value.
        share: the largest part of the values of a result that differ.
        words: what changed, hand-written; empty where nobody has looked yet.
        when: the condition, in words; empty if it is for every call, or not known.
        source: address of the pull request, release note or issue; empty where it is not known.
        concerns: which calls it concerns, for the checker: lists of conditions, one of which a call has to meet; none
            where that is not written down. ``tvcompat.check.call_conditions`` has the language.
    """

    path: str
    release: str
    kind: str
    cause: str
    recipes: Tuple[str, ...]
    texts: Tuple[str, ...]
    largest: float = 0.0
    relative: float = 0.0
    share: float = 0.0
    words: str = ""
    when: str = ""
    source: str = ""
    concerns: Tuple[Tuple[str, ...], ...] = ()

    @property
    def category(self) -> str:
        """``breaks``, ``deprecated``, ``behaviour`` or ``added``; what other packages do is ``behaviour``."""
        return CATEGORIES.get(self.kind, "behaviour") if self.cause == OWN else "behaviour"


class Behaviour:
    """The changes of behaviour that were measured.

    Args:
        known: the catalog.
    """

    def __init__(self, known: Catalog) -> None:
        self._known = known
        table: rows.BehaviourTable = known.table("behaviour")
        calls = [row["recipe"].partition(": ")[2] for row in table["recipes"]]
        self.changes: List[BehaviourChange] = [
            BehaviourChange(
                row["path"],
                row["release"],
                row["kind"],
                row.get("cause", OWN),
                tuple(calls[number] for number in row["recipes"]),
                # One text where it is the same for all.
                tuple(row["texts"] if len(row["texts"]) > 1 else row["texts"] * len(row["recipes"])),
                row.get("largest", 0.0),
                row.get("relative", 0.0),
                row.get("share", 0.0),
                row.get("words", ""),
                row.get("when", ""),
                row.get("source", ""),
                tuple(map(tuple, row.get("concerns", ()))),
            )
            for row in table["changes"]
        ]
        self._definitions: Dict[str, str] = {}
        self._recipes = table["recipes"]
        self._of_change: List[List[int]] = [row["recipes"] for row in table["changes"]]

    def of(self, path: str) -> List[BehaviourChange]:
        """Return the changes of a name, under whatever path it is asked for: those of what it is defined as."""
        wanted = self.definition(path)
        return [change for change in self.changes if self.definition(change.path) == wanted]

    def definition(self, path: str) -> str:
        """Return the path under which what a path leads to is defined; the path itself where that is not known."""
        if path not in self._definitions:
            name = self._known.name(path)
            found = origin(self._known, name) if name is not None else None
            self._definitions[path] = found.path if found is not None else path
        return self._definitions[path]

    def between(self, first: str, last: str) -> Iterator[BehaviourChange]:
        """Yield the changes from one release to another, as far as the two differ in the end.

        What changed and changed back in between is no difference of the two.
        """
        for number, change in enumerate(self.changes):
            if any(_lasts(self._known, change, spans, first, last) for spans in self.states(number)):
                yield change

    def states(self, number: int) -> Iterator[States]:
        """Yield what each recipe that shows a change gave over time, in the respect that the change is about."""
        kind = self.changes[number].kind
        for recipe in (self._recipes[each] for each in self._of_change[number]):
            if kind in ("numbers", "draws"):
                yield recipe["results"]
            else:
                yield recipe["warnings"] if kind in ("warns", "warns no more") else recipe["forms"]


def stated_changes(known: Catalog, first: str, last: str) -> Iterator[BehaviourChange]:
    """Yield the changes from one release to another of which it is written down which calls they concern.

    They stand in a small table, without the calls that show them.
    """
    table: rows.ChangingTable = known.table("changing")
    for row in table["behaviour"]:
        change = BehaviourChange(
            row["path"],
            row["release"],
            row["kind"],
            OWN,
            (),
            (),
            words=row["words"],
            when=row.get("when", ""),
            concerns=tuple(map(tuple, row["concerns"])),
        )
        if any(_lasts(known, change, spans, first, last) for spans in row["states"]):
            yield change


def _lasts(known: Catalog, change: BehaviourChange, spans: States, first: str, last: str) -> bool:
    """Whether a change lies between two releases that differ in what it is about, as a recipe that shows it gave it.

    A difference that is too small for what is recorded of results counts, since nothing says that it went away.
    """
    order, state = known.timeline.index, known.timeline.stored_value
    if not order[first] < order[change.release] <= order[last]:
        return False
    old, new = state(spans, first), state(spans, last)
    if old is None or new is None:
        return False
    if change.kind in ("fails", "works"):
        return isinstance(old, str) != isinstance(new, str)
    before = known.timeline.releases[order[change.release] - 1]
    return old != new or state(spans, before) == state(spans, change.release)
