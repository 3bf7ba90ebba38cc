"""The catalog: the compact tables that the package ships, compiled from the records.

The tables are a pure function of the records and the hand-written lists, so recompiling gives the same bytes. Each
table is compiled in the module of the same name.
"""

from pathlib import Path

from packaging.version import Version

from matrix import paths
from matrix.compile import typed_stub
from matrix.compile.behaviour import compile_behaviour
from matrix.compile.builders import compile_builders
from matrix.compile.changing import compile_changing
from matrix.compile.legacy import compile_legacy
from matrix.compile.legacy_members import add_members
from matrix.compile.members import compile_members
from matrix.compile.models import compile_models
from matrix.compile.names import compile_names
from matrix.compile.quirks import compile_quirks
from matrix.compile.releases import describe_release
from matrix.compile.table import Table, render_table
from matrix.compile.weights import compile_weights
from matrix.explanations import read_explanations
from matrix.quirks import read_quirks
from matrix.release_list import ReleaseList
from matrix.replacements import read_replacements
from matrix.store.pre_0_9 import Pre09Records
from matrix.store.records import Store
from tvcompat.catalog import Catalog

# The keys of a replacement that the checker uses; the others are for the guard.
SHOWN = ("name", "instead", "words")


def render_catalog(releases: ReleaseList, store: Store) -> tuple[Catalog, dict[Path, str]]:
    """Compile everything; return the catalog, and path in the checkout -> text of each table and of the type stub."""
    tables = compile_catalog(releases, store)
    known = Catalog(tables=tables)
    files = {paths.TABLES / f"{name}.json": render_table(table) for name, table in tables.items()}
    return known, {paths.TYPED_STUB: typed_stub.render(known), **files}


def compile_catalog(releases: ReleaseList, store: Store) -> dict[str, Table]:
    """Compile all tables of the catalog, by name.

    Yanked releases are listed but otherwise ignored: nobody is meant to install them.
    """
    written = store.folder.parent / "replacements.toml"
    known = {release.version: release for release in releases.releases}
    extra = [name for name in store.releases() if name not in known]
    names = sorted([*known, *extra], key=Version)
    records = {name: record for name in names for record in [store.load(name)] if record is not None}
    timeline = [
        record
        for name, record in records.items()
        if record.static is not None and not (name in known and known[name].yanked)
    ]
    tables = {
        "releases": {"releases": {name: describe_release(name, releases, records.get(name)) for name in names}},
        **compile_builders(timeline, store),
        **compile_weights(timeline),
        **compile_names(timeline, store),
        **compile_members(timeline, store),
        **compile_behaviour(timeline, store, read_explanations(written.with_name("behaviour.toml"))),
    }
    replacements, parameters, members = read_replacements(written)
    tables["replacements"] = {"replacements": [{key: row[key] for key in SHOWN} for row in replacements]}
    earlier = Pre09Records(store.folder / "before")
    pre_0_9 = [earlier.api(release.version) for release in releases.pre_0_9]
    tables["legacy"], tables["legacy_words"] = compile_legacy(Catalog(tables=tables), replacements, parameters, pre_0_9)
    add_members(Catalog(tables=tables), members, tables["legacy"], tables["legacy_words"])
    tables["quirks"] = compile_quirks(Catalog(tables=tables), releases, read_quirks(written.with_name("quirks.toml")))
    tables["changing"] = compile_changing(Catalog(tables=tables))
    tables["models"] = compile_models(Catalog(tables=tables), tables)
    return tables
