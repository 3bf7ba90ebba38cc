"""Overrides: which methods of a class that inherits from torchvision the base class runs on a release.

torchvision's class calls some methods on itself, its hooks. A method of the project that has the name of a hook runs
where torchvision calls it under that name, and where other methods that torchvision calls lead to it.
"""

import ast
from functools import lru_cache
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Set, Tuple, Union

from tvcompat.check.analysis.conditions import ALWAYS, Handled
from tvcompat.check.analysis.definitions import Bound, FunctionNode, UserClass, UserFunction
from tvcompat.check.analysis.values import Ref, alternatives, last_name
from tvcompat.check.class_facts import ClassFacts
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.release_sets import ReleaseSet

# Methods of torchvision's classes from which hooks are called. One that replaces them may call no hook at all.
ENTRIES: Dict[str, Tuple[str, ...]] = {
    "__init__": ("__init__",),
    "forward": ("forward", "__call__"),
    "__call__": ("forward", "__call__"),
}

# Methods with which a class decides itself what its members are.
DECIDING = ("__getattr__", "__getattribute__", "__init_subclass__")


class Read(NamedTuple):
    """A name that a method reads from its instance, from ``super()``, or from something else.

    Attributes:
        through: ``self``, ``super`` or nothing.
    """

    through: str
    name: str
    node: ast.AST


class Overrides:
    """A class of the project, with what torchvision calls of it.

    Args:
        made: the class.
        facts: what is known of torchvision.

    Attributes:
        made: the class.
        line: the class and its bases, torchvision's included, in the order in which methods are looked up.
        outside: what is known of those of torchvision's.
    """

    def __init__(self, made: UserClass, facts: ReleaseFacts) -> None:
        self._order = facts.order
        self.made: UserClass = made
        self.line: List[Union[UserClass, Ref]] = _line(made)
        found = ((each.path, facts.class_at(each.path)) for each in self.line if isinstance(each, Ref))
        known = {path: each for path, each in found if path.startswith("torchvision.")}
        self.outside: Dict[str, ClassFacts] = {path: each for path, each in known.items() if each is not None}
        self._is_open = len(self.outside) < len(known) or not self.outside or any(map(_is_open, self.classes))
        self._running: Dict[str, Set[int]] = {}

    @property
    def classes(self) -> List[UserClass]:
        """The classes of the project among them."""
        return [each for each in self.line if isinstance(each, UserClass)]

    @property
    def is_known(self) -> bool:
        """Whether all that the class inherits from is known, and nothing of it is decided at run time."""
        return not self._is_open

    @property
    def keeps_entries(self) -> bool:
        """Whether the methods from which torchvision calls hooks run: replaced ones call those of the base class."""
        for each in self.classes:
            for name, called in ENTRIES.items():
                for bound in each.bound.get(name, ()):
                    for node in _functions(bound):
                        if not any(read.name in called and read.through != "self" for read in reads(node)):
                            return False
        return True

    @property
    def releases(self) -> ReleaseSet:
        """The releases that have all of torchvision's classes."""
        found = self._order.all
        for each in self.outside.values():
            found &= each.releases
        return found

    def calls(self, name: str) -> ReleaseSet:
        """Return the releases in which torchvision calls a method of the class."""
        found = self._order.none
        for each in self.outside.values():
            found |= each.calls(name)
        return found

    def is_hook(self, name: str) -> bool:
        """Return whether torchvision calls a method of that name in any release."""
        return any(name in each.hooks for each in self.outside.values())

    def other_name(self, name: str, release: str) -> Optional[str]:
        """Return what torchvision calls a hook in a release, ``None`` if it calls none in its place."""
        found = (each.other_name(name, release) for each in self.outside.values())
        return next((each for each in found if each is not None), None)

    def other_names(self, name: str) -> Set[str]:
        """Return the names that a hook has in other releases."""
        pairs = ({each.old, each.new} for known in self.outside.values() for each in known.renamed)
        return {each for pair in pairs if name in pair for each in pair} - {name}

    def defines(self, name: str, release: Optional[str] = None) -> bool:
        """Return whether the project gives the class or its instances a member, on a release or on any."""
        for each in self.classes:
            if name in each.attributes or name in _assigned(each):
                return True
            if any(release is None or self._holds(bound, release) for bound in each.bound.get(name, ())):
                return True
        return False

    @property
    def derived(self) -> List[UserClass]:
        """The classes of the project that inherit from the class, as far as they were read."""
        found: List[UserClass] = []
        pending = list(self.made.derived)
        while pending:
            each = pending.pop()
            if not any(each is other for other in found):
                found.append(each)
                pending += each.derived
        return found

    @property
    def mixed_in(self) -> List[UserClass]:
        """The bases that do not inherit from torchvision themselves."""
        return [each for each in self.classes if each is not self.made and not each.is_torchvision]

    def own(self, owner: UserClass, name: str, release: str) -> List[Bound]:
        """Return what the body of one of the classes itself binds a name to on a release."""
        return [bound for bound in owner.bound.get(name, ()) if self._holds(bound, release)]

    def runs(self, node: FunctionNode, release: str) -> bool:
        """Return whether torchvision's class calls a function of the project on a release, itself or through others."""
        if release not in self._running:
            self._running[release] = self._find_running(release)
        return id(node) in self._running[release]

    def _find_running(self, release: str) -> Set[int]:
        """Return the functions that run: hooks that torchvision calls, other methods it has, and what those call."""
        names = {name for each in self.classes for name in (*each.bound, *each.attributes)}
        pending = [
            found
            for name in names
            if (release in self.calls(name) if self.is_hook(name) else name[:2] == "__" or self._has(name, release))
            for found in self._resolve(name, 0, release)
        ]
        running: Set[int] = set()
        while pending:
            position, node = pending.pop()
            if id(node) in running:
                continue
            running.add(id(node))
            for through, name, _ in reads(node):
                if through == "self":
                    pending += self._resolve(name, 0, release)
                elif through == "super":
                    pending += self._resolve(name, position + 1, release)
                else:
                    # `Base._transform(self, ...)`, `getattr(self, "_transform")`
                    starts = range(len(self.line)) if name in names else ()
                    pending += [found for start in starts for found in self._resolve(name, start, release)]
        return running

    def _resolve(self, name: str, start: int, release: str) -> List[Tuple[int, FunctionNode]]:
        """Return the functions that a method may be on a release, each with the position of its class."""
        for position, each in enumerate(self.line[start:], start):
            if isinstance(each, Ref):
                known = self.outside.get(each.path)
                if known is not None and known.member(name, release) is not None:
                    return []
                continue
            found = [bound for bound in each.bound.get(name, ()) if self._holds(bound, release)]
            if name in each.attributes:
                found.append(Bound(each.attributes[name], ALWAYS))
            if found:
                return [(position, node) for bound in found for node in _functions(bound)]
        return []

    def _has(self, name: str, release: str) -> bool:
        """Return whether torchvision's class has a member itself on a release."""
        return any(each.member(name, release) is not None for each in self.outside.values())

    def _holds(self, bound: Bound, release: str) -> bool:
        return bool(bound.condition.runs_on(self._order.only(release).bits))


