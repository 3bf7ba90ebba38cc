"""Relevance: which functions are worth walking, told from the words in their text, before anything is evaluated."""

import ast
from typing import Callable, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Set

from tvcompat.check.analysis.definitions import Instance, UserClass, UserFunction
from tvcompat.check.analysis.environment import Scope
from tvcompat.check.analysis.functions import DeferredBody, Definition
from tvcompat.check.analysis.values import (
    Collection,
    Literal,
    Made,
    Ref,
    Union,
    Value,
    alternatives,
    last_name,
)

# Words that make a function worth walking, whatever the names of the module are.
ALWAYS = {
    *("torchvision", "import_module", "__import__", "optional_import", "hub", "__version__"),
    # What a function that chooses among PIL's constants may return.
    *("BILINEAR", "BICUBIC"),
}

# Modules of which nothing matters by itself: only next to a name of torchvision's, or under one of the words above.
INCIDENTAL = ("torch", "PIL", "packaging", "distutils", "pkg_resources", "functools", "typing", "pytest")

BodyOf = Callable[[UserFunction], Optional[DeferredBody]]


class Followed(NamedTuple):
    """Names that lead to torchvision, and names of functions that may.

    Attributes:
        changes: how often names had been bound when this was found out.
        made: names of instances of torchvision's classes, which matter where a member of them is read.
        is_torchvision: whether it is a class that inherits from one of torchvision's, whose members may change.
    """

    changes: int
    names: FrozenSet[str]
    functions: Dict[str, UserFunction]
    made: FrozenSet[str]
    is_torchvision: bool = False


class Relevance:
    """Decides which functions of a module have to do with torchvision.

    Args:
        text: the source of the module, lines as the syntax tree counts them.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._always = [word for word in ALWAYS if word in text]
        self._known: Dict[int, bool] = {}
        self._of_scopes: Dict[int, Followed] = {}
        self._of_classes: Dict[int, Followed] = {}

    def forget(self) -> None:
        """Decide anew, since functions were given more than was known before."""
        self._known.clear()
        self._of_classes.clear()

    def is_relevant(self, body: DeferredBody, body_of: BodyOf) -> bool:
        """Return whether a function involves torchvision, by a name in its text or a function it calls."""
        if body.owner is not None and self._in_class(body.owner, body_of).is_torchvision:
            return True
        pending, seen = [body], {id(body.node)}
        while pending:
            each = pending.pop()
            known = self._known.get(id(each.node))
            if known is None:
                known = self._names_torchvision(each, body_of, pending, seen)
            if known:
                self._known[id(body.node)] = True
                return True
        # Nothing that it reaches is relevant, so none of those functions reaches anything relevant either.
        self._known.update(dict.fromkeys(seen, False))
        return False

    def _names_torchvision(
        self, body: DeferredBody, body_of: BodyOf, pending: List[DeferredBody], seen: Set[int]
    ) -> bool:
        """Return whether the text of a function has a name of interest; functions of the file in it are noted."""
        text = "\n".join(self._lines[body.node.lineno - 1 : body.node.end_lineno])
        if has_word(text, self._always):
            return True
        followed = [self._in_class(body.owner, body_of)] if body.owner is not None else []
        around: Optional[Scope] = body.scope
        while around is not None:
            followed.append(self._in_scope(around, body_of))
            around = around.parent
        for _, names, functions, made, _ in followed:
            if has_word(text, names) or any(f"{name}." in text and has_word(text, (name,)) for name in made):
                return True
            for name, function in functions.items():
                called = body_of(function) if name in text else None
                if called is not None and id(called.node) not in seen:
                    seen.add(id(called.node))
                    pending.append(called)
        return False

    def _in_scope(self, scope: Scope, body_of: BodyOf) -> Followed:
        """Return the names of a scope that lead to torchvision, and those of functions of the file."""
        known = self._of_scopes.get(id(scope))
        if known is None or known.changes != scope.changes:
            names, functions, made = set(), {}, set()
            for name, value in scope.names.items():
                if isinstance(value, Made) and value.path.startswith("torchvision."):
                    made.add(name)
                function = value.init if type(value) is UserClass and not value.outside else value
                if type(function) is UserFunction and body_of(function) is not None:
                    functions[name] = function
                elif value is not None and _matters(value):
                    names.add(name)
            known = self._of_scopes[id(scope)] = Followed(scope.changes, frozenset(names), functions, frozenset(made))
        return known

    def _in_class(self, owner: UserClass, body_of: BodyOf) -> Followed:
        """Return the attributes of a class that lead to torchvision, and its methods that may pass arguments on."""
        tables = [table for each in owner.lineage() for table in (each.names, each.attributes)]
        size = sum(map(len, tables))
        known = self._of_classes.get(id(owner))
        if known is None or known.changes != size:
            names: Set[str] = set()
            methods: Dict[str, UserFunction] = {}
            made: Set[str] = set()
            for table in tables:
                for name, value in table.items():
                    if isinstance(value, Made) and value.path.startswith("torchvision."):
                        made.add(name)
                    if type(value) is UserFunction:
                        body = body_of(value)
                        if value.forwards:
                            names.add(name)
                        elif body is not None and (body.node.args.kwarg is not None or _may_return_builder(body.node)):
                            methods[name] = value
                    elif value is not None and _matters(value):
                        names.add(name)
            known = self._of_classes[id(owner)] = Followed(
                size, frozenset(names), methods, frozenset(made), owner.is_torchvision
            )
        return known


def has_word(text: str, names: Iterable[str]) -> bool:
    """Return whether one of the names stands in a text, not as a part of another; quicker than taking words out."""
    for name in names:
        position = text.find(name)
        while position >= 0:
            end = position + len(name)
            before, behind = text[position - 1 : position], text[end : end + 1]
            if not (before.isalnum() or before == "_" or behind.isalnum() or behind == "_"):
                return True
            position = text.find(name, end)
    return False


def _matters(value: Optional[Value]) -> bool:
    """Return whether a function is worth walking that has a name with this value."""
    if isinstance(value, Union):
        return any(map(_matters, value.values))
    if isinstance(value, Ref):
        return value.path.partition(".")[0] not in INCIDENTAL or value.path.startswith("torch.hub")
    if isinstance(value, (UserClass, Instance)):
        of = value.of
        if any(each.outside for each in of.lineage()):
            return True
        found = (each for part in of.lineage() for each in (*part.names.values(), *part.attributes.values()))
        inner = (one for each in found for one in alternatives(each))
        return any(_matters(one) for one in inner if not isinstance(one, (UserFunction, UserClass, Instance)))
    if isinstance(value, Made):
        return False
    if isinstance(value, Collection):
        # Classes may refer to each other in a cycle.
        held = (each for one in value.values for each in alternatives(one))
        return any(isinstance(each, (UserClass, Instance)) or _matters(each) for each in held if each is not None)
    return value is not None and not isinstance(value, Literal)


def _may_return_builder(node: Definition) -> bool:
    """Return whether a method may return a builder: most end with a call of something, and don't."""
    value = node.body[-1].value if isinstance(node.body[-1], ast.Return) else None
    if isinstance(value, ast.Call):
        return last_name(value.func) in ("getattr", "get", "partial")
    return isinstance(value, (ast.Name, ast.Attribute, ast.Subscript))
