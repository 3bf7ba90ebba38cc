"""Abstract values: what a name or an expression stands for, as far as torchvision is concerned.

``None`` stands for everything that is unknown or none of torchvision's.
"""

import ast
from typing import (
    TYPE_CHECKING,
    Any,
    Container,
    Dict,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
)

from tvcompat.check.analysis.conditions import Condition

if TYPE_CHECKING:
    from tvcompat.check.analysis.definitions import KwargsRest


class Value:
    """Base of all."""

    __slots__ = ()


class Ref(Value):
    """Something by its full path: a module, function, class or other object of torchvision, or of a library followed.

    Attributes:
        path: ``torchvision.models.resnet50``.
        branch: what held where a name was bound to it.
        releases: the only releases on which a name is bound to it, as bits; on these it is bound to nothing else.
            ``None`` if that is not known.
    """

    __slots__ = ("branch", "path", "releases")

    def __init__(self, path: str, branch: Tuple[Any, ...] = (), releases: Optional[int] = None) -> None:
        self.path: str = path
        self.branch: Tuple[Any, ...] = branch
        self.releases: Optional[int] = releases

    def in_branch(self, branch: Tuple[Any, ...]) -> "Ref":
        """Return it as it is bound in a branch."""
        return Ref(self.path, branch, self.releases)

    def on_releases(self, releases: Optional[int]) -> "Ref":
        """Return it as it is bound on some releases alone."""
        if releases is None or releases == self.releases:
            return self
        return Ref(self.path, self.branch, releases if self.releases is None else releases & self.releases)


class DynamicMember(Value):
    """Some member of a namespace that is chosen at run time: ``models.__dict__[arch]``.

    Attributes:
        namespace: ``torchvision.models``.
        branch: what held where a name was bound to it.
    """

    __slots__ = ("branch", "namespace")

    def __init__(self, namespace: str, branch: Tuple[Any, ...] = ()) -> None:
        self.namespace: str = namespace
        self.branch: Tuple[Any, ...] = branch

    def in_branch(self, branch: Tuple[Any, ...]) -> "DynamicMember":
        """Return it as it is bound in a branch."""
        return DynamicMember(self.namespace, branch)


class NamespaceDict(Value):
    """The dictionary of a namespace: ``vars(models)``, ``models.__dict__``.

    Attributes:
        namespace: ``torchvision.models``.
    """

    __slots__ = ("namespace",)

    def __init__(self, namespace: str) -> None:
        self.namespace: str = namespace


class Union(Value):
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
        values: what is in it, ``LIMIT`` of them at most: ``a = a + a`` makes it twice as long each time.
    """

    __slots__ = ("values",)

    LIMIT = 1000

    def __init__(self, values: Iterable[Optional[Value]]) -> None:
        self.values: Tuple[Optional[Value], ...] = tuple(values)[: self.LIMIT]


class DictItem(NamedTuple):
    """An item of a dictionary: what it stands for, where its key is and where its value."""

    value: Optional[Value]
    key: ast.AST
    given: ast.expr


class KnownDict(Collection):
    """A dictionary with keys that are written down, which a call may unpack: ``kwargs = {"pretrained": True}``.

    Attributes:
        values: what is in it.
        items: key -> item.
        condition: what held where it was made.
        others: what stands under keys that are not known.
        rest: what a function of the file was given besides, if that is in it.
        branch: what held where a name was bound to it.
    """

    __slots__ = ("branch", "condition", "items", "others", "rest")

    def __init__(
        self,
        items: Dict[str, DictItem],
        condition: Condition,
        others: Iterable[Optional[Value]] = (),
        rest: "Optional[KwargsRest]" = None,
        branch: Tuple[Any, ...] = (),
    ) -> None:
        super().__init__([*(item.value for item in items.values()), *others])
        self.items: Dict[str, DictItem] = items
        self.condition: Condition = condition
        self.others: Tuple[Optional[Value], ...] = self.values[len(items) :]
        self.rest: Optional[KwargsRest] = rest
        self.branch: Tuple[Any, ...] = branch

    def in_branch(self, branch: Tuple[Any, ...]) -> "KnownDict":
        """Return it as it is bound in a branch."""
        return KnownDict(self.items, self.condition, self.others, self.rest, branch)

    def keywords(self, but: Container[str] = ()) -> List[ast.keyword]:
        """Return its items as keyword arguments, which stand where the dictionary has its keys and values.

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

    def values_of(self, keywords: Sequence[ast.keyword]) -> Dict[int, Value]:
        """Return what keyword arguments made of its items stand for, by the identity of their expressions."""
        found = ((keyword.value, self.items[str(keyword.arg)].value) for keyword in keywords)
        return {id(given): value for given, value in found if value is not None}


class Partial(Value):
    """``functools.partial(function, ...)``: what was given already is checked where it was given.

    Attributes:
        function: what it calls.
        branch: what held where a name was bound to it.
    """

    __slots__ = ("branch", "function")

    def __init__(self, function: Value, branch: Tuple[Any, ...] = ()) -> None:
        self.function: Value = function
        self.branch: Tuple[Any, ...] = branch

    def in_branch(self, branch: Tuple[Any, ...]) -> "Partial":
        """Return it as it is bound in a branch."""
        return Partial(self.function, branch)


