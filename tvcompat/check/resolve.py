"""What the names in a file stand for, and with that each place where it uses torchvision.

A file is walked once, statement by statement, with scopes as Python has them. Bodies of functions are walked after the
module, since they run later; those in whose text no name of interest occurs are not walked at all.
"""

import ast
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Sequence, Set, Tuple

from tvcompat.check.expressions import ROOTS, Expressions, element, has_version, last_name
from tvcompat.check.scopes import Later, Scope
from tvcompat.check.uses import ATTRIBUTE, BRANCH, IMPORT, TYPE, VALUE
from tvcompat.check.values import Constant, Local, Ref, TreeModule, Value, Version, flat, merged

EXCEPTIONS = {
    "ImportError": {IMPORT},
    "ModuleNotFoundError": {IMPORT},
    "AttributeError": {ATTRIBUTE},
    "TypeError": {TYPE},
    "ValueError": {VALUE},
    "KeyError": {VALUE},
    "Exception": {IMPORT, ATTRIBUTE, TYPE, VALUE},
    "BaseException": {IMPORT, ATTRIBUTE, TYPE, VALUE},
}

# Words that make a function worth walking, whatever the names of the module are.
ALWAYS = {"torchvision", "import_module", "__import__", "optional_import", "hub", "__version__"}

# Modules of which nothing matters by itself: only beside a name of torchvision's, or under one of the words above.
BY_THE_WAY = ("torch", "functools", "typing", "pytest")


