"""The members of torchvision's classes in each release, inherited ones included, and the hooks that classes call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from tvcompat.catalog import rows
    from tvcompat.catalog.facts import Span
    from tvcompat.catalog.history import Description
    from tvcompat.catalog.queries import Catalog

# Imports of imports of imports: more of them are a circle.
_DEPTH = 8


class Member(NamedTuple):
    """A member that a class has in a release.

    Attributes:
        owner: path of the class that defines it: the class itself, or one that it inherits from.
        text: what it is: ``method(self, img)``, ``classmethod(...)``, ``staticmethod(...)``, ``property``,
            ``attribute`` of the class or ``instance`` attribute.
    """

    owner: str
    text: str

    @property
    def kind(self) -> str:
        """``method``, ``classmethod``, ``staticmethod``, ``property``, ``attribute`` or ``instance``."""
        return self.text.partition("(")[0]

    @property
    def is_method(self) -> bool:
        """Whether it can be called, and so overridden by a function."""
        return self.kind.endswith("method")


class Members:
    """Members by class and release.

    Args:
        known: the catalog.
    """

    def __init__(self, known: Catalog) -> None:
        self._known = known
        table: rows.MembersTable = known.table("members")
        self._classes: Mapping[str, rows.MembersRow] = table["classes"]
        self._descriptions: List[str] = table["descriptions"]
        self._value = known.timeline.stored_value
        # Asked again and again where releases are compared in pairs.
        self._found: Dict[Tuple[str, str], Optional[str]] = {}
        self._all: Dict[Tuple[str, str], Dict[str, Member]] = {}
        self._hooks: Dict[Tuple[str, str], Dict[str, str]] = {}
        self._lineages: Dict[Tuple[str, str], List[str]] = {}
        self._described: Dict[str, Sequence[Span[Description]]] = {}
        self._paths: List[str] = []
        self._definitions: Dict[str, Dict[str, str]] = {}

    def definitions(self, release: str) -> Dict[str, str]:
        """Return every path that leads to a class in a release, with the one under which it is defined."""
        if release not in self._definitions:
            if not self._paths:
                self._paths = list(dict.fromkeys([*self._classes, *self._imports()]))
            found = ((path, self.find(path, release)) for path in self._paths)
            self._definitions[release] = {path: defined for path, defined in found if defined is not None}
        return self._definitions[release]

    def _imports(self) -> Iterator[str]:
        for path in self._known.names():
            name = self._known.name(path)
            if name is not None and any(span.value.kind in ("class", "import") for span in name.descriptions):
                yield path

    def classes(self) -> Iterator[str]:
        """Return the paths under which classes are defined, in any release."""
        return iter(self._classes)

    def find(self, path: str, release: str) -> Optional[str]:
        """Return the path under which a class is defined that has a public path in a release, ``None`` for others."""
        key = (path, release)
        if key not in self._found:
            self._found[key] = self._find(path, release)
        return self._found[key]

    def _find(self, path: str, release: str) -> Optional[str]:
        for _ in range(_DEPTH):
            if self.exists(path, release):
                return path
            if path not in self._described:
                name = self._known.name(path)
                self._described[path] = name.descriptions if name is not None else ()
            description = self._known.value(self._described[path], release)
            if description is None or not description.target:
                return None
            path = description.target
        return None

    def exists(self, path: str, release: str) -> bool:
        """Return whether a class is defined under a path in a release."""
        row = self._classes.get(path)
        return row is not None and self._value(row["bases"], release) is not None

    def lineage(self, path: str, release: str) -> List[str]:
        """Return a class and those of torchvision's that it inherits from in a release, the nearest first."""
        key = (path, release)
        if key not in self._lineages:
            self._lineages[key] = self._lineage(path, release)
        return self._lineages[key]

    def _lineage(self, path: str, release: str) -> List[str]:
        found: List[str] = []
        pending = [path]
        while pending:
            path = pending.pop(0)
            row = self._classes.get(path)
            bases = self._value(row["bases"], release) if row is not None else None
            if bases is not None and path not in found:
                found.append(path)
                pending += [self.find(base, release) or base for base in bases]
        return found

    def is_whole(self, path: str, release: str) -> bool:
        """Return whether every class of torchvision's that a class inherits from in a release is known."""
        for each in self.lineage(path, release):
            bases = self._value(self._classes[each]["bases"], release) or ()
            if any(base.startswith("torchvision.") and self.find(base, release) is None for base in bases):
                return False
        return True

    def member(self, path: str, name: str, release: str) -> Optional[Member]:
        """Return one member that a class has in a release, ``None`` if it has none of that name."""
        for each in self.lineage(path, release):
            number = self._value(self._classes[each]["members"].get(name, ()), release)
            if number is not None:
                return Member(each, self._descriptions[number])
        return None

    def calls(self, path: str, release: str) -> List[str]:
        """Return the names that a class and its base classes call on themselves in a release, hooks among them."""
        found: Dict[str, None] = {}
        for each in self.lineage(path, release):
            stored = self._classes[each].get("calls")
            found.update(dict.fromkeys((self._value(stored, release) if stored else None) or ()))
        return list(found)

    def own(self, path: str, release: str) -> Dict[str, str]:
        """Return the members that a class itself defines in a release, each with what it is."""
        row = self._classes.get(path)
        found: Dict[str, str] = {}
        if row is not None:
            for name, spans in row["members"].items():
                number = self._value(spans, release)
                if number is not None:
                    found[name] = self._descriptions[number]
        return found

    def all(self, path: str, release: str) -> Dict[str, Member]:
        """Return all members that a class has in a release, those of its base classes in torchvision included."""
        key = (path, release)
        if key not in self._all:
            found: Dict[str, Member] = {}
            for each in reversed(self.lineage(path, release)):
                found.update((name, Member(each, text)) for name, text in self.own(each, release).items())
            self._all[key] = found
        return self._all[key]

    def hooks(self, path: str, release: str) -> Dict[str, str]:
        """Return the methods that a class calls on itself in a release, each with the class that makes the call.

        A subclass that overrides one of them changes what the class does; one that overrides any other method does not.
        """
        key = (path, release)
        if key not in self._hooks:
            members = self.all(path, release)
            found: Dict[str, str] = {}
            for each in self.lineage(path, release):
                calls = self._classes[each].get("calls")
                for name in (self._value(calls, release) or ()) if calls else ():
                    if name in members and members[name].is_method:
                        found.setdefault(name, each)
            self._hooks[key] = found
        return self._hooks[key]
