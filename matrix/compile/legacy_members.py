"""Members in the table of legacy names: what stands in for what classes and their instances no longer have.

Which members left, since which release, and whether they were hooks, is read from the records; what stands in for each
comes from the hand-written ``[[member]]`` entries of ``matrix/replacements.toml``.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from matrix.errors import ReleaseListError
from tvcompat.catalog import Catalog

Table = dict[str, Any]

# Keys of an entry that the table has as they are.
_COPIED = ("stand_in", "submodule", "caller", "calls", "arguments")


class RemovedMember(NamedTuple):
    """A member that a class once had.

    Attributes:
        holder: path of the class, which may have inherited it.
        name: of the member.
        since: the first release without it.
    """

    holder: str
    name: str
    since: str


def removed_members(known: Catalog) -> Iterator[RemovedMember]:
    """Yield the members that classes lost while they stayed, and the hooks that are not called any more, each once."""
    members, found = known.members, set()
    for path in members.classes():
        releases = [release for release in known.releases if members.exists(path, release)]
        for before, after in itertools.pairwise(releases):
            was, hooks = members.all(path, before), members.hooks(path, before)
            now, hooks_now = members.all(path, after), members.hooks(path, after)
            for name in was:
                # Names such as `_value_` are those that enum gives to its members.
                if (name in now and (name not in hooks or name in hooks_now)) or (name[:1] == name[-1:] == "_"):
                    continue
                if all(name not in members.hooks(path, release) for release in releases if release >= after):
                    found.add(RemovedMember(path, name, after))
    yield from sorted(found)


def undecided_members(known: Catalog, entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the removed members without an entry, for their class or one that it inherits from."""
    decided: dict[str, set[str]] = {}
    for entry in entries:
        path, _, name = entry["name"].rpartition(".")
        for release in known.releases:
            found = known.members.find(path, release)
            if found is not None:
                decided.setdefault(name, set()).add(found)
    missing = []
    for holder, name, since in removed_members(known):
        last = known.releases[known.releases.index(since) - 1]
        if decided.get(name, set()).isdisjoint(known.members.lineage(holder, last)):
            missing.append(f"{holder}.{name}")
    return missing


def add_members(known: Catalog, entries: Sequence[Mapping[str, Any]], table: Table, words: Table) -> None:
    """Add ``members`` to the table of legacy names: module -> class -> member -> what stands in; and their advices."""
    found: dict[str, Table] = {}
    advices: list[list[str]] = words["advices"]
    for entry in entries:
        described = _Described(known, entry)
        module, _, name = described.defined.rpartition(".")
        advice = [entry["instead"], entry["words"]]
        if advice not in advices:
            advices.append(advice)
        row = {"path": entry["name"], "gone": described.gone, "advice": advices.index(advice), **described.row()}
        found.setdefault(module, {}).setdefault(name, {})[described.name] = row
    table["members"] = {module: dict(sorted(found[module].items())) for module in sorted(found)}


class _Described:
    """One entry beside what the records say of its member."""

    def __init__(self, known: Catalog, entry: Mapping[str, Any]) -> None:
        self.known, self.entry = known, entry
        self.path, _, self.name = entry["name"].rpartition(".")
        members = known.members
        self.classes = {
            release: path
            for release in known.releases
            for path in [members.find(self.path, release)]
            if path is not None
        }
        if not self.classes:
            raise ReleaseListError(f"replacements.toml: {entry['name']}: no release has the class {self.path}")
        self.defined = list(self.classes.values())[-1]
        self.hooked = [release for release in self.classes if self._is_hook(self.name, release)]
        self.gone = self._first_given() if "arguments" in entry else self._first_without()

    def _is_hook(self, name: str, release: str) -> bool:
        return name in self.known.members.hooks(self.classes[release], release)

    def _all(self, release: str) -> Mapping[str, Any]:
        return self.known.members.all(self.classes[release], release)

    def _first_without(self) -> str:
        having = self.hooked or [release for release in self.classes if self.name in self._all(release)]
        following = self.known.releases[self.known.releases.index(having[-1]) + 1 :] if having else []
        if not following:
            which = "the newest release has it" if having else "no release has it"
            raise ReleaseListError(f"replacements.toml: {self.entry['name']}: {which}")
        return following[0]

    def _first_given(self) -> str:
        """Return the first release that gives its overrides what older ones do not take."""
        for release in self.hooked:
            if all(f" {name}=" in self._all(release)[self.name].text for name in self.entry["arguments"]):
                return release
        raise ReleaseListError(f"replacements.toml: {self.entry['name']}: no release gives {self.entry['arguments']}")

    def row(self) -> Table:
        """Return what the guard has to know beside the path, the release and the advice."""
        row: Table = {key: self.entry[key] for key in _COPIED if key in self.entry}
        instead = self.entry["instead"]
        last = (self.hooked or [release for release in self.classes if self.name in self._all(release)])[-1]
        row["kind"] = self._all(last)[self.name].kind
        row["hook"] = bool(self.hooked)
        since = [release for release in self.classes if instead in self._all(release)]
        if instead and "stand_in" not in row and "submodule" not in row and not since:
            raise ReleaseListError(f"replacements.toml: {self.entry['name']}: no release has {instead}")
        if since and "arguments" not in self.entry:
            row["instead"], row["since"] = instead, since[0]
            row["passed_on"] = bool(self.hooked) and "calls" not in row and self._is_hook(instead, since[-1])
        if row["hook"] and not ("calls" in row or row.get("passed_on")):
            raise ReleaseListError(f"replacements.toml: {self.entry['name']} was a hook: say what calls it")
        return row
