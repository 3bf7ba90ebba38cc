"""Names and where they are bound, and what is known while a file is walked."""

import ast
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Sequence, Set, Tuple

from tvcompat.check.uses import Guards, Use
from tvcompat.check.values import Class, Keywords, Local, Value, last_name, merged

NOTHING: FrozenSet[Any] = frozenset()


class Scope:
    """Names bound in a module, class or function."""

    __slots__ = ("changes", "kind", "names", "outer", "parent")

    def __init__(self, kind: str, parent: "Optional[Scope]" = None) -> None:
        self.kind: str = kind
        self.parent: Optional[Scope] = parent
        self.names: Dict[str, Optional[Value]] = {}
        # Goes up when a name is bound.
        self.changes: int = 0
        # Names that a `global` statement sends elsewhere.
        self.outer: Set[str] = set()


def joined(ends: Sequence[Dict[str, Optional[Value]]]) -> Dict[str, Optional[Value]]:
    """What names stand for where branches come together; one that only some bind is taken to be bound there."""
    found = dict(ends[0])
    for end in ends[1:]:
        for name, value in end.items():
            found[name] = merged(found[name], value) if name in found else value
    return found


class Later:
    """The body of a function, to be walked when the module is done; of a method it knows the class.

    Attributes:
        given: parameter -> what it is called with, as far as that is of torchvision.
    """

    __slots__ = ("done", "given", "guards", "local", "node", "owner", "scope")

    def __init__(self, node: Any, scope: Scope, guards: Guards, local: Optional[Local], owner: Optional[Class]) -> None:
        self.node: Any = node
        self.scope: Scope = scope
        self.guards: Guards = guards
        self.local: Optional[Local] = local
        self.owner: Optional[Class] = owner
        self.done: bool = False
        self.given: Dict[str, Optional[Value]] = {}

    def give(self, name: str, value: Value) -> None:
        """One more thing that a parameter may be."""
        self.given[name] = merged(self.given[name], value) if name in self.given else value

    @property
    def takes_instance(self) -> bool:
        """Whether its first parameter is the instance, or the class, whose attributes are the same here."""
        return self.owner is not None and not any(
            last_name(decorator) == "staticmethod" for decorator in self.node.decorator_list
        )


class Scopes:
    """What is bound and what was found while a file is walked; the walking itself is in the classes below."""

    def __init__(
        self,
        star: Callable[[str], Iterable[str]],
        exports: Callable[[str], Optional[Dict[str, Optional[Value]]]],
        model: Callable[[str], Optional[str]],
        versions: Callable[[str], Tuple[str, ...]],
    ) -> None:
        self.uses: List[Use] = []
        self._star, self._exports, self._model, self._versions = star, exports, model, versions
        self.module_scope: Scope = Scope("module")
        self._scope = self.module_scope
        self._guards: Guards = NOTHING
        # How many evaluations are under way that leave no trace.
        self._quiet = 0
        # What names stood for where a loop was left or begun again, one list for each loop around.
        self._jumps: List[List[Dict[str, Optional[Value]]]] = []
        # The class whose body is walked.
        self._owner: Optional[Class] = None
        # The class whose method is walked.
        self._method_of: Optional[Class] = None
        self._by_node: Dict[int, Later] = {}
        self._function: List[Local] = []
        # Modules that the program puts into `sys.modules`, and attributes of torchvision that it assigns.
        self._provided: Set[str] = set()
        # Calls of functions of the tree, with what takes care there and the dictionaries that they unpack.
        self._local_calls: List[Tuple[Local, ast.Call, Guards, List[Keywords]]] = []

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
            if name in scope.names:
                # Nobody knows when the function runs.
                value = merged(scope.names[name], value)
        scope.names[name] = value
        scope.changes += 1

    def _replace(self, names: Dict[str, Optional[Value]]) -> None:
        """Go on with other names in the scope: those at the beginning of another branch, or behind several."""
        self._scope.names.clear()
        self._scope.names.update(names)
        self._scope.changes += 1

    def _is_provided(self, path: str) -> bool:
        """Whether the program itself put something in the place of a path, or of a module around it."""
        return any(f"{path}.".startswith(f"{each}.") for each in self._provided)

    def _use(self, kind: str, path: str, node: Any, *, extra: Optional[Dict[str, Any]] = None, **more: Any) -> None:
        if self._provided and kind in ("import", "attribute") and self._is_provided(path):
            return
        self.uses.append(Use(kind, path, node, self._guards, extra=extra or {}, **more))
