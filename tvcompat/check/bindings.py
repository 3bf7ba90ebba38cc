"""What a name must refer to: the proof that an edit needs, where the analysis only says what a name may be.

A name is certain when every statement of the file that binds it in its scope is an import, or a plain assignment of
something certain, and all of them lead to the same thing. Parameters, loop variables, attributes of instances and
elements of collections are never certain: other files can pass or put something else there.
"""

import ast
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from tvcompat.check.analysis.values import last_name

# Kind of node that binds a name besides assignments and imports -> its field with the name.
_NAMING = {"ExceptHandler": "name", "MatchAs": "name", "MatchStar": "name", "MatchMapping": "rest"}

# Chains of assignments longer than this are given up, circular ones among them.
MOST_ALIASES = 20


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


class _Scope:
    """The names that a module, class or function binds, each with everything it is bound to."""

    __slots__ = ("bindings", "elsewhere", "kind", "node", "parent", "stars")

    def __init__(self, kind: str, node: Any, parent: "Optional[_Scope]") -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.bindings: Dict[str, List[_Binding]] = {}
        # Names that `global` and `nonlocal` send to another scope.
        self.elsewhere: Dict[str, str] = {}
        # Lines of `from somewhere import *` that may bind anything.
        self.stars: List[int] = []


class _Binding(NamedTuple):
    """One statement that binds a name: to an import, to the value of an expression, or to something unknown."""

    line: int
    path: str = ""
    statement: Optional[ast.stmt] = None
    value: Optional[ast.expr] = None
    scope: Optional[_Scope] = None


