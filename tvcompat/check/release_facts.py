"""What the catalog knows of a path: in which releases it is there, and how it is called in each."""

from functools import lru_cache
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from tvcompat.catalog import Builder, Catalog, Span
from tvcompat.catalog.changes import Parameter, parameters
from tvcompat.release_sets import ReleaseOrder, ReleaseSet

# Names that the `__getattr__` of a module gives: module -> name -> the first release that has it. torchvision has a
# single one; `wrap_dataset_for_transforms_v2` was imported on 0.15.2, 0.16.2, 0.17.2 and 0.29.2.
GIVEN_ON_REQUEST = {"torchvision.datasets": {"wrap_dataset_for_transforms_v2": "0.15.1"}}


class Presence(NamedTuple):
    """In which releases a path leads to something.

    Attributes:
        releases: where it does.
        known: whether the catalog can tell; private names and members of objects it does not follow.
    """

    releases: ReleaseSet
    known: bool


class Signature(NamedTuple):
    """How something is called in some releases.

    Attributes:
        releases: where it is called so.
        parameters: its parameters in order.
        marks: what its decorators still take: ``pretrained>weights``, ``positional``.
    """

    releases: ReleaseSet
    parameters: Tuple[Parameter, ...]
    marks: Tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether it takes a keyword argument, by name or through ``**kwargs``."""
        return any(
            p.kind == "**" or (p.name == name and p.kind not in ("*", "positional-only")) for p in self.parameters
        )

    def names(self, name: str) -> bool:
        """Whether a parameter has the name."""
        return any(p.name == name and not p.kind.startswith("*") for p in self.parameters)


class Renamed(NamedTuple):
    """What a parameter is called now, and the first release that does not take its old name."""

    new: str
    gone: str


class ReleaseFacts:
    """Answers questions about paths from a catalog, and remembers the answers.

    Attributes:
        catalog: where the answers come from.
        order: the releases that can be installed.
        releases: their names, oldest first.
        all: the set of them.
    """

    def __init__(self, known: Catalog) -> None:
        self.catalog = known
        self.order: ReleaseOrder = ReleaseOrder(known.releases)
        self.releases: Tuple[str, ...] = self.order.names
        self.all: ReleaseSet = self.order.all
        self._presence: Dict[Tuple[str, bool], Presence] = {}
        self._signatures: Dict[str, Tuple[Signature, ...]] = {}
        self._definitions: Dict[str, str] = {}
        self._builders: Optional[Dict[str, Builder]] = None
        self._versions: Dict[str, Tuple[str, ...]] = {}

    # Releases

    def versions(self, package: str) -> Tuple[str, ...]:
        """The version of torchvision in each release, or of the torch that it was measured with."""
        if package not in self._versions:
            found = self.catalog.all_releases if package == "torch" else {}
            self._versions[package] = tuple(found[each].torch if found else each for each in self.releases)
        return self._versions[package]

    def covered(self, spans: Iterable[Span[Any]]) -> ReleaseSet:
        """Return the releases that spans cover."""
        found = self.order.none
        for span in spans:
            found |= self.order.between(span.first, span.last)
        return found

    def _covered(self, raw: Sequence[Sequence[Any]]) -> ReleaseSet:
        """The same of spans as they are stored."""
        found = self.order.none
        for item in raw:
            found |= self.order.between(item[0], item[1] or self.releases[-1])
        return found

    # Names

    def presence(self, path: str, *, module: bool = False) -> Presence:
        """In which releases a path leads to something.

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
        for number, name in enumerate(names[1:], 1):
            table = known.module(current)
            child = f"{current}.{name}"
            if table is None:
                return Presence(there, False)
            last = number == len(names) - 1
            inner = known.module(child)
            raw = table["names"].get(name)
            # A name that is a module is there where the module can be imported, not where its file lies.
            is_module = raw is not None and known.description(raw[-1][2]) == "module"
            if inner is not None and (not last or module or raw is None or is_module):
                there &= self._covered(inner["spans"])
                thing = known.name(child)
                if thing is not None and thing.broken:
                    there -= self.covered(thing.broken)
                current = child
                continue
            if raw is None:
                since = GIVEN_ON_REQUEST.get(current, {}).get(name)
                if since is not None:
                    return Presence(there.from_(since), last)
                if name.startswith("_") or current == "torchvision.prototype" or name == "prototype":
                    return Presence(there, False)
                return Presence(self.order.none, True)
            there &= self._covered(raw)
            if last:
                return Presence(there, True)
            return self._inside(child, raw, names[number + 1 :], there)
        return Presence(there, True)

    def _inside(self, path: str, raw: Sequence[Sequence[Any]], names: Sequence[str], there: ReleaseSet) -> Presence:
        """A path that goes on behind a name that is no module: an alias of one, or a member of an enum."""
        known = self.catalog
        target = known.description(raw[-1][2])
        if isinstance(target, str) and target.startswith("= torchvision") and known.module(target[2:]) is not None:
            behind = self._find([*target[2:].split("."), *names], False)
            # Where the name behind it is gone, the alias may have been another one.
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
        """What the source of something says when it is used, release by release."""
        return self.catalog.spans(self.catalog.table("names")["deprecated"].get(path, ()))

    # Calls

    @property
    def builders(self) -> Dict[str, Builder]:
        """Path -> builder, under the path of the function's own module too."""
        if self._builders is None:
            self._builders = {}
            for path, builder in self.catalog.builders.items():
                self._builders[path] = builder
                self._builders[f"{builder.module}.{builder.function}"] = builder
        return self._builders

    def builder(self, path: str) -> Optional[Builder]:
        """The builder of a path, whatever module it is taken from."""
        found = self.builders.get(path)
        if found is None and path.startswith("torchvision.models"):
            found = self.builders.get(self.definition(path))
        return found

    def path_of(self, model: str) -> Optional[str]:
        """The path of the builder of a model by its name, as ``torchvision.models.get_model`` takes it."""
        found = self.catalog.model(model.lower())
        return None if found is None else found.path

    def accepting(self, builder: Builder, way: str) -> ReleaseSet:
        """Return the releases in which a builder takes an argument in one way, those that do not have it included.

        Args:
            way: ``keyword`` or ``positional`` for ``pretrained``, ``weights`` for that.
        """
        spans = [span for span in builder.accepts if way in span.value.split()]
        return self.covered(spans) | ~self.covered(builder.spans)

    def definition(self, path: str) -> str:
        """The path where something is defined, followed through imports as the newest release that has it does."""
        if path not in self._definitions:
            self._definitions[path] = self._defined(path)
        return self._definitions[path]

    def _defined(self, path: str) -> str:
        for _ in range(8):
            module, _, name = path.rpartition(".")
            table = self.catalog.module(module)
            raw = table["names"].get(name) if table is not None else None
            target = self.catalog.description(raw[-1][2]) if raw else None
            if not isinstance(target, str) or not target.startswith("= torchvision"):
                return path
            path = target[2:]
        return path

    def signatures(self, path: str) -> Tuple[Signature, ...]:
        """How something is called, release by release; empty where that is unknown."""
        if path not in self._signatures:
            self._signatures[path] = tuple(self._described(path, self.all, 8))
        return self._signatures[path]

    def _described(self, path: str, within: ReleaseSet, depth: int) -> Iterable[Signature]:
        thing = self.catalog.name(path)
        if thing is None or thing.kind == "module" or not depth:
            return
        for span in thing.spans:
            releases = self.covered([span]) & within
            if not releases:
                continue
            if isinstance(span.value, dict):
                found = parameters(span.value["parameters"]) if "parameters" in span.value else None
                if found is not None:
                    yield from self._inherited(found, span.value.get("bases", ()), releases, depth)
            elif span.value.startswith("= torchvision"):
                yield from self._described(span.value[2:], releases, depth - 1)
            elif span.value.startswith("def"):
                text, *marks = span.value[len("def") :].split(" @")
                found = parameters(text)
                if found is not None:
                    yield Signature(releases, found, tuple(marks))

    def _inherited(
        self, own: Tuple[Parameter, ...], bases: Sequence[str], within: ReleaseSet, depth: int
    ) -> Iterable[Signature]:
        """How a class is called whose ``**kwargs`` go to its base class: with the parameters of that by keyword."""
        if not any(each.kind == "**" for each in own) or len(bases) != 1 or not bases[0].startswith("torchvision."):
            yield Signature(within, own)
            return
        names = {each.name for each in own}
        rest = within
        for base in self._described(bases[0], within, depth - 1):
            rest -= base.releases
            if any(each.kind.startswith("*") for each in base.parameters):
                yield Signature(base.releases, own)
                continue
            yield Signature(
                base.releases,
                tuple(each for each in own if each.kind != "**")
                + tuple(
                    Parameter(each.name, "keyword-only", each.default)
                    for each in base.parameters
                    if each.name not in names
                ),
            )
        if rest:
            yield Signature(rest, own)

    def renamed(self, path: str) -> Dict[str, Renamed]:
        """Old name of a parameter -> what is known of its new one."""
        module, _, name = self.definition(path).rpartition(".")
        rows = self.catalog.table("legacy")["parameters"].get(module, {}).get(name, ())
        return {old: Renamed(new, gone) for old, new, gone in rows}

    def members(self, namespace: str) -> List[str]:
        """Builders of a namespace or of one module that a program may choose at run time."""
        return [
            path for path, builder in self.catalog.builders.items() if namespace in (builder.namespace, builder.module)
        ]

    def star(self, module: str) -> List[str]:
        """Names of torchvision's own that ``from module import *`` binds in one release or another."""
        table = self.catalog.module(module)
        if table is None:
            return []
        if table["all"]:
            return list(table["all"])
        return [
            name
            for name, raw in table["names"].items()
            if not name.startswith("_") and not self._is_foreign(self.catalog.description(raw[-1][2]))
        ]

    @staticmethod
    def _is_foreign(description: Any) -> bool:
        """Whether a name is imported from somewhere else: ``torch``, ``Any``."""
        return (
            isinstance(description, str)
            and description.startswith("= ")
            and not description.startswith("= torchvision")
        )


@lru_cache(maxsize=None)
def release_facts() -> ReleaseFacts:
    """Return what the catalog of the package knows."""
    from tvcompat.catalog import catalog

    return ReleaseFacts(catalog())
