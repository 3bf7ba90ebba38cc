"""Abstract values that the project defines itself: its functions and classes, and what is passed on through them."""

import ast
from typing import Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Optional, Set, Tuple, Union

from tvcompat.check.analysis.conditions import Condition
from tvcompat.check.analysis.values import DynamicMember, Ref, Value, join, last_name

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]


class UserFunction(Value):
    """A function of the file.

    Attributes:
        node: its definition.
        returns: what it returns, as far as that is of interest.
        forwards: where its ``**kwargs`` are passed on.
    """

    __slots__ = ("forwards", "node", "returns")

    def __init__(self, node: FunctionNode) -> None:
        self.node: FunctionNode = node
        self.returns: Optional[Value] = None
        self.forwards: List[KwargsForward] = []

    @property
    def is_property(self) -> bool:
        """Whether it is called where it is named."""
        decorators = getattr(self.node, "decorator_list", ())
        return any(last_name(each) in ("property", "cached_property") for each in decorators)

    def reached(self) -> "Iterator[KwargsForward]":
        """Yield where its ``**kwargs`` come to torchvision, through other functions of the project too."""
        pending, seen = [KwargsForward(self, frozenset(), Condition())], {id(self)}
        while pending:
            before = pending.pop()
            assert isinstance(before.target, UserFunction)
            arguments = before.target.node.args
            own = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            for target, taken, condition in before.target.forwards:
                here = KwargsForward(target, before.taken | own | taken, before.condition & condition)
                if not isinstance(target, UserFunction):
                    yield here
                elif id(target) not in seen:
                    seen.add(id(target))
                    pending.append(here)


class KwargsForward(NamedTuple):
    """A place where a function passes its ``**kwargs`` on.

    Attributes:
        target: what gets them.
        taken: names that don't get there, since the function takes them out, or puts others in their place.
        condition: what holds there.
    """

    target: Union[Ref, DynamicMember, UserFunction]
    taken: FrozenSet[str]
    condition: Condition


class KwargsRest(NamedTuple):
    """What a function was given as ``**kwargs``, but for names that were taken out."""

    of: UserFunction
    taken: FrozenSet[str]


class Bound:
    """A name that the body of a class binds: to a function, or to something else.

    Attributes:
        value: what it is bound to.
        condition: what holds there.
    """

    __slots__ = ("condition", "value")

    def __init__(self, value: Optional[Value], condition: Condition) -> None:
        self.value: Optional[Value] = value
        self.condition: Condition = condition


class UserClass(Value):
    """A class of the file.

    Attributes:
        names: what is bound in its body, methods among it.
        attributes: what its methods bind to attributes of ``self``.
        bases: those of its bases that are classes of the project.
        outside: those that are torchvision's.
        node: its definition, ``None`` where it stands for something else than one class of the project.
        declared: its bases in their order, ``None`` among them for one that is unknown or may be several.
        bound: what its body binds, in every branch; ``names`` has what is left at its end.
        derived: classes of the project that have it as a base, as far as they were read.
        decorators: functions of the project that decorate it.
    """

    __slots__ = ("attributes", "bases", "bound", "declared", "decorators", "derived", "names", "node", "outside")

    def __init__(
        self,
        names: Dict[str, Optional[Value]],
        bases: Iterable["UserClass"],
        outside: Iterable[Ref] = (),
        *,
        node: Optional[ast.ClassDef] = None,
        declared: "Iterable[Union[UserClass, Ref, None]]" = (),
        decorators: Iterable[UserFunction] = (),
    ) -> None:
        self.names: Dict[str, Optional[Value]] = names
        self.attributes: Dict[str, Optional[Value]] = {}
        self.bases: Tuple[UserClass, ...] = tuple(bases)
        self.outside: Tuple[Ref, ...] = tuple(outside)
        self.node: Optional[ast.ClassDef] = node
        self.declared: Tuple[Union[UserClass, Ref, None], ...] = tuple(declared)
        self.decorators: Tuple[UserFunction, ...] = tuple(decorators)
        self.bound: Dict[str, List[Bound]] = {}
        self.derived: List[UserClass] = []

    def bind(self, name: str, value: Optional[Value], condition: Condition) -> None:
        """Note one more thing that the body of the class binds a name to."""
        self.bound.setdefault(name, []).append(Bound(value, condition))

    @property
    def is_torchvision(self) -> bool:
        """Whether it inherits from a class of torchvision."""
        return any(each.outside for each in self.lineage())

    @property
    def of(self) -> "UserClass":
        """The class itself, as an instance has it."""
        return self

    def lineage(self) -> "Iterator[UserClass]":
        """Yield the class and its bases, nearest first."""
        if not self.bases:
            yield self
            return
        pending: List[UserClass] = [self]
        seen: Set[int] = set()
        while pending:
            each = pending.pop(0)
            if id(each) not in seen:
                seen.add(id(each))
                yield each
                pending += each.bases

    def member(self, name: str) -> Optional[Value]:
        """Return what an attribute of the class or of an instance may be."""
        for each in self.lineage():
            found = [table[name] for table in (each.attributes, each.names) if name in table]
            if found:
                return found[0] if len(found) == 1 else join(*found)
        return None

    @property
    def parent(self) -> "UserClass":
        """What ``super()`` in one of its methods is an instance of."""
        return UserClass({}, self.bases, self.outside, declared=self.declared)

    @property
    def init(self) -> Optional[Value]:
        """What takes the arguments of a call: its constructor if the project has it, else torchvision's class."""
        for each in self.lineage():
            found = each.names.get("__init__")
            if isinstance(found, UserFunction):
                return found
            if each.outside:
                return each.outside[0]
        return None


class Instance(Value):
    """``self`` in a method, or what calling a class of the file gave.

    Attributes:
        of: the class.
    """

    __slots__ = ("of",)

    def __init__(self, of: UserClass) -> None:
        self.of: UserClass = of
