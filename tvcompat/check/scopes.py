"""Names and where they are bound, and what is known while a file is walked."""

import ast
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Set, Tuple

from tvcompat.check.uses import Use
from tvcompat.check.values import Local, Value, merged

NOTHING: FrozenSet[str] = frozenset()


class Scope:
    """Names bound in a module, class or function."""

    __slots__ = ("kind", "names", "outer", "parent")

    def __init__(self, kind: str, parent: "Optional[Scope]" = None) -> None:
        self.kind: str = kind
        self.parent: Optional[Scope] = parent
        self.names: Dict[str, Optional[Value]] = {}
        # Names that a `global` statement sends elsewhere.
        self.outer: Set[str] = set()


class Later:
    """The body of a function, to be walked when the module is done."""

    __slots__ = ("done", "guards", "local", "node", "scope")

    def __init__(self, node: Any, scope: Scope, guards: FrozenSet[str], local: Optional[Local]) -> None:
        self.node: Any = node
        self.scope: Scope = scope
        self.guards: FrozenSet[str] = guards
        self.local: Optional[Local] = local
        self.done: bool = False


class Scopes:
    """What is bound and what was found while a file is walked; the walking itself is in the classes below."""

    def __init__(
        self,
        star: Callable[[str], Iterable[str]],
        exports: Callable[[str], Optional[Dict[str, Optional[Value]]]],
    ) -> None:
        self.uses: List[Use] = []
        self._star, self._exports = star, exports
        self.module_scope: Scope = Scope("module")
        self._scope = self.module_scope
        self._guards: FrozenSet[str] = NOTHING
        self._branches = 0
        self._by_node: Dict[int, Later] = {}
        self._function: List[Local] = []
        self._local_calls: List[Tuple[Local, ast.Call, FrozenSet[str]]] = []

    def _lookup(self, name: str) -> Optional[Value]:
        scope: Optional[Scope] = self._scope
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def _bind(self, name: str, value: Optional[Value]) -> None:
        scope = self._scope
        if name in scope.outer:
            scope = self.module_scope
        if self._branches and name in scope.names:
            value = merged(scope.names[name], value)
        scope.names[name] = value

    def _use(self, kind: str, path: str, node: Any, *, extra: Optional[Dict[str, Any]] = None, **more: Any) -> None:
        if not hasattr(node, "lineno"):
            # Imported names have no position of their own before Python 3.10.
            node = more["statement"]
        self.uses.append(Use(kind, path, node, self._guards, extra=extra or {}, **more))
