"""The evaluator: find what an expression stands for, and record the uses of torchvision in it."""

import ast
from typing import Any, Callable, ClassVar, Dict, List, Optional, Sequence, Tuple

from tvcompat.check.analysis.branches import Fact, facts_of
from tvcompat.check.analysis.calls import CallEvaluator
from tvcompat.check.analysis.conditions import ALWAYS, VERSION_BRANCH, Condition, only_on
from tvcompat.check.analysis.configured import NAMING_KEYS, record
from tvcompat.check.analysis.definitions import KwargsRest, UserFunction
from tvcompat.check.analysis.dependence import condition_of, dependence, depends_on_version
from tvcompat.check.analysis.dictionaries import has_keywords, made_of
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.facts import Facts
from tvcompat.check.analysis.functions import FunctionBodies
from tvcompat.check.analysis.images import TENSOR, kind_of, stated
from tvcompat.check.analysis.members import Members, chain
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.targets import Targets
from tvcompat.check.analysis.text import CHOSEN, Texts
from tvcompat.check.analysis.uses import CallUse, Use, VersionTestUse
from tvcompat.check.analysis.values import (
    Collection,
    DictItem,
    DynamicMember,
    KnownDict,
    Literal,
    Made,
    NamespaceDict,
    Ref,
    Union,
    Value,
    VersionValue,
    alternatives,
    element_of,
    join,
    last_name,
    union_of,
)
from tvcompat.check.analysis.versions import ReleaseEvaluator

NAMING = frozenset(NAMING_KEYS)

# Transforms that convert an image to a tensor, and those that accept only tensors.
MAKE_TENSORS = ("ToTensor", "PILToTensor", "ToImage", "ToImageTensor")
NEED_TENSORS = ("Normalize", "RandomErasing", "ConvertImageDtype")


