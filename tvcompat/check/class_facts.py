"""What the catalog knows of torchvision's classes: members, and the hooks that each calls on itself, by release."""

from typing import Dict, List, NamedTuple, Optional, Set, Tuple

from tvcompat.catalog import Catalog
from tvcompat.catalog.members import Member
from tvcompat.catalog.signatures import Signature, parse
from tvcompat.release_sets import ReleaseOrder, ReleaseSet

# Members that some class of torchvision defines itself in some releases and inherits from torch in others, which calls
# them too. The catalog knows no class of torch; a test compares this with the installed one.
OF_TORCH = frozenset({"_deepcopy_init", "_load_from_state_dict", "_version", "forward"})

# Classes with a `__getattr__` in some release, whose members the records do not show.
DYNAMIC = frozenset(
    {"torchvision.models._api.WeightsEnum", "torchvision.tv_tensors._dataset_wrapper.VisionDatasetTVTensorWrapper"}
)


class RenamedHook(NamedTuple):
    """A hook that a class calls under another name since some release.

    Attributes:
        old, new: its names.
        since: the first release that calls it by the new one.
    """

    old: str
    new: str
    since: str


class ClassFacts:
    """Answers questions about one class, in sets of releases.

    Args:
        known: the catalog.
        order: its releases.
        path: a path by which programs import the class.

    Attributes:
        path: that path.
        releases: those that have the class, with bases that are known.
    """

    def __init__(self, known: Catalog, order: ReleaseOrder, path: str) -> None:
        self._members, self._order = known.members, order
        self.path: str = path
        self._defined: Dict[str, str] = {}
        for release in order.names:
            found = self._members.find(path, release)
            if found is not None and self._members.is_whole(found, release):
                self._defined[release] = found
        self.releases: ReleaseSet = order.only(*self._defined)
        self._has: Dict[Tuple[str, bool], ReleaseSet] = {}
        self._hooks: Optional[Dict[str, ReleaseSet]] = None
        self._renamed: Optional[List[RenamedHook]] = None

    @property
    def hooks(self) -> Dict[str, ReleaseSet]:
        """Method that the class calls on itself in some release -> the releases in which it does."""
        if self._hooks is None:
            bits: Dict[str, int] = {}
            for release in self._defined:
                for name in self.hooks_in(release):
                    bits[name] = bits.get(name, 0) | 1 << self._order.index[release]
            self._hooks = {name: ReleaseSet(self._order, found) for name, found in bits.items()}
        return self._hooks

    def hooks_in(self, release: str) -> Set[str]:
        """Return the methods that the class calls on itself in a release."""
        path = self._defined[release]
        found = ((name, self._members.member(path, name, release)) for name in self._members.calls(path, release))
        return {name for name, member in found if member is not None and member.is_method and name not in OF_TORCH}

    def names(self) -> Set[str]:
        """Return the members that the class has in any release."""
        return {name for release, path in self._defined.items() for name in self._members.all(path, release)}

    def member(self, name: str, release: str) -> Optional[Member]:
        """Return a member that the class has in a release, ``None`` where it has none, or is not there."""
        path = self._defined.get(release)
        return None if path is None else self._members.member(path, name, release)

    def calls(self, name: str) -> ReleaseSet:
        """Return the releases in which the class calls a method on itself."""
        return self.hooks.get(name, self._order.none)

    def has(self, name: str, *, on_class: bool = False) -> ReleaseSet:
        """Return the releases in which the class has a member, or may have it.

        Args:
            on_class: it is read from the class itself and not from an instance.
        """
        key = (name, on_class)
        if key not in self._has:
            self._has[key] = self._find(name, on_class=on_class)
        return self._has[key]

    def _find(self, name: str, *, on_class: bool) -> ReleaseSet:
        found = {release: self.member(name, release) for release in self._defined}
        on_any = self._order.only(*(release for release, member in found.items() if member is not None))
        if name in OF_TORCH or on_any == self.releases or (on_any and self._is_dynamic):
            # A class attribute that became one of instances, or a field of a data class: the sources tell little more.
            return self.releases
        if not on_class:
            return on_any
        static = (release for release, member in found.items() if member is not None and member.kind != "instance")
        return self._order.only(*static)

    @property
    def _is_dynamic(self) -> bool:
        lines = (self._members.lineage(path, release) for release, path in self._defined.items())
        return any(not DYNAMIC.isdisjoint(line) for line in lines)

    # Hooks under another name

    def other_name(self, name: str, release: str) -> Optional[str]:
        """Return what a hook is called in a release that does not call it by its name, ``None`` if nothing is."""
        order = {each: number for number, each in enumerate(self._order.names)}
        for old, new, since in self.renamed:
            is_new = order[release] >= order[since]
            if (name == old and is_new) or (name == new and not is_new):
                return new if is_new else old
        return None

    @property
    def renamed(self) -> List[RenamedHook]:
        """The hooks that were renamed, as far as the releases show which became which."""
        if self._renamed is None:
            releases = list(self._defined)
            self._renamed = [
                RenamedHook(old, new, after)
                for before, after in zip(releases, releases[1:])
                for old, new in self._renamed_between(before, after)
            ]
        return self._renamed

    def _renamed_between(self, before: str, after: str) -> List[Tuple[str, str]]:
        """Return the hooks of one release that another calls by a new name.

        One that left became one that came if the names differ in underscores alone; of the others, if they are the only
        two with the same signature.
        """
        called = [self.hooks_in(each) for each in (before, after)]
        left, came = called[0] - called[1], called[1] - called[0]
        found = []
        for old in sorted(left):
            for new in sorted(came):
                if old.strip("_") == new.strip("_") and self._fits(old, before, new, after):
                    found.append((old, new))
        left -= {old for old, _ in found}
        came -= {new for _, new in found}
        for old in sorted(left):
            text = self._text(old, before)
            leaving = [each for each in left if self._text(each, before) == text]
            coming = [each for each in came if self._text(each, after) == text]
            if len(leaving) == len(coming) == 1:
                found.append((old, coming[0]))
        return found

    def _fits(self, old: str, before: str, new: str, after: str) -> bool:
        """Return whether two methods take the same number of arguments, all by position."""
        signatures = [_signature(self._text(name, at)) for name, at in ((old, before), (new, after))]
        counts: Set[int] = set()
        for each in signatures:
            if each is None or not all(parameter.kind.is_positional for parameter in each.parameters):
                return False
            counts.add(len(each.parameters))
        return len(counts) == 1

    def _text(self, name: str, release: str) -> str:
        member = self.member(name, release)
        return "" if member is None else member.text


def _signature(text: str) -> Optional[Signature]:
    return parse(text[text.index("(") :]) if "(" in text else None