def is_undecided(bounds: Iterable[Bound]) -> bool:
    """Return whether a name is bound in a branch of which nobody knows on which releases it runs."""
    return any(bound.condition.handles(Handled.VERSION, Handled.ATTRIBUTE) for bound in bounds)


@lru_cache(maxsize=4096)
def reads(node: FunctionNode) -> Tuple[Read, ...]:
    """Return the attributes that a function reads, and texts in it that may name one."""
    arguments = [*node.args.posonlyargs, *node.args.args]
    instance = arguments[0].arg if arguments else ""
    found: List[Read] = []
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    for each in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Load):
            held = each.value
            through = ""
            if isinstance(held, ast.Name) and held.id == instance:
                through = "self"
            elif isinstance(held, ast.Call) and last_name(held.func) == "super":
                through = "super"
            found.append(Read(through, each.attr, each))
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isidentifier():
            found.append(Read("", each.value, each))
    return tuple(found)


def _functions(bound: Bound) -> Iterator[FunctionNode]:
    for each in alternatives(bound.value):
        if isinstance(each, UserFunction):
            yield each.node


@lru_cache(maxsize=1024)
def _assigned_in(node: ast.ClassDef) -> "frozenset[str]":
    """Return the names that a class assigns to attributes of anything, in any of its methods."""
    return frozenset(
        each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
    )


def _assigned(made: UserClass) -> "frozenset[str]":
    return frozenset() if made.node is None else _assigned_in(made.node)


def _line(made: UserClass) -> List[Union[UserClass, Ref]]:
    """Return a class and what it inherits from, in the order in which Python looks members up."""
    found: List[Union[UserClass, Ref]] = []

    def add(each: Union[UserClass, Ref], depth: int) -> None:
        found.append(each)
        if isinstance(each, UserClass) and depth < _DEEPEST:
            for base in each.declared:
                if base is not None:
                    add(base, depth + 1)

    add(made, 0)
    # A base of several classes comes after all of them.
    keys = [each.path if isinstance(each, Ref) else id(each) for each in found]
    return [each for number, each in enumerate(found) if keys[number] not in keys[number + 1 :]]


# Deeper classes are not followed.
_DEEPEST = 30


def _is_open(made: UserClass) -> bool:
    """Return whether a class may have members that its text does not show."""
    if None in made.declared or any(name in made.bound for name in DECIDING):
        return True
    if made.node is None:
        return False
    return any(each.arg is None or last_name(each.value) != "ABCMeta" for each in made.node.keywords)
