"""Legacy names in the generated tables: the stand-in of each, and the first release without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple

from tvcompat.catalog.tables import read_table

if TYPE_CHECKING:
    from tvcompat.catalog import rows


class Advice(NamedTuple):
    """What to write instead of a legacy name.

    Attributes:
        instead: full path, empty if there is no replacement.
        words: the explanation shown to people.
    """

    instead: str
    words: str


class LegacyRow(NamedTuple):
    """A name that torchvision removed.

    Attributes:
        path: ``torchvision.models.resnet.model_urls``.
        stand_in: path of what the guard gives, empty if it is refused.
        gone: the first release without it.
        advice: number of what to write instead, for ``LegacyCatalog.advice``.
        arguments: old name of an argument -> its name today.
    """

    path: str
    stand_in: str
    gone: str
    advice: int
    arguments: Mapping[str, str]


class RenamedParameter(NamedTuple):
    """A parameter under its old and its new name, and the first release that does not take the old one."""

    old: str
    new: str
    gone: str


class LegacyMember(NamedTuple):
    """A member that a class, or its instances, no longer have, or a hook that is no longer called as it was.

    Attributes:
        path: of the class as people know it, and the member: ``torchvision.transforms.v2.Transform._transform``.
        gone: the first release without it.
        advice: number of what to use instead, for ``LegacyCatalog.advice``.
        kind: what it was: ``method``, ``staticmethod``, ``instance`` attribute, ...
        hook: whether the class called it, so that an override had an effect.
        passed_on: whether ``instead`` is called in its place.
        instead: name of the member that has taken its place, empty if there is none.
        since: the first release that has ``instead``, empty if there is none.
        stand_in: path below ``tvcompat.legacy.rebuilt.members`` of what the guard gives; empty for ``instead`` itself.
        submodule: the name under which instances have a submodule that the member was, empty for anything else.
        caller: the method that called a hook which nothing is called in the place of.
        calls: path below ``tvcompat.legacy.rebuilt.members`` of what does the same as ``caller``, and calls the hook.
        arguments: keywords that newer releases give to the hook, where it was not removed.
    """

    path: str
    gone: str
    advice: int
    kind: str
    hook: bool
    passed_on: bool
    instead: str
    since: str
    stand_in: str
    submodule: str
    caller: str
    calls: str
    arguments: Tuple[str, ...]

    @property
    def name(self) -> str:
        """The member's own name."""
        return self.path.rpartition(".")[2]

    @property
    def is_renamed(self) -> bool:
        """Whether it is a method that newer releases have under another name."""
        return self.kind.endswith("method") and bool(self.since) and (self.passed_on or not self.stand_in)


class LegacyCatalog:
    """Every legacy name of every release.

    Args:
        table: reads one of the tables.

    Attributes:
        builders: module -> function -> name of a model in torchvision's registry.
        exported: module -> legacy names that its ``__all__`` once had.
        forwarding: module -> functions that pass ``pretrained`` on to a builder, and today pass on ``weights``.
        weights_since: the first release whose builders take ``weights=``.
    """

    def __init__(self, table: Callable[[str], Any] = read_table) -> None:
        self._table = table
        found: rows.LegacyTable = table("legacy")
        self._modules: Dict[str, rows.LegacyModuleRow] = found["modules"]
        self._parameters: Dict[str, Dict[str, List[Tuple[str, str, str]]]] = found["parameters"]
        self._members: Dict[str, Dict[str, Dict[str, rows.LegacyMemberRow]]] = found["members"]
        self._words: Optional[rows.LegacyWordsTable] = None
        self.builders: Dict[str, Dict[str, str]] = found["builders"]
        self.exported: Dict[str, List[str]] = found["exported"]
        self.forwarding: Dict[str, List[str]] = found["forwarding"]
        self.weights_since: str = found["weights_since"]

    def _row(self, path: str, row: Optional[rows.LegacyNameRow]) -> Optional[LegacyRow]:
        if row is None:
            return None
        return LegacyRow(path, row[0], row[1], row[2], row[3] if len(row) > 3 else {})

    def _texts(self) -> rows.LegacyWordsTable:
        if self._words is None:
            # A separate table, so that turning the guard on does not load messages that may never be shown.
            words: rows.LegacyWordsTable = self._table("legacy_words")
            self._words = words
        return self._words

    def advice(self, number: int) -> Advice:
        """Return what to write instead of a name, by the number that its row has."""
        return Advice(*self._texts()["advices"][number])

    def modules(self) -> List[str]:
        """Return the modules that have a legacy name or are gone themselves, in the order of the table."""
        return list(self._modules)

    def module(self, path: str) -> Optional[LegacyRow]:
        """Return what is known of a module that is gone, ``None`` for any other."""
        table = self._modules.get(path)
        return None if table is None else self._row(path, table.get("itself"))

    def name(self, module: str, name: str) -> Optional[LegacyRow]:
        """Return what is known of a legacy name of a module, ``None`` for any other."""
        table = self._modules.get(module)
        return None if table is None else self._row(f"{module}.{name}", table["names"].get(name))

    def names(self, module: str) -> Iterator[Tuple[str, str, str]]:
        """Yield each legacy name of a module, with the path of its stand-in and the first release without it."""
        table = self._modules.get(module)
        for name, row in table["names"].items() if table is not None else ():
            yield name, row[0], row[1]

    def parameters(self, module: str) -> Dict[str, Tuple[RenamedParameter, ...]]:
        """Return the functions and classes of a module that had parameters under other names, with those."""
        return {
            name: tuple(RenamedParameter(*each) for each in found)
            for name, found in self._parameters.get(module, {}).items()
        }

    def modules_with_parameters(self) -> Set[str]:
        """Return the modules that ``parameters`` knows of."""
        return set(self._parameters)

    def members(self, module: str) -> Dict[str, Tuple[LegacyMember, ...]]:
        """Return the classes of a module that lost members, with those."""
        return {
            name: tuple(_member(row) for row in found.values()) for name, found in self._members.get(module, {}).items()
        }

    def modules_with_members(self) -> Set[str]:
        """Return the modules that ``members`` knows of."""
        return set(self._members)

    def pickled_classes(self) -> Dict[str, str]:
        """Return the classes that need more than pickles of earlier releases hold, with the release that began it."""
        quirks: rows.QuirksTable = self._table("quirks")
        return {row["name"]: row["since"] for row in quirks["pickled_class"]}

    def addresses(self, table: str) -> Mapping[str, Optional[str]]:
        """Return the keys of a table such as ``torchvision.models.resnet.model_urls`` with today's addresses.

        ``None`` stands for a key whose file is gone; a table that is not known is empty.
        """
        return self._texts()["addresses"].get(table, {})


def _member(row: rows.LegacyMemberRow) -> LegacyMember:
    return LegacyMember(
        row["path"],
        row["gone"],
        row["advice"],
        row["kind"],
        row["hook"],
        row.get("passed_on", False),
        row.get("instead", ""),
        row.get("since", ""),
        row.get("stand_in", ""),
        row.get("submodule", ""),
        row.get("caller", ""),
        row.get("calls", ""),
        tuple(row.get("arguments", ())),
    )