class Analysis(Expressions):
    """One file.

    Args:
        tree: its syntax tree.
        text: its source, lines as the tree counts them.
        module: its name in the tree that is checked, ``pkg.nets``; empty if unknown.
        package: whether it is the ``__init__`` of a package.
        star: module of torchvision -> names that ``from module import *`` binds.
        exports: name of a module of the tree -> what it binds, ``None`` where there is no such module.
    """

    def __init__(
        self,
        tree: ast.Module,
        text: str,
        *,
        module: str = "",
        package: bool = False,
        star: Callable[[str], Iterable[str]] = lambda path: (),
        exports: Callable[[str], Optional[Dict[str, Optional[Value]]]] = lambda name: None,
    ) -> None:
        super().__init__(star, exports)
        self._lines = text.split("\n")
        self._module, self._package = module, package
        self._later: List[Later] = []
        self._followed: Dict[int, Tuple[int, FrozenSet[str], Dict[str, Local]]] = {}
        self._interesting: Dict[int, bool] = {}
        self._block(tree.body)
        while self._later:
            self._walk_later(self._later.pop(0))
        self._pass_on()

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        before = self._guards
        for statement in statements:
            handler = _STATEMENTS.get(type(statement))
            if handler is not None:
                handler(self, statement)
            else:
                self._children(statement)
            # `if version < ...: return old()` makes what follows the other branch.
            if type(statement) is ast.If and self._ends_a_branch(statement):
                self._guards = self._guards | {BRANCH}
        self._guards = before

    def _ends_a_branch(self, statement: ast.If) -> bool:
        if not getattr(statement, "_tells", False):
            return False
        return _terminates(statement.body) or _terminates(statement.orelse)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            root = alias.name.partition(".")[0]
            if root in ROOTS:
                if root == "torchvision":
                    self._use("import", alias.name, alias, statement=node, alias=alias.name, module=True)
                self._bind(alias.asname or root, Ref(alias.name if alias.asname else root))
            elif self._exports(alias.name) is not None:
                self._bind(alias.asname or root, TreeModule(alias.name if alias.asname else root))
            else:
                self._bind(alias.asname or root, None)

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = self._absolute(node)
        root = module.partition(".")[0]
        if root in ROOTS and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    if root == "torchvision":
                        self._use("import", module, alias, statement=node, alias="*", module=True)
                        for name in self._star(module):
                            self._bind(name, Ref(f"{module}.{name}"))
                    continue
                path = f"{module}.{alias.name}"
                if root == "torchvision":
                    self._use("import", path, alias, statement=node, alias=alias.name)
                self._bind(alias.asname or alias.name, self._of_path(path))
            return
        exports = self._exports(module)
        for alias in node.names:
            if alias.name == "*":
                for name, value in (exports or {}).items():
                    if not name.startswith("_"):
                        self._bind(name, value)
                continue
            value = (exports or {}).get(alias.name)
            if value is None and self._exports(f"{module}.{alias.name}".strip(".")) is not None:
                value = TreeModule(f"{module}.{alias.name}".strip("."))
            self._bind(alias.asname or alias.name, value)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self._module.split(".") if self._module else []
        keep = len(parts) - node.level + (1 if self._package else 0)
        base = parts[: max(0, keep)]
        return ".".join([*base, *([node.module] if node.module else [])])

    def _assign(self, node: ast.Assign) -> None:
        value = self._value_of(node.value)
        for target in node.targets:
            self._bind_target(target, value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._evaluate(node.annotation)
        if node.value is not None:
            self._bind_target(node.target, self._value_of(node.value))

    def _definition(self, node: Any) -> None:
        guards = self._guards & {BRANCH}
        for decorator in node.decorator_list:
            if has_version(self._evaluate(decorator)):
                guards = guards | {BRANCH}
        arguments = node.args
        for default in (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)):
            self._evaluate(default)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.annotation is not None:
                self._evaluate(argument.annotation)
        if node.returns is not None:
            self._evaluate(node.returns)
        local = Local(node)
        self._postpone(node, guards, local)
        # What a decorator makes of a function is unknown, but for those that are known to leave it as it is.
        self._bind(node.name, local)

    def _postpone(self, node: Any, guards: FrozenSet[str], local: Optional[Local]) -> None:
        scope = self._scope
        while scope.kind == "class" and scope.parent is not None:
            scope = scope.parent
        later = Later(node, scope, guards, local)
        self._later.append(later)
        self._by_node[id(node)] = later

    def _walk_later(self, later: Later) -> None:
        if later.done:
            return
        later.done = True
        if not self._is_interesting(later.node, later.scope):
            return
        saved = self._scope, self._guards, self._branches
        self._scope, self._guards, self._branches = Scope("function", later.scope), later.guards, 0
        self._parameters(later.node.args)
        if later.local is not None:
            self._function.append(later.local)
        self._block(later.node.body)
        if later.local is not None:
            self._function.pop()
        self._scope, self._guards, self._branches = saved

    def _is_interesting(self, node: Any, scope: Scope) -> bool:
        """Whether a function has to do with torchvision: by a name in its text, or by a function that it calls."""
        pending, seen = [(node, scope)], {id(node)}
        while pending:
            each, around = pending.pop()
            known = self._interesting.get(id(each))
            if known is None:
                known = self._names_torchvision(each, around, pending, seen)
            if known:
                self._interesting[id(node)] = True
                return True
        # None that it reaches is, so none of those reaches one that is.
        self._interesting.update(dict.fromkeys(seen, False))
        return False

    def _names_torchvision(self, node: Any, scope: Scope, pending: List[Tuple[Any, Scope]], seen: Set[int]) -> bool:
        """Whether the text of a function has a name of interest; functions of the file that it has are noted."""
        text = "\n".join(self._lines[node.lineno - 1 : node.end_lineno])
        if _has_word(text, ALWAYS):
            return True
        around: Optional[Scope] = scope
        while around is not None:
            names, functions = self._names_followed(around)
            if _has_word(text, names):
                return True
            for name, local in functions.items():
                if name in text:
                    later = self._by_node[id(local.node)]
                    if id(later.node) not in seen:
                        seen.add(id(later.node))
                        pending.append((later.node, later.scope))
            around = around.parent
        return False

    def _names_followed(self, scope: Scope) -> Tuple[FrozenSet[str], Dict[str, Local]]:
        """Names of a scope that lead to torchvision, and those of functions of the file."""
        known = self._followed.get(id(scope))
        if known is None or known[0] != len(scope.names):
            names, functions = set(), {}
            for name, value in scope.names.items():
                if type(value) is Local and id(value.node) in self._by_node:
                    functions[name] = value
                elif value is not None and any(_matters(each) for each in flat(value)):
                    names.add(name)
            known = self._followed[id(scope)] = (len(scope.names), frozenset(names), functions)
        return known[1], known[2]

    def _statements_in(self, statement: ast.stmt) -> None:
        self._branch([statement], ())

    def _class(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._evaluate(decorator)
        for base in node.bases:
            self._evaluate(base)
        for keyword in node.keywords:
            self._evaluate(keyword.value)
        saved, self._scope = self._scope, Scope("class", self._scope)
        self._block(node.body)
        self._scope = saved
        self._bind(node.name, None)

    def _if(self, node: ast.If) -> None:
        test = self._evaluate(node.test)
        tells = has_version(test) or _is_type_checking(node.test)
        node._tells = tells  # type: ignore[attr-defined]
        guards = {BRANCH} if tells else set()
        self._branch(node.body, guards)
        self._branch(node.orelse, guards)

    def _branch(self, statements: Sequence[ast.stmt], guards: Iterable[str]) -> None:
        saved = self._guards
        self._guards = self._guards | frozenset(guards)
        self._branches += 1
        self._block(statements)
        self._branches -= 1
        self._guards = saved

    def _try(self, node: Any) -> None:
        caught: Set[str] = set()
        for handler in node.handlers:
            if not _gives_up(handler.body):
                caught |= _caught(handler.type)
        before = len(self.uses)
        self._branch(node.body, caught)
        tried = any(use.path.startswith("torchvision") for use in self.uses[before:])
        # Whoever catches the failure has two ways, and comes here on releases where the first one fails.
        other = {BRANCH} if caught and tried else set()
        if not caught & {IMPORT, ATTRIBUTE} and any(use.keyword("pretrained") for use in self.uses[before:]):
            # What is caught is something else: both ways are the old one.
            other = set()
        flags: Dict[str, None] = {}
        for handler in node.handlers:
            if handler.name:
                self._bind(handler.name, None)
            self._branch(handler.body, other)
            flags.update(dict.fromkeys(_constants_set(handler.body)))
        self._branch(node.orelse, other)
        self._branch(node.finalbody, ())
        if other:
            # `except ImportError: weights = None`, `HAS_V2 = False`: testing it later is testing the release.
            for name in flags:
                self._scope.names[name] = merged(self._scope.names.get(name), Version())

    def _with(self, node: Any) -> None:
        guards: Set[str] = set()
        for item in node.items:
            expression = item.context_expr
            self._evaluate(expression)
            if item.optional_vars is not None:
                self._bind_target(item.optional_vars, None)
            if isinstance(expression, ast.Call) and last_name(expression.func) in ("suppress", "raises"):
                for argument in expression.args:
                    guards |= _caught(argument)
        saved = self._guards
        self._guards = self._guards | guards
        self._block(node.body)
        self._guards = saved

    def _for(self, node: Any) -> None:
        values = self._evaluate(node.iter)
        self._bind_target(node.target, element(values))
        self._branch(node.body, ())
        self._branch(node.orelse, ())

    def _while(self, node: ast.While) -> None:
        self._evaluate(node.test)
        self._branch(node.body, ())
        self._branch(node.orelse, ())

    def _return(self, node: ast.Return) -> None:
        if node.value is not None and has_version(self._evaluate(node.value)) and self._function:
            self._function[-1].tells_version = True

    def _global(self, node: Any) -> None:
        self._scope.outer.update(node.names)


def _has_word(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in a text, not as a part of another; much quicker than taking all words out."""
    for name in names:
        position = text.find(name)
        while position >= 0:
            end = position + len(name)
            around = text[position - 1 : position] if position else "", text[end : end + 1]
            if not any(character.isalnum() or character == "_" for character in around):
                return True
            position = text.find(name, end)
    return False


def _matters(value: Optional[Value]) -> bool:
    if isinstance(value, Ref):
        return value.path.partition(".")[0] not in BY_THE_WAY or value.path.startswith("torch.hub")
    return value is not None and not isinstance(value, Constant)


def _terminates(statements: Sequence[ast.stmt]) -> bool:
    return bool(statements) and isinstance(statements[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _gives_up(statements: Sequence[ast.stmt]) -> bool:
    """Whether a handler only raises: the failure is told in other words, and still one."""
    return bool(statements) and isinstance(statements[-1], ast.Raise)


def _caught(node: Optional[ast.expr]) -> Set[str]:
    """What a handler of these exceptions catches."""
    if node is None:
        return set(EXCEPTIONS["Exception"])
    nodes = node.elts if isinstance(node, ast.Tuple) else [node]
    found: Set[str] = set()
    for each in nodes:
        found |= EXCEPTIONS.get(last_name(each), set())
    return found


def _constants_set(statements: Sequence[ast.stmt]) -> List[str]:
    """Names that are set to a literal."""
    return [
        target.id
        for statement in statements
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def _is_type_checking(node: ast.expr) -> bool:
    return last_name(node) == "TYPE_CHECKING"


_STATEMENTS: Dict[type, Callable[[Analysis, Any], None]] = {
    ast.Import: Analysis._import,
    ast.ImportFrom: Analysis._import_from,
    ast.Assign: Analysis._assign,
    ast.AnnAssign: Analysis._annotated,
    ast.FunctionDef: Analysis._definition,
    ast.AsyncFunctionDef: Analysis._definition,
    ast.ClassDef: Analysis._class,
    ast.If: Analysis._if,
    ast.Try: Analysis._try,
    ast.With: Analysis._with,
    ast.AsyncWith: Analysis._with,
    ast.For: Analysis._for,
    ast.AsyncFor: Analysis._for,
    ast.While: Analysis._while,
    ast.Return: Analysis._return,
    ast.Global: Analysis._global,
    ast.Pass: Analysis._nothing,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = Analysis._try
