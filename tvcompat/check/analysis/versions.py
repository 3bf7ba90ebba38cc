"""What a condition comes to, release by release: ``Version(torchvision.__version__) >= Version("0.13")``.

It is computed with the version of each release in turn, as far as it consists of what one does to versions: parsing,
splitting, comparing. What is in it besides may be either.

Each expression has two results: what Python computes, and what was meant, where versions compared as text or as
floating-point numbers compare as versions, and no number is cut in half (``version[:3]`` of 0.10.0 is 0.10). A release
on which the two differ takes neither branch: the test is reported, and fixing it turns the branch around.
"""

import ast
import operator
import re
from functools import total_ordering
from typing import Any, Callable, ClassVar, Dict, List, Optional, Sequence, Tuple

from tvcompat.check.analysis.values import Literal, Ref, Value, VersionValue, last_name
from tvcompat.check.analysis.version_texts import begins_with, holds, whole_slice, written_number

# Functions that parse a version, as packaging, distutils, pkg_resources and many projects call them.
PARSERS = ("Version", "parse", "parse_version", "LooseVersion", "StrictVersion", "digit_version")

# Operations on numbers and strings that are computed; none of them makes large values.
BUILTINS: Dict[str, Callable[..., Any]] = {
    "int": int, "str": str, "bool": bool, "tuple": tuple, "list": list, "len": len,
    "min": min, "max": max, "any": any, "all": all, "abs": abs, "round": round,
}  # fmt: skip

METHODS = (
    *("split", "rsplit", "partition", "rpartition", "strip", "lstrip", "rstrip", "startswith", "endswith"),
    *("replace", "removeprefix", "removesuffix", "lower", "isdigit", "find", "join"),
)

OPERATORS: Dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b, ast.Is: operator.is_,
    ast.IsNot: operator.is_not, ast.Add: operator.add, ast.Sub: operator.sub, ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv, ast.Mod: operator.mod, ast.Mult: operator.mul,
}  # fmt: skip

NUMBERS = re.compile(r"\d+(?:\.\d+)*")
PRE_RELEASE = re.compile(r"[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*", re.IGNORECASE)


@total_ordering
class Number:
    """A version that can be ordered, and compared with a string as ``LooseVersion`` can."""

    ATTRIBUTES = ("major", "minor", "micro", "release", "version", "base_version", "public")

    def __init__(self, text: str) -> None:
        self.public: str = text.strip().lstrip("vV").partition("+")[0]
        numbers = NUMBERS.match(self.public)
        rest = self.public[numbers.end() :] if numbers is not None else ""
        if numbers is None or (rest and not PRE_RELEASE.fullmatch(rest)):
            raise ValueError(text)
        self.base_version: str = numbers[0]
        self.release: Tuple[int, ...] = tuple(map(int, numbers[0].split(".")))
        self.major: int = self.release[0]
        self.minor: int = (*self.release, 0)[1]
        self.micro: int = (*self.release, 0, 0)[2]
        self.version: List[int] = list(self.release)
        kept = list(self.release)
        while kept and not kept[-1]:
            kept.pop()
        self._key: Tuple[Any, ...] = (tuple(kept), not rest)

    def _other(self, other: Any) -> "Number":
        return other if isinstance(other, Number) else Number(other) if isinstance(other, str) else _unknown()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Number, str)) and self._key == self._other(other)._key

    def __lt__(self, other: Any) -> bool:
        return self._key < self._other(other)._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.public


