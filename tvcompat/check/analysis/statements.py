"""Statements: walk a module once, statement by statement, with Python's scopes.

Bodies of functions are deferred, since they run later. What a statement says about the code after it, such as an ``if``
that ends the program on old releases, holds for the rest of its block.
"""

import ast
from typing import Any, Callable, ClassVar, Dict, List, Optional, Sequence, Set, Tuple, Union

from tvcompat.check.analysis.branches import Fact, facts_of
from tvcompat.check.analysis.conditions import (
    ALWAYS,
    REFUSES_OLD_RELEASES,
    VERSION_BRANCH,
    Condition,
    Handled,
    only_on,
)
from tvcompat.check.analysis.control_flow import always_exits, caught_by, flags_set, is_type_checking, leaves
from tvcompat.check.analysis.definitions import Instance, UserClass, UserFunction
from tvcompat.check.analysis.dependence import condition_of
from tvcompat.check.analysis.dictionaries import has_keywords, updated, without
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.expressions import Evaluator
from tvcompat.check.analysis.functions import DeferredBody, Definition, FunctionBodies
from tvcompat.check.analysis.images import tested
from tvcompat.check.analysis.imports import ImportFollower
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.targets import parts_of
from tvcompat.check.analysis.uses import CallUse, ClassUse, ImportUse, MemberUse, RefusalUse, Use
from tvcompat.check.analysis.values import (
    Literal,
    Ref,
    Value,
    VersionValue,
    alternatives,
    element_of,
    is_worth_passing,
    join,
    join_tables,
    last_name,
)

Branch = Tuple[Sequence[ast.stmt], Condition]

# What a test tells of a name where it holds, or where it fails.
Told = Tuple[str, Value]

# Bases out of sight that add nothing to a class which torchvision would call.
HARMLESS_BASES = ("object", "ABC", "Generic", "Protocol")


