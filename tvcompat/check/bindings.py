"""Prove what a name must refer to, as edits require; the analysis only says what a name may be.

A name is certain when every statement of the file that binds it in its scope is an import, or a plain assignment of
something certain, and all of them lead to the same thing. Parameters, loop variables, attributes of instances and
elements of collections are never certain: other files can pass or put something else there. Nor is what the program
itself puts something in the place of, as tests do.
"""

import ast
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Set, Tuple

from tvcompat.check.analysis.values import last_name
from tvcompat.check.scoping import BindingScope, Scoping

# Longer chains of assignments are not followed.
MOST_ALIASES = 20

# Methods that fill a dictionary, and functions that return the dictionary of the current scope.
FILLING = ("update", "setdefault", "__setitem__", "pop", "clear")
OWN_NAMESPACES = ("globals", "locals", "vars")

# What a name is never bound to in a module, whoever assigns to its attributes.
INSTANCES = ("self", "cls")


class Origin(NamedTuple):
    """Where an expression must lead.

    Attributes:
        path: full path; it ends with ``.*`` for a member of a namespace that is chosen at run time.
        imports: the import statements through which it is reached.
    """

    path: str
    imports: Tuple[ast.stmt, ...]

    def member(self, name: str) -> "Origin":
        """Return the origin of an attribute."""
        return Origin(f"{self.path}.{name}", self.imports)