class Bindings:
    """The bindings of one file.

    Args:
        tree: its syntax tree.
        star: module -> names that ``from module import *`` binds; empty where that is not known.
    """

    def __init__(self, tree: ast.Module, star: Callable[[str], Iterable[str]]) -> None:
        self._star = star
        self._module = _Scope("module", tree, None)
        self._scope_of: Dict[int, _Scope] = {}
        # Targets that are assigned to, `models.resnet18 = mine`, with their scopes.
        self._assigned: List[ast.expr] = []
        self._replaced: Optional[Set[str]] = None
        # A program that writes into its own namespace by name can bind anything.
        self._is_dynamic = False
        try:
            self._visit_all(tree.body, self._module)
        except RecursionError:
            self._is_dynamic = True

    def origin(self, node: Optional[ast.AST]) -> Optional[Origin]:
        """Return where an expression must lead, ``None`` where that is not certain."""
        if self._is_dynamic:
            return None
        if self._replaced is None:
            self._replaced = set()
            self._replaced = set(self._replacements())
        found = self._resolve(node, 0)
        if found is None or any(_covers(path, found.path) for path in self._replaced):
            return None
        return found

    def bound_to(self, name: str) -> Set[str]:
        """Return the import paths that a name is bound to anywhere in the file, an empty one for anything else."""
        scopes = {id(scope): scope for scope in (self._module, *self._scope_of.values())}
        return {binding.path for scope in scopes.values() for binding in scope.bindings.get(name, ())}

    # Collecting

    def _visit_all(self, nodes: Sequence[ast.AST], scope: _Scope) -> None:
        for node in nodes:
            self._visit(node, scope)

    def _visit(self, node: ast.AST, scope: _Scope) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            self._visit_function(node, scope)
        elif isinstance(node, ast.ClassDef):
            self._bind(scope, node.name, _Binding(node.lineno))
            self._visit_all([*node.decorator_list, *node.bases, *node.keywords], scope)
            self._visit_all(node.body, _Scope("class", node, scope))
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            inner = _Scope("comprehension", node, scope)
            self._visit(node.generators[0].iter, scope)
            for number, generator in enumerate(node.generators):
                self._visit_all([generator.target, *generator.ifs], inner)
                if number:
                    self._visit(generator.iter, inner)
            self._visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inner)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                path = alias.name if alias.asname else root
                self._bind(scope, alias.asname or root, _Binding(node.lineno, path, node))
        elif isinstance(node, ast.ImportFrom):
            self._visit_import_from(node, scope)
        elif isinstance(node, ast.Assign):
            self._visit(node.value, scope)
            for target in node.targets:
                self._assign(target, node.value, scope)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            if node.value is not None:
                self._visit(node.value, scope)
                self._assign(node.target, node.value, scope)
            if isinstance(node, ast.AnnAssign):
                self._visit(node.annotation, scope)
        elif isinstance(node, ast.Name):
            self._scope_of[id(node)] = scope
            if not isinstance(node.ctx, ast.Load):
                self._bind(scope, node.id, _Binding(node.lineno))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            kind = "global" if isinstance(node, ast.Global) else "nonlocal"
            scope.elsewhere.update(dict.fromkeys(node.names, kind))
        else:
            self._visit_other(node, scope)

    def _visit_function(self, node: Any, scope: _Scope) -> None:
        arguments = node.args
        inner = _Scope("function", node, scope)
        outer: List[Any] = [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]
        taken = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in taken:
            if argument is not None:
                self._bind(inner, argument.arg, _Binding(node.lineno))
                outer += [argument.annotation] if argument.annotation is not None else []
        if isinstance(node, ast.Lambda):
            self._visit_all(outer, scope)
            self._visit(node.body, inner)
            return
        self._bind(scope, node.name, _Binding(node.lineno))
        self._visit_all([*outer, *node.decorator_list, *([node.returns] if node.returns is not None else [])], scope)
        # `global name` counts for the whole body, wherever it stands.
        for statement in ast.walk(ast.Module(body=node.body, type_ignores=[])):
            if isinstance(statement, ast.Global):
                inner.elsewhere.update(dict.fromkeys(statement.names, "global"))
        self._visit_all(node.body, inner)

    def _visit_import_from(self, node: ast.ImportFrom, scope: _Scope) -> None:
        module = "" if node.level else node.module or ""
        for alias in node.names:
            if alias.name != "*":
                path = f"{module}.{alias.name}" if module else ""
                self._bind(scope, alias.asname or alias.name, _Binding(node.lineno, path, node))
            elif module.partition(".")[0] == "torchvision":
                for name in self._star(module):
                    self._bind(scope, name, _Binding(node.lineno, f"{module}.{name}", node))
            else:
                scope.stars.append(node.lineno)

    def _visit_other(self, node: ast.AST, scope: _Scope) -> None:
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            self._assigned.append(node)
        elif isinstance(node, ast.Call):
            name = last_name(node.func)
            if name in ("setattr", "object") and len(node.args) >= 2:
                # `setattr(models, name, mine)`, `mock.patch.object(models, name)`
                key = _text(node.args[1])
                self._assigned.append(ast.Attribute(node.args[0], key or "*", ast.Store()))
            elif name == "patch" and node.args:
                self._assigned.append(node.args[0])
            elif name == "exec" or (name in ("update", "setdefault") and _is_namespace(node.func)):
                self._is_dynamic = True
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_namespace(node):
            self._is_dynamic = True
        kind = type(node).__name__
        bound = getattr(node, _NAMING[kind]) if kind in _NAMING else None
        if bound is not None:
            self._bind(scope, bound, _Binding(getattr(node, "lineno", 0)))
        self._visit_all(list(ast.iter_child_nodes(node)), scope)

    def _assign(self, target: ast.expr, value: ast.expr, scope: _Scope) -> None:
        if isinstance(target, ast.Name):
            self._scope_of[id(target)] = scope
            self._bind(scope, target.id, _Binding(target.lineno, value=value, scope=scope))
        elif (
            isinstance(target, (ast.Tuple, ast.List))
            and isinstance(value, (ast.Tuple, ast.List))
            and len(target.elts) == len(value.elts)
            and not any(isinstance(each, ast.Starred) for each in (*target.elts, *value.elts))
        ):
            for part, given in zip(target.elts, value.elts):
                self._assign(part, given, scope)
        else:
            self._visit(target, scope)

    def _bind(self, scope: _Scope, name: str, binding: _Binding) -> None:
        owner: Optional[_Scope] = scope
        kind = scope.elsewhere.get(name)
        if kind == "global":
            # A statement put behind an import would bind its name in the function.
            owner, binding = self._module, _Binding(binding.line)
        elif kind == "nonlocal":
            owner = self._owner(scope.parent, name) or scope
        while owner is not None and owner.kind == "comprehension" and binding.value is not None:
            # `(name := value)` in a comprehension binds around it.
            owner = owner.parent
        (owner or scope).bindings.setdefault(name, []).append(binding)

    # Resolving

    def _owner(self, scope: Optional[_Scope], name: str) -> Optional[_Scope]:
        """Return the scope that a name belongs to when it is read in ``scope``."""
        first = scope
        while scope is not None:
            if scope.elsewhere.get(name) == "global":
                return self._module
            # The body of a class is not seen from the functions in it.
            if name in scope.bindings and (scope is first or scope.kind != "class"):
                return scope
            scope = scope.parent
        return self._module

    def _resolve(self, node: Optional[ast.AST], depth: int) -> Optional[Origin]:
        if depth > MOST_ALIASES:
            return None
        if isinstance(node, ast.Name):
            return self._resolve_name(node.id, self._scope_of.get(id(node)), depth)
        if isinstance(node, ast.Attribute):
            if node.attr == "__init__":
                # `super().__init__(...)` and `Base.__init__(self, ...)` call the class.
                return self._resolve_super(node.value, depth) or self._resolve(node.value, depth + 1)
            found = self._resolve(node.value, depth + 1)
            return None if found is None else found.member(node.attr)
        if isinstance(node, ast.Subscript):
            return self._chosen(self._resolve_namespace(node.value, depth), _index(node))
        if isinstance(node, ast.Call):
            return self._resolve_call(node, depth)
        return None

    def _resolve_name(self, name: str, scope: Optional[_Scope], depth: int) -> Optional[Origin]:
        owner = self._owner(scope, name) if scope is not None else None
        if owner is None:
            return None
        bindings = owner.bindings.get(name, [])
        if owner.kind == "class" and self._owner(owner.parent, name) is not owner:
            # Before it is bound in the body of a class, the name around it counts.
            around = self._owner(owner.parent, name)
            bindings = [*bindings, *(around.bindings.get(name, []) if around is not None else [])]
        # Calling a literal fails anyway: `except ImportError: models = None`.
        bindings = [each for each in bindings if not isinstance(each.value, ast.Constant)]
        if any(line > each.line for line in owner.stars for each in bindings):
            return None
        found: List[Origin] = []
        for binding in bindings:
            if binding.path and binding.statement is not None:
                found.append(Origin(binding.path, (binding.statement,)))
            elif binding.value is not None:
                origin = self._resolve(binding.value, depth + 1)
                if origin is None:
                    return None
                found.append(origin)
            else:
                return None
        if not found or len({each.path for each in found}) > 1:
            return None
        statements = {id(each): each for origin in found for each in origin.imports}
        return Origin(found[0].path, tuple(statements.values()))

    def _resolve_super(self, node: ast.expr, depth: int) -> Optional[Origin]:
        """Resolve ``super()`` in a method of a class with a single base."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"):
            return None
        scope = self._scope_of.get(id(node.func))
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        bases = scope.node.bases if scope is not None else []
        return self._resolve(bases[0], depth + 1) if len(bases) == 1 else None

    def _resolve_call(self, node: ast.Call, depth: int) -> Optional[Origin]:
        """Resolve ``getattr(models, name)``, ``__import__("torchvision")`` and ``get_model_builder(name)``."""
        name = last_name(node.func)
        if isinstance(node.func, ast.Name) and name == "getattr" and len(node.args) == 2:
            return self._chosen(self._resolve(node.args[0], depth + 1), node.args[1])
        if name in ("__import__", "import_module") and len(node.args) == 1:
            module = _text(node.args[0])
            if module is not None:
                return Origin(module.partition(".")[0] if name == "__import__" else module, ())
        if name == "get_model_builder":
            return self._resolve(node.func, depth + 1)
        return None

    def _resolve_namespace(self, node: ast.expr, depth: int) -> Optional[Origin]:
        """Resolve ``models.__dict__`` and ``vars(models)`` to the module."""
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            return self._resolve(node.value, depth + 1)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "vars" and node.args:
            return self._resolve(node.args[0], depth + 1)
        return None

    @staticmethod
    def _chosen(namespace: Optional[Origin], key: ast.AST) -> Optional[Origin]:
        return None if namespace is None else namespace.member(_text(key) or "*")

    def _replacements(self) -> Iterator[str]:
        """Yield the paths that the program assigns to: what they lead to is the program's own afterwards."""
        for target in self._assigned:
            text = _text(target)
            if text is not None:
                yield text
            elif isinstance(target, ast.Subscript) and last_name(target.value) == "modules":
                # `sys.modules["torchvision.models"] = mine`
                key = _text(_index(target))
                if key is not None:
                    yield key
            elif isinstance(target, ast.Subscript):
                origin = self._chosen(self._resolve_namespace(target.value, 0), _index(target))
                if origin is not None:
                    yield origin.path
            else:
                origin = self._resolve(target, 0)
                if origin is not None:
                    yield origin.path


def _covers(replaced: str, path: str) -> bool:
    """Return whether assigning to one path may change what another leads to."""
    if replaced.endswith("*"):
        return path.startswith(replaced[:-1])
    if path.endswith(".*"):
        return replaced.startswith(path[:-1])
    return path == replaced or path.startswith(f"{replaced}.")


def _is_namespace(node: ast.AST) -> bool:
    """Return whether an expression works on ``globals()``, ``locals()`` or ``vars()``."""
    held = getattr(node, "value", None)
    return isinstance(held, ast.Call) and last_name(held.func) in ("globals", "locals", "vars") and not held.args


def _index(node: ast.Subscript) -> Any:
    """Return what stands in the brackets, which Python 3.8 wraps in a node of its own."""
    index: Any = node.slice
    return index.value if type(index).__name__ == "Index" else index


def _text(node: ast.AST) -> Optional[str]:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