class Statements:
    """Walks statements."""

    def __init__(
        self,
        env: Environment,
        recorder: Recorder,
        evaluator: Evaluator,
        bodies: FunctionBodies,
        imports: ImportFollower,
    ) -> None:
        self._env, self._recorder, self._evaluator = env, recorder, evaluator
        self._bodies, self._imports = bodies, imports
        # Statements after which something more holds in their block.
        self._behind: Dict[int, Condition] = {}

    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Walk the statements of a block."""
        before = self._env.condition
        for statement in statements:
            handler = self._HANDLERS.get(type(statement))
            if handler is not None:
                handler(self, statement)
            else:
                self._evaluator.evaluate_children(statement)
            behind = self._behind.get(id(statement))
            if behind is not None:
                self._env.condition = self._env.condition & behind
        self._env.condition = before

    # Conditions

    def _assert(self, node: ast.Assert) -> None:
        holds, fails = self._evaluator.branches(node.test, self._evaluator.evaluate(node.test))
        if node.msg is not None:
            self._evaluator.evaluate(node.msg)
        if holds or fails:
            self._behind[id(node)] = self._required(node.test, self._left_by(fails, holds))

    def _if(self, node: ast.If) -> None:
        holds, fails = self._evaluator.branches(node.test, self._evaluator.evaluate(node.test))
        if is_type_checking(node.test):
            holds = fails = VERSION_BRANCH
        told = tested(node.test, self._evaluator.silently)
        if told is None or self._env.lookup(told[0]) is not None:
            told = None
        told_in = {} if told is None else {0 if told[2] else 1: (told[0], told[1])}
        facts = [[Fact(id(node), False, arm), *facts_of(node.test, not arm)] for arm in (0, 1)]
        self._branches((node.body, holds), (node.orelse, fails), told=told_in, facts=facts)
        for branch, own, other in ((node.body, holds, fails), (node.orelse, fails, holds)) if holds or fails else ():
            if always_exits(branch):
                self._behind[id(node)] = self._required(node.test, self._left_by(own, other))
                break
            if leaves(branch):
                # `if version < ...: return old()` makes what follows the other branch.
                self._behind[id(node)] = self._left_by(own, other)
                break

    def _left_by(self, branch: Condition, other: Condition) -> Condition:
        """Return what holds behind a branch that ends the program or the block, beside another one.

        A release on which the test is wrong takes neither. What is written behind the test is meant for it, or else
        the test would end the program there unseen; so that is followed.
        """
        if branch.releases is None or other.releases is None:
            return other
        return only_on(other.releases | (~branch.releases & (1 << self._evaluator.release_count) - 1))

    def _required(self, test: ast.expr, left: Condition) -> Condition:
        """Return what holds after a test that ends the program on other releases."""
        if left is VERSION_BRANCH:
            return REFUSES_OLD_RELEASES
        at_import = self._env.scope is self._env.module and not self._env.condition.handled
        if at_import and left.releases is not None:
            self._recorder.use(RefusalUse(test, self._env.condition, left.releases))
        return left

    def _branches(
        self, *branches: Branch, told: Optional[Dict[int, Told]] = None, facts: Sequence[Sequence[Fact]] = ()
    ) -> None:
        """Walk branches of which one runs; they begin with the same names.

        Args:
            told: number of a branch -> a name, and what it is certainly bound to there.
            facts: what holds in each branch, where that is followed.
        """
        scope = self._env.scope
        before, changes = self._env.snapshot(), scope.changes
        ends = []
        for number, (statements, condition) in enumerate(branches):
            if scope.changes != changes:
                self._env.restore(before)
                changes = scope.changes
            if told and number in told:
                name, value = told[number]
                self._env.bind(name, value)
            with self._env.taking(facts[number] if facts else ()):
                self._branch(statements, condition)
            if not leaves(statements):
                ends.append(self._env.snapshot() if scope.changes != changes else before)
        if any(end is not before for end in ends):
            for name, value in told.values() if told and len(ends) > 1 else ():
                for end in ends:
                    if end.get(name) is value:
                        end[name] = before.get(name)
            self._env.restore(join_tables(ends))
        elif scope.changes != changes:
            self._env.restore(before)

    def _branch(self, statements: Sequence[ast.stmt], condition: Condition) -> None:
        if not statements:
            return
        # As `under` does, which would take as long as a short block.
        before = self._env.condition
        self._env.condition = before & condition
        try:
            self.block(statements)
        finally:
            self._env.condition = before

    def _match(self, node: Any) -> None:
        condition = condition_of(self._evaluator.evaluate(node.subject))
        for case in node.cases:
            if case.guard is not None:
                self._evaluator.evaluate(case.guard)
        branches: List[Branch] = [(case.body, condition) for case in node.cases]
        last = node.cases[-1]
        if last.guard is not None or getattr(last.pattern, "pattern", last) is not None:
            # None of them may fit; `case _` and `case name` fit everything.
            branches.append(((), condition))
        self._branches(*branches, facts=[[Fact(id(node), False, number)] for number in range(len(branches))])

    # Failures that are caught

    def _try(self, node: Any) -> None:
        caught: Set[Handled] = set()
        for handler in node.handlers:
            if not always_exits(handler.body):
                caught |= caught_by(handler.type)
        names, before = self._env.snapshot(), self._recorder.position()
        self._branch(node.body, Condition(caught))
        tried = self._recorder.since(before)
        # On releases where all that is imported is there, the names are bound by this way, on others by the other one.
        having = self._having(node, tried, caught)
        if having is not None:
            self._env.bound_on(names, having)
        done = self._env.snapshot()
        # Whoever catches the failure has two ways, and comes here on releases where the first one fails.
        has_other_way = bool(caught) and any(_may_be_missing(use, caught) for use in tried)
        if not caught & {Handled.IMPORT, Handled.ATTRIBUTE} and any(
            isinstance(use, CallUse) and use.keyword("pretrained") for use in tried
        ):
            # What is caught is something else: both ways are the old one.
            has_other_way = False
        other = VERSION_BRANCH if has_other_way else ALWAYS
        self._branch(node.orelse, other)
        ends = [] if leaves(node.body) or leaves(node.orelse) else [self._env.snapshot()]
        flags: Dict[str, None] = {}
        for handler in node.handlers:
            # It may have failed anywhere.
            self._env.restore(join_tables([done, names]))
            if handler.name:
                self._env.bind(handler.name, None)
            started = self._env.snapshot()
            self._branch(handler.body, other)
            if having is not None:
                self._env.bound_on(started, ~having & (1 << self._evaluator.release_count) - 1)
            flags.update(dict.fromkeys(flags_set(handler.body)))
            if not leaves(handler.body):
                ends.append(self._env.snapshot())
        self._env.restore(join_tables(ends or [done]))
        self._branch(node.finalbody, ALWAYS)
        if has_other_way:
            # `except ImportError: weights = None`, `HAS_V2 = False`: testing it later is testing the release.
            for name in flags:
                self._env.scope.names[name] = join(self._env.scope.names.get(name), VersionValue())

    def _having(self, node: Any, tried: Sequence[Use], caught: Set[Handled]) -> Optional[int]:
        """Return the releases on which the imports of a ``try`` work, as bits; ``None`` if others may fail there."""
        imports = [each for each in node.body if isinstance(each, (ast.Import, ast.ImportFrom))]
        if Handled.IMPORT not in caught or len(node.handlers) != 1 or not imports:
            return None
        for each in imports:
            modules = [each.module or ""] if isinstance(each, ast.ImportFrom) else [alias.name for alias in each.names]
            if any(module.partition(".")[0] not in ("torchvision", "torch") for module in modules):
                return None
        found = (1 << self._evaluator.release_count) - 1
        for use in tried:
            if isinstance(use, ImportUse) and use.statement in imports:
                there = self._evaluator.releases_with(use.path)
                if there is None:
                    return None
                found &= there
        return found

    def _with(self, node: Any) -> None:
        caught: Set[Handled] = set()
        for item in node.items:
            expression = item.context_expr
            self._evaluator.evaluate(expression)
            if item.optional_vars is not None:
                self._evaluator.targets.bind(item.optional_vars, None)
            if isinstance(expression, ast.Call) and last_name(expression.func) in ("suppress", "raises"):
                for argument in expression.args:
                    caught |= caught_by(argument)
        self._branch(node.body, Condition(caught))

    # Loops

    def _for(self, node: Any) -> None:
        values = self._evaluator.evaluate(node.iter)
        self._evaluator.targets.bind(node.target, element_of(values))
        self._loop(node)

    def _while(self, node: ast.While) -> None:
        self._evaluator.evaluate(node.test)
        self._loop(node)

    def _loop(self, node: Any) -> None:
        with self._env.loop():
            self._branches((node.body, ALWAYS), ((), ALWAYS))
        self._branches((node.orelse, ALWAYS), ((), ALWAYS))

    def _jump(self, node: ast.stmt) -> None:
        self._env.note_jump()

    # Bindings

    def _import(self, node: ast.Import) -> None:
        self._imports.whole(node)

    def _import_from(self, node: ast.ImportFrom) -> None:
        having = self._imports.names(node)
        if having is not None:
            # Code after an import whose failure is caught runs only on releases that have the name.
            self._behind[id(node)] = only_on(having)

    def _assign(self, node: ast.Assign) -> None:
        value = self._evaluator.bound_value(node.value)
        for target in node.targets:
            self._evaluator.targets.bind(target, value, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._evaluator.evaluate(node.annotation)
        if node.value is not None:
            value = self._evaluator.bound_value(node.value)
            self._evaluator.targets.bind(
                node.target, self._evaluator.stated(node.annotation) if value is None else value
            )

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self._evaluator.evaluate(node.value)
        self._evaluator.evaluate(node.target)
        if isinstance(node.target, ast.Name) and has_keywords(self._env.lookup(node.target.id)):
            # `kwargs |= {"pretrained": True}`
            self._env.bind(node.target.id, updated(self._env.lookup(node.target.id), value))

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._evaluator.evaluate(target)
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                name = target.value.id
                known = self._env.lookup(name)
                if has_keywords(known):
                    self._env.bind(name, without(known, self._evaluator.texts.literal(target.slice)))

    def _global(self, node: ast.Global) -> None:
        self._env.scope.outer.update(node.names)

    # Definitions

    def _definition(self, node: Definition) -> None:
        evaluate, condition = self._evaluator.evaluate, self._env.condition.lasting
        for decorator in node.decorator_list:
            condition = condition & condition_of(evaluate(decorator)).lasting
        arguments = node.args
        for default in (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)):
            evaluate(default)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.annotation is not None:
                evaluate(argument.annotation)
        if node.returns is not None:
            evaluate(node.returns)
        function = UserFunction(node)
        body = self._bodies.defer(node, condition, function)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                self._give_parameters(body, decorator)
        # The result of a decorator is unknown, except for those known to return the function itself.
        self._env.bind(node.name, function)

    def _give_parameters(self, body: DeferredBody, decorator: ast.Call) -> None:
        """Give a test or a fixture what pytest gives it, one after the other."""
        kind, evaluator = last_name(decorator.func), self._evaluator
        if kind == "parametrize" and len(decorator.args) > 1:
            # `@pytest.mark.parametrize("build", [models.resnet18])`
            names = (evaluator.texts.literal(decorator.args[0]) or "").replace(",", " ").split()
            value = element_of(evaluator.silently(decorator.args[1]))
            for name, part in zip(names, [value] if len(names) == 1 else parts_of(value, len(names))):
                if part is not None and is_worth_passing(part):
                    body.give(name, part)
        elif kind == "fixture":
            # `@pytest.fixture(params=[models.resnet18])`, which has `request.param`
            held = next((each.value for each in decorator.keywords if each.arg == "params"), None)
            value = None if held is None else element_of(evaluator.silently(held))
            if value is not None and is_worth_passing(value):
                body.give("request", Instance(UserClass({"param": value}, ())))

    def _class(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._evaluator.evaluate(decorator)
        decorating = [self._evaluator.silently(_decorating(each)) for each in node.decorator_list]
        decorators = [each for value in decorating for each in alternatives(value)]
        found = [(base, alternatives(self._evaluator.evaluate(base))) for base in node.bases]
        bases = [each for _, values in found for each in values]
        for keyword in node.keywords:
            self._evaluator.evaluate(keyword.value)
        methods = self._bodies.position()
        with self._env.nested("class") as scope:
            made = UserClass(
                scope.names,
                [each for each in bases if isinstance(each, UserClass)],
                [each for each in bases if isinstance(each, Ref) and each.path.startswith("torchvision.")],
                node=node,
                declared=[each for base, values in found for each in _declared(base, values)],
                decorators=[each for each in decorators if isinstance(each, UserFunction)],
            )
            with self._env.inside_class(made):
                self.block(node.body)
        self._bodies.constructors_first(methods)
        self._env.bind(node.name, made)
        for base in made.bases:
            base.derived.append(made)
        outside = next((each.outside[0] for each in made.lineage() if each.outside), None)
        if outside is not None:
            self._recorder.use(ClassUse(outside.path, node, self._env.condition, made))

    def _return(self, node: ast.Return) -> None:
        value = None if node.value is None else self._evaluator.bound_value(node.value)
        if value is not None:
            self._env.note_return(value)

    def _pass(self, node: ast.Pass) -> None:
        """Do nothing."""

    _HANDLERS: ClassVar[Dict[type, Callable[[Any, Any], Optional[None]]]] = {
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.Assign: _assign,
        ast.Delete: _delete,
        ast.AugAssign: _augmented,
        ast.AnnAssign: _annotated,
        ast.FunctionDef: _definition,
        ast.AsyncFunctionDef: _definition,
        ast.ClassDef: _class,
        ast.If: _if,
        ast.Try: _try,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.Break: _jump,
        ast.Continue: _jump,
        ast.Return: _return,
        ast.Assert: _assert,
        ast.Global: _global,
        ast.Pass: _pass,
        **({ast.TryStar: _try} if hasattr(ast, "TryStar") else {}),
        **({ast.Match: _match} if hasattr(ast, "Match") else {}),
    }


def _may_be_missing(use: Use, caught: Set[Handled]) -> bool:
    """Return whether a failure that is caught may be that of a use on some releases."""
    if isinstance(use, MemberUse):
        # Who catches everything means something else by it: `try: return self.loader(path)`.
        return caught == {Handled.ATTRIBUTE}
    return not isinstance(use, ClassUse) and use.path.startswith("torchvision")


def _decorating(decorator: ast.expr) -> ast.expr:
    """Return what decorates: `register` of `@register("name")`."""
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _declared(base: ast.expr, values: Sequence[Optional[Value]]) -> List[Union[UserClass, Ref, None]]:
    """Return the class that a base certainly is; ``None`` for one that is unknown or may be several."""
    # A class can't inherit from `None`, which a name may be bound to where an import fails.
    values = [each for each in values if not isinstance(each, (Literal, VersionValue))]
    if len(values) == 1 and isinstance(values[0], (UserClass, Ref)):
        return [values[0]]
    generic = base.value if isinstance(base, ast.Subscript) else base
    return [] if values == [None] and last_name(generic) in HARMLESS_BASES else [None]
