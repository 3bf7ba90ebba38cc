"""What a name or an expression stands for, as far as torchvision is concerned."""

import ast
from typing import Any, Container, Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from tvcompat.check.uses import Guards


class Value:
    """Base of all. ``None`` stands for what is unknown or none of torchvision's."""

    __slots__ = ()


class Ref(Value):
    """Something by its full path: a module, function, class or other object of torchvision, or torch's hub.

    Attributes:
        path: ``torchvision.models.resnet50``.
    """

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path: str = path


class Member(Value):
    """Some member of a namespace that is chosen at run time: ``models.__dict__[arch]``.

    Attributes:
        namespace: ``torchvision.models``.
    """

    __slots__ = ("namespace",)

    def __init__(self, namespace: str) -> None:
        self.namespace: str = namespace


class Members(Value):
    """The dictionary of a namespace: ``vars(models)``, ``models.__dict__``."""

    __slots__ = ("namespace",)

    def __init__(self, namespace: str) -> None:
        self.namespace: str = namespace


class Several(Value):
    """One of several values: a name that is bound in branches, an element of a collection.

    Attributes:
        values: what it may be; ``None`` among them when it may be something unknown.
    """

    __slots__ = ("values",)

    def __init__(self, values: Iterable[Optional[Value]]) -> None:
        self.values: Tuple[Optional[Value], ...] = tuple(values)


class Collection(Value):
    """A list, tuple, set or dictionary with something of torchvision in it.

    Attributes:
        values: what is in it, ``MOST`` of them at most: ``a = a + a`` makes it twice as long each time.
    """

    __slots__ = ("values",)

    MOST = 1000

    def __init__(self, values: Iterable[Optional[Value]]) -> None:
        self.values: Tuple[Optional[Value], ...] = tuple(values)[: self.MOST]


class Item(NamedTuple):
    """An item of a dictionary: what it stands for, where its key is and where its value."""

    value: Optional[Value]
    key: Any
    given: Any


class Keywords(Collection):
    """A dictionary with keys that are written down, which a call may unpack: ``kwargs = {"pretrained": True}``.

    Attributes:
        values: what is in it.
        items: key -> item.
        guards: what took care where it was made.
        others: what stands under keys that are not known.
        rest: what a function of the file was given besides, if that is in it.
    """

    __slots__ = ("guards", "items", "others", "rest")

    def __init__(
        self,
        items: Dict[str, Item],
        guards: Guards,
        others: Iterable[Optional[Value]] = (),
        rest: "Optional[Rest]" = None,
    ) -> None:
        super().__init__([*(item.value for item in items.values()), *others])
        self.items: Dict[str, Item] = items
        self.guards: Guards = guards
        self.others: Tuple[Optional[Value], ...] = self.values[len(items) :]
        self.rest: Optional[Rest] = rest

    def keywords(self, but: Container[str] = ()) -> List[ast.keyword]:
        """Its items as keyword arguments, which stand where the dictionary has its keys and values.

        Args:
            but: names that are left out.
        """
        found = []
        for name, (_, key, given) in self.items.items():
            if name not in but:
                made = ast.keyword(arg=name, value=given)
                ast.copy_location(made, key)
                made.end_lineno, made.end_col_offset = given.end_lineno, given.end_col_offset
                found.append(made)
        return found


class Partial(Value):
    """``functools.partial(function, ...)``: what was given already is checked where it was given."""

    __slots__ = ("function",)

    def __init__(self, function: Value) -> None:
        self.function: Value = function


class Unbound(Value):
    """``Resize.__init__``: what takes the instance before the arguments of ``function``."""

    __slots__ = ("function",)

    def __init__(self, function: Value) -> None:
        self.function: Value = function


class Local(Value):
    """A function of the file.

    Attributes:
        node: its definition.
        gives: what it returns, as far as that is of interest.
        forwards: where its ``**kwargs`` are passed on.
    """

    __slots__ = ("forwards", "gives", "node")

    def __init__(self, node: Any) -> None:
        self.node: Any = node
        self.gives: Optional[Value] = None
        self.forwards: List[Forward] = []

    @property
    def is_property(self) -> bool:
        """Whether it is called where it is named."""
        decorators = getattr(self.node, "decorator_list", ())
        return any(last_name(each) in ("property", "cached_property") for each in decorators)

    def reached(self) -> "Iterator[Forward]":
        """Where its ``**kwargs`` come to torchvision, be it through other functions of the tree."""
        pending, seen = [Forward(self, frozenset(), frozenset())], {id(self)}
        while pending:
            before = pending.pop()
            arguments = before.target.node.args
            own = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            for target, taken, guards in before.target.forwards:
                here = Forward(target, before.taken | own | taken, before.guards | guards)
                if not isinstance(target, Local):
                    yield here
                elif id(target) not in seen:
                    seen.add(id(target))
                    pending.append(here)


