"""What changed in the members of classes between two releases: methods, attributes, and hooks that are not called."""

from __future__ import annotations

from typing import Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from tvcompat.catalog.diff.change import Change, is_private, since
from tvcompat.catalog.diff.parameters import compare_parameters
from tvcompat.catalog.members import Member, Members
from tvcompat.catalog.queries import Catalog
from tvcompat.catalog.signatures import parse


def member_changes(known: Catalog, first: str, last: str, private: bool) -> Iterator[Change]:
    """Yield every difference between the members of the classes that both releases have.

    A change is told of the class that made it, not of each that inherits it.
    """
    members = known.members
    for shown, (old, new) in sorted(public_classes(members, first, last, private).items()):
        yield from _Comparison(known, members, shown, (old, new), (first, last)).changes(private)


def public_classes(members: Members, first: str, last: str, private: bool) -> Dict[str, Tuple[str, str]]:
    """Return the path by which people know a class -> where it is defined in the first release and in the last.

    Of several paths the shortest is taken; the one of a private module where there is no other.
    """
    found: Dict[Tuple[str, str], List[str]] = {}
    later = members.definitions(last)
    for path, old in members.definitions(first).items():
        if path in later and (private or not is_private(path)):
            found.setdefault((old, later[path]), []).append(path)
    # Where modules are equally deep, the one that defines the class goes before those that import it.
    return {min(paths, key=lambda path: (path.count("."), path not in key, path)): key for key, paths in found.items()}


class _Comparison:
    """One class in two releases."""

    def __init__(
        self, known: Catalog, members: Members, shown: str, paths: Tuple[str, str], releases: Tuple[str, str]
    ) -> None:
        self.known = known
        self.members = members
        self.shown = shown
        self.old, self.new = paths
        self.first, self.last = releases

    def changes(self, private: bool) -> Iterator[Change]:
        """Yield what changed in each member."""
        self.before = self.members.all(self.old, self.first)
        self.after = self.members.all(self.new, self.last)
        self.called_before = self.members.hooks(self.old, self.first)
        self.called_after = self.members.hooks(self.new, self.last)
        if self.before == self.after and self.called_before == self.called_after:
            return
        for name in sorted({*self.before, *self.after}):
            yield from self._member(name, private)

    def _member(self, name: str, private: bool) -> Iterator[Change]:
        was, now = self.before.get(name), self.after.get(name)
        hook, hook_now = self.called_before.get(name), self.called_after.get(name)
        told = (was is not None and self._is_told(was, self.old, name, private)) or (
            now is not None and self._is_told(now, self.new, name, private)
        )
        if hook == self.old and hook_now is None:
            text = "not called any more: subclasses that override it have no effect"
            if now is None and not name.startswith("_"):
                text = f"{_word(was)} removed; {text}" if was is not None else text
            yield self._change("breaks", name, text, lambda release: name not in self._hooks(release))
        elif hook is None and hook_now == self.new and was is None:
            text = "new hook: subclasses override it"
            yield self._change("added", name, text, lambda release: name in self._hooks(release))
        elif not told or was == now or (was is None and hook_now not in (None, self.new)):
            # What overrides a new hook of a base class is told of there.
            return
        elif was is None and now is not None:
            yield self._change("added", name, f"new {_word(now)}", lambda release: name in self._all(release))
        elif was is not None and now is None:
            text = f"{_word(was)} removed"
            yield self._change("breaks", name, text, lambda release: name not in self._all(release))
        elif was is not None and now is not None and was.text != now.text:
            yield from self._compared(name, was, now)

    def _compared(self, name: str, was: Member, now: Member) -> Iterator[Change]:
        def holds(release: str) -> bool:
            found = self._all(release).get(name)
            return found is not None and found.text == now.text

        if was.is_method and now.is_method:
            signatures = parse(was.text[len(was.kind) :]), parse(now.text[len(now.kind) :])
            for category, text in compare_parameters(*signatures):
                yield self._change(category, name, text, holds, what="parameter")
        elif was.is_method or now.is_method:
            yield self._change("breaks", name, f"was a {_word(was)}, is a {_word(now)}", holds)

    def _is_told(self, member: Member, path: str, name: str, private: bool) -> bool:
        """Whether a member is one to tell of here: public, and defined by this class itself."""
        return member.owner == path and (private or not name.startswith("_"))

    def _path_in(self, release: str) -> Optional[str]:
        for path in (self.shown, self.new, self.old):
            found = self.members.find(path, release)
            if found is not None:
                return found
        return None

    def _all(self, release: str) -> Mapping[str, Member]:
        path = self._path_in(release)
        return self.members.all(path, release) if path is not None else {}

    def _hooks(self, release: str) -> Mapping[str, str]:
        path = self._path_in(release)
        return self.members.hooks(path, release) if path is not None else {}

    def _change(
        self, category: str, name: str, text: str, holds: Callable[[str], bool], what: str = "member"
    ) -> Change:
        found = {release: holds(release) for release in self.known.between(self.first, self.last)}
        release = since(self.known, found, self.first, self.last)
        return Change(category, what, f"{self.shown}.{name}", text, release)


def _word(member: Member) -> str:
    return {"instance": "attribute of instances", "attribute": "class attribute"}.get(member.kind, member.kind)
