"""The measured files: one record per release, and the values that many records share.

A value that repeats from release to release (the names of a module, a state-dict schema, the metadata of an entry) is
stored once in ``shared/<kind>.json`` under a digest of its content, and records refer to it as ``kind@digest``. Files
of shared values only ever gain lines, so records measured on several machines can be merged by copying.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from matrix import paths
from matrix.errors import RecordError
from matrix.store import schemas
from matrix.store.parts import write_part

FORMAT = 1
GENERATED_BY = 'measured by `nox -s audit` and `nox -s "matrix(RELEASE)"`; never edited by hand'

KINDS = (
    "api",
    "builders",
    "calls",
    "categories",
    "checkpoints",
    "entries",
    "members",
    "metadata",
    "names",
    "outcomes",
    "outputs",
    "preprocessing",
    "presets",
    "recipes",
    "results",
    "schemas",
    "tables",
    "training",
)

# Kinds whose values keep the order of their names (of parameters, of members).
ORDERED = frozenset(("entries", "schemas"))

# Large, and wanted by few readers: these stay references until someone asks for them.
LAZY = frozenset(("api", "members", "names", "outcomes", "recipes", "results", "schemas"))

_REFERENCE = re.compile(rf"({'|'.join(KINDS)})@[0-9a-f]{{12}}")


@dataclass(frozen=True)
class Record:
    """What was measured about one release.

    Attributes:
        release: ``0.12.0``.
        provenance: where the ``static`` and ``runtime`` facts come from.
        static: facts from the sources, ``None`` if they were not measured.
        runtime: facts from a real install; ``{"absent": reason}`` if there can be none, ``None`` if there are
            none yet.
        verification: what running the shim inside the release showed, ``None`` where it was not run.
        behaviour: what the recipes gave in a real install, ``None`` where they were not evaluated.
    """

    release: str
    provenance: Mapping[str, Any]
    static: Mapping[str, Any] | None
    runtime: Mapping[str, Any] | None
    verification: Mapping[str, Any] | None = None
    behaviour: Mapping[str, Any] | None = None

    @property
    def measured(self) -> bool:
        """Whether there are run-time facts."""
        return self.runtime is not None and "absent" not in self.runtime


def _references(reference: str, value: Any) -> Iterator[str]:
    """Yield the shared values that a shared value refers to."""
    if reference.startswith("results@"):
        yield from (f"outcomes@{digest}" for digest in value.split())
    else:
        yield from (match.group() for match in _REFERENCE.finditer(json.dumps(value)))


class Store:
    """The records of a folder, with their shared values."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._values: dict[str, dict[str, Any]] = {}
        self._whole: dict[str, Any] = {}
        self._records: dict[str, tuple[tuple[int, int], Record]] = {}
        self._schemas: dict[str, dict[str, str]] = {}

    # Reading

    def releases(self) -> list[str]:
        """Return the releases that have a record, in no particular order."""
        return [path.stem for path in self.folder.glob("*.json")]

    def path(self, release: str) -> Path:
        return self.folder / f"{release}.json"

    def value(self, reference: str) -> Any:
        """Return the shared value that ``kind@digest`` refers to.

        Raises:
            RecordError: it is missing.
        """
        kind, _, digest = reference.partition("@")
        table = self._table(kind)
        if digest not in table:
            raise RecordError(f"{reference} is not in {self._shared_path(kind)}: the records are incomplete")
        return table[digest]

    def schema(self, reference: str) -> dict[str, str]:
        """Return a state-dict schema: name -> ``dtype d0,d1,...``."""
        if reference not in self._schemas:
            self._schemas[reference] = schemas.unpack(self.schema_tree(reference))
        return self._schemas[reference]

    def schema_tree(self, reference: str) -> Any:
        """Return a state-dict schema nested by module, as :func:`matrix.store.schemas.pack` made it."""

        def grown(value: Any) -> Any:
            if isinstance(value, str) and value.startswith("schemas@"):
                value = self.value(value)
            return {name: grown(item) for name, item in value.items()} if isinstance(value, dict) else value

        return grown(reference)

    def load(self, release: str) -> Record | None:
        """Return the record of a release with its shared values in place, or ``None`` if there is none.

        Raises:
            RecordError: the file is not a record of this format and this release.
        """
        try:
            status = self.path(release).stat()
        except FileNotFoundError:
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._records.get(release)
        if known is not None and known[0] == stamp:
            return known[1]
        document = self.document(release)
        if document is None:
            return None
        record = Record(
            release,
            document["provenance"],
            self._resolved(document["static"]),
            self._resolved(document["runtime"]),
            self._resolved(document.get("verification")),
            self._resolved(document.get("behaviour")),
        )
        self._records[release] = (stamp, record)
        return record

    def document(self, release: str) -> dict[str, Any] | None:
        """Return the record as it is written, with references to shared values, or ``None`` if there is none.

        Raises:
            RecordError: the file is not a record of this format and this release.
        """
        path = self.path(release)
        document = _read_json(path)
        if document is None:
            return None
        if document.get("format") != FORMAT:
            raise RecordError(
                f"{path.name} has format {document.get('format')!r}, and this version of tvcompat reads {FORMAT}. "
                f'Measure it again: nox -s audit -- --refresh --release {release} and nox -s "matrix({release})"'
            )
        if document.get("release") != release:
            raise RecordError(f"{path.name} is a record of {document.get('release')!r}, not of {release}")
        missing = {"provenance", "static", "runtime"} - set(document)
        if missing:
            raise RecordError(f"{path.name} has no {', '.join(sorted(missing))}")
        return document

    def _shared_path(self, kind: str) -> Path:
        return self.folder / "shared" / f"{kind}.json"

    def _table(self, kind: str) -> dict[str, Any]:
        if kind not in self._values:
            document = _read_json(self._shared_path(kind)) or {"values": {}}
            if not isinstance(document.get("values"), dict):
                raise RecordError(f"{self._shared_path(kind)} holds no table of values")
            self._values[kind] = document["values"]
        return self._values[kind]

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        if isinstance(value, str) and _REFERENCE.fullmatch(value) and value.partition("@")[0] not in LAZY:
            if value not in self._whole:
                self._whole[value] = self._resolved(self.value(value))
            return self._whole[value]
        return value

    # Writing

    def write(self, release: str, part: str, facts: Mapping[str, Any], provenance: Mapping[str, Any]) -> None:
        """Put one part of a record in place (``static``, ``runtime``, ...); the other parts stay.

        Shared values are written before the record that refers to them, so that a run that is killed in between leaves
        unused values, never dangling references.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / ".lock"):
            self._values = {}
            before = {kind: len(self._table(kind)) for kind in KINDS}
            stored = write_part(self.share, part, facts)
            try:
                document = self.document(release)
            except RecordError:
                # Measuring again is how a damaged or outdated record gets replaced.
                document = None
            if document is None:
                document = {"provenance": {}, "static": None, "runtime": None}
            for kind in KINDS:
                if len(self._table(kind)) != before[kind]:
                    self._write_shared(kind)
            kept = {key: document.get(key) for key in ("static", "runtime", "verification", "behaviour")}
            parts = {**kept, part: stored}
            if parts["behaviour"] is None:
                del parts["behaviour"]
            origin = {**document["provenance"], part: dict(provenance)}
            whole = {
                "generated": GENERATED_BY,
                "format": FORMAT,
                "release": release,
                "provenance": {key: origin[key] for key in sorted(origin)},
                **parts,
            }
            paths.write_text(self.path(release), render(whole, 3) + "\n")

    def remove_orphans(self) -> int:
        """Remove shared values that no record refers to; return how many."""
        with FileLock(self.folder / ".lock"):
            self._values = {}
            named: set[str] = set()
            for path in self.folder.glob("*.json"):
                named.update(match.group() for match in _REFERENCE.finditer(path.read_text(encoding="utf-8")))
            pending = list(named)
            while pending:
                reference = pending.pop()
                for inner in _references(reference, self.value(reference)):
                    if inner not in named:
                        named.add(inner)
                        pending.append(inner)
            dropped = 0
            for kind in KINDS:
                table = self._table(kind)
                kept = {digest: value for digest, value in table.items() if f"{kind}@{digest}" in named}
                if len(kept) != len(table):
                    dropped += len(table) - len(kept)
                    self._values[kind] = kept
                    self._write_shared(kind)
            return dropped

    def adopt(self, other: "Store") -> None:
        """Copy the shared values of another store into this one.

        Raises:
            RecordError: the two have different values under the same reference.
        """
        self._values = {}
        for kind in KINDS:
            table, found = self._table(kind), other._table(kind)
            different = [digest for digest, value in found.items() if table.get(digest, value) != value]
            if different:
                raise RecordError(f"two values of {kind} have the digest {different[0]}")
            if not found.keys() <= table.keys():
                table.update(found)
                self._write_shared(kind)

    def share(self, kind: str, value: Any) -> str:
        """Store a value once; return the ``kind@digest`` that refers to it."""
        text = json.dumps(value, separators=(",", ":"), sort_keys=kind not in ORDERED, allow_nan=False)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        known = self._table(kind).setdefault(digest, value)
        if known is not value and known != json.loads(text):
            raise RecordError(f"two values of {kind} have the digest {digest}")
        return f"{kind}@{digest}"

    def _write_shared(self, kind: str) -> None:
        table = self._table(kind)
        lines = [
            f"{json.dumps(digest)}:"
            + json.dumps(table[digest], separators=(",", ":"), sort_keys=kind not in ORDERED, ensure_ascii=False)
            for digest in sorted(table)
        ]
        text = f'{{"generated": {json.dumps(GENERATED_BY)},\n"values":{{\n' + ",\n".join(lines) + "\n}}\n"
        paths.write_text(self._shared_path(kind), text)

    def recipes(self, record: Record) -> dict[str, list[str]]:
        """Return the keys of the recipes that were evaluated in a release, by module; empty where none were."""
        stored = (record.behaviour or {}).get("recipes", {})
        return {module: self.value(reference) for module, reference in stored.items()}

    def outcomes(self, record: Record) -> dict[str, Any]:
        """Return what the recipes gave in a release, by their keys; empty where they were not evaluated."""
        found: dict[str, Any] = {}
        for module, keys in self.recipes(record).items():
            digests = self.value((record.behaviour or {})["results"][module]).split()
            found.update((key, self.value(f"outcomes@{digest}")) for key, digest in zip(keys, digests, strict=True))
        return found


def render(value: Any, depth: int, indent: str = "") -> str:
    """Render JSON with objects spread over lines down to a depth, and compact below: one line per builder."""
    if depth == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner = indent + " "
    lines = [f"{inner}{json.dumps(key)}: {render(item, depth - 1, inner)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise RecordError(f"{path} is not JSON: {error}. Measure the release again, or restore the file.") from error
    if not isinstance(document, dict):
        raise RecordError(f"{path} is not a record")
    return document
