"""Reading the catalog's tables."""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from tvcompat.catalog.facts import Checkpoint, Model, Replacement, Span, map_values
from tvcompat.catalog.tables import TABLES, read_table
from tvcompat.catalog.timeline import Timeline
from tvcompat.catalog.wildcards import filled, texts_of

# Created on first use: defining a data class takes longer than a call of the shim.
if TYPE_CHECKING:
    from tvcompat.catalog import rows
    from tvcompat.catalog.behaviour import Behaviour
    from tvcompat.catalog.history import Builder, Description, Module, Name, Outcome, Release, WeightsEnum
    from tvcompat.catalog.legacy import LegacyCatalog
    from tvcompat.catalog.members import Members
    from tvcompat.catalog.quirks import Quirks

T = TypeVar("T")


class Catalog:
    """All that was measured, by release. Tables are read when first asked for.

    Args:
        folder: where the tables lie; the ones the package ships when not given.
        tables: tables by name, for those that are not to be read from the folder.
    """

    def __init__(self, folder: Path = TABLES, tables: Optional[Mapping[str, Dict[str, Any]]] = None) -> None:
        self._folder = folder
        self._tables: Dict[str, Dict[str, Any]] = dict(tables or {})
        self._timeline: Optional[Timeline] = None
        self._models: Dict[str, Model] = {}
        self._checkpoints: Dict[str, Checkpoint] = {}
        self._builders: Dict[str, Builder] = {}
        self._outcomes: Dict[int, Outcome] = {}
        self._enums: Dict[str, WeightsEnum] = {}
        self._descriptions: Dict[int, Description] = {}
        self._modules: Dict[str, Optional[Module]] = {}
        self._legacy: Optional[LegacyCatalog] = None
        self._members: Optional[Members] = None
        self._behaviour: Optional[Behaviour] = None
        self._quirks: Optional[Quirks] = None
        self._weights_since: Optional[str] = None

    def table(self, name: str) -> Any:
        """Return one of the tables as JSON has it; ``rows`` has the type of each.

        Raises:
            CatalogError: it is missing, damaged, or of another format.
        """
        if name not in self._tables:
            self._tables[name] = read_table(name, self._folder)
        return self._tables[name]

    # Releases

    @property
    def all_releases(self) -> Dict[str, Release]:
        """Every release, yanked ones included, oldest first."""
        from tvcompat.catalog import decoding

        table: rows.ReleasesTable = self.table("releases")
        return {version: decoding.release(version, row) for version, row in table["releases"].items()}

    @property
    def timeline(self) -> Timeline:
        """The releases people can install, in order."""
        if self._timeline is None:
            table: rows.ReleasesTable = self.table("releases")
            self._timeline = Timeline(version for version, row in table["releases"].items() if not row.get("yanked"))
        return self._timeline

    @property
    def releases(self) -> List[str]:
        """The releases people can install, oldest first."""
        return list(self.timeline.releases)

    @property
    def newest(self) -> str:
        return self.timeline.newest

    def era(self, release: str) -> str:
        """Return ``pretrained``, ``weights`` or ``registry``."""
        table: rows.ReleasesTable = self.table("releases")
        return table["releases"][release]["era"]

    @property
    def weights_since(self) -> str:
        """The first release whose builders take ``weights=``, empty if none does."""
        if self._weights_since is None:
            table: rows.ReleasesTable = self.table("releases")
            eras = ((release, table["releases"][release].get("era")) for release in self.timeline.releases)
            self._weights_since = next((release for release, era in eras if era not in ("pretrained", None)), "")
        return self._weights_since

    def find_release(self, asked: str) -> str:
        """Return the release that ``asked`` names: a full version, ``0.12`` for the newest 0.12, ``latest``.

        A version built from source counts as its release.

        Raises:
            UnknownReleaseError: it names none.
        """
        return self.timeline.find(asked)

    def nearest(self, version: str) -> Optional[str]:
        """Return the release whose facts hold for an installed version, ``None`` for one older than all of them."""
        return self.timeline.nearest(version)

    def between(self, first: str, last: str) -> List[str]:
        """Return the releases from ``first`` to ``last``, both included."""
        return self.timeline.between(first, last)

    def at(self, spans: Iterable[Span[T]], release: str) -> Optional[Span[T]]:
        """Return the span that holds in a release, ``None`` if none does."""
        return self.timeline.at(spans, release)

    def value(self, spans: Iterable[Span[T]], release: str) -> Optional[T]:
        """Return the value that holds in a release, ``None`` if none does."""
        return self.timeline.value(spans, release)

    def releases_of(self, spans: Iterable[Span[object]]) -> List[str]:
        """Return the releases that some spans cover, oldest first."""
        return self.timeline.covered(spans)

    # Builders

    @cached_property
    def builders(self) -> Dict[str, Builder]:
        """Full public path -> builder."""
        return {path: self.builder(path) for path in self.builder_modules}

    @cached_property
    def builder_modules(self) -> Dict[str, str]:
        """Full public path of each builder -> the module that defines it."""
        table: rows.BuildersTable = self.table("builders")
        return {path: row["module"] for path, row in table["builders"].items()}

    def builder(self, path: str) -> Builder:
        """Return one builder by its full public path; ``KeyError`` where there is none."""
        if path not in self._builders:
            from tvcompat.catalog import decoding

            table: rows.BuildersTable = self.table("builders")
            row = table["builders"][path]
            self._builders[path] = decoding.builder(path, row, self.timeline, self._outcome_spans)
        return self._builders[path]

    def _outcome_spans(self, stored: Sequence[rows.SpanRow[int]]) -> Tuple[Span[Outcome], ...]:
        return map_values(self.timeline.spans(stored), self.outcome)

    def outcome(self, number: int) -> Outcome:
        """Return what a call did, by the number that the table of calls has for it."""
        if number not in self._outcomes:
            from tvcompat.catalog import decoding

            table: rows.CallsTable = self.table("calls")
            self._outcomes[number] = decoding.outcome(table["outcomes"][number])
        return self._outcomes[number]

    def checkpoints(self, path: str) -> Dict[str, Tuple[Span[Outcome], ...]]:
        """Return what calling a builder with each of its entries did, by release: ``Enum.ENTRY`` -> outcomes."""
        table: rows.CallsTable = self.table("calls")
        found = {}
        for key, stored in table["checkpoints"].items():
            entry, _, builder = key.partition(" ")
            if builder == path:
                found[entry] = self._outcome_spans(stored)
        return found

    def schema(self, number: int) -> Dict[str, str]:
        """Return a state-dict schema by its number: name -> ``dtype d0,d1,...`` in the order of the state dict."""
        table: rows.SchemasTable = self.table("schemas")
        root = table["roots"][number]
        pairs = root if isinstance(root, list) else list(_walk(table["nodes"], root, ""))
        return {name: text if not text[:1].isdigit() else f"float32 {text}" for name, text in pairs}

    def renames(self, number: int) -> Dict[str, str]:
        """Return the parameter names that differ: name in an older release -> name in the newest one."""
        table: rows.RenamesTable = self.table("renames")
        return table["renames"][number]

    # Models and checkpoints, as the shim needs them

    @property
    def _current(self) -> rows.ModelsTable:
        table: rows.ModelsTable = self.table("models")
        return table

    def model(self, name: str) -> Optional[Model]:
        """Return a model by its registry name in lower case, ``None`` if no release has one."""
        if name not in self._models:
            row = self._current["models"].get(name)
            if row is None:
                return None
            spans = self.timeline.spans
            self._models[name] = Model(
                name,
                row["path"],
                row["module"],
                spans(row["spans"]),
                row.get("enum"),
                row.get("quantized_enum"),
                row.get("backbone"),
                row.get("pretrained"),
                row.get("pretrained_quantized"),
                spans(row.get("fetches", [])),
                spans(row.get("fetches_quantized", [])),
                tuple(row.get("older", ())),
                tuple(row.get("older_quantized", ())),
                spans(row.get("renames", [])),
                row.get("settings", {}),
            )
        return self._models[name]

    @property
    def model_names(self) -> List[str]:
        """Registry names of all models of all releases."""
        return list(self._current["models"])

    @property
    def enum_names(self) -> List[str]:
        """Names of all weights enums."""
        return list(self._current["enums"])

    def entry_names(self, enum: str) -> List[str]:
        """Return the names of an enum's entries in the newest release, in its order."""
        return list(self._current["enums"][enum]["entries"])

    def checkpoint(self, enum: str, entry: str) -> Optional[Checkpoint]:
        """Return a checkpoint by enum and entry, ``DEFAULT`` included; ``None`` if the newest release has none."""
        row = self._current["enums"].get(enum)
        if row is None:
            return None
        if entry == "DEFAULT":
            entry = row["default"]
        found = row["entries"].get(entry)
        if found is None:
            return None
        key = f"{enum}.{entry}"
        if key not in self._checkpoints:
            self._checkpoints[key] = Checkpoint(enum, entry, row["namespace"], found[0], found[1])
        return self._checkpoints[key]

    @cached_property
    def checkpoints_by_url(self) -> Dict[str, Checkpoint]:
        """URL of a file -> the first checkpoint of the newest release that is in it."""
        found: Dict[str, Checkpoint] = {}
        for enum in self.enum_names:
            for entry in self.entry_names(enum):
                checkpoint = self.checkpoint(enum, entry)
                if checkpoint is not None:
                    found.setdefault(checkpoint.url, checkpoint)
        return found

    # Weights

    @property
    def _weights(self) -> rows.WeightsTable:
        table: rows.WeightsTable = self.table("weights")
        return table

    @property
    def enums(self) -> Dict[str, WeightsEnum]:
        """Name -> weights enum, those of all releases."""
        return {name: self.enum(name) for name in self._weights["enums"]}

    def enums_of(self, builder: str) -> List[str]:
        """Return the names of the weights enums that a builder takes, by its path."""
        return [name for name, row in self._weights["enums"].items() if builder in row["builders"]]

    def has_enum(self, name: str) -> bool:
        """Return whether any release has a weights enum of a name."""
        return name in self._weights["enums"]

    def enum(self, name: str) -> WeightsEnum:
        """Return one weights enum; ``KeyError`` where there is none."""
        if name not in self._enums:
            from tvcompat.catalog import decoding

            self._enums[name] = decoding.weights_enum(name, self._weights, self.timeline)
        return self._enums[name]

    def categories(self, number: int) -> List[str]:
        """Return a list of class names by its number."""
        table: rows.CategoriesTable = self.table("categories")
        return table["lists"][number]

    @property
    def model_urls(self) -> Mapping[str, rows.ModelUrlsRow]:
        """Path of a ``model_urls`` table -> its spans and addresses, as stored."""
        return self._weights["model_urls"]

    # Names

    @property
    def _names(self) -> rows.NamesTable:
        table: rows.NamesTable = self.table("names")
        return table

    def module(self, path: str) -> Optional[Module]:
        """Return a module of any release by its path, ``None`` if there is none."""
        if path not in self._modules:
            from tvcompat.catalog.history import Module

            row = self._names["modules"].get(path)
            self._modules[path] = None if row is None else Module(
                path, self.timeline.spans(row["spans"]), row["all"], row["names"], partial(self._member, row)
            )  # fmt: skip
        return self._modules[path]

    def _member(self, row: rows.ModuleRow, name: str) -> Tuple[Span[Description], ...]:
        return map_values(self.timeline.spans(row["names"][name]), self.description)

    def description(self, number: int) -> Description:
        """Return what a name is, by the number that the table of names has for it."""
        if number not in self._descriptions:
            from tvcompat.catalog import decoding

            self._descriptions[number] = decoding.description(self._names["descriptions"][number])
        return self._descriptions[number]

    def warnings(self, path: str) -> Tuple[Span[str], ...]:
        """Return the deprecation warnings in the source of something, by release."""
        found = self._names["deprecated"].get(path)
        return self.timeline.spans(found) if found else ()

    def name(self, path: str) -> Optional[Name]:
        """Return what is known about a name by its full path; ``None`` if no release has it."""
        from tvcompat.catalog.history import Name

        deprecated = self.warnings(path)
        failed = self._names["broken"].get(path)
        broken = self.timeline.spans(failed) if failed else ()
        holder_path, _, last = path.rpartition(".")
        holder, itself = self.module(holder_path), self.module(path)
        found = holder.member(last) if holder is not None else ()
        if itself is not None and (not found or found[-1].value.kind == "module"):
            return Name(path, "module", itself.spans, (), deprecated, broken)
        if holder is None or not found:
            return Name(path, "module", (), (), deprecated, broken) if broken else None
        return Name(path, found[-1].value.kind, found, found, deprecated, broken, last in holder.exported)

    def replacement(self, path: str) -> Optional[Replacement]:
        """Return the hand-written replacement for a removed name, ``None`` if there is no entry for it."""
        table: rows.ReplacementsTable = self.table("replacements")
        for row in table["replacements"]:
            texts = texts_of(row["name"], path)
            if texts is not None:
                return Replacement(filled(row["instead"], texts), row["words"], row["name"].endswith("*"))
        return None

    def names(self) -> Iterator[str]:
        """Yield the full path of every name of every module of any release."""
        for module, row in self._names["modules"].items():
            yield module
            for name in row["names"]:
                yield f"{module}.{name}"

    @property
    def behaviour(self) -> Behaviour:
        """What functions and classes do otherwise from a release on."""
        if self._behaviour is None:
            from tvcompat.catalog.behaviour import Behaviour

            self._behaviour = Behaviour(self)
        return self._behaviour

    @property
    def members(self) -> Members:
        """Members of classes, by release."""
        if self._members is None:
            from tvcompat.catalog.members import Members

            self._members = Members(self)
        return self._members

    @property
    def legacy(self) -> LegacyCatalog:
        """The removed names, with their replacements."""
        if self._legacy is None:
            from tvcompat.catalog.legacy import LegacyCatalog

            self._legacy = LegacyCatalog(self.table)
        return self._legacy

    @property
    def quirks(self) -> Quirks:
        """What releases do differently and no measurement shows."""
        if self._quirks is None:
            from tvcompat.catalog.quirks import Quirks

            self._quirks = Quirks(self.table("quirks"), self.timeline)
        return self._quirks


def _walk(nodes: Sequence[Mapping[str, Union[int, str]]], number: int, prefix: str) -> Iterator[Tuple[str, str]]:
    for name, value in nodes[number].items():
        if isinstance(value, int):
            yield from _walk(nodes, value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


@lru_cache(maxsize=None)
def catalog() -> Catalog:
    """Return the catalog that the package ships."""
    return Catalog()
