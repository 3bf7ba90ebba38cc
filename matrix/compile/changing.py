"""The table ``changing``: the few names of members that the checker has to look up in the large table."""

from matrix.compile.table import Table
from tvcompat.catalog import Catalog


def compile_changing(known: Catalog) -> Table:
    """Compile ``members``, which some class has in some releases alone, ``hooks``, which it calls in some, and more.

    ``behaviour`` are functions and classes with a change of which it is written down what calls it concerns.
    """
    members: set[str] = set()
    hooks: set[str] = set()
    for path in known.members.classes():
        releases = [
            release
            for release in known.releases
            if known.members.exists(path, release) and known.members.is_whole(path, release)
        ]
        members |= _changing([set(known.members.all(path, release)) for release in releases])
        hooks |= _changing([set(known.members.hooks(path, release)) for release in releases])
    return {
        "members": sorted(filter(_is_plain, members)),
        "hooks": sorted(filter(_is_plain, hooks)),
        "behaviour": sorted({change.path for change in known.behaviour.changes if change.concerns}),
    }


def _changing(found: list[set[str]]) -> set[str]:
    if not found:
        return set()
    always, ever = set(found[0]), set(found[0])
    for each in found:
        always &= each
        ever |= each
    return ever - always


def _is_plain(name: str) -> bool:
    return not (name.startswith("__") and name.endswith("__"))
