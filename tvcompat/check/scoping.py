"""Python's scopes: which statements of a file bind each name, found in one pass."""

import ast
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

# Kind of node that binds a name besides assignments and imports -> its field with the name.
_NAMING = {"ExceptHandler": "name", "MatchAs": "name", "MatchStar": "name", "MatchMapping": "rest"}

# Statements of a module that certainly run when it is imported.
_SIMPLE = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)


class BindingScope:
    """The names that a module, class or function binds, each with everything it is bound to.

    Attributes:
        kind: ``module``, ``class``, ``function`` or ``comprehension``.
        node: what it is the scope of.
        parent: the scope around it.
        bindings: name -> the statements that bind it.
        elsewhere: names that ``global`` and ``nonlocal`` send to another scope.
        stars: lines of ``from somewhere import *`` that may bind anything.
    """

    __slots__ = ("bindings", "elsewhere", "kind", "node", "parent", "stars")

    def __init__(self, kind: str, node: Any, parent: "Optional[BindingScope]") -> None:
        self.kind: str = kind
        self.node: Any = node
        self.parent: Optional[BindingScope] = parent
        self.bindings: Dict[str, List[Binding]] = {}
        self.elsewhere: Dict[str, str] = {}
        self.stars: List[int] = []

    def chain(self) -> "Iterator[BindingScope]":
        """Yield the scope and those around it."""
        scope: Optional[BindingScope] = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def sees(self, name: str, scope: "BindingScope") -> bool:
        """Return whether a name that is bound in a scope around this one means that one here."""
        for each in self.chain():
            if each is scope:
                return each.elsewhere.get(name) is None
            hides = name in each.bindings and (each is self or each.kind != "class")
            if hides or name in each.elsewhere:
                return False
        return False


class Binding(NamedTuple):
    """One statement that binds a name: to an import, to the value of an expression, or to something unknown.

    Attributes:
        line: where it stands.
        path: full path of what is imported.
        statement: the import statement.
        value: the expression that the name is given.
        is_unconditional: whether it runs whenever the module is imported.
    """

    line: int
    path: str = ""
    statement: Optional[ast.stmt] = None
    value: Optional[ast.expr] = None
    is_unconditional: bool = False


