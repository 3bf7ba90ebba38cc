"""What the names in a file stand for, and with that each place where it uses torchvision.

A file is walked once, statement by statement, with scopes as Python has them. Bodies of functions are walked after the
module, since they run later; those in whose text no name of interest occurs are not walked at all.
"""

import ast
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Sequence, Set, Tuple, Union

from tvcompat.check.calls import Calls, is_given
from tvcompat.check.dictionaries import has_keywords, updated, without
from tvcompat.check.expressions import ROOTS, about, element, guards_of
from tvcompat.check.scopes import NOTHING, Later, Scope, joined
from tvcompat.check.uses import ATTRIBUTE, BRANCH, IMPORT, REQUIRED, TOLD, TYPE, VALUE, Guards
from tvcompat.check.values import (
    Class,
    Collection,
    Constant,
    Instance,
    Local,
    Ref,
    Several,
    TreeModule,
    Value,
    Version,
    flat,
    last_name,
    merged,
)

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

REQUIRES: Guards = frozenset({REQUIRED})

# Words that make a function worth walking, whatever the names of the module are.
ALWAYS = {
    *("torchvision", "import_module", "__import__", "optional_import", "hub", "__version__"),
    # What a function may give that chooses among the constants of PIL.
    *("BILINEAR", "BICUBIC"),
}

# Modules of which nothing matters by itself: only beside a name of torchvision's, or under one of the words above.
BY_THE_WAY = ("torch", "PIL", "packaging", "distutils", "pkg_resources", "functools", "typing", "pytest")