class UnboundMethod(Value):
    """``Resize.__init__``: what takes the instance before the arguments of ``function``."""

    __slots__ = ("function",)

    def __init__(self, function: Value) -> None:
        self.function: Value = function


class ProjectModule(Value):
    """A module of the project that is checked.

    Attributes:
        name: ``pkg.nets``.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: str = name


class VersionValue(Value):
    """Something computed from the version of torch or torchvision, or from what they have; branches on it are handled.

    Attributes:
        is_text: whether it still is torchvision's version as text, or a part of it, to be parsed before it is compared.
        is_presence: whether it tells no more than that a name is there, which says nothing of how that is called.
        by_release: what it is on each release, oldest first; ``None`` if that can't be computed.
        meant: what it was meant to be on each release, where that is something else on some.
        is_whole: whether it is the version as it is, which builds of one release write in several ways.
    """

    __slots__ = ("by_release", "is_presence", "is_text", "is_whole", "meant")

    def __init__(
        self,
        *,
        is_text: bool = False,
        is_presence: bool = False,
        by_release: Optional[Tuple[Any, ...]] = None,
        meant: Optional[Tuple[Any, ...]] = None,
        is_whole: bool = False,
    ) -> None:
        self.is_text: bool = is_text
        self.is_presence: bool = is_presence
        self.by_release: Optional[Tuple[Any, ...]] = by_release
        self.meant: Optional[Tuple[Any, ...]] = meant
        self.is_whole: bool = is_whole


class Made(Value):
    """What calling a class gave: of torchvision, or, where rules ask for types, of PIL and torch.

    Attributes:
        path: full path of what was called, ``torchvision.transforms.RandomRotation``.
        call: the call, ``None`` where an annotation says what a parameter is.
    """

    __slots__ = ("call", "path")

    def __init__(self, path: str, call: Optional[ast.Call] = None) -> None:
        self.path: str = path
        self.call: Optional[ast.Call] = call


class Literal(Value):
    """A literal that a name is bound to, where a rule wants to know it.

    Attributes:
        node: its expression.
    """

    __slots__ = ("node",)

    def __init__(self, node: ast.expr) -> None:
        self.node: ast.expr = node


def last_name(node: ast.AST) -> str:
    """Return ``resnet18`` of ``resnet18`` and of ``models.resnet18``, nothing of other expressions."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def alternatives(value: Optional[Value]) -> Tuple[Optional[Value], ...]:
    """Return the values that one may be."""
    if isinstance(value, Union):
        found: List[Optional[Value]] = []
        for each in value.values:
            found += alternatives(each)
        return tuple(found)
    return (value,)


def union_of(values: Sequence[Optional[Value]]) -> Optional[Value]:
    """Return a value that may be any of some values: the value itself if there is only one."""
    return values[0] if len(values) == 1 else Union(values)


def join(first: Optional[Value], second: Optional[Value]) -> Optional[Value]:
    """Return the value of a name that is bound in two branches."""
    if first is second:
        return first
    if isinstance(first, Ref) and isinstance(second, Ref) and first.path == second.path:
        is_same = (first.branch, first.releases) == (second.branch, second.releases)
        return first if is_same else Ref(first.path)
    return Union([*alternatives(first), *alternatives(second)])


Name = TypeVar("Name")


def releases_of(value: Optional[Value]) -> Optional[int]:
    """Return the only releases on which a name is bound to a value, ``None`` if that is not known."""
    return value.releases if isinstance(value, Ref) else None


def join_tables(tables: Sequence[Dict[Name, Optional[Value]]]) -> Dict[Name, Optional[Value]]:
    """Return the values of names where branches meet; a name bound only in some is assumed to be bound."""
    found = dict(tables[0])
    for table in tables[1:]:
        for name, value in table.items():
            found[name] = join(found[name], value) if name in found else value
    return found


def element_of(value: Optional[Value]) -> Optional[Value]:
    """Return what an element of a collection may be."""
    found: List[Optional[Value]] = []
    for each in alternatives(value):
        if isinstance(each, Collection):
            found += each.values
        else:
            # A part of a version is one still.
            found.append(each if isinstance(each, VersionValue) else None)
    different = [each for number, each in enumerate(found) if each is not None or None not in found[:number]]
    return different[0] if len(different) == 1 else Union(different) if any(different) else None


def is_class(path: str) -> bool:
    """Return whether a path of torchvision's leads to a class, as far as its name tells."""
    return path.rpartition(".")[2].lstrip("_")[:1].isupper()


def is_torchvision(value: Optional[Value]) -> bool:
    """Return whether something belongs to torchvision or torch."""
    if isinstance(value, Ref):
        return value.path.partition(".")[0] in ("torchvision", "torch") and not value.path.startswith("torch.Tensor.")
    return isinstance(value, (DynamicMember, NamespaceDict))


def is_worth_passing(value: Value) -> bool:
    """Return whether a function called with this value may use torchvision through it."""
    return any(
        isinstance(each, (DynamicMember, NamespaceDict, Partial))
        or (isinstance(each, Ref) and each.path.startswith("torchvision."))
        for each in alternatives(value)
    )