class Bindings:
    """The bindings of one file.

    Args:
        tree: its syntax tree.
        star: module -> names that ``from module import *`` binds; empty if that is not known.
    """

    def __init__(self, tree: ast.Module, star: Callable[[str], Iterable[str]]) -> None:
        # Paths that the program assigns to, and names of attributes and items of what is not known.
        self._paths: Set[str] = set()
        self._names: Set[str] = set()
        # Whether it writes into its own namespace, or into `sys.modules`, under names that are not literals.
        self._is_dynamic = False
        self._known: Dict[Tuple[int, str], Optional[Origin]] = {}
        try:
            self._scoping = Scoping(tree, star)
        except RecursionError:
            self._scoping = Scoping(ast.Module(body=[], type_ignores=[]), star)
            self._is_dynamic = True
        self._find_replacements()
        self._known.clear()

    def origin(self, node: Optional[ast.AST]) -> Optional[Origin]:
        """Return where an expression must lead, ``None`` if that is not certain."""
        found = None if self._is_dynamic else self._resolve(node, 0)
        return None if found is None or any(_covers(path, found.path) for path in self._paths) else found

    def bound_to(self, name: str) -> Set[str]:
        """Return the import paths that a name is bound to anywhere in the file, an empty one for anything else."""
        return {binding.path for binding in self._scoping.all_bindings(name)}

    def scope_of(self, node: ast.AST) -> Optional[BindingScope]:
        """Return the scope that a node stands in, ``None`` if nothing in it tells."""
        return self._scoping.of(node)

    @property
    def has_unknown_stars(self) -> bool:
        """Whether the module imports ``*`` from something that is not torchvision's."""
        return bool(self._scoping.module.stars)

    # Resolving

    def _resolve(self, node: Optional[ast.AST], depth: int) -> Optional[Origin]:
        if depth > MOST_ALIASES:
            return None
        if isinstance(node, ast.Name):
            return self._resolve_name(node.id, self._scoping.of(node), depth)
        if isinstance(node, ast.Attribute):
            if node.attr == "__init__":
                # `super().__init__(...)` and `Base.__init__(self, ...)` call the class.
                return self._resolve_super(node.value, depth) or self._resolve(node.value, depth + 1)
            found = None if node.attr in self._names else self._resolve(node.value, depth + 1)
            return None if found is None else found.member(node.attr)
        if isinstance(node, ast.Subscript):
            key = _index(node)
            if last_name(node.value) == "modules" and self._is_sys_modules(node.value):
                module = _text(key)
                return None if module is None else Origin(module, ())
            return self._chosen(self._resolve_namespace(node.value, depth), key)
        if isinstance(node, ast.Call):
            return self._resolve_call(node, depth)
        return None

    def _resolve_name(self, name: str, scope: Optional[BindingScope], depth: int) -> Optional[Origin]:
        owner = self._scoping.owner(scope, name) if scope is not None else None
        if owner is None or name in self._names:
            return None
        key = (id(owner), name)
        if key not in self._known:
            # Names that are bound to each other resolve to nothing.
            self._known[key] = None
            self._known[key] = self._resolve_bindings(owner, name, depth)
        return self._known[key]

    def _resolve_bindings(self, owner: BindingScope, name: str, depth: int) -> Optional[Origin]:
        bindings = owner.bindings.get(name, [])
        if owner.kind == "class":
            # Before it is bound in the body of a class, the name around it counts.
            around = self._scoping.owner(owner.parent, name)
            bindings = [*bindings, *(around.bindings.get(name, []) if around is not None else [])]
        # Calling a literal fails anyway: `except ImportError: models = None`.
        bindings = [each for each in bindings if not isinstance(each.value, ast.Constant)]
        for line in owner.stars:
            # `from mine import *` is overwritten by what certainly runs after it.
            if not all(each.is_unconditional and each.line > line for each in bindings):
                return None
        found: List[Origin] = []
        for binding in bindings:
            if binding.path and binding.statement is not None:
                found.append(Origin(binding.path, (binding.statement,)))
                continue
            origin = None if binding.value is None else self._resolve(binding.value, depth + 1)
            if origin is None:
                return None
            found.append(origin)
        if not found or len({each.path for each in found}) > 1:
            return None
        statements = {id(each): each for origin in found for each in origin.imports}
        return Origin(found[0].path, tuple(statements.values()))

    def _resolve_super(self, node: ast.expr, depth: int) -> Optional[Origin]:
        """Resolve ``super()`` in a method of a class with a single base that nothing is mixed into."""
        if not (isinstance(node, ast.Call) and not node.args and self._scoping.is_builtin(node.func, "super")):
            return None
        scope = self._scoping.of(node.func)
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        if scope is None or len(scope.node.bases) != 1 or scope.node.name in self._scoping.derived:
            return None
        return self._resolve(scope.node.bases[0], depth + 1)

    def _resolve_call(self, node: ast.Call, depth: int) -> Optional[Origin]:
        """Resolve ``getattr(models, name)``, ``__import__("torchvision")`` and ``get_model_builder("resnet18")``."""
        if self._scoping.is_builtin(node.func, "getattr") and len(node.args) == 2:
            return self._chosen(self._resolve(node.args[0], depth + 1), node.args[1])
        module = _text(node.args[0]) if len(node.args) == 1 else None
        if module is None:
            return None
        if self._scoping.is_builtin(node.func, "__import__"):
            return Origin(module.partition(".")[0], ())
        function = self._resolve(node.func, depth + 1)
        if function is not None and function.path == "importlib.import_module":
            return Origin(module, ())
        return function if last_name(node.func) == "get_model_builder" else None

    def _resolve_namespace(self, node: ast.expr, depth: int) -> Optional[Origin]:
        """Resolve ``models.__dict__`` and ``vars(models)`` to the module."""
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            return self._resolve(node.value, depth + 1)
        if isinstance(node, ast.Call) and self._scoping.is_builtin(node.func, "vars") and node.args:
            return self._resolve(node.args[0], depth + 1)
        return None

    def _chosen(self, namespace: Optional[Origin], key: ast.AST) -> Optional[Origin]:
        name = _text(key)
        return None if namespace is None or name in self._names else namespace.member(name or "*")

    # What the program replaces

    def _find_replacements(self) -> None:
        for target in self._scoping.targets:
            if isinstance(target, ast.Attribute):
                self._replaces(target.value, target.attr)
            elif isinstance(target, ast.Subscript):
                self._fills(target.value, _index(target))
        for call in self._scoping.calls:
            self._replaced_by_call(call)

    def _replaced_by_call(self, call: ast.Call) -> None:
        """Note what ``setattr``, ``mock.patch`` and methods of a module's dictionary put in the place of names."""
        name, first = last_name(call.func), call.args[0] if call.args else None
        if name == "exec" and isinstance(call.func, ast.Name):
            self._is_dynamic = True
        if first is None and name != "multiple":
            return
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name in FILLING and owner is not None:
            keys = first.keys if isinstance(first, ast.Dict) else [first]
            for key in keys:
                self._fills(owner, key if key is not None else ast.Name("*", ast.Load()))
        elif name in ("setattr", "delattr", "object", "setitem") and first is not None:
            # `setattr(models, name, mine)`, `patch.object(models, name)`, `monkeypatch.setattr("torchvision.x", y)`
            path = self._literal(first)
            if path is not None:
                self._paths.add(path)
            elif name == "setitem" and len(call.args) > 1:
                self._fills(first, call.args[1])
            elif len(call.args) > 1:
                self._replaces(first, self._literal(call.args[1]))
        elif name in ("__setattr__", "__delattr__") and owner is not None and first is not None:
            self._replaces(owner, self._literal(first))
        elif name == "patch" and first is not None:
            path = self._literal(first)
            if path is not None:
                self._paths.add(path)
        elif name == "multiple" and first is not None:
            path = self._literal(first)
            origin = self._resolve(first, 0)
            found = path if path is not None else None if origin is None else origin.path
            if found is not None:
                self._paths.add(f"{found}.*")
        elif name == "dict" and owner is not None and last_name(owner) == "patch" and first is not None:
            self._fills(first, ast.Name("*", ast.Load()))

    def _replaces(self, owner: ast.expr, name: Optional[str]) -> None:
        """Note an assignment to an attribute, whose name may be chosen at run time."""
        if isinstance(owner, ast.Name) and owner.id in INSTANCES:
            return
        if self._is_own_module(owner):
            if name is None:
                self._is_dynamic = True
            else:
                self._names.add(name)
            return
        origin = self._resolve(owner, 0)
        if origin is not None:
            self._paths.add(f"{origin.path}.{name or '*'}")
        elif name is not None:
            # The owner is unknown and may be a module.
            self._names.add(name)

    def _fills(self, held: ast.expr, key: ast.AST) -> None:
        """Note an assignment to an item: of a module's dictionary, of the program's own, or of ``sys.modules``."""
        text = self._literal(key)
        if self._is_sys_modules(held) or self._literal(held) == "sys.modules":
            if text is not None:
                self._paths.add(text)
            elif not (isinstance(key, ast.Name) and key.id == "__name__"):
                self._is_dynamic = True
        elif isinstance(held, ast.Call) and last_name(held.func) in OWN_NAMESPACES and not held.args:
            self._is_dynamic = True
        else:
            origin, known = self._resolve_namespace(held, 0), self._resolve(held, 0)
            if origin is not None:
                self._paths.add(f"{origin.path}.{text or '*'}")
            elif known is not None and known.path.endswith(".__dict__"):
                self._paths.add(f"{known.path[: -len('.__dict__')]}.{text or '*'}")
            elif text is not None and known is None and not self._is_plain(held):
                # What is known and no namespace is a table, such as `model_urls`.
                self._names.add(text)

    def _is_own_module(self, node: ast.expr) -> bool:
        """Return whether an expression is ``sys.modules[__name__]``."""
        return isinstance(node, ast.Subscript) and last_name(node.value) == "modules" and _text(_index(node)) is None

    def _is_sys_modules(self, node: ast.expr) -> bool:
        if last_name(node) == "modules":
            return isinstance(node, ast.Name) or last_name(getattr(node, "value", node)) == "sys"
        return any(last_name(value) == "modules" for value in self._values(node))

    def _is_plain(self, node: ast.expr) -> bool:
        """Return whether something is a dictionary that the program made, or an attribute of an instance."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in INSTANCES:
            return True
        made = (ast.Dict, ast.List, ast.DictComp, ast.ListComp)
        values = list(self._values(node))
        return bool(values) and all(
            isinstance(each, made)
            or (isinstance(each, ast.Call) and last_name(each.func) in ("dict", "OrderedDict", "list", "defaultdict"))
            for each in values
        )

    def _values(self, node: ast.expr) -> Iterator[ast.expr]:
        """Yield the expressions that a name is bound to in its scope."""
        if isinstance(node, ast.Name):
            owner = self._scoping.owner(self._scoping.of(node), node.id)
            for binding in owner.bindings.get(node.id, ()) if owner is not None else ():
                yield ast.Name("?", ast.Load()) if binding.value is None else binding.value

    def _literal(self, node: ast.AST) -> Optional[str]:
        """Return a text that is written down, ``text*`` where only its beginning is, or one that a name is bound to."""
        if isinstance(node, ast.JoinedStr) and node.values:
            beginning = _text(node.values[0])
            return f"{beginning}*" if beginning else None
        if isinstance(node, ast.Name):
            values = [_text(value) for value in self._values(node)]
            return values[0] if len(values) == 1 else None
        return _text(node)


def _covers(replaced: str, path: str) -> bool:
    """Return whether assigning to one path may change what another leads to."""
    if replaced.endswith("*"):
        return path.startswith(replaced[:-1]) or replaced[:-1].startswith(f"{path}.")
    if path.endswith(".*"):
        return replaced.startswith(path[:-1]) or path.startswith(f"{replaced}.")
    return path == replaced or path.startswith(f"{replaced}.")


def _index(node: ast.Subscript) -> Any:
    """Return what stands in the brackets, which Python 3.8 wraps in a node of its own."""
    index: Any = node.slice
    return index.value if type(index).__name__ == "Index" else index


def _text(node: ast.AST) -> Optional[str]:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