class Evaluator:
    """Evaluates expressions, as far as torchvision is concerned.

    Args:
        env: where in the module the analysis is.
        recorder: takes what is found.
        facts: what is known of torchvision and of the project.
        bodies: the bodies of the functions of the module.

    Attributes:
        texts: reads literals.
        members: follows attributes.
        targets: binds what assignments give.
        calls: evaluates calls.
    """

    def __init__(self, env: Environment, recorder: Recorder, facts: Facts, bodies: FunctionBodies) -> None:
        self._env, self._recorder, self._facts = env, recorder, facts
        self.texts: Texts = Texts(env)
        self.members: Members = Members(env, recorder, facts, bodies.returned_by)
        self.targets: Targets = Targets(env, recorder, self)
        self.calls: CallEvaluator = CallEvaluator(env, recorder, facts, bodies, self)

    @property
    def release_count(self) -> int:
        """How many releases there are."""
        return self._facts.release_count

    def releases_with(self, path: str) -> Optional[int]:
        """Return the releases that have something, as bits, ``None`` if that is not known."""
        return self._facts.releases_with(path)

    def evaluate(self, node: Any) -> Optional[Value]:
        """Return what an expression stands for, and record its uses of torchvision."""
        handler = self._HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node)
        self.evaluate_children(node)
        return None

    def evaluate_children(self, node: ast.AST) -> None:
        """Evaluate everything in a node that is not followed itself."""
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.evaluate(item)
            elif isinstance(value, ast.AST):
                self.evaluate(value)

    def silently(self, node: ast.expr) -> Optional[Value]:
        """Return what an expression stands for without recording its uses."""
        with self._recorder.silenced():
            return self.evaluate(node)

    def bound_value(self, node: ast.expr) -> Optional[Value]:
        """Return the value of an expression that a name is bound to; literals and computed versions are kept."""
        if type(node) is ast.Constant:
            return Literal(node)
        value = self.evaluate(node)
        if value is None and type(node) in (ast.UnaryOp, ast.JoinedStr):
            return Literal(node)
        if type(value) in (VersionValue, Collection):
            found = dependence(value)
            is_computed = isinstance(value, VersionValue) and value.by_release is not None
            if found is not None and not found.is_presence and not is_computed:
                by_release, meant = self.by_release(node), self.by_release(node, meant=True)
                if by_release:
                    is_text = isinstance(value, VersionValue) and value.is_text
                    meant = None if meant == by_release else meant
                    return VersionValue(is_text=is_text, by_release=by_release, meant=meant)
        return value

    def by_release(self, node: ast.expr, *, meant: bool = False) -> Optional[Tuple[Any, ...]]:
        """Return the value of an expression on each release, ``None`` if it can't be computed.

        Args:
            meant: the value that was meant, where a version is compared as text or cut in half.
        """
        return self._by_release().by_release(node, self._facts.release_count, meant=meant)

    def _by_release(self) -> ReleaseEvaluator:
        return ReleaseEvaluator(self.silently, depends_on_version)

    def branches(self, test: ast.expr, value: Optional[Value]) -> Tuple[Condition, Condition]:
        """Return the conditions that hold if a test is true, and if it is false.

        Args:
            test: the condition.
            value: what it stands for.
        """
        condition = condition_of(value)
        count = self._facts.release_count
        # Computing a condition evaluates its parts again in silence; what they imply does not matter then.
        if condition is VERSION_BRANCH and count > 0 and not self._recorder.is_silent:
            found = self._by_release().truth(test, count)
            if found is not None:
                return only_on(found[0]), only_on(found[1])
        return condition, condition

    def bind_parameters(self, arguments: ast.arguments, function: Optional[UserFunction]) -> None:
        """Bind the parameters of a function in its scope: to their defaults, and to whatever it may be called with."""
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: List[Optional[ast.expr]] = [None] * (len(positional) - len(arguments.defaults))
        defaults += arguments.defaults
        pairs = [*zip(positional, defaults), *zip(arguments.kwonlyargs, arguments.kw_defaults)]
        names = self._env.scope.names
        for argument, default in pairs:
            value: Optional[Value] = None
            if default is None or (isinstance(default, ast.Constant) and default.value is None):
                # `def rotate(image: Image.Image)`
                value = self.stated(argument.annotation)
            elif isinstance(default, (ast.Name, ast.Attribute)):
                # Its uses were recorded where the function is defined.
                known = self.silently(default)
                value = Union([known, None]) if isinstance(known, (Ref, DynamicMember)) else None
            names[argument.arg] = value
        if arguments.vararg is not None:
            names[arguments.vararg.arg] = None
        if arguments.kwarg is not None:
            rest = None if function is None else KwargsRest(function, frozenset())
            names[arguments.kwarg.arg] = None if rest is None else KnownDict({}, ALWAYS, rest=rest)

    def stated(self, annotation: Optional[ast.expr]) -> Optional[Value]:
        """Return what an annotation says of a name, where it is an image or a tensor."""
        return None if annotation is None else stated(annotation, self.silently)

    def is_there(self, name: ast.expr) -> VersionValue:
        """Return what is known when torchvision was asked for a name.

        Of a model, or a name chosen at run time, only whether it is there; whether entries are there tells the era.
        """
        text = self.texts.template(name)
        is_model = self._facts.builder_path(text) is not None
        return VersionValue(is_presence=is_model or (CHOSEN in text and "eights" not in text))

    def item(self, held: Collection, key: ast.expr) -> Optional[Value]:
        """Return what a collection has under a key: any of its elements where that is only known at run time."""
        name = self.texts.literal(key)
        known = held.items.get(name) if isinstance(held, KnownDict) and name is not None else None
        return element_of(held) if known is None else known.value

    # Kinds of expressions

    def _nothing(self, node: ast.AST) -> None:
        return None

    def _name(self, node: ast.Name) -> Optional[Value]:
        return self._env.lookup(node.id)

    def _attribute(self, node: ast.Attribute) -> Optional[Value]:
        root, names = chain(node)
        return self.members.attribute(node, names, self.evaluate(root))

    def _call(self, node: ast.Call) -> Optional[Value]:
        return self.calls.evaluate(node)

    def _subscript(self, node: ast.Subscript) -> Optional[Value]:
        value = self.evaluate(node.value)
        self.evaluate(node.slice)
        if value is None and last_name(node.value) == "modules" and isinstance(node.ctx, ast.Load):
            # `sys.modules["torchvision.models"]`
            name = self.texts.literal(node.slice)
            return Ref(name) if name is not None and name.partition(".")[0] == "torchvision" else None
        results: List[Optional[Value]] = []
        for each in alternatives(value):
            if isinstance(each, NamespaceDict):
                name = self.texts.literal(node.slice)
                results.append(DynamicMember(each.namespace) if name is None else Ref(f"{each.namespace}.{name}"))
            elif isinstance(each, Collection):
                results.append(self.item(each, node.slice))
            elif isinstance(each, VersionValue):
                results.append(VersionValue(is_text=each.is_text, is_presence=each.is_presence))
            elif isinstance(each, Made) and kind_of(each) == TENSOR:
                results.append(Made(TENSOR))
            else:
                results.append(None)
        return union_of(results)

    def _compare(self, node: ast.Compare) -> Optional[Value]:
        ordered = any(isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for operator in node.ops)
        if ordered and not self._recorder.is_silent and _compares_roughly(node) and self._is_right(node):
            with self._recorder.silenced():
                return dependence(self.evaluate(node.left), self.evaluate(node.comparators[0]))
        before = self._recorder.position()
        values = [self.evaluate(node.left), *(self.evaluate(each) for each in node.comparators)]
        texts = [each for each in (node.left, *node.comparators) if isinstance(each, ast.Constant)]
        as_text = any(isinstance(value, VersionValue) and value.is_text for value in values)
        if ordered and as_text and any(isinstance(each.value, str) for each in texts):
            self._recorder.use(VersionTestUse(node, self._env.condition, is_float=False))
        member = any(isinstance(operator, (ast.In, ast.NotIn)) for operator in node.ops)
        if member and any(isinstance(value, NamespaceDict) for value in values):
            return self.is_there(node.left)
        found = dependence(*values)
        if found is not None and not found.is_presence and self._recorder.position() == before:
            self.note_version_test(node)
        return found

    def note_version_test(self, node: ast.expr) -> None:
        """Record a test that decides otherwise than it was meant to on some release: ``version[:3] == "0.2"``."""
        if self._recorder.is_silent or not any(map(self._is_version_text, ast.walk(node))):
            return
        wrong = self._by_release().differing(node, self._facts.release_count)
        if wrong:
            self._recorder.use(VersionTestUse(node, self._env.condition, is_float=False, wrong=wrong))

    def _is_version_text(self, node: ast.AST) -> bool:
        """Return whether an expression is torchvision's version, or a text made of it."""
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            return False
        value = self.silently(node)
        return isinstance(value, VersionValue) and value.is_text

    def _is_right(self, node: ast.Compare) -> bool:
        """Return whether a comparison of versions as text or numbers decides rightly on every release all the same."""
        found = self.by_release(node), self.by_release(node, meant=True)
        return (
            bool(found[0])
            and found[0] == found[1]
            and not self._by_release().differing(node, self._facts.release_count)
        )

    def _bool(self, node: ast.BoolOp) -> Optional[Value]:
        saved = self._env.condition
        results: List[Optional[Value]] = []
        for operand in node.values:
            results.append(self.evaluate(operand))
            holds, fails = self.branches(operand, results[-1])
            self._env.condition = self._env.condition & (holds if isinstance(node.op, ast.And) else fails)
        self._env.condition = saved
        # `build or models.resnet18` may be either.
        return dependence(*results) or (Union(results) if any(results) else None)

    def _unary(self, node: ast.UnaryOp) -> Optional[Value]:
        return dependence(self.evaluate(node.operand))

    def _if_expression(self, node: ast.IfExp) -> Optional[Value]:
        test = self.evaluate(node.test)
        holds, fails = self.branches(node.test, test)
        if _in_two_ways(node.body, node.orelse):
            holds = fails = VERSION_BRANCH
        with self._env.under(holds), self._env.taking([Fact(id(node), False, 0), *facts_of(node.test, True)]):
            value = self._env.as_bound(self.evaluate(node.body))
        with self._env.under(fails), self._env.taking([Fact(id(node), False, 1), *facts_of(node.test, False)]):
            value = join(value, self._env.as_bound(self.evaluate(node.orelse)))
        return value if any(alternatives(value)) else dependence(test)

    def _lambda(self, node: ast.Lambda) -> Optional[Value]:
        function = UserFunction(node)
        with self._env.nested("function"), self._env.returning_to(function):
            self.bind_parameters(node.args, function)
            value = self.bound_value(node.body)
            function.returns = None if isinstance(value, Made) else value
        # In the body of a class it is a method.
        is_method = self._env.scope.kind == "class"
        return function if function.forwards or function.returns or is_method else None

    def _sequence(self, node: Any) -> Optional[Value]:
        before = self._recorder.position()
        values = [self._env.as_bound(self.evaluate(element)) for element in node.elts]
        uses = self._recorder.since(before)
        if uses:
            self._mark_steps(node.elts, uses)
        return Collection(values) if any(value is not None for value in values) else None

    @staticmethod
    def _mark_steps(elements: Sequence[ast.expr], uses: Sequence[Use]) -> None:
        """Mark transforms in a list that work on tensors: those after ``ToTensor()``, or all if one needs tensors."""
        calls = {id(use.call): use for use in uses if isinstance(use, CallUse)}
        if not calls:
            return
        steps = [calls.get(id(element)) for element in elements]
        names = [step.path.rpartition(".")[2] if step is not None else "" for step in steps]
        makes = [number for number, name in enumerate(names) if name in MAKE_TENSORS]
        all_take_tensors = not makes and any(name in NEED_TENSORS for name in names)
        for step in steps[makes[0] + 1 :] if makes else steps if all_take_tensors else ():
            if step is not None:
                step.on_tensor = True

    def _dict(self, node: ast.Dict) -> Optional[Value]:
        parts: List[Optional[Value]] = []
        items: Dict[str, DictItem] = {}
        others: List[Optional[Value]] = []
        for key, value in zip(node.keys, node.values):
            found = self.evaluate(value)
            if type(key) is ast.Constant and type(key.value) is str:
                items[key.value] = DictItem(found, key, value)
            elif key is not None:
                self.evaluate(key)
                others.append(found)
            else:
                parts += [KnownDict(items, self._env.condition, others), found]
                items, others = {}, []
        if not NAMING.isdisjoint(items) and not self._recorder.is_silent:
            held = {name: (item.key, item.given) for name, item in items.items()}
            record(held, node, self._env.condition, self._recorder, self._facts)
        last = KnownDict(items, self._env.condition, others)
        return made_of([*parts, last], self._env.condition) if parts else last

    def _operation(self, node: ast.BinOp) -> Optional[Value]:
        """Evaluate ``base | {"pretrained": True}``, ``resnets + vggs``, ``100 * major + minor`` of a version."""
        sides = self.evaluate(node.left), self.evaluate(node.right)
        if sides == (None, None):
            return None
        if isinstance(node.op, ast.BitOr) and any(map(has_keywords, sides)):
            return made_of(sides, self._env.condition)
        found = [each for side in sides for each in alternatives(side) if isinstance(each, Collection)]
        if isinstance(node.op, ast.Add) and found:
            return Collection([value for each in found for value in each.values])
        return Made(TENSOR) if TENSOR in map(kind_of, sides) else dependence(*sides)

    def _comprehension(self, node: Any) -> Optional[Value]:
        with self._env.nested("function"):
            for generator in node.generators:
                self.targets.bind(generator.target, element_of(self.evaluate(generator.iter)))
                for condition in generator.ifs:
                    self.evaluate(condition)
            if isinstance(node, ast.DictComp):
                self.evaluate(node.key)
                value = self.evaluate(node.value)
            else:
                value = self.evaluate(node.elt)
        return Collection([value]) if value is not None else None

    def _named(self, node: ast.NamedExpr) -> Optional[Value]:
        value = self.bound_value(node.value)
        self.targets.bind(node.target, value)
        return value

    _HANDLERS: ClassVar[Dict[type, Callable[[Any, Any], Optional[Value]]]] = {
        ast.Constant: _nothing,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.BinOp: _operation,
        ast.Compare: _compare,
        ast.BoolOp: _bool,
        ast.UnaryOp: _unary,
        ast.IfExp: _if_expression,
        ast.Lambda: _lambda,
        ast.List: _sequence,
        ast.Tuple: _sequence,
        ast.Set: _sequence,
        ast.Dict: _dict,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.DictComp: _comprehension,
        ast.NamedExpr: _named,
        ast.Call: _call,
    }


def _in_two_ways(one: ast.expr, other: ast.expr) -> bool:
    """Return whether something is called with ``weights=`` or without: the condition tells builders of two kinds."""
    calls = [each for each in (one, other) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
    if len(calls) < 2 or last_name(calls[0].func) != last_name(calls[1].func):
        return False
    stated = [any(keyword.arg == "weights" for keyword in call.keywords) for call in calls]
    return stated[0] is not stated[1]


def _compares_roughly(node: ast.Compare) -> bool:
    """Return whether two things are compared of which one may be a version as text, or as a floating-point number."""
    sides = (node.left, *node.comparators)
    if len(sides) != 2:
        return False
    if any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides):
        return True
    return any(isinstance(each, ast.Name) and each.id == "float" for side in sides for each in ast.walk(side))
