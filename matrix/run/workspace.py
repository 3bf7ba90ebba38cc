"""What every step of an audit works on: the checkout, its records, the options, and the log."""

from dataclasses import dataclass, field
from pathlib import Path

from matrix.errors import RecordError
from matrix.install.environment import UNKNOWN_SIZE_MB
from matrix.install.installer import Installer
from matrix.recipes.tables import load as load_recipes
from matrix.release_list import ListedRelease, ReleaseList, read_release_list
from matrix.run.log import Log
from matrix.run.options import Options
from matrix.run.plan import Recorded
from matrix.store.parts import by_module
from matrix.store.pre_0_9 import Pre09Records
from matrix.store.records import Record, Store


@dataclass
class Workspace:
    """A checkout and one audit of it."""

    root: Path
    options: Options
    log: Log = field(default_factory=Log)

    def __post_init__(self) -> None:
        self.listed: ReleaseList = read_release_list(self.root / "matrix" / "releases.toml")
        self.store: Store = Store(self.root / "matrix" / "records")
        self.pre_0_9: Pre09Records = Pre09Records(self.store.folder / "before")

    def record(self, release: str) -> Record | None:
        """Return the record of a release, or ``None``; one that cannot be read is reported and counts as missing."""
        try:
            return self.store.load(release)
        except RecordError as error:
            self.log.note(f"{release:<8} {error}")
            return None

    def recorded(self) -> Recorded:
        """Read which facts the records contain."""
        found = {version: self.record(version) for version in {*self.store.releases(), *self.listed.versions}}
        records = {version: record for version, record in found.items() if record is not None}
        recipes = by_module(recipe.key for recipe in load_recipes())
        readable = frozenset(r.version for r in self.listed.pre_0_9 if self.pre_0_9.is_readable(r.version))
        return Recorded(
            wheels={
                version: record.provenance.get("static", {}).get("sha256", "")
                for version, record in records.items()
                if record.static is not None
            },
            measured=frozenset(version for version, record in records.items() if record.measured),
            verified=frozenset(version for version, record in records.items() if record.verification is not None),
            evaluated=frozenset(
                version for version, record in records.items() if self.store.recipes(record) == recipes
            ),
            pre_0_9=readable,
            called_pre_0_9=frozenset(version for version in readable if self.pre_0_9.has_results(version)),
        )

    def installer(self) -> Installer:
        return Installer(self.log.detail, self.options.torch_backend)

    def environment_mb(self, release: ListedRelease) -> int:
        """Return the megabytes an environment is expected to need: 10 % more than it took last time."""
        record = self.record(release.version)
        known = (record.provenance.get("runtime") or {}).get("environment_mb") if record else None
        return int(known * 1.1) if known else UNKNOWN_SIZE_MB
