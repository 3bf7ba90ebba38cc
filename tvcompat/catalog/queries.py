"""Reading the catalog's tables."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, TypeVar

from tvcompat.catalog.facts import Checkpoint, Model, Replacement, Span
from tvcompat.catalog.patterns import filled, texts_of
from tvcompat.catalog.stored import TABLES, read_table
from tvcompat.errors import UnknownReleaseError
from tvcompat.releases import parse, release_of

# Made when they are first asked for: defining a data class takes longer than a call of the shim.
if TYPE_CHECKING:
    from tvcompat.catalog.history import Builder, Name, Outcome, Release, WeightsEnum

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
        self._models: Dict[str, Model] = {}
        self._checkpoints: Dict[str, Checkpoint] = {}
        self._builders: Dict[str, Builder] = {}
        self._order: Dict[str, int] = {}

    def table(self, name: str) -> Dict[str, Any]:
        """One of the tables as it is stored.

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
        from tvcompat.catalog.history import Release

        found = {}
        for version, table in self.table("releases")["releases"].items():
            found[version] = Release(
                version,
                table.get("torch", ""),
                table.get("python", ""),
                table.get("era", ""),
                table.get("requires_torch", ""),
                table.get("requires_python", ""),
                {platform: tuple(names) for platform, names in table.get("wheels", {}).items()},
                table.get("measured", False),
                table.get("yanked", ""),
                table.get("checks", 0),
                tuple(table.get("failures", ())),
            )
        return found

    @property
    def releases(self) -> List[str]:
        """The releases people can install, oldest first."""
        return list(self._index())

    def _index(self) -> Dict[str, int]:
        if not self._order:
            table = self.table("releases")["releases"]
            self._order = {version: n for n, version in enumerate(v for v, t in table.items() if not t.get("yanked"))}
        return self._order

    @property
    def newest(self) -> str:
        return self.releases[-1]

    def era(self, release: str) -> str:
        """``pretrained``, ``weights`` or ``registry``."""
        return str(self.table("releases")["releases"][release]["era"])

    def find_release(self, asked: str) -> str:
        """The release that ``asked`` names: a full version, ``0.12`` for the newest 0.12, ``latest``.

        A version built from source counts as its release, and one newer than the catalog as the newest.

        Raises:
            UnknownReleaseError: it names none.
        """
        if asked == "latest":
            return self.newest
        if asked in self._index():
            return asked
        line = [release for release in self.releases if release.startswith(asked + ".")]
        if asked.count(".") == 1 and line:
            return line[-1]
        release = release_of(asked)
        if release in self._index():
            return str(release)
        raise UnknownReleaseError(asked, self.releases)

    def nearest(self, version: str) -> Optional[str]:
        """The release whose facts hold for an installed version: itself, or one of its line, or the one before.

        Boards carry builds of ``0.11.0a0``, whose release was taken back; 0.11.1 is what it was meant to be.
        ``None`` for what is older than every release known.
        """
        release = release_of(version)
        if release is None:
            return None
        if release in self._index():
            return release
        line = release.rpartition(".")[0] + "."
        older = [candidate for candidate in self.releases if parse(candidate) < parse(release)]
        newer = [candidate for candidate in self.releases if parse(candidate) > parse(release)]
        if newer and newer[0].startswith(line) and not (older and older[-1].startswith(line)):
            return newer[0]
        return older[-1] if older else None

    def between(self, first: str, last: str) -> List[str]:
        """The releases from one to another, both included."""
        order = self._index()
        return self.releases[order[first] : order[last] + 1]

    # Spans

    def spans(self, raw: Sequence[Sequence[Any]]) -> Tuple[Span[Any], ...]:
        """Spans as they are stored, with the open end filled in."""
        newest = self.newest
        return tuple(
            Span(item[0], item[1] or newest, item[2] if len(item) > 2 else None, item[1] is None) for item in raw
        )

    def at(self, spans: Iterable[Span[T]], release: str) -> Optional[Span[T]]:
        """The span that holds in a release, ``None`` where none does."""
        order = self._index()
        position = order[release]
        for span in spans:
            if order[span.first] <= position <= order[span.last]:
                return span
        return None

    def value(self, spans: Iterable[Span[T]], release: str) -> Optional[T]:
        """The value that holds in a release, ``None`` where none does."""
        span = self.at(spans, release)
        return None if span is None else span.value

    def releases_of(self, spans: Iterable[Span[Any]]) -> List[str]:
        """The releases that some spans cover, oldest first."""
        found: List[str] = []
        for span in spans:
            found += [release for release in self.between(span.first, span.last) if release not in found]
        return found

    # Builders

    @property
    def builders(self) -> Dict[str, Builder]:
        """Full public path -> builder."""
        from tvcompat.catalog.history import Builder

        if not self._builders:
            for path, table in self.table("builders")["builders"].items():
                self._builders[path] = Builder(
                    path,
                    table["name"],
                    table["module"],
                    self.spans(table["spans"]),
                    self.spans(table["signature"]),
                    self.spans(table["accepts"]),
                    self.spans(table.get("parameters", ())),
                    self.spans(table.get("schema", ())),
                    self.spans(table.get("renames", ())),
                    self.spans(table.get("plain", ())),
                    self.spans(table.get("pretrained", ())),
                    self.spans(table.get("quantized", ())),
                    self.spans(table.get("enum", ())),
                    self.spans(table.get("outputs", ())),
                )
        return self._builders

    def outcome(self, number: int) -> Outcome:
        """What a call did, by its number."""
        from tvcompat.catalog.history import Outcome

        table = self.table("calls")["outcomes"][number]
        return Outcome(
            tuple(table.get("asks", ())), table.get("error", ""), table.get("settings", []), table.get("schema")
        )

    def checkpoints(self, path: str) -> Dict[str, Tuple[Span[int], ...]]:
        """``Enum.ENTRY`` -> outcomes of calling a builder with it, by release."""
        found = {}
        for key, spans in self.table("calls")["checkpoints"].items():
            entry, _, builder = key.partition(" ")
            if builder == path:
                found[entry] = self.spans(spans)
        return found

    def schema(self, number: int) -> Dict[str, str]:
        """A state-dict schema by its number: name -> ``dtype d0,d1,...`` in the order of the state dict."""
        tables = self.table("schemas")
        root = tables["roots"][number]
        pairs = root if isinstance(root, list) else list(_walk(tables["nodes"], root, ""))
        return {name: text if not text[:1].isdigit() else f"float32 {text}" for name, text in pairs}

    def renames(self, number: int) -> Dict[str, str]:
        """Parameter names of an older release -> the newest release's names, for those that differ."""
        table: Dict[str, str] = self.table("renames")["renames"][number]
        return table

    # Models and checkpoints, as the shim needs them

    def model(self, name: str) -> Optional[Model]:
        """A model by its registry name in lower case, ``None`` where no release has one."""
        if name not in self._models:
            row = self.table("models")["models"].get(name)
            if row is None:
                return None
            self._models[name] = Model(
                name,
                row["path"],
                row["module"],
                self.spans(row["spans"]),
                row.get("enum"),
                row.get("quantized_enum"),
                row.get("backbone"),
                row.get("pretrained"),
                row.get("pretrained_quantized"),
                self.spans(row.get("fetches", ())),
                self.spans(row.get("fetches_quantized", ())),
                tuple(row.get("older", ())),
                tuple(row.get("older_quantized", ())),
                self.spans(row.get("renames", ())),
                row.get("settings", {}),
            )
        return self._models[name]

    @property
    def model_names(self) -> List[str]:
        """Registry names of all models of all releases."""
        return list(self.table("models")["models"])

    @property
    def enum_names(self) -> List[str]:
        """Names of all weights enums."""
        return list(self.table("models")["enums"])

    def entry_names(self, enum: str) -> List[str]:
        """Names of the entries of an enum in the newest release, in its order."""
        return list(self.table("models")["enums"][enum]["entries"])

    def checkpoint(self, enum: str, entry: str) -> Optional[Checkpoint]:
        """A checkpoint by enum and entry, ``DEFAULT`` included; ``None`` where the newest release has none."""
        row = self.table("models")["enums"].get(enum)
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

    # Weights

    @property
    def enums(self) -> Dict[str, WeightsEnum]:
        """Name -> weights enum."""
        return {name: self.enum(name) for name in self.table("weights")["enums"]}

    def enum(self, name: str) -> WeightsEnum:
        """One weights enum; ``KeyError`` where there is none."""
        from tvcompat.catalog.history import Entry, WeightsEnum

        table = self.table("weights")["enums"][name]
        entries = {
            entry: Entry(
                name,
                entry,
                self.spans(found["url"]),
                self.spans(found["metadata"]),
                self.spans(found["preprocessing"]),
            )
            for entry, found in table["entries"].items()
        }
        return WeightsEnum(
            name,
            table["namespace"],
            table["module"],
            tuple(table["builders"]),
            self.spans(table["spans"]),
            self.spans(table["aliases"]),
            entries,
        )

    def metadata(self, number: int) -> Dict[str, Any]:
        """Metadata of a weights entry by number; ``categories`` is ``{"list": number, "count": n}``."""
        table: Dict[str, Any] = self.table("weights")["metadata"][number]
        return table

    def preprocessing(self, number: int) -> Dict[str, Any]:
        """``preset``, its ``arguments`` and resulting ``values``, by number."""
        table: Dict[str, Any] = self.table("weights")["preprocessing"][number]
        return table

    def categories(self, number: int) -> List[str]:
        """A list of class names by number."""
        table: List[str] = self.table("categories")["lists"][number]
        return table

    @property
    def model_urls(self) -> Mapping[str, Any]:
        """Path of a ``model_urls`` table -> its spans and addresses, as stored."""
        table: Mapping[str, Any] = self.table("weights")["model_urls"]
        return table

    # Names

    def module(self, path: str) -> Optional[Dict[str, Any]]:
        """``spans``, ``names`` and ``all`` of a module as stored, ``None`` for no module of any release."""
        found: Optional[Dict[str, Any]] = self.table("names")["modules"].get(path)
        return found

    def description(self, number: int) -> Any:
        """What a name is, by number: ``def(a, b=1)``, ``= path`` for an import, ``module``, ``data``, or a class."""
        return self.table("names")["descriptions"][number]

    def name(self, path: str) -> Optional[Name]:
        """What is known about a name by its full path; ``None`` where no release has it."""
        from tvcompat.catalog.history import Name

        table = self.table("names")
        deprecated = self.spans(table["deprecated"].get(path, ()))
        broken = self.spans(table["broken"].get(path, ()))
        module, _, last = path.rpartition(".")
        holder = table["modules"].get(module)
        found = holder["names"].get(last) if holder else None
        itself = table["modules"].get(path)
        if itself is not None and (found is None or self.description(found[-1][2]) == "module"):
            return Name(path, "module", self.spans(itself["spans"]), deprecated, broken)
        if found is None:
            return Name(path, "module", (), deprecated, broken) if broken else None
        spans = tuple(
            Span(span.first, span.last, self.description(span.value), span.newest) for span in self.spans(found)
        )
        return Name(path, kind_of(spans[-1].value), spans, deprecated, broken, last in holder["all"])

    def replacement(self, path: str) -> Optional[Replacement]:
        """What the hand-written table says stands in for a name that is gone, ``None`` where it says nothing."""
        for row in self.table("replacements")["replacements"]:
            texts = texts_of(row["name"], path)
            if texts is not None:
                return Replacement(filled(row["instead"], texts), row["words"], row["name"].endswith("*"))
        return None

    def names(self) -> Iterator[str]:
        """The full path of every name of every module of any release."""
        for module, table in self.table("names")["modules"].items():
            yield module
            for name in table["names"]:
                yield f"{module}.{name}"

    @property
    def pretrained_warnings(self) -> Tuple[Span[List[str]], ...]:
        """The warnings that ``resnet18(pretrained=True)`` gives, by release."""
        return self.spans(self.table("names")["pretrained_warnings"])


def kind_of(description: Any) -> str:
    """``function``, ``class``, ``module``, ``import`` or ``data`` of a description."""
    if isinstance(description, dict):
        return "class"
    if description.startswith("= "):
        return "import"
    for start, kind in (("def", "function"), ("class", "class"), ("module", "module")):
        if description.startswith(start):
            return kind
    return "data"


def _walk(nodes: Sequence[Mapping[str, Any]], number: int, prefix: str) -> Iterator[Tuple[str, str]]:
    for name, value in nodes[number].items():
        if isinstance(value, int):
            yield from _walk(nodes, value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


@lru_cache(maxsize=None)
def catalog() -> Catalog:
    """The catalog that the package ships."""
    return Catalog()