class Analysis(Calls):
    """One file.

    Args:
        tree: its syntax tree.
        text: its source, lines as the tree counts them.
        module: its name in the tree that is checked, ``pkg.nets``; empty if unknown.
        package: whether it is the ``__init__`` of a package.
        star: module of torchvision -> names that ``from module import *`` binds.
        exports: name of a module of the tree -> what it binds, ``None`` where there is no such module.
        model: name of a model -> path of its builder, ``None`` where no model is called so.
        versions: package -> its version with each release, oldest first; of torchvision and torch.
        there: path -> the releases that have it, ``None`` where that is not known.
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
        model: Callable[[str], Optional[str]] = lambda name: None,
        versions: Callable[[str], Tuple[str, ...]] = lambda package: (),
        there: Callable[[str], Optional[int]] = lambda path: None,
    ) -> None:
        super().__init__(star, exports, model, versions)
        self._there = there
        self._lines = text.split("\n")
        self._always = [word for word in ALWAYS if word in text]
        self._module, self._package = module, package
        self._later: List[Later] = []
        # Conditions -> what is taken care of where they hold, and where they don't.
        self._told: Dict[int, Tuple[Guards, Guards]] = {}
        self._followed: Dict[int, Tuple[int, FrozenSet[str], Dict[str, Local]]] = {}
        self._interesting: Dict[int, bool] = {}
        self._of_classes: Dict[int, Tuple[int, FrozenSet[str], Dict[str, Local]]] = {}
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
            if id(statement) in self._told:
                self._guards = self._guards | self._behind(statement)
        self._guards = before

    def _behind(self, statement: ast.stmt) -> Guards:
        """What is taken care of behind a statement: an ``if`` of which a branch does not come there, an ``assert``."""
        holds, fails = self._told[id(statement)]
        if isinstance(statement, ast.ImportFrom) or not (holds or fails):
            return holds
        if isinstance(statement, ast.Assert):
            return self._required(statement.test, holds)
        if isinstance(statement, ast.If):
            for branch, other in ((statement.body, fails), (statement.orelse, holds)):
                if _gives_up(branch):
                    return self._required(statement.test, other)
                if _terminates(branch):
                    # `if version < ...: return old()` makes what follows the other branch.
                    return other
        return NOTHING

    def _required(self, test: ast.expr, left: Guards) -> Guards:
        """What is taken care of where a program went on that gives up on other releases; there is no other branch."""
        if left is TOLD:
            return REQUIRES
        if self._scope is self.module_scope and all(isinstance(guard, int) for guard in self._guards):
            for releases in (each for each in left if isinstance(each, int)):
                self._use("refused", "torchvision.__version__", test, extra={"releases": releases})
        return left

    def _assert(self, node: ast.Assert) -> None:
        self._told[id(node)] = self._care(node.test, self._evaluate(node.test))
        if node.msg is not None:
            self._evaluate(node.msg)

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
                    self._got(node, path)
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
            self._bind(alias.asname or alias.name, about(alias.name) if value is None else value)

    def _got(self, node: ast.stmt, path: str) -> None:
        """What comes behind an import whose failure is caught runs where there is what is imported."""
        there = self._there(path) if IMPORT in self._guards else None
        if there is not None:
            before, _ = self._told.get(id(node), (NOTHING, NOTHING))
            self._told[id(node)] = before | {there}, NOTHING

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
            self._bind_target(target, value, node.value)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._evaluate(target)
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                name = target.value.id
                if has_keywords(self._lookup(name)):
                    self._bind(name, without(self._lookup(name), self._string(target.slice)))

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self._evaluate(node.value)
        self._evaluate(node.target)
        if isinstance(node.target, ast.Name) and has_keywords(self._lookup(node.target.id)):
            # `kwargs |= {"pretrained": True}`
            self._bind(node.target.id, updated(self._lookup(node.target.id), value))

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._evaluate(node.annotation)
        if node.value is not None:
            self._bind_target(node.target, self._value_of(node.value))

    def _definition(self, node: Any) -> None:
        guards = _lasting(self._guards)
        for decorator in node.decorator_list:
            guards = guards | _lasting(guards_of(self._evaluate(decorator)))
        arguments = node.args
        for default in (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)):
            self._evaluate(default)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.annotation is not None:
                self._evaluate(argument.annotation)
        if node.returns is not None:
            self._evaluate(node.returns)
        local = Local(node)
        later = self._postpone(node, guards, local)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                self._parametrized(later, decorator)
        # What a decorator makes of a function is unknown, but for those that are known to leave it as it is.
        self._bind(node.name, local)

    def _parametrized(self, later: Later, decorator: ast.Call) -> None:
        """What pytest gives a test or a fixture, one after the other."""
        kind = last_name(decorator.func)
        if kind == "parametrize" and len(decorator.args) > 1:
            # `@pytest.mark.parametrize("build", [models.resnet18])`
            names = (self._string(decorator.args[0]) or "").replace(",", " ").split()
            value = element(self._quietly(decorator.args[1]))
            for name, part in zip(names, [value] if len(names) == 1 else self._parts(value, len(names))):
                if part is not None and is_given(part):
                    later.give(name, part)
        elif kind == "fixture":
            # `@pytest.fixture(params=[models.resnet18])`, which has `request.param`
            held = next((each.value for each in decorator.keywords if each.arg == "params"), None)
            value = None if held is None else element(self._quietly(held))
            if value is not None and is_given(value):
                request = Class({"param": value}, ())
                later.give("request", Instance(request))

    def _postpone(self, node: Any, guards: Guards, local: Optional[Local]) -> Later:
        scope = self._scope
        while scope.kind == "class" and scope.parent is not None:
            scope = scope.parent
        later = Later(node, scope, guards, local, self._owner if scope is not self._scope else None)
        self._later.append(later)
        self._by_node[id(node)] = later
        return later

    def _walk_later(self, later: Later) -> None:
        if later.done:
            return
        later.done = True
        if not later.given and not self._is_interesting(later.node, later.scope):
            return
        saved = self._scope, self._guards, self._jumps
        classes = self._owner, self._method_of
        self._owner, self._method_of = None, later.owner
        self._scope, self._guards, self._jumps = Scope("function", later.scope), later.guards, []
        self._parameters(later.node.args, later.local)
        for name, value in later.given.items():
            self._scope.names[name] = merged(self._scope.names.get(name), value)
        if later.owner is not None and later.takes_instance:
            self._bind_self(later.node, later.owner)
        if later.local is not None:
            self._function.append(later.local)
        self._block(later.node.body)
        if later.local is not None:
            self._function.pop()
        self._scope, self._guards, self._jumps = saved
        self._owner, self._method_of = classes

    def _bind_self(self, node: Any, owner: Class) -> None:
        """What a method's first parameter stands for."""
        arguments = [*node.args.posonlyargs, *node.args.args]
        if arguments:
            self._scope.names[arguments[0].arg] = Instance(owner)

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
        if _has_word(text, self._always):
            return True
        owner = self._by_node[id(node)].owner
        followed = [self._attributes_followed(owner)] if owner is not None else []
        around: Optional[Scope] = scope
        while around is not None:
            followed.append(self._names_followed(around))
            around = around.parent
        for names, functions in followed:
            if _has_word(text, names):
                return True
            for name, local in functions.items():
                if name in text:
                    later = self._by_node[id(local.node)]
                    if id(later.node) not in seen:
                        seen.add(id(later.node))
                        pending.append((later.node, later.scope))
        return False

    def _names_followed(self, scope: Scope) -> Tuple[FrozenSet[str], Dict[str, Local]]:
        """Names of a scope that lead to torchvision, and those of functions of the file."""
        known = self._followed.get(id(scope))
        if known is None or known[0] != scope.changes:
            names, functions = set(), {}
            for name, value in scope.names.items():
                function = value.init if type(value) is Class and not value.outside else value
                if type(function) is Local and id(function.node) in self._by_node:
                    functions[name] = function
                elif value is not None and _matters(value):
                    names.add(name)
            known = self._followed[id(scope)] = (scope.changes, frozenset(names), functions)
        return known[1], known[2]

    def _attributes_followed(self, owner: Class) -> Tuple[FrozenSet[str], Dict[str, Local]]:
        """Attributes of a class that lead to torchvision, and its methods that may pass arguments on."""
        tables = [table for each in owner.lineage() for table in (each.names, each.attributes)]
        size = sum(map(len, tables))
        known = self._of_classes.get(id(owner))
        if known is None or known[0] != size:
            names, methods = set(), {}
            if any(each.outside for each in owner.lineage()):
                names.add("super")
            for table in tables:
                for name, value in table.items():
                    if type(value) is Local:
                        if value.forwards:
                            names.add(name)
                        elif id(value.node) in self._by_node and (
                            value.node.args.kwarg is not None or _gives_back(value.node)
                        ):
                            methods[name] = value
                    elif value is not None and _matters(value):
                        names.add(name)
            known = self._of_classes[id(owner)] = (size, frozenset(names), methods)
        return known[1], known[2]

    def _class(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._evaluate(decorator)
        bases = [each for base in node.bases for each in flat(self._evaluate(base))]
        for keyword in node.keywords:
            self._evaluate(keyword.value)
        saved, owner, before = self._scope, self._owner, len(self._later)
        self._scope = Scope("class", saved)
        self._owner = made = Class(
            self._scope.names,
            [each for each in bases if isinstance(each, Class)],
            [each for each in bases if isinstance(each, Ref) and each.path.startswith("torchvision.")],
        )
        self._block(node.body)
        self._scope, self._owner = saved, owner
        # Its constructor binds what the other methods use.
        self._later[before:] = sorted(self._later[before:], key=lambda later: later.node.name != "__init__")
        self._bind(node.name, made)

    def _if(self, node: ast.If) -> None:
        holds, fails = self._care(node.test, self._evaluate(node.test))
        if _is_type_checking(node.test):
            holds = fails = TOLD
        self._told[id(node)] = holds, fails
        self._ways((node.body, holds), (node.orelse, fails))

    def _ways(self, *ways: Tuple[Sequence[ast.stmt], Iterable[Union[str, int]]]) -> None:
        """Branches of which one runs, each with what takes care in it; they begin with the same names."""
        before = dict(self._scope.names)
        changes, ends = self._scope.changes, []
        for statements, guards in ways:
            if self._scope.changes != changes:
                self._replace(before)
                changes = self._scope.changes
            self._branch(statements, guards)
            if not _terminates(statements):
                ends.append(dict(self._scope.names) if self._scope.changes != changes else before)
        if any(end is not before for end in ends):
            self._replace(joined(ends))
        elif self._scope.changes != changes:
            self._replace(before)

    def _branch(self, statements: Sequence[ast.stmt], guards: Iterable[Union[str, int]]) -> None:
        saved = self._guards
        self._guards = self._guards | frozenset(guards)
        self._block(statements)
        self._guards = saved

    def _try(self, node: Any) -> None:
        caught: Set[str] = set()
        for handler in node.handlers:
            if not _gives_up(handler.body):
                caught |= _caught(handler.type)
        names, before = dict(self._scope.names), len(self.uses)
        self._branch(node.body, caught)
        done = dict(self._scope.names)
        tried = any(use.path.startswith("torchvision") for use in self.uses[before:])
        # Whoever catches the failure has two ways, and comes here on releases where the first one fails.
        other = {BRANCH} if caught and tried else set()
        if not caught & {IMPORT, ATTRIBUTE} and any(use.keyword("pretrained") for use in self.uses[before:]):
            # What is caught is something else: both ways are the old one.
            other = set()
        self._branch(node.orelse, other)
        ends = [] if _terminates(node.body) or _terminates(node.orelse) else [dict(self._scope.names)]
        flags: Dict[str, None] = {}
        for handler in node.handlers:
            # It may have failed anywhere.
            self._replace(joined([done, names]))
            if handler.name:
                self._bind(handler.name, None)
            self._branch(handler.body, other)
            flags.update(dict.fromkeys(_constants_set(handler.body)))
            if not _terminates(handler.body):
                ends.append(dict(self._scope.names))
        self._replace(joined(ends or [done]))
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
        self._loop(node)

    def _while(self, node: ast.While) -> None:
        self._evaluate(node.test)
        self._loop(node)

    def _loop(self, node: Any) -> None:
        self._jumps.append([])
        self._ways((node.body, ()), ((), ()))
        jumps = self._jumps.pop()
        if jumps:
            self._replace(joined([dict(self._scope.names), *jumps]))
        self._ways((node.orelse, ()), ((), ()))

    def _jump(self, node: ast.stmt) -> None:
        """``break`` and ``continue``: what names stand for there they may stand for behind the loop."""
        if self._jumps:
            self._jumps[-1].append(dict(self._scope.names))

    def _match(self, node: Any) -> None:
        guards = guards_of(self._evaluate(node.subject))
        for case in node.cases:
            if case.guard is not None:
                self._evaluate(case.guard)
        ways: List[Tuple[Sequence[ast.stmt], Iterable[Union[str, int]]]] = [(case.body, guards) for case in node.cases]
        last = node.cases[-1]
        if last.guard is not None or getattr(last.pattern, "pattern", last) is not None:
            # None of them may fit; `case _` and `case name` fit everything.
            ways.append(((), guards))
        self._ways(*ways)

    def _return(self, node: ast.Return) -> None:
        value = None if node.value is None else self._value_of(node.value)
        if self._function and value is not None:
            known = self._function[-1].gives
            self._function[-1].gives = value if known is None else merged(known, value)

    def _global(self, node: Any) -> None:
        self._scope.outer.update(node.names)


def _has_word(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in a text, not as a part of another; much quicker than taking all words out."""
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
    """Whether a function is worth walking that has a name with this value."""
    if isinstance(value, Several):
        return any(map(_matters, value.values))
    if isinstance(value, Ref):
        return value.path.partition(".")[0] not in BY_THE_WAY or value.path.startswith("torch.hub")
    if isinstance(value, (Class, Instance)):
        of = value.of
        found = (each for part in of.lineage() for each in (*part.names.values(), *part.attributes.values()))
        if any(each.outside for each in of.lineage()):
            return True
        inner = (one for each in found for one in flat(each))
        return any(_matters(one) for one in inner if not isinstance(one, (Local, Class, Instance)))
    if isinstance(value, Collection):
        # Through classes one may come back to where one was.
        held = (each for one in value.values for each in flat(one))
        return any(isinstance(each, (Class, Instance)) or _matters(each) for each in held if each is not None)
    return value is not None and not isinstance(value, Constant)


def _lasting(guards: Guards) -> Guards:
    """Those that hold in the body of a function as well, which runs later."""
    return frozenset(guard for guard in guards if guard in (BRANCH, REQUIRED) or isinstance(guard, int))


def _terminates(statements: Sequence[ast.stmt]) -> bool:
    """Whether nothing comes from the end of a block to what stands right behind it."""
    return _gives_up(statements) or (
        bool(statements) and isinstance(statements[-1], (ast.Return, ast.Continue, ast.Break))
    )


def _gives_back(node: Any) -> bool:
    """Whether a method may return a builder: most end with a call of something, and don't."""
    value = getattr(node.body[-1], "value", None) if isinstance(node.body[-1], ast.Return) else None
    if isinstance(value, ast.Call):
        return last_name(value.func) in ("getattr", "get", "partial")
    return isinstance(value, (ast.Name, ast.Attribute, ast.Subscript))


def _gives_up(statements: Sequence[ast.stmt]) -> bool:
    """Whether a block ends with ``raise`` or ``sys.exit()``: in a handler the failure is told in other words."""
    last = statements[-1] if statements else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return last_name(last.value.func) in ("exit", "_exit", "quit")
    return isinstance(last, ast.Raise)


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
    ast.Delete: Analysis._delete,
    ast.AugAssign: Analysis._augmented,
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
    ast.Break: Analysis._jump,
    ast.Continue: Analysis._jump,
    ast.Return: Analysis._return,
    ast.Assert: Analysis._assert,
    ast.Global: Analysis._global,
    ast.Pass: Analysis._nothing,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = Analysis._try
if hasattr(ast, "Match"):
    _STATEMENTS[ast.Match] = Analysis._match