class Scoping:
    """The scopes of one file.

    Args:
        tree: its syntax tree.
        star: module -> names that ``from module import *`` binds; empty if that is not known.

    Attributes:
        module: the scope of the module.
        calls: all calls in the file, which may put something in the place of a name.
        targets: attributes and items that are assigned to or deleted.
        derived: names of classes that are one of several bases of a class of the file.
    """

    def __init__(self, tree: ast.Module, star: Callable[[str], Iterable[str]]) -> None:
        self._star = star
        self.module: BindingScope = BindingScope("module", tree, None)
        self.calls: List[ast.Call] = []
        self.targets: List[ast.expr] = []
        self.derived: Set[str] = set()
        self._scopes: List[BindingScope] = [self.module]
        self._scope_of: Dict[int, BindingScope] = {}
        # Names that `nonlocal` sends to a scope whose own bindings come later.
        self._nonlocal: List[Tuple[BindingScope, str, Binding]] = []
        self._is_unconditional = False
        for statement in tree.body:
            self._is_unconditional = isinstance(statement, _SIMPLE)
            self._visit(statement, self.module)
        self._is_unconditional = False
        for scope, name, binding in self._nonlocal:
            (self.owner(scope.parent, name) or scope).bindings.setdefault(name, []).append(binding)

    def of(self, node: ast.AST) -> Optional[BindingScope]:
        """Return the scope that a node stands in, ``None`` if nothing in it tells."""
        known = self._scope_of.get(id(node))
        if known is None:
            found = (self._scope_of.get(id(each)) for each in ast.walk(node))
            known = next((scope for scope in found if scope is not None), None)
        return known

    def all_bindings(self, name: str) -> Iterator[Binding]:
        """Yield everything that a name is bound to anywhere in the file."""
        for scope in self._scopes:
            yield from scope.bindings.get(name, ())

    def owner(self, scope: Optional[BindingScope], name: str) -> Optional[BindingScope]:
        """Return the scope that a name belongs to when it is read in another one, ``None`` for a built-in name."""
        first = scope
        while scope is not None:
            if scope.elsewhere.get(name) == "global":
                scope = self.module
                break
            # The body of a class is not seen from the functions in it.
            if name in scope.bindings and (scope is first or scope.kind != "class"):
                return scope
            scope = scope.parent
        return self.module if name in self.module.bindings else None

    def is_builtin(self, node: ast.AST, name: str) -> bool:
        """Return whether an expression is a built-in function that the file does not bind to anything else."""
        return isinstance(node, ast.Name) and node.id == name and not any(True for _ in self.all_bindings(name))

    def _visit_all(self, nodes: Iterable[ast.AST], scope: BindingScope) -> None:
        for node in nodes:
            self._visit(node, scope)

    def _visit(self, node: ast.AST, scope: BindingScope) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            self._visit_function(node, scope)
        elif isinstance(node, ast.ClassDef):
            self._bind(scope, node.name, Binding(node.lineno))
            if len(node.bases) > 1:
                self.derived.update(base.id for base in node.bases if isinstance(base, ast.Name))
            self._visit_all([*node.decorator_list, *node.bases, *node.keywords], scope)
            self._visit_all(node.body, self._inner("class", node, scope))
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            inner = self._inner("comprehension", node, scope)
            self._visit(node.generators[0].iter, scope)
            for number, generator in enumerate(node.generators):
                self._visit_all([generator.target, *generator.ifs], inner)
                if number:
                    self._visit(generator.iter, inner)
            self._visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inner)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._scope_of[id(node)] = scope
            self._visit_import(node, scope)
        elif isinstance(node, ast.Assign):
            self._visit(node.value, scope)
            for target in node.targets:
                self._assign(target, node.value, scope)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            if node.value is not None:
                self._visit(node.value, scope)
                around = scope
                while isinstance(node, ast.NamedExpr) and around.kind == "comprehension" and around.parent is not None:
                    # `(name := value)` in a comprehension binds around it.
                    around = around.parent
                self._assign(node.target, node.value, around)
            if isinstance(node, ast.AnnAssign):
                self._visit(node.annotation, scope)
        elif isinstance(node, ast.Name):
            self._scope_of[id(node)] = scope
            if not isinstance(node.ctx, ast.Load):
                self._bind(scope, node.id, Binding(node.lineno))
        else:
            self._visit_other(node, scope)

    def _visit_other(self, node: ast.AST, scope: BindingScope) -> None:
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            self.targets.append(node)
        elif isinstance(node, ast.Call):
            self.calls.append(node)
        kind = type(node).__name__
        bound = getattr(node, _NAMING[kind]) if kind in _NAMING else None
        if bound is not None:
            self._bind(scope, bound, Binding(getattr(node, "lineno", 0)))
        self._visit_all(ast.iter_child_nodes(node), scope)

    def _visit_function(self, node: Any, scope: BindingScope) -> None:
        arguments = node.args
        inner = self._inner("function", node, scope)
        outer: List[Any] = [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]
        taken = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in taken:
            if argument is not None:
                inner.bindings.setdefault(argument.arg, []).append(Binding(node.lineno))
                outer += [argument.annotation] if argument.annotation is not None else []
        if isinstance(node, ast.Lambda):
            self._visit_all(outer, scope)
            self._visit(node.body, inner)
            return
        self._bind(scope, node.name, Binding(node.lineno))
        self._visit_all([*outer, *node.decorator_list, *([node.returns] if node.returns is not None else [])], scope)
        saved, self._is_unconditional = self._is_unconditional, False
        # These count for the whole body, wherever they stand; those of inner functions are theirs.
        for statement in _own_statements(node.body):
            if isinstance(statement, (ast.Global, ast.Nonlocal)):
                kind = "global" if isinstance(statement, ast.Global) else "nonlocal"
                inner.elsewhere.update(dict.fromkeys(statement.names, kind))
        self._visit_all(node.body, inner)
        self._is_unconditional = saved

    def _visit_import(self, node: Any, scope: BindingScope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                path = alias.name if alias.asname else root
                self._bind(scope, alias.asname or root, Binding(node.lineno, path, node))
            return
        module = "" if node.level else node.module or ""
        for alias in node.names:
            if alias.name != "*":
                path = f"{module}.{alias.name}" if module else ""
                self._bind(scope, alias.asname or alias.name, Binding(node.lineno, path, node))
            elif module.partition(".")[0] == "torchvision":
                for name in self._star(module):
                    self._bind(scope, name, Binding(node.lineno, f"{module}.{name}", node))
            else:
                scope.stars.append(node.lineno)

    def _assign(self, target: ast.expr, value: ast.expr, scope: BindingScope) -> None:
        if isinstance(target, ast.Name):
            self._scope_of[id(target)] = scope
            self._bind(scope, target.id, Binding(target.lineno, value=value))
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

    def _bind(self, scope: BindingScope, name: str, binding: Binding) -> None:
        kind = scope.elsewhere.get(name)
        if kind == "global":
            # A statement added after an import would bind its name in the function.
            self.module.bindings.setdefault(name, []).append(Binding(binding.line))
        elif kind == "nonlocal":
            self._nonlocal.append((scope, name, Binding(binding.line)))
        else:
            at_import = self._is_unconditional and scope is self.module
            scope.bindings.setdefault(name, []).append(binding._replace(is_unconditional=at_import))

    def _inner(self, kind: str, node: ast.AST, scope: BindingScope) -> BindingScope:
        self._scopes.append(BindingScope(kind, node, scope))
        return self._scopes[-1]


def _own_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a function, those in blocks included and those of inner functions and classes not."""
    pending: List[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            pending += ast.iter_child_nodes(node)
