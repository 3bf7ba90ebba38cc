"""The table ``changing``: the little of the large tables ``members`` and ``behaviour`` that the checker needs."""

from typing import TYPE_CHECKING, Any

from matrix.compile.table import Table
from tvcompat.catalog import Catalog
from tvcompat.catalog.behaviour import OWN, BehaviourChange

if TYPE_CHECKING:
    from tvcompat.catalog.behaviour import States


def compile_changing(known: Catalog) -> Table:
    """Compile ``members``, which some class has in some releases alone, ``hooks``, which it calls in some, and more.

    ``behaviour`` are the changes of behaviour of which it is written down what calls they concern.
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
        "behaviour": [
            _stated(change, list(known.behaviour.states(number)))
            for number, change in enumerate(known.behaviour.changes)
            if change.concerns and change.cause == OWN
        ],
    }


def _stated(change: BehaviourChange, states: "list[States]") -> dict[str, Any]:
    return {
        "path": change.path,
        "release": change.release,
        "kind": change.kind,
        "words": change.words,
        **({"when": change.when} if change.when else {}),
        "concerns": change.concerns,
        # Most of the recipes went through the same states.
        "states": [spans for number, spans in enumerate(states) if spans not in states[:number]],
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