class Forward(NamedTuple):
    """A place where a function passes its ``**kwargs`` on.

    Attributes:
        target: what gets them.
        taken: names that don't get there, since the function takes them out, or puts others in their place.
        guards: what takes care there.
    """

    target: Any
    taken: FrozenSet[str]
    guards: Guards


class Rest(NamedTuple):
    """What a function was given as ``**kwargs``, but for names that were taken out."""

    of: Local
    taken: FrozenSet[str]


class Class(Value):
    """A class of the file.

    Attributes:
        names: what is bound in its body, methods among it.
        attributes: what its methods bind to attributes of ``self``.
        bases: those of its bases that are classes of the tree.
        outside: those that are torchvision's.
    """

    __slots__ = ("attributes", "bases", "names", "outside")

    def __init__(
        self, names: Dict[str, Optional[Value]], bases: Iterable["Class"], outside: Iterable[Ref] = ()
    ) -> None:
        self.names: Dict[str, Optional[Value]] = names
        self.attributes: Dict[str, Optional[Value]] = {}
        self.bases: Tuple[Class, ...] = tuple(bases)
        self.outside: Tuple[Ref, ...] = tuple(outside)

    @property
    def of(self) -> "Class":
        """The class itself, as an instance has it."""
        return self

    def lineage(self) -> "Iterator[Class]":
        """The class and its bases, nearest first."""
        pending, seen = [self], set()
        while pending:
            each = pending.pop(0)
            if id(each) not in seen:
                seen.add(id(each))
                yield each
                pending += each.bases

    def member(self, name: str) -> Optional[Value]:
        """What an attribute of the class or of an instance may be."""
        for each in self.lineage():
            found = [table[name] for table in (each.attributes, each.names) if name in table]
            if found:
                return found[0] if len(found) == 1 else merged(*found)
        return None

    @property
    def parent(self) -> "Class":
        """What ``super()`` in one of its methods is an instance of."""
        return Class({}, self.bases, self.outside)

    @property
    def init(self) -> Optional[Value]:
        """What takes the arguments of a call: its constructor if the tree has it, else the class of torchvision's."""
        for each in self.lineage():
            found = each.names.get("__init__")
            if isinstance(found, Local):
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

    def __init__(self, of: Class) -> None:
        self.of: Class = of


class TreeModule(Value):
    """A module of the tree that is checked."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: str = name


class Version(Value):
    """Something computed from the version of torch or torchvision, or from what they have; a branch on it takes care.

    Attributes:
        text: whether it still is torchvision's version as text, or a part of it, which has to be parsed to be compared.
        asks: whether it tells no more than that a name is there, which says nothing of how that is called.
        each: what it is on each release, oldest first; ``None`` where that can't be computed.
    """

    __slots__ = ("asks", "each", "text")

    def __init__(self, text: bool = False, *, asks: bool = False, each: Optional[Tuple[Any, ...]] = None) -> None:
        self.text: bool = text
        self.asks: bool = asks
        self.each: Optional[Tuple[Any, ...]] = each


class Constant(Value):
    """A literal that a name is bound to, where a rule wants to know it."""

    __slots__ = ("node",)

    def __init__(self, node: ast.expr) -> None:
        self.node: ast.expr = node


def last_name(node: ast.AST) -> str:
    """``resnet18`` of ``resnet18`` and of ``models.resnet18``, nothing of other expressions."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def flat(value: Optional[Value]) -> Tuple[Optional[Value], ...]:
    """The values that one may be."""
    if isinstance(value, Several):
        found: List[Optional[Value]] = []
        for each in value.values:
            found += flat(each)
        return tuple(found)
    return (value,)


def either(values: Sequence[Optional[Value]]) -> Optional[Value]:
    """What may be one of some values: the value itself where there is only one."""
    return values[0] if len(values) == 1 else Several(values)


def merged(first: Optional[Value], second: Optional[Value]) -> Optional[Value]:
    """What a name stands for that is bound in two branches."""
    if first is second:
        return first
    if isinstance(first, Ref) and isinstance(second, Ref) and first.path == second.path:
        return first
    return Several([*flat(first), *flat(second)])
