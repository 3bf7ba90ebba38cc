"""Environments: names and where they are bound, and the condition under which the code runs that is looked at."""

from contextlib import contextmanager
from typing import Dict, Iterator, List, Optional, Sequence, Set

from tvcompat.check.analysis.branches import Branch, Fact, bound_in, within
from tvcompat.check.analysis.conditions import ALWAYS, Condition
from tvcompat.check.analysis.definitions import UserClass, UserFunction
from tvcompat.check.analysis.values import Ref, Value, join, join_tables

Names = Dict[str, Optional[Value]]


class Scope:
    """Names bound in a module, class or function.

    Attributes:
        kind: ``module``, ``class`` or ``function``.
        parent: the scope around it.
        names: what each name stands for.
        changes: goes up whenever a name is bound.
        outer: names that a ``global`` statement sends to the module.
    """

    __slots__ = ("changes", "kind", "names", "outer", "parent")

    def __init__(self, kind: str, parent: "Optional[Scope]" = None) -> None:
        self.kind: str = kind
        self.parent: Optional[Scope] = parent
        self.names: Names = {}
        self.changes: int = 0
        self.outer: Set[str] = set()


class Environment:
    """Where in a module the analysis is.

    Attributes:
        module: the scope of the module.
        scope: the scope of the code that is looked at.
        condition: what holds there.
        branch: which branches around it are taken.
        class_body: the class whose body it is.
        method_of: the class whose method it is.
    """

    def __init__(self) -> None:
        self.module: Scope = Scope("module")
        self.scope: Scope = self.module
        self.condition: Condition = ALWAYS
        self.branch: Branch = ()
        self.class_body: Optional[UserClass] = None
        self.method_of: Optional[UserClass] = None
        self._functions: List[UserFunction] = []
        # What names stood for where a loop was left or begun again, one list for each loop around.
        self._jumps: List[List[Names]] = []

    # Names

    def lookup(self, name: str) -> Optional[Value]:
        """Return what a name stands for."""
        scope: Optional[Scope] = self.scope
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def bind(self, name: str, value: Optional[Value]) -> None:
        """Bind a name in the scope, or in that of the module where the program says so."""
        scope = self.scope
        value = self.as_bound(value)
        if name in scope.outer:
            scope = self.module
            if name in scope.names:
                # Nobody knows when the function runs.
                value = join(scope.names[name], value)
        scope.names[name] = value
        scope.changes += 1
        if scope.kind == "class" and self.class_body is not None:
            self.class_body.bind(name, value, self.condition)

    def as_bound(self, value: Optional[Value]) -> Optional[Value]:
        """Return a value as something is bound to it here; in a loop, one branch may have been taken after another."""
        if isinstance(value, Ref) and self.condition.releases is not None:
            # `if is_new: T = v2`, with `T = transforms` elsewhere.
            value = value.on_releases(self.condition.releases)
        return bound_in(value, self.branch) if self.branch and not self._jumps else value

    def snapshot(self) -> Names:
        """Return what the names of the scope stand for now."""
        return dict(self.scope.names)

    def restore(self, names: Names) -> None:
        """Continue with other names in the scope: those at the start of another branch, or after several."""
        self.scope.names.clear()
        self.scope.names.update(names)
        self.scope.changes += 1

    def bound_on(self, before: Names, releases: int) -> None:
        """Note that what was bound since some names were taken is bound on some releases alone."""
        for name, value in self.scope.names.items():
            if isinstance(value, Ref) and value is not before.get(name):
                self.scope.names[name] = value.on_releases(releases)

    # Where the analysis is

    @contextmanager
    def under(self, condition: Condition) -> Iterator[None]:
        """Analyse code under an additional condition."""
        saved, self.condition = self.condition, self.condition & condition
        try:
            yield
        finally:
            self.condition = saved

    @contextmanager
    def taking(self, facts: Sequence[Fact]) -> Iterator[None]:
        """Analyse code in a branch."""
        saved, self.branch = self.branch, within(self.branch, facts)
        try:
            yield
        finally:
            self.branch = saved

    @contextmanager
    def nested(self, kind: str) -> Iterator[Scope]:
        """Analyse a scope within the current one: a lambda, a comprehension, the body of a class."""
        saved, self.scope = self.scope, Scope(kind, self.scope)
        try:
            yield self.scope
        finally:
            self.scope = saved

    @contextmanager
    def inside_class(self, made: UserClass) -> Iterator[None]:
        """Analyse the body of a class."""
        saved, self.class_body = self.class_body, made
        try:
            yield
        finally:
            self.class_body = saved

    @contextmanager
    def inside_body(self, around: Scope, condition: Condition, method_of: Optional[UserClass]) -> Iterator[Scope]:
        """Analyse the body of a function, which runs separately."""
        saved = self.scope, self.condition, self._jumps, self.class_body, self.method_of
        branch, self.branch = self.branch, ()
        self.scope, self.condition, self._jumps = Scope("function", around), condition, []
        self.class_body, self.method_of = None, method_of
        try:
            yield self.scope
        finally:
            self.scope, self.condition, self._jumps, self.class_body, self.method_of = saved
            self.branch = branch

    # Functions and loops around

    @property
    def function(self) -> Optional[UserFunction]:
        """The function whose body it is."""
        return self._functions[-1] if self._functions else None

    @contextmanager
    def returning_to(self, function: Optional[UserFunction]) -> Iterator[None]:
        """Note what is returned from here on as what a function returns."""
        if function is None:
            yield
            return
        self._functions.append(function)
        try:
            yield
        finally:
            self._functions.pop()

    def note_return(self, value: Value) -> None:
        """Note one more value that the function around may return."""
        if self._functions:
            function = self._functions[-1]
            function.returns = value if function.returns is None else join(function.returns, value)

    @contextmanager
    def loop(self) -> Iterator[None]:
        """Walk the body of a loop; after it, names may also stand for what they stood for at a ``break``."""
        self._jumps.append([])
        yield
        jumps = self._jumps.pop()
        if jumps:
            self.restore(join_tables([self.snapshot(), *jumps]))

    def note_jump(self) -> None:
        """Note a ``break`` or ``continue``: names may keep their values there after the loop."""
        if self._jumps:
            self._jumps[-1].append(self.snapshot())
