"""The table ``quirks``: differences between releases that no measurement shows, from ``matrix/quirks.toml``."""

from collections.abc import Sequence
from typing import Any

from packaging.version import Version

from matrix.compile.table import Table
from matrix.errors import QuirksError
from matrix.quirks import KINDS, Quirk
from matrix.release_list import ReleaseList
from tvcompat.catalog import Catalog

# Keys that name models, which have to exist.
MODELS = ("model", "models", "implied")


def compile_quirks(known: Catalog, listed: ReleaseList, quirks: Sequence[Quirk]) -> Table:
    """Return kind -> rows, each with ``releases``, a span of installable ones, and the keys of its kind.

    Args:
        known: the catalog of the other tables; quirks that begin after its newest release are left out.
        listed: all releases, including yanked ones: a quirk may begin or end with one.

    Raises:
        QuirksError: an entry names a release, a model or a weights entry that does not exist.
    """
    versions = {release.version for release in listed.releases}
    found: dict[str, list[Table]] = {kind: [] for kind in KINDS}
    for quirk in quirks:
        span = _span(known, versions, quirk)
        if span is not None:
            _check_names(known, quirk)
            # A pickle of a yanked release is one too.
            since = {"since": quirk.first} if quirk.kind == "pickled_class" else {}
            found[quirk.kind].append({"releases": span, **since, **quirk.values})
    return dict(found)


def _span(known: Catalog, versions: set[str], quirk: Quirk) -> list[str | None] | None:
    newest = Version(known.newest)
    if Version(quirk.first) > newest:
        return None
    for release in (quirk.first, quirk.last):
        if release and release not in versions and Version(release) <= newest:
            raise QuirksError(f"quirks.toml, {quirk.kind}: {release} is not in releases.toml ({quirk.what})")
    covered = [release for release in known.releases if quirk.holds(release)]
    if not covered:
        raise QuirksError(f"quirks.toml, {quirk.kind}: no release that can be installed has it ({quirk.what})")
    return [covered[0], None if covered[-1] == known.newest else covered[-1]]


def _check_names(known: Catalog, quirk: Quirk) -> None:
    if known.era(known.newest) != "registry":
        # Earlier releases know no names of models.
        return
    models = {builder.name: builder for builder in known.builders.values()}
    named: list[Any] = []
    for key in MODELS:
        value = quirk.values.get(key, [])
        named += [value] if isinstance(value, str) else value
    for name in named:
        if name not in models:
            raise QuirksError(f"quirks.toml, {quirk.kind}: no release has a model {name} ({quirk.what})")
    stray = sorted(set(quirk.values.get("implied", [])) - set(quirk.values.get("models", [])))
    if stray:
        raise QuirksError(f"quirks.toml, {quirk.kind}: implied names {', '.join(stray)}, which models does not")
    if "entry" in quirk.values:
        enums = [span.value for span in models[quirk.values["model"]].enums]
        if not any(quirk.values["entry"] in known.enum(enum).entries for enum in enums):
            entry, model = quirk.values["entry"], quirk.values["model"]
            raise QuirksError(f"quirks.toml, {quirk.kind}: {model} has no weights entry {entry}")