def satisfying(requirement: str, versions: Sequence[str]) -> Optional[Tuple[Any, ...]]:
    """Return which versions satisfy ``torchvision>=0.13``, ``None`` if it is not a requirement."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(requirement).specifier
    except InvalidRequirement:
        return None
    return tuple(wanted.contains(version, prereleases=True) for version in versions)


def comparing(name: str, other: str, versions: Sequence[str]) -> Optional[Tuple[Any, ...]]:
    """Return how versions compare with another one by a function of ``operator``, ``None`` if there is no such one."""
    if name not in ("lt", "le", "gt", "ge", "eq", "ne"):
        return None
    try:
        return tuple(getattr(operator, name)(Number(version), Number(other)) for version in versions)
    except ValueError:
        return None


class UnknownError(Exception):
    """Something in an expression is only known at run time."""


def _unknown() -> Any:
    raise UnknownError


class EitherError(Exception):
    """Something that differs between builds of one release, such as the local part of its version."""


# How builds of one release write its version besides: wheels for CUDA, and builds from source before the release.
LOCAL = "+cu113"
BUILDS = ("", LOCAL, "a0+1b2c3d4")

# What only the version of some builds holds.
OF_BUILDS = re.compile(r"[+a-zA-Z]")


def _as_version(value: Any) -> Number:
    """Return a version as it was written: as text, as a floating-point number, or as a whole one."""
    if isinstance(value, Number):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        _unknown()
    return Number(str(value).rstrip("."))


class ReleaseEvaluator:
    """Evaluates expressions with the version of each release in turn.

    Args:
        known: what an expression stands for, as far as the analysis knows.
        tells: whether that tells something of the version.
    """

    def __init__(
        self,
        known: Callable[[ast.expr], Optional[Value]],
        tells: Callable[[Optional[Value]], bool],
    ) -> None:
        self._known, self._tells = known, tells
        self._number = 0
        # Whether it computes what was meant, and how the version is written.
        self._meant, self._build = False, ""
        self._names: Dict[str, Any] = {}
        self._found: Dict[int, Optional[Value]] = {}

    def by_release(self, node: ast.expr, count: int, *, meant: bool = False) -> Optional[Tuple[Any, ...]]:
        """Return the value of an expression on each of ``count`` releases, ``None`` if it is unknown on any of them.

        Args:
            meant: compute what was meant.
        """
        self._found.clear()
        self._meant, self._build = meant, ""
        found = []
        for self._number in range(count):
            try:
                found.append(self._value(node))
            except Exception:
                return None
        return tuple(found)

    def differing(self, node: ast.expr, count: int) -> int:
        """Return the releases on which a condition decides otherwise than it was meant to, as bits."""
        self._found.clear()
        found = 0
        for self._number in range(count):
            for self._build in BUILDS:
                results = []
                for self._meant in (False, True):
                    try:
                        results.append(bool(self._value(node)))
                    except Exception:
                        break
                if len(results) == 2 and results[0] is not results[1]:
                    found |= 1 << self._number
        return found

    def truth(self, node: ast.expr, count: int) -> Optional[Tuple[int, int]]:
        """Return the releases on which a condition may be true and those on which it may be false, as bit sets.

        Where it tells of the version in a way that can't be computed, a release is in neither; ``None`` if that is so
        on all of them.
        """
        self._found.clear()
        holding = failing = 0
        for self._number in range(count):
            for self._build in ("", LOCAL):
                try:
                    self._meant = False
                    found = self._truth(node)
                    self._meant = True
                    if self._truth(node) is not found:
                        continue
                except UnknownError:
                    continue
                holding |= (found is not False) << self._number
                failing |= (found is not True) << self._number
        return (holding, failing) if holding | failing else None

    def _truth(self, node: ast.expr) -> Optional[bool]:
        """Return the truth of a condition on one release, ``None`` if it depends on something else."""
        if isinstance(node, ast.BoolOp):
            return self._joined(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self._truth(node.operand)
            return None if inner is None else not inner
        try:
            return bool(self._value(node))
        except EitherError:
            return None
        except Exception:
            if self._tells(self._look(node)):
                raise UnknownError from None
            return None

    def _joined(self, node: ast.BoolOp) -> Optional[bool]:
        """Return the truth of ``and`` or ``or``: one operand that decides does so whatever the others are."""
        decides = isinstance(node.op, ast.Or)
        found, unknown = [], False
        for each in node.values:
            try:
                found.append(self._truth(each))
            except UnknownError:
                unknown = True
        if decides in found:
            return decides
        if unknown:
            raise UnknownError
        return None if None in found else not decides

    def _value(self, node: ast.expr) -> Any:
        """Return the value of an expression on one release."""
        if isinstance(node, ast.Constant):
            return node.value
        method = self._HANDLERS.get(type(node))
        return _unknown() if method is None else method(self, node)

    def _name(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name) and node.id in self._names:
            return self._names[node.id]
        return self._stated(self._look(node))

    def _stated(self, found: Optional[Value]) -> Any:
        """Return what a value of the analysis is on one release: a version, or a literal."""
        if isinstance(found, VersionValue) and found.by_release is not None:
            return self._of_release(found, found.by_release)
        return self._value(found.node) if isinstance(found, Literal) else _unknown()

    def _of_release(self, found: VersionValue, by_release: Sequence[Any]) -> Any:
        """Return what a value is on one release; the whole version as a build writes it."""
        if found.is_whole:
            return by_release[self._number] + self._build
        return found.meant[self._number] if self._meant and found.meant is not None else by_release[self._number]

    def _look(self, node: ast.expr) -> Optional[Value]:
        """Return what the analysis knows of an expression; it is asked once, not for each release."""
        if id(node) not in self._found:
            self._found[id(node)] = self._known(node)
        return self._found[id(node)]

    def _attribute(self, node: ast.Attribute) -> Any:
        found = self._look(node)
        if isinstance(found, Literal) or (isinstance(found, VersionValue) and found.by_release is not None):
            return self._stated(found)
        value = self._value(node.value)
        return getattr(value, node.attr) if isinstance(value, Number) and node.attr in Number.ATTRIBUTES else _unknown()

    def _sequence(self, node: Any) -> Any:
        found = [self._value(each) for each in node.elts]
        return found if isinstance(node, ast.List) else tuple(found)

    def _subscript(self, node: ast.Subscript) -> Any:
        where = node.slice
        if isinstance(where, ast.Slice):
            ends = [None if each is None else self._value(each) for each in (where.lower, where.upper, where.step)]
            value = self._value(node.value)
            if self._meant and isinstance(value, str):
                return whole_slice(value, slice(*ends))
            return value[slice(*ends)]
        value, index = self._value(node.value), self._value(where)
        if self._meant and isinstance(value, str):
            return whole_slice(value, slice(index, index + 1 or None)) if value[index] else _unknown()
        return value[index]

    def _compare(self, node: ast.Compare) -> bool:
        sides = (node.left, *node.comparators)
        values = [self._value(each) for each in sides]
        if self._meant:
            values = [
                written_number(each, side) if isinstance(each, float) and isinstance(side, ast.Constant) else each
                for each, side in zip(values, sides)
            ]
        return all(self._holds(op, a, b) for op, a, b in zip(node.ops, values, values[1:]))

    def _holds(self, op: ast.cmpop, left: Any, right: Any) -> bool:
        """Return whether two values compare so."""
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(left, str) and isinstance(right, str):
            if OF_BUILDS.search(left):
                raise EitherError
            if self._meant:
                return holds(right, left) is isinstance(op, ast.In)
        is_ordered = isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
        if self._meant and is_ordered and any(isinstance(each, (str, Number)) for each in (left, right)):
            left, right = _as_version(left), _as_version(right)
        return bool(OPERATORS[type(op)](left, right))

    def _operation(self, node: ast.BinOp) -> Any:
        left, right = self._value(node.left), self._value(node.right)
        numbers = all(isinstance(each, (int, float)) for each in (left, right))
        if not numbers and not (isinstance(node.op, ast.Add) and type(left) is type(right)):
            _unknown()
        return OPERATORS[type(node.op)](left, right)

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self._value(node.operand)
        return not value if isinstance(node.op, ast.Not) else -value if isinstance(node.op, ast.USub) else _unknown()

    def _bool(self, node: ast.BoolOp) -> Any:
        value = None
        for each in node.values:
            value = self._value(each)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _if_expression(self, node: ast.IfExp) -> Any:
        return self._value(node.body if self._value(node.test) else node.orelse)

    def _comprehension(self, node: Any) -> Any:
        """Evaluate ``[int(x) for x in version.split(".")]``."""
        (generator,) = node.generators
        if not isinstance(generator.target, ast.Name):
            _unknown()
        name, found, saved = generator.target.id, [], dict(self._names)
        for each in self._value(generator.iter):
            self._names[name] = each
            if all(self._value(condition) for condition in generator.ifs):
                found.append(self._value(node.elt))
        self._names = saved
        return found

    def _call(self, node: ast.Call) -> Any:
        found = self._look(node)
        if isinstance(found, VersionValue) and found.by_release is not None:
            return self._of_release(found, found.by_release)
        function = node.func
        if node.keywords:
            _unknown()
        if isinstance(function, ast.Name) and function.id == "map" and len(node.args) == 2:
            apply = BUILTINS[node.args[0].id] if isinstance(node.args[0], ast.Name) else _unknown()
            return list(map(apply, self._value(node.args[1])))
        known = self._look(function)
        name = known.path if isinstance(known, Ref) else last_name(function)
        if name.rpartition(".")[2] in PARSERS:
            (argument,) = node.args
            value = self._value(argument)
            return value if isinstance(value, Number) else Number(value)
        arguments = [self._value(each) for each in node.args]
        if isinstance(function, ast.Name) and function.id in BUILTINS:
            return BUILTINS[function.id](*arguments)
        if isinstance(function, ast.Name) and function.id == "float":
            (number,) = arguments
            if not isinstance(number, str):
                return float(number) if isinstance(number, (int, float)) else _unknown()
            # 0.10 as a number is 0.1; what was meant is the version.
            return _as_version(number) if self._meant and not number.isdigit() else float(number)
        if isinstance(function, ast.Attribute) and function.attr in METHODS:
            value = self._value(function.value)
            return self._method(value, function.attr, arguments) if isinstance(value, str) else _unknown()
        return _unknown()

    def _method(self, text: str, name: str, arguments: Sequence[Any]) -> Any:
        """Call a method of a text."""
        if name in ("startswith", "endswith") and OF_BUILDS.search(str(arguments[0])):
            raise EitherError
        if self._meant and name == "startswith" and len(arguments) == 1:
            (given,) = arguments
            return any(begins_with(text, each) for each in (given if isinstance(given, tuple) else (given,)))
        return getattr(text, name)(*arguments)

    _HANDLERS: ClassVar[Dict[type, Callable[[Any, Any], Any]]] = {
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Tuple: _sequence,
        ast.List: _sequence,
        ast.Subscript: _subscript,
        ast.Compare: _compare,
        ast.BinOp: _operation,
        ast.UnaryOp: _unary,
        ast.BoolOp: _bool,
        ast.IfExp: _if_expression,
        ast.ListComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Call: _call,
    }
