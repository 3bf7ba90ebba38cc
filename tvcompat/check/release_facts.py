"""What the catalog knows of a path: which releases have it, and its signature in each."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from tvcompat.catalog.signatures import Kind, Parameter, Signature
from tvcompat.release_sets import ReleaseOrder, ReleaseSet
from tvcompat.releases import line_of

if TYPE_CHECKING:
    from tvcompat.catalog import Builder, Catalog, Span, rows
    from tvcompat.catalog.history import Description
    from tvcompat.catalog.legacy import RenamedParameter
    from tvcompat.check.class_facts import ClassFacts


class Presence(NamedTuple):
    """In which releases a path leads to something.

    Attributes:
        releases: where it does.
        known: whether the catalog can tell; private names and members of objects it does not follow.
    """

    releases: ReleaseSet
    known: bool


class VersionedSignature(NamedTuple):
    """How something is called in some releases."""

    releases: ReleaseSet
    signature: Signature


class ReleaseFacts:
    """Answers questions about paths from a catalog, and caches the answers.

    Attributes:
        catalog: where the answers come from.
        order: the releases that can be installed.
        releases: their names, oldest first.
        all: the set of them.
        with_weights: those whose builders take ``weights=``.
        weights_line: the release line that added it, ``0.13``.
    """

    def __init__(self, known: Catalog) -> None:
        self.catalog = known
        self.order: ReleaseOrder = ReleaseOrder(known.releases)
        self.releases: Tuple[str, ...] = self.order.names
        self.all: ReleaseSet = self.order.all
        since = known.weights_since
        self.with_weights: ReleaseSet = self.all.from_(since) if since else self.order.none
        self.weights_line: str = line_of(since)
        self._presence: Dict[Tuple[str, bool], Presence] = {}
        self._signatures: Dict[str, Tuple[VersionedSignature, ...]] = {}
        self._definitions: Dict[str, str] = {}
        self._renamed: Dict[str, Dict[str, RenamedParameter]] = {}
        self._versions: Dict[str, Tuple[str, ...]] = {}
        self._classes: Dict[str, Optional[ClassFacts]] = {}

    # Releases

    def versions(self, package: str) -> Tuple[str, ...]:
        """Return the version of torchvision in each release, or of the torch it was measured with."""
        if package not in self._versions:
            found = self.catalog.all_releases if package == "torch" else {}
            self._versions[package] = tuple(found[each].torch if found else each for each in self.releases)
        return self._versions[package]

    def covered(self, spans: Iterable[Span[object]]) -> ReleaseSet:
        """Return the releases that spans cover."""
        found = self.order.none
        for span in spans:
            found |= self.order.between(span.first, span.last)
        return found

    # Names

    def presence(self, path: str, *, module: bool = False) -> Presence:
        """Return the releases in which a path leads to something.

        Args:
            module: it is imported as a module, which a function of the same name does not hide.
        """
        key = (path, module)
        if key not in self._presence:
            self._presence[key] = self._find(path.split("."), module)
        return self._presence[key]

    def _find(self, names: List[str], module: bool) -> Presence:
        known = self.catalog
        there, current = self.all, names[0]
        stray = self.stray(".".join(names))
        if stray is not None:
            return Presence(stray, True)
        for number, name in enumerate(names[1:], 1):
            holder = known.module(current)
            child = f"{current}.{name}"
            if holder is None:
                return Presence(there, False)
            last = number == len(names) - 1
            inner = known.module(child)
            member = holder.member(name)
            # A module counts as present if it can be imported, not if its file exists.
            is_module = bool(member) and member[-1].value.kind == "module"
            if inner is not None and (not last or module or not member or is_module):
                there &= self.covered(inner.spans)
                thing = known.name(child)
                if thing is not None and thing.broken:
                    there -= self.covered(thing.broken)
                current = child
                continue
            if not member:
                if name == "_C" or (name.startswith("__") and name.endswith("__")):
                    # What the compiled extension has, and what every module has.
                    return Presence(there, False)
                return Presence(self.order.none, True)
            there &= self.covered(member)
            if last:
                return Presence(there, True)
            return self._inside(child, member[-1].value, names[number + 1 :], there)
        return Presence(there, True)

    def stray(self, path: str) -> Optional[ReleaseSet]:
        """Return the releases that hold a package of nightly builds by accident, ``None`` for a path of any other."""
        for package, spans in self._stray.items():
            if f"{path}.".startswith(f"{package}."):
                return self.covered(spans)
        return None

    @cached_property
    def _stray(self) -> Dict[str, Tuple[Span[None], ...]]:
        return self.catalog.quirks.stray_packages()

    def _inside(self, path: str, description: Description, names: Sequence[str], there: ReleaseSet) -> Presence:
        """Return the presence of a path that continues after an alias of a module, or after an enum."""
        known = self.catalog
        target = description.target
        if target.startswith("torchvision") and known.module(target) is not None:
            behind = self._find([*target.split("."), *names], False)
            # If the name after it is gone, the alias may have meant something else.
            return Presence(there & behind.releases, behind.known and bool(behind.releases))
        enum = path.rpartition(".")[2]
        if enum in known.enum_names and names:
            if names[0] in ("DEFAULT", "value", "name") or names[0].startswith("_"):
                return Presence(there, True)
            entry = known.enum(enum).entries.get(names[0])
            if entry is not None:
                return Presence(there & self.covered(entry.urls), True)
        return Presence(there, False)

    def warnings(self, path: str) -> Tuple[Span[str], ...]:
        """Return the deprecation warnings in the source of something, by release."""
        return self.catalog.warnings(path)

    # Classes

    @cached_property
    def changing_members(self) -> FrozenSet[str]:
        """Names of members that some class has in some releases alone; of all others, there is nothing to say."""
        return frozenset(self._changing["members"])

    @cached_property
    def changing_hooks(self) -> FrozenSet[str]:
        """Names of methods that some class calls on itself in some releases alone."""
        return frozenset(self._changing["hooks"])

    @cached_property
    def changing_behaviour(self) -> FrozenSet[str]:
        """Where functions and classes are defined that do something else since some release, for known calls."""
        return frozenset(self.definition(row["path"]) for row in self._changing["behaviour"])

    @property
    def _changing(self) -> rows.ChangingTable:
        found: rows.ChangingTable = self.catalog.table("changing")
        return found

    @cached_property
    def deprecated_members(self) -> FrozenSet[str]:
        """Names of methods that warn in some release."""
        table: rows.NamesTable = self.catalog.table("names")
        parts = (path.split(".") for path in table["deprecated"])
        return frozenset(each[-1] for each in parts if each[-2].lstrip("_")[:1].isupper())

    def class_at(self, path: str) -> Optional[ClassFacts]:
        """Return what is known of the class at a path, ``None`` if no release has one there."""
        if path not in self._classes:
            found = None
            # Imported here: few programs need to know of classes.
            from tvcompat.check.class_facts import ClassFacts

            if path.startswith("torchvision.") and path.rpartition(".")[2] not in self.catalog.enum_names:
                found = ClassFacts(self.catalog, self.order, path)
            self._classes[path] = found if found is not None and found.releases else None
        return self._classes[path]

    def class_with(self, path: str) -> Optional[Tuple[ClassFacts, str]]:
        """Return what is known of the class that a path leads through, with the member that it names.

        ``None`` if it leads through no class, or the member never came or left.
        """
        names = path.split(".")
        for number, name in enumerate(names[2:-1], 2):
            if name.lstrip("_")[:1].isupper():
                holder, member = ".".join(names[:number]), names[number + 1]
                if member not in self.changing_members or self.catalog.module(holder) is None:
                    return None
                found = self.class_at(f"{holder}.{name}")
                return None if found is None else (found, member)
        return None

    # Calls

    @cached_property
    def _builder_paths(self) -> Dict[str, str]:
        """Path of a builder, or that in the function's own module -> the builder's public path."""
        found: Dict[str, str] = {}
        for path, module in self.catalog.builder_modules.items():
            found[path] = path
            found[f"{module}.{path.rpartition('.')[2]}"] = path
        return found

    def builder(self, path: str) -> Optional[Builder]:
        """Return the builder at a path, whichever module it is imported from."""
        found = self._builder_paths.get(path)
        if found is None and path.startswith("torchvision.models"):
            found = self._builder_paths.get(self.definition(path))
        return None if found is None else self.catalog.builder(found)

    def path_of(self, model: str) -> Optional[str]:
        """Return the path of a model's builder by the name that ``torchvision.models.get_model`` takes."""
        found = self.catalog.model(model.lower())
        return None if found is None else found.path

    def accepting(self, builder: Builder, way: str) -> ReleaseSet:
        """Return the releases in which a builder accepts an argument in one way, or does not exist.

        Args:
            way: ``keyword`` or ``positional`` for ``pretrained``, ``weights`` for that.
        """
        spans = [span for span in builder.accepts if way in span.value.split()]
        return self.covered(spans) | ~self.covered(builder.spans)

    def definition(self, path: str) -> str:
        """Return the path where something is defined, following imports in the newest release that has it."""
        if path not in self._definitions:
            self._definitions[path] = self._defined(path)
        return self._definitions[path]

    def _defined(self, path: str) -> str:
        for _ in range(8):
            module, _, name = path.rpartition(".")
            holder = self.catalog.module(module)
            member = holder.member(name) if holder is not None else ()
            if not member or not member[-1].value.target.startswith("torchvision"):
                return path
            path = member[-1].value.target
        return path

    def signatures(self, path: str) -> Tuple[VersionedSignature, ...]:
        """Return the signatures of something by release; empty if unknown."""
        if path not in self._signatures:
            self._signatures[path] = tuple(self._described(path, self.all, 8))
        return self._signatures[path]

    def _described(self, path: str, within: ReleaseSet, depth: int) -> Iterable[VersionedSignature]:
        thing = self.catalog.name(path)
        if thing is None or thing.kind == "module" or not depth:
            return
        for span in thing.descriptions:
            releases = self.covered([span]) & within
            if not releases:
                continue
            if span.value.target.startswith("torchvision"):
                yield from self._described(span.value.target, releases, depth - 1)
                continue
            signature = span.value.signature
            if signature is None:
                continue
            if span.value.kind == "class":
                yield from self._inherited(signature, span.value.bases or (), releases, depth)
            else:
                yield VersionedSignature(releases, signature)

    def _inherited(
        self, own: Signature, bases: Sequence[str], within: ReleaseSet, depth: int
    ) -> Iterable[VersionedSignature]:
        """Yield the signatures of a class whose ``**kwargs`` go to a base class, with its parameters as keywords."""
        if not own.has(Kind.VAR_KEYWORD) or len(bases) != 1 or not bases[0].startswith("torchvision."):
            yield VersionedSignature(within, own)
            return
        names = {each.name for each in own.parameters}
        rest = within
        for releases, base in self._described(bases[0], within, depth - 1):
            rest -= releases
            if any(each.kind.is_variadic for each in base.parameters):
                yield VersionedSignature(releases, own)
                continue
            given = tuple(each for each in own.parameters if each.kind is not Kind.VAR_KEYWORD)
            inherited = tuple(
                Parameter(each.name, Kind.KEYWORD_ONLY, each.default)
                for each in base.parameters
                if each.name not in names
            )
            yield VersionedSignature(releases, Signature(given + inherited))
        if rest:
            yield VersionedSignature(rest, own)

    def renamed(self, path: str) -> Dict[str, RenamedParameter]:
        """Return the renamed parameters of a function or class by their old names."""
        if path not in self._renamed:
            module, _, name = self.definition(path).rpartition(".")
            self._renamed[path] = {each.old: each for each in self.catalog.legacy.parameters(module).get(name, ())}
        return self._renamed[path]

    def members(self, namespace: str) -> List[str]:
        """Return the builders of a namespace or of one module that a program may choose at run time."""
        return [
            path
            for path, module in self.catalog.builder_modules.items()
            if namespace in (path.rpartition(".")[0], module)
        ]

    def star(self, module: str) -> List[str]:
        """Return torchvision's own names that ``from module import *`` binds in any release."""
        found = self.catalog.module(module)
        if found is None:
            return []
        if found.exported:
            return list(found.exported)
        return [
            name
            for name in found
            if not name.startswith("_") and not self._is_of_others(found.member(name)[-1].value.target)
        ]

    @staticmethod
    def _is_of_others(target: str) -> bool:
        """Return whether a name is imported from another package: ``torch``, ``typing``."""
        return bool(target) and not target.startswith("torchvision")


@lru_cache(maxsize=None)
def release_facts() -> ReleaseFacts:
    """Return the facts of the shipped catalog."""
    from tvcompat.catalog import catalog

    return ReleaseFacts(catalog())
