"""What an expression stands for; the uses of torchvision in it are noted on the way."""

import ast
import re
from typing import Any, Callable, ClassVar, Dict, List, Optional, Sequence, Tuple

from tvcompat.check.dictionaries import has_keywords, made_of, put
from tvcompat.check.scopes import NOTHING, Later, Scope, Scopes
from tvcompat.check.uses import ASKED, TOLD, Guards, Use
from tvcompat.check.values import (
    Class,
    Collection,
    Constant,
    Instance,
    Item,
    Keywords,
    Local,
    Member,
    Members,
    Ref,
    Rest,
    Several,
    TreeModule,
    Unbound,
    Value,
    Version,
    either,
    flat,
    last_name,
    merged,
)
from tvcompat.check.versions import Conditions

# Modules whose members are followed; of all but torchvision only a few functions matter.
ROOTS = (
    *("torchvision", "torch", "PIL", "packaging", "distutils", "pkg_resources"),
    *("functools", "importlib", "importlib_metadata", "typing", "pytest"),
)

# Transforms that make a tensor of an image, and those that take nothing but tensors.
MAKE_TENSORS = ("ToTensor", "PILToTensor", "ToImage", "ToImageTensor")
NEED_TENSORS = ("Normalize", "RandomErasing", "ConvertImageDtype")

# Methods of a dictionary that give what is in it.
METHODS = ("get", "pop", "setdefault", "items", "values", "keys", "copy")

# Attributes that tell what something takes.
DESCRIBING = {"__code__", "__annotations__", "__doc__", "__signature__", "__kwdefaults__"}

# Names that are bound out of sight and say themselves what they are about: `TORCHVISION_GREATER_EQUAL_0_13`.
ABOUT = re.compile(
    r"(?:torchvision|(?:^|_)tv)_?(?=.*(?:version|(?<!\d)0_?\d|greater|less|newer|older|_[gl][et](?:_|$)))",
    re.IGNORECASE,
)

# Stands in a template for what is only known at run time.
CHOSEN = "_chosen_at_run_time"


class Expressions(Scopes):
    """Evaluates expressions, as far as torchvision is concerned; calls are in the class below."""

    # Kind of expression -> what evaluates it.
    _handlers: ClassVar[Dict[type, Callable[[Any, Any], Optional[Value]]]] = {}

    def _bind_target(self, target: ast.expr, value: Optional[Value], expression: Optional[ast.expr] = None) -> None:
        """Bind what an assignment or a loop gives a value.

        Args:
            target: a name, several, an attribute or an item.
            value: what it is given.
            expression: the whole expression that gives it.
        """
        if isinstance(target, ast.Name):
            self._bind(target.id, about(target.id) if value is None else value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for each, part in zip(target.elts, self._parts(value, len(target.elts))):
                self._bind_target(each, part)
        elif isinstance(target, ast.Starred):
            self._bind_target(target.value, None)
        elif not self._provide(target):
            self._evaluate(target)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                self._bind_attribute(self._lookup(target.value.id), target.attr, value)
            elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                self._bind_item(target, target.value.id, value, expression)

    def _provide(self, target: ast.expr) -> bool:
        """Note what a program puts in the place of something of torchvision's; returns whether it does so.

        ``sys.modules["torchvision.transforms.functional_tensor"] = stand_in`` makes imports of the module work, and
        ``transforms.functional_tensor = stand_in`` attributes.
        """
        if isinstance(target, ast.Subscript) and last_name(target.value) == "modules":
            path = self._string(target.slice)
        elif isinstance(target, ast.Attribute):
            owner = self._quietly(target.value)
            path = f"{owner.path}.{target.attr}" if isinstance(owner, Ref) else None
        else:
            return False
        if path is None or not path.startswith("torchvision."):
            return False
        if not self._quiet:
            self._provided.add(path)
        return True

    @staticmethod
    def _parts(value: Optional[Value], count: int) -> List[Optional[Value]]:
        """What ``count`` names get that something is unpacked to."""
        found = flat(value)
        fitting = [each.values for each in found if isinstance(each, Collection) and len(each.values) == count]
        if fitting:
            ways = [*fitting, *([(None,) * count] if len(fitting) < len(found) else [])]
            parts = [[way[number] for way in ways] for number in range(count)]
            return [part[0] if len(part) == 1 else Several(part) if any(part) else None for part in parts]
        # `major, minor = version.split(".")[:2]`
        each = value.each if isinstance(value, Version) else None
        if each is not None and all(isinstance(one, (tuple, list)) and len(one) == count for one in each):
            return [Version(each=tuple(one[number] for one in each)) for number in range(count)]
        return [Version() if has_version(value) and not isinstance(value, Collection) else None] * count

    def _bind_item(
        self, target: ast.Subscript, name: str, value: Optional[Value], expression: Optional[ast.expr]
    ) -> None:
        """``zoo["a"] = models.resnet18`` and ``kwargs["pretrained"] = True``."""
        known = self._lookup(name)
        key = self._string(target.slice)
        item = Item(value, target, target if expression is None else expression)
        known = put(known, None if expression is None else key, item, self._guards)
        if known is not None:
            self._bind(name, known)

    @staticmethod
    def _bind_attribute(owner: Optional[Value], name: str, value: Optional[Value]) -> None:
        """``self.net = models.resnet18``: methods run in an order that nobody knows, so it is one of what is bound."""
        if isinstance(owner, (Class, Instance)):
            attributes = owner.of.attributes
            attributes[name] = merged(attributes[name], value) if name in attributes else value

    def _value_of(self, node: ast.expr) -> Optional[Value]:
        """The value of an expression that a name is bound to; literals are kept."""
        if type(node) is ast.Constant:
            return Constant(node)
        value = self._evaluate(node)
        if value is None and type(node) in (ast.UnaryOp, ast.JoinedStr):
            return Constant(node)
        if type(value) in (Version, Collection):
            found = told(value)
            if found is not None and not found.asks and getattr(value, "each", None) is None:
                each = self._conditions().each(node, len(self._versions("torchvision")))
                if each:
                    return Version(text=isinstance(value, Version) and value.text, each=each)
        return value

    def _conditions(self) -> Conditions:
        return Conditions(self._quietly, has_version)

    def _care(self, test: ast.expr, value: Optional[Value]) -> Tuple[Guards, Guards]:
        """What is taken care of where a condition holds, and where it does not."""
        guards = guards_of(value)
        count = len(self._versions("torchvision"))
        # What is asked of a condition evaluates parts of it again; what guards these does not matter then.
        computed = guards is TOLD and count > 0 and not self._quiet
        found = self._conditions().truth(test, count) if computed else None
        return (guards, guards) if found is None else (frozenset(found[:1]), frozenset(found[1:]))

    def _parameters(self, arguments: ast.arguments, local: Optional[Local]) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: List[Optional[ast.expr]] = [None] * (len(positional) - len(arguments.defaults))
        defaults += arguments.defaults
        pairs = [*zip(positional, defaults), *zip(arguments.kwonlyargs, arguments.kw_defaults)]
        for argument, default in pairs:
            value = None
            if isinstance(default, (ast.Name, ast.Attribute)):
                # Its uses were noted where the function is defined.
                known = self._quietly(default)
                value = Several([known, None]) if isinstance(known, (Ref, Member)) else None
            self._scope.names[argument.arg] = value
        if arguments.vararg is not None:
            self._scope.names[arguments.vararg.arg] = None
        if arguments.kwarg is not None:
            rest = None if local is None else Keywords({}, NOTHING, rest=Rest(local, NOTHING))
            self._scope.names[arguments.kwarg.arg] = rest

    def _quietly(self, node: ast.expr) -> Optional[Value]:
        uses, calls = len(self.uses), len(self._local_calls)
        self._quiet += 1
        value = self._evaluate(node)
        self._quiet -= 1
        del self.uses[uses:], self._local_calls[calls:]
        return value

    def _evaluate(self, node: Any) -> Optional[Value]:
        handler = self._handlers.get(type(node))
        if handler is not None:
            found: Optional[Value] = handler(self, node)
            return found
        self._children(node)
        return None

    def _children(self, node: ast.AST) -> None:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self._evaluate(item)
            elif isinstance(value, ast.AST):
                self._evaluate(value)

    def _nothing(self, node: ast.AST) -> None:
        return None

    def _name(self, node: ast.Name) -> Optional[Value]:
        return self._lookup(node.id)

    def _attribute(self, node: ast.Attribute) -> Optional[Value]:
        names = [node.attr]
        root = node.value
        while type(root) is ast.Attribute:
            names.append(root.attr)
            root = root.value
        value = self._evaluate(root)
        if value is None:
            return about(node.attr)
        names.reverse()
        found = flat(value)
        results = [self._member(each, names, node, surely=len(found) == 1) for each in found]
        return results[0] if len(results) == 1 else Several(results) if any(results) else None

    def _member(self, value: Optional[Value], names: Sequence[str], node: ast.expr, *, surely: bool) -> Optional[Value]:
        """``value.a.b`` for one of the values that a name stands for."""
        if len(names) > 1 and names[-1] == "__init__":
            value, names = self._member(value, names[:-1], node, surely=surely), names[-1:]
        for number, name in enumerate(names):
            if isinstance(value, Ref):
                if name == "__dict__":
                    value = Members(value.path)
                elif name == "__version__" and value.path in ("torchvision", "torch"):
                    value = self._version_of(value.path)
                elif not DESCRIBING.isdisjoint(names[number:]):
                    # `"weights" in resnet18.__code__.co_varnames`
                    return Version()
                elif name.startswith("__") and name.endswith("__"):
                    return Unbound(value) if name == "__init__" else None
                else:
                    path = ".".join([value.path, *names[number:]])
                    cut = next((n for n in names[number:] if n == "__dict__"), None)
                    if cut is not None:
                        position = names.index(cut, number)
                        base = ".".join([value.path, *names[number:position]])
                        self._use("attribute", base, node, surely=surely)
                        value = Members(base)
                        return self._member(value, names[position + 1 :], node, surely=surely)
                    if path.startswith("torchvision."):
                        self._use("attribute", path, node, surely=surely)
                    return self._of_path(path)
            elif isinstance(value, TreeModule):
                exports = self._exports(value.name) or {}
                inner = exports.get(name)
                if inner is None and self._exports(f"{value.name}.{name}") is not None:
                    inner = TreeModule(f"{value.name}.{name}")
                value = inner
            elif isinstance(value, Version):
                each = value.each if name == "version" else None
                return Version(text=value.text and name in ("split", "partition", "rsplit"), asks=value.asks, each=each)
            elif isinstance(value, (Members, Collection)):
                return value if name in METHODS else None
            elif isinstance(value, (Class, Instance)):
                if name == "__init__":
                    init = value.of.init
                    value = Unbound(init) if isinstance(value, Class) and init is not None else init
                elif name != "__class__":
                    owner, value = value, value.of.member(name)
                    if isinstance(owner, Instance) and isinstance(value, Local) and value.is_property:
                        value = self._given_by(value)
                    if isinstance(value, Several):
                        rest = names[number + 1 :]
                        found = [self._member(each, rest, node, surely=False) for each in value.values]
                        return Several(found) if any(found) else None
            else:
                return None
        return value

    def _given_by(self, local: Local) -> Optional[Value]:
        """What calling a function of the tree gives."""
        later = self._by_node.get(id(local.node))
        if later is not None and not later.done:
            self._walk_later(later)
        return local.gives

    def _walk_later(self, later: Later) -> None:
        """Walk the body of a function before its turn, to know what it returns."""
        raise NotImplementedError

    def _of_path(self, path: str) -> Optional[Value]:
        if path in ("torchvision.__version__", "torchvision.version.__version__", "torch.__version__"):
            return self._version_of(path.partition(".")[0])
        return Ref(path)

    def _version_of(self, package: str) -> Version:
        """The version of torchvision, or of the torch that a release was measured with."""
        return Version(text=package == "torchvision", each=self._versions(package) or None)

    def _string(self, node: ast.AST) -> Optional[str]:
        """The text of an expression, where it is a literal or a name bound to one."""
        if isinstance(node, ast.Name):
            value = self._lookup(node.id)
            node = value.node if isinstance(value, Constant) else node
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _template(self, node: ast.expr) -> str:
        """The text of an expression, with a name in the place of what is only known at run time."""
        known = self._string(node)
        if known is not None:
            return known
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self._template, node.values))
        if isinstance(node, ast.FormattedValue):
            return self._template(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._template(node.left) + self._template(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return re.sub("%[sr]", CHOSEN, self._template(node.left))
        if isinstance(node, ast.Call) and last_name(node.func) == "format" and isinstance(node.func, ast.Attribute):
            return re.sub(r"\{\w*\}", CHOSEN, self._template(node.func.value))
        return CHOSEN

    def _subscript(self, node: ast.Subscript) -> Optional[Value]:
        value = self._evaluate(node.value)
        self._evaluate(node.slice)
        if value is None and last_name(node.value) == "modules" and isinstance(node.ctx, ast.Load):
            # `sys.modules["torchvision.models"]`
            name = self._string(node.slice)
            return Ref(name) if name is not None and name.partition(".")[0] == "torchvision" else None
        results: List[Optional[Value]] = []
        for each in flat(value):
            if isinstance(each, Members):
                name = self._string(node.slice)
                results.append(Member(each.namespace) if name is None else Ref(f"{each.namespace}.{name}"))
            elif isinstance(each, Collection):
                results.append(self._item(each, node.slice))
            elif isinstance(each, Version):
                results.append(Version(text=each.text, asks=each.asks))
            else:
                results.append(None)
        return either(results)

    def _item(self, held: Collection, key: ast.expr) -> Optional[Value]:
        """What a dictionary or list has under a key: any of its elements where that is only known at run time."""
        name = self._string(key)
        known = held.items.get(name) if isinstance(held, Keywords) and name is not None else None
        return element(held) if known is None else known.value

    def _compare(self, node: ast.Compare) -> Optional[Value]:
        values = [self._evaluate(node.left), *(self._evaluate(each) for each in node.comparators)]
        ordered = any(isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for operator in node.ops)
        texts = [each for each in (node.left, *node.comparators) if isinstance(each, ast.Constant)]
        as_text = any(isinstance(v, Version) and v.text for v in values)
        if ordered and as_text and any(isinstance(each.value, str) for each in texts):
            self._use("version", "torchvision.__version__", node, extra={"form": "text"})
        member = any(isinstance(operator, (ast.In, ast.NotIn)) for operator in node.ops)
        if member and any(isinstance(value, Members) for value in values):
            return self._asked(node.left)
        return told(*values)

    def _asked(self, name: ast.expr) -> Version:
        """What is known when torchvision was asked for a name.

        Of a model, or a name chosen at run time, only whether it is there; whether entries are there tells the era.
        """
        text = self._template(name)
        return Version(asks=self._model(text) is not None or (CHOSEN in text and "eights" not in text))

    def _bool(self, node: ast.BoolOp) -> Optional[Value]:
        saved = self._guards
        results: List[Optional[Value]] = []
        for operand in node.values:
            results.append(self._evaluate(operand))
            holds, fails = self._care(operand, results[-1])
            self._guards = self._guards | (holds if isinstance(node.op, ast.And) else fails)
        self._guards = saved
        # `build or models.resnet18` may be either.
        return told(*results) or (Several(results) if any(results) else None)

    def _unary(self, node: ast.UnaryOp) -> Optional[Value]:
        return told(self._evaluate(node.operand))

    def _if_expression(self, node: ast.IfExp) -> Optional[Value]:
        saved = self._guards
        test = self._evaluate(node.test)
        holds, fails = self._care(node.test, test)
        self._guards = saved | holds
        value = self._evaluate(node.body)
        self._guards = saved | fails
        value = merged(value, self._evaluate(node.orelse))
        self._guards = saved
        return value if any(flat(value)) else told(test)

    def _lambda(self, node: ast.Lambda) -> Optional[Value]:
        saved, self._scope = self._scope, Scope("function", self._scope)
        local = Local(node)
        self._function.append(local)
        self._parameters(node.args, local)
        local.gives = self._value_of(node.body)
        self._function.pop()
        self._scope = saved
        return local if local.forwards or local.gives else None

    def _sequence(self, node: Any) -> Optional[Value]:
        before = len(self.uses)
        values = [self._evaluate(element) for element in node.elts]
        self._mark_steps(node.elts, self.uses[before:])
        return Collection(values) if any(value is not None for value in values) else None

    @staticmethod
    def _mark_steps(elements: Sequence[ast.expr], uses: Sequence[Use]) -> None:
        """In a list of transforms, say which work on tensors: those after ``ToTensor()``, all where only tensors do."""
        calls = {id(use.call): use for use in uses if use.kind == "call"}
        steps = [calls.get(id(element)) for element in elements]
        names = [step.path.rpartition(".")[2] if step is not None else "" for step in steps]
        makes = [number for number, name in enumerate(names) if name in MAKE_TENSORS]
        all_take_tensors = not makes and any(name in NEED_TENSORS for name in names)
        for step in steps[makes[0] + 1 :] if makes else steps if all_take_tensors else ():
            if step is not None:
                step.extra["on_tensor"] = True

    def _dict(self, node: ast.Dict) -> Optional[Value]:
        parts: List[Optional[Value]] = []
        items: Dict[str, Item] = {}
        others = []
        for key, value in zip(node.keys, node.values):
            found = self._evaluate(value)
            if type(key) is ast.Constant and type(key.value) is str:
                items[key.value] = Item(found, key, value)
            elif key is not None:
                self._evaluate(key)
                others.append(found)
            else:
                parts += [Keywords(items, self._guards, others), found]
                items, others = {}, []
        last = Keywords(items, self._guards, others)
        return made_of([*parts, last], self._guards) if parts else last

    def _operation(self, node: ast.BinOp) -> Optional[Value]:
        """``base | {"pretrained": True}``, ``resnets + vggs``, ``100 * major + minor`` of a version."""
        sides = self._evaluate(node.left), self._evaluate(node.right)
        if sides == (None, None):
            return None
        if isinstance(node.op, ast.BitOr) and any(map(has_keywords, sides)):
            return made_of(sides, self._guards)
        found = [each for side in sides for each in flat(side) if isinstance(each, Collection)]
        if isinstance(node.op, ast.Add) and found:
            return Collection([value for each in found for value in each.values])
        return told(*sides)

    def _comprehension(self, node: Any) -> Optional[Value]:
        saved, self._scope = self._scope, Scope("function", self._scope)
        for generator in node.generators:
            self._bind_target(generator.target, element(self._evaluate(generator.iter)))
            for condition in generator.ifs:
                self._evaluate(condition)
        if isinstance(node, ast.DictComp):
            self._evaluate(node.key)
            value = self._evaluate(node.value)
        else:
            value = self._evaluate(node.elt)
        self._scope = saved
        return Collection([value]) if value is not None else None

    def _named(self, node: ast.NamedExpr) -> Optional[Value]:
        value = self._value_of(node.value)
        self._bind_target(node.target, value)
        return value


def about(name: str) -> Optional[Version]:
    """What is known of a name that is bound out of sight: nothing, or that it tells of the version."""
    return Version() if ("v" in name or "V" in name) and ABOUT.search(name) else None


def has_version(value: Optional[Value]) -> bool:
    return told(value) is not None


def told(*values: Optional[Value]) -> Optional[Version]:
    """What values tell of the version together: no more than what was asked for where all of them do so."""
    asks = None
    for value in values:
        for each in () if value is None else flat(value):
            found = told(*each.values) if isinstance(each, Collection) else each
            if isinstance(found, Version):
                if not found.asks:
                    return Version()
                asks = found
    return asks


def guards_of(value: Optional[Value]) -> Guards:
    """What is taken care of in a branch on a value, whichever way it goes."""
    found = told(value)
    return NOTHING if found is None else ASKED if found.asks else TOLD


def element(value: Optional[Value]) -> Optional[Value]:
    """What an element of a collection may be."""
    found: List[Optional[Value]] = []
    for each in flat(value):
        if isinstance(each, Collection):
            found += each.values
        else:
            # A part of a version is one still.
            found.append(each if isinstance(each, Version) else None)
    different = [each for number, each in enumerate(found) if each is not None or None not in found[:number]]
    return different[0] if len(different) == 1 else Several(different) if any(different) else None


Expressions._handlers = {
    ast.Constant: Expressions._nothing,
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Subscript: Expressions._subscript,
    ast.BinOp: Expressions._operation,
    ast.Compare: Expressions._compare,
    ast.BoolOp: Expressions._bool,
    ast.UnaryOp: Expressions._unary,
    ast.IfExp: Expressions._if_expression,
    ast.Lambda: Expressions._lambda,
    ast.List: Expressions._sequence,
    ast.Tuple: Expressions._sequence,
    ast.Set: Expressions._sequence,
    ast.Dict: Expressions._dict,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._comprehension,
    ast.NamedExpr: Expressions._named,
}
