"""What an expression stands for; the uses of torchvision in it are noted on the way."""

import ast
import re
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from tvcompat.check.dictionaries import CHANGING, given_to_update, has_keywords, keywords_of, stored, updated, without
from tvcompat.check.scopes import NOTHING, Later, Scope, Scopes
from tvcompat.check.uses import ATTRIBUTE, BRANCH, Use
from tvcompat.check.values import (
    Class,
    Collection,
    Constant,
    Instance,
    Keywords,
    Local,
    Member,
    Members,
    Partial,
    Ref,
    Several,
    TreeModule,
    Value,
    Version,
    flat,
    merged,
)

# Modules whose members are followed; of all but torchvision only a few functions matter.
ROOTS = ("torchvision", "torch", "functools", "importlib", "importlib_metadata", "pkg_resources", "typing", "pytest")

# Transforms that make a tensor of an image, and those that take nothing but tensors.
MAKE_TENSORS = ("ToTensor", "PILToTensor", "ToImage", "ToImageTensor")
NEED_TENSORS = ("Normalize", "RandomErasing", "ConvertImageDtype")

# Functions of torchvision that take the name of a model.
BY_NAME = tuple(
    f"torchvision.models.{module}{name}" for module in ("", "_api.") for name in ("get_model", "get_model_builder")
)

# Functions that give a container with the same things in it.
CONTAINERS = ("sorted", "list", "tuple", "set", "iter", "enumerate", "reversed", "dict")

# Methods of a dictionary that give what is in it.
METHODS = ("get", "pop", "setdefault", "items", "values", "keys", "copy")

# Functions that tell what something takes; a branch on that takes care.
INSPECTING = ("signature", "getfullargspec", "getargspec")

VERSION_FUNCTIONS = ("importlib.metadata.version", "importlib_metadata.version", "pkg_resources.get_distribution")


class Expressions(Scopes):
    """Evaluates expressions, as far as torchvision is concerned."""

    def _walk_later(self, later: Later) -> None:
        """Walk the body of a function before its turn, to know what it returns."""
        raise NotImplementedError

    def _bind_target(self, target: ast.expr, value: Optional[Value], expression: Optional[ast.expr] = None) -> None:
        """Bind what an assignment or a loop gives a value.

        Args:
            target: a name, several, an attribute or an item.
            value: what it is given.
            expression: the whole expression that gives it.
        """
        if isinstance(target, ast.Name):
            self._bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for each, part in zip(target.elts, self._parts(value, len(target.elts))):
                self._bind_target(each, part)
        elif isinstance(target, ast.Starred):
            self._bind_target(target.value, None)
        else:
            self._evaluate(target)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                self._bind_attribute(self._lookup(target.value.id), target.attr, value)
            elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                self._bind_item(target, target.value.id, value, expression)

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
        return [value if has_version(value) and not isinstance(value, Collection) else None] * count

    def _bind_item(
        self, target: ast.Subscript, name: str, value: Optional[Value], expression: Optional[ast.expr]
    ) -> None:
        """``zoo["a"] = models.resnet18`` and ``kwargs["pretrained"] = True``."""
        known = self._lookup(name)
        key = self._string(target.slice)
        if has_keywords(known):
            # The guards of a dictionary are those of where it was made and changed.
            known = (
                without(known, key)
                if key is None or expression is None
                else stored(known, key, target, expression, self._guards)
            )
            self._bind(name, known)
        if any(isinstance(each, (Ref, Member, Partial, Local)) for each in flat(value)):
            self._bind(name, merged(known, Collection([value])))

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
        keywords = keywords_of(node)
        if keywords is not None:
            # Beside what it holds, it may be unpacked.
            made = Keywords(keywords, self._guards)
            return made if value is None else Several([value, made])
        return value

    def _parameters(self, arguments: ast.arguments) -> None:
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
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                self._scope.names[extra.arg] = None

    def _quietly(self, node: ast.expr) -> Optional[Value]:
        count = len(self.uses)
        value = self._evaluate(node)
        del self.uses[count:]
        return value

    def _evaluate(self, node: Any) -> Optional[Value]:
        handler = _EXPRESSIONS.get(type(node))
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
            return None
        names.reverse()
        found = flat(value)
        results = [self._member(each, names, node, surely=len(found) == 1) for each in found]
        return results[0] if len(results) == 1 else Several(results) if any(results) else None

    def _member(self, value: Optional[Value], names: Sequence[str], node: ast.expr, *, surely: bool) -> Optional[Value]:
        """``value.a.b`` for one of the values that a name stands for."""
        for number, name in enumerate(names):
            if isinstance(value, Ref):
                if name == "__dict__":
                    value = Members(value.path)
                elif name == "__version__" and value.path in ("torchvision", "torch"):
                    value = Version(text=value.path == "torchvision")
                elif name in ("__code__", "__annotations__", "__doc__"):
                    # `"weights" in resnet18.__code__.co_varnames`
                    return Version()
                elif name.startswith("__") and name.endswith("__"):
                    return None
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
                return Version(text=value.text and name in ("split", "partition", "rsplit"))
            elif isinstance(value, (Members, Collection)):
                return value if name in METHODS else None
            elif isinstance(value, (Class, Instance)):
                if name == "__init__":
                    value = value.of.init
                elif name != "__class__":
                    value = value.of.member(name)
                    if isinstance(value, Several):
                        rest = names[number + 1 :]
                        found = [self._member(each, rest, node, surely=False) for each in value.values]
                        return Several(found) if any(found) else None
            else:
                return None
        return value

    @staticmethod
    def _of_path(path: str) -> Optional[Value]:
        if path in ("torchvision.__version__", "torchvision.version.__version__", "torch.__version__"):
            return Version(text=path.startswith("torchvision"))
        return Ref(path)

    def _call(self, node: ast.Call) -> Optional[Value]:
        function = self._evaluate(node.func)
        before = len(self.uses)
        arguments = [self._evaluate(argument) for argument in node.args]
        keywords = [(keyword.arg, self._evaluate(keyword.value)) for keyword in node.keywords]
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            self._change(node.func.value.id, node)
        if function is None:
            return self._builtin(node, arguments, keywords)
        if isinstance(function, Ref) and function.path == "torch.nn.Sequential":
            # Modules in a row work on tensors.
            for use in self.uses[before:]:
                if use.call is not None and use.call in node.args:
                    use.extra["on_tensor"] = True
        targets = flat(function)
        result: Optional[Value] = None
        for target in targets:
            result = self._call_of(target, node, arguments, keywords, surely=len(targets) == 1) or result
        return result

    def _change(self, name: str, node: ast.Call) -> None:
        """``kwargs.pop("pretrained")``: a method that may change a dictionary whose items are known."""
        method = last_name(node.func)
        if method in CHANGING:
            known = self._lookup(name)
            if has_keywords(known):
                if method == "update":
                    self._bind(name, updated(known, given_to_update(node), self._guards))
                    return
                key = self._string(node.args[0]) if node.args and method == "pop" else None
                self._bind(name, without(known, key))

    def _builtin(
        self, node: ast.Call, arguments: Sequence[Optional[Value]], keywords: Sequence[Tuple[Optional[str], Any]]
    ) -> Optional[Value]:
        """A call of a name that is bound to nothing of interest: a built-in function, mostly."""
        name = last_name(node.func)
        first = arguments[0] if arguments else None
        if isinstance(node.func, ast.Name):
            if name == "getattr" and len(arguments) >= 2:
                return self._getattr(node, first)
            if name in ("hasattr", "dir") and any(of_torchvision(each) for each in flat(first)):
                return Version()
            if name == "vars" and isinstance(first, Ref):
                return Members(first.path)
            if name == "__import__":
                return self._import_module(node)
            if name == "super" and self._method_of is not None:
                return Instance(self._method_of.parent)
            if name == "eval" and node.args:
                return self._eval(node)
            if name == "dict" and any(value is not None for _, value in keywords):
                return Collection([value for _, value in keywords])
            if name == "float" and isinstance(first, Version) and first.text:
                self._use("version", "torchvision.__version__", node, extra={"form": "float"})
        if name == "optional_import":
            return self._optional_import(node)
        if name == "import_module":
            return self._import_module(node)
        if name in INSPECTING and any(of_torchvision(each) for each in flat(first)):
            return Version()
        if name in CONTAINERS and isinstance(first, (Members, Collection)):
            return first
        if any(has_version(value) for value in (*arguments, *(value for _, value in keywords))):
            # Version(...), parse(...), tuple(map(int, ...)), skipif(...)
            return Version()
        return None

    def _getattr(self, node: ast.Call, base: Optional[Value]) -> Optional[Value]:
        name = self._string(node.args[1])
        results: List[Optional[Value]] = []
        for each in flat(base):
            if isinstance(each, Ref) and name is not None:
                path = f"{each.path}.{name}"
                if path.startswith("torchvision."):
                    saved = self._guards
                    if len(node.args) > 2:
                        self._guards = self._guards | {ATTRIBUTE}
                    self._use("attribute", path, node)
                    self._guards = saved
                value = self._of_path(path)
                results.append(merged(value, Version()) if len(node.args) > 2 else value)
            elif isinstance(each, Ref) and each.path.startswith("torchvision"):
                results.append(Member(each.path))
            elif isinstance(each, (TreeModule, Class, Instance)) and name is not None:
                results.append(self._member(each, [name], node, surely=False))
            else:
                results.append(None)
        return results[0] if len(results) == 1 else Several(results)

    def _eval(self, node: ast.Call) -> Optional[Value]:
        """``eval("models." + arch)``: the program in the text, as far as it is written down."""
        text = self._template(node.args[0])
        if text == CHOSEN or not text.isascii():
            return None
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for inner in ast.walk(tree):
            if hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
        before = len(self.uses)
        value = self._evaluate(_Chosen().visit(tree))
        for use in self.uses[before:]:
            use.extra["out_of_place"] = "it stands in text that is run"
        return value

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

    def _string(self, node: ast.AST) -> Optional[str]:
        """The text of an expression, where it is a literal or a name bound to one."""
        if node.__class__.__name__ == "Index":
            # Python 3.8 wraps what stands in brackets.
            node = node.value  # type: ignore[attr-defined]
        if isinstance(node, ast.Name):
            value = self._lookup(node.id)
            node = value.node if isinstance(value, Constant) else node
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _import_module(self, node: ast.Call) -> Optional[Value]:
        name = self._string(node.args[0]) if node.args else None
        if name is None or name.partition(".")[0] not in ROOTS:
            return None
        if name.startswith("torchvision"):
            self._use("import", name, node, module=True)
        if last_name(node.func) == "__import__" and len(node.args) < 4:
            return Ref(name.partition(".")[0])
        return Ref(name)

    def _optional_import(self, node: ast.Call) -> Optional[Value]:
        """``optional_import("torchvision", name="models")`` gives the thing and whether it is there."""
        module = self._string(node.args[0]) if node.args else None
        if module is None or module.partition(".")[0] != "torchvision":
            return None
        keyword = next((each for each in node.keywords if each.arg == "name"), None)
        name = self._string(keyword.value) if keyword is not None else None
        return Collection([Ref(f"{module}.{name}" if name else module), Version()])

    def _call_of(
        self,
        target: Optional[Value],
        node: ast.Call,
        arguments: Sequence[Optional[Value]],
        keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
        *,
        surely: bool,
    ) -> Optional[Value]:
        """A call of one of the things that the called expression may be."""
        if isinstance(target, Ref):
            if target.path == "functools.partial":
                return self._partial(node, arguments)
            if target.path == "importlib.import_module":
                return self._import_module(node)
            if (
                target.path in VERSION_FUNCTIONS
                and node.args
                and self._string(node.args[0]) in ("torchvision", "torch")
            ):
                return Version(text=self._string(node.args[0]) == "torchvision")
            if target.path.startswith("torchvision.") or target.path == "torch.hub.load":
                self._called(target.path, node, keywords, surely=surely)
                self._forwarded(target, node)
                if target.path in BY_NAME:
                    return self._by_name(target.path, node, keywords, surely=surely)
            elif any(has_version(value) for value in (*arguments, *(value for _, value in keywords))):
                return Version()
        elif isinstance(target, Member):
            self._called(f"{target.namespace}.*", node, keywords, surely=surely, dynamic=True)
            self._forwarded(target, node)
        elif isinstance(target, Members):
            return self._of_members(target, node)
        elif isinstance(target, Collection):
            return self._of_collection(target, node)
        elif isinstance(target, Class):
            if target.init is not None:
                self._call_of(target.init, node, arguments, keywords, surely=surely)
            return Instance(target)
        elif isinstance(target, Partial):
            return self._call_of(target.function, node, arguments, keywords, surely=surely)
        elif isinstance(target, Local):
            self._local_calls.append((target, node, self._guards))
            later = self._by_node.get(id(target.node))
            if later is not None and not later.done:
                self._walk_later(later)
            if target.tells_version:
                return Version()
        elif isinstance(target, Version):
            return Version(text=target.text)
        elif any(has_version(value) for value in arguments):
            return Version()
        return None

    def _by_name(
        self, path: str, node: ast.Call, keywords: Sequence[Tuple[Optional[str], Optional[Value]]], *, surely: bool
    ) -> Optional[Value]:
        """``get_model("resnet50", pretrained=True)`` calls a builder, ``get_model_builder("resnet50")`` is one."""
        named = [keyword for keyword in node.keywords if keyword.arg == "name"]
        given = node.args[0] if node.args else named[0].value if named else None
        if given is None or isinstance(given, ast.Starred):
            return None
        name = self._string(given)
        builder = None if name is None else self._model(name)
        if path.endswith("_builder"):
            return Member("torchvision.models") if name is None else None if builder is None else Ref(builder)
        if name is None or builder is not None:
            rest = [keyword for keyword in node.keywords if keyword.arg != "name"]
            call = ast.Call(func=node.func, args=node.args[1:], keywords=rest)
            ast.copy_location(call, node)
            where = "torchvision.models.*" if builder is None else builder
            self._called(where, call, keywords, surely=surely, dynamic=builder is None, by_name=True)
        return None

    def _of_members(self, members: Members, node: ast.Call) -> Optional[Value]:
        method = last_name(node.func)
        if method in ("get", "pop"):
            return Member(members.namespace)
        if method == "values":
            return Collection([Member(members.namespace)])
        if method == "items":
            return Collection([Collection([None, Member(members.namespace)])])
        return members if method == "copy" else Collection([None])

    @staticmethod
    def _of_collection(collection: Collection, node: ast.Call) -> Optional[Value]:
        method = last_name(node.func)
        if method in ("get", "pop", "setdefault"):
            return element(collection)
        if method == "values":
            return Collection(collection.values)
        if method == "items":
            return Collection([Collection([None, element(collection)])])
        return collection if method == "copy" else None

    def _partial(self, node: ast.Call, arguments: Sequence[Optional[Value]]) -> Optional[Value]:
        function = arguments[0] if arguments else None
        if function is None:
            return None
        targets = flat(function)
        for target in targets:
            path = (
                target.path
                if isinstance(target, Ref)
                else f"{target.namespace}.*"
                if isinstance(target, Member)
                else ""
            )
            if path.startswith("torchvision."):
                call = ast.Call(func=node.args[0], args=node.args[1:], keywords=node.keywords)
                ast.copy_location(call, node)
                self._called(path, call, (), surely=len(targets) == 1, dynamic=isinstance(target, Member), partial=True)
        return Partial(function)

    def _called(
        self,
        path: str,
        node: ast.Call,
        keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
        *,
        surely: bool,
        dynamic: bool = False,
        partial: bool = False,
        by_name: bool = False,
    ) -> None:
        extra: Dict[str, Any] = {"values": dict(keywords)}
        if partial:
            extra["partial"] = True
        if by_name:
            extra["by_name"] = True
        self._use("call", path, node, call=node, surely=surely, dynamic=dynamic, extra=extra)
        for unpacked in self._unpacked(node):
            # The same call once more, with what a dictionary gives.
            stated = [keyword for keyword in node.keywords if keyword.arg is not None]
            call = ast.Call(func=node.func, args=node.args, keywords=[*stated, *unpacked.keywords])
            ast.copy_location(call, node)
            saved, self._guards = self._guards, self._guards | unpacked.guards
            extra = {**extra, "out_of_place": "the argument is given through a dictionary; change it there"}
            self._use("call", path, call, call=call, surely=surely, dynamic=dynamic, extra=extra)
            self._guards = saved

    def _unpacked(self, node: ast.Call) -> List[Keywords]:
        """The dictionaries that a call unpacks, where what they hold is written down."""
        found: List[Keywords] = []
        for keyword in node.keywords:
            if keyword.arg is None:
                value = keyword.value
                own = keywords_of(value)
                values = flat(self._quietly(value)) if own is None else [Keywords(own, self._guards)]
                found += [each for each in values if isinstance(each, Keywords)]
        return found

    def _forwarded(self, target: Value, node: ast.Call) -> None:
        """Note that a function of the file passes its ``**kwargs`` on."""
        if not self._function:
            return
        kwarg = self._function[-1].node.args.kwarg
        if kwarg is None:
            return
        for keyword in node.keywords:
            if keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == kwarg.arg:
                self._function[-1].forwards.append(target)

    def _pass_on(self) -> None:
        """Calls of functions that pass ``**kwargs`` on are calls of what they pass them to."""
        for local, node, guards in self._local_calls:
            if not local.forwards:
                continue
            arguments = local.node.args
            own = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            passed = [keyword for keyword in node.keywords if keyword.arg is not None and keyword.arg not in own]
            if not passed:
                continue
            for target in local.forwards:
                call = ast.Call(func=node.func, args=[], keywords=passed)
                ast.copy_location(call, node)
                path = target.path if isinstance(target, Ref) else f"{target.namespace}.*"  # type: ignore[attr-defined]
                self._guards = guards
                self._use("call", path, call, call=call, dynamic=isinstance(target, Member), extra={"values": {}})
        self._guards = NOTHING

    def _subscript(self, node: ast.Subscript) -> Optional[Value]:
        value = self._evaluate(node.value)
        self._evaluate(node.slice)
        results: List[Optional[Value]] = []
        for each in flat(value):
            if isinstance(each, Members):
                name = self._string(node.slice)
                results.append(Member(each.namespace) if name is None else Ref(f"{each.namespace}.{name}"))
            elif isinstance(each, Collection):
                results.append(element(each))
            elif isinstance(each, Version):
                results.append(Version(text=each.text))
            else:
                results.append(None)
        return results[0] if len(results) == 1 else Several(results)

    def _compare(self, node: ast.Compare) -> Optional[Value]:
        values = [self._evaluate(node.left), *(self._evaluate(each) for each in node.comparators)]
        ordered = any(isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for operator in node.ops)
        texts = [each for each in (node.left, *node.comparators) if isinstance(each, ast.Constant)]
        as_text = any(isinstance(v, Version) and v.text for v in values)
        if ordered and as_text and any(isinstance(each.value, str) for each in texts):
            self._use("version", "torchvision.__version__", node, extra={"form": "text"})
        if any(has_version(value) for value in values):
            return Version()
        member = any(isinstance(operator, (ast.In, ast.NotIn)) for operator in node.ops)
        if member and any(isinstance(value, Members) for value in values):
            return Version()
        return None

    def _bool(self, node: ast.BoolOp) -> Optional[Value]:
        saved = self._guards
        tells = False
        results: List[Optional[Value]] = []
        for operand in node.values:
            results.append(self._evaluate(operand))
            if has_version(results[-1]):
                tells = True
                self._guards = self._guards | {BRANCH}
        self._guards = saved
        if tells:
            return Version()
        # `build or models.resnet18` may be either.
        return Several(results) if any(results) else None

    def _unary(self, node: ast.UnaryOp) -> Optional[Value]:
        return Version() if has_version(self._evaluate(node.operand)) else None

    def _if_expression(self, node: ast.IfExp) -> Optional[Value]:
        tells = has_version(self._evaluate(node.test))
        saved = self._guards
        if tells:
            self._guards = self._guards | {BRANCH}
        value = merged(self._evaluate(node.body), self._evaluate(node.orelse))
        self._guards = saved
        return value if any(flat(value)) else None

    def _lambda(self, node: ast.Lambda) -> Optional[Value]:
        saved, self._scope = self._scope, Scope("function", self._scope)
        local = Local(node)
        self._function.append(local)
        self._parameters(node.args)
        local.tells_version = has_version(self._evaluate(node.body))
        self._function.pop()
        self._scope = saved
        return local if local.forwards or local.tells_version else None

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
        for key in node.keys:
            if key is not None:
                self._evaluate(key)
        values = [self._evaluate(value) for value in node.values]
        return Collection(values) if any(value is not None for value in values) else None

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


# Stands in a template for what is only known at run time.
CHOSEN = "_chosen_at_run_time"


class _Chosen(ast.NodeTransformer):
    """``models._chosen_at_run_time`` -> ``getattr(models, _chosen_at_run_time)``."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if CHOSEN not in node.attr:
            return node
        names = [ast.Name("getattr", ast.Load()), ast.Name(CHOSEN, ast.Load())]
        made = ast.Call(func=names[0], args=[node.value, names[1]], keywords=[])
        for each in (*names, made):
            ast.copy_location(each, node)
        return made


def last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def has_version(value: Optional[Value]) -> bool:
    if value is None:
        return False
    if isinstance(value, Collection):
        return any(has_version(each) for each in value.values)
    return any(isinstance(each, Version) for each in flat(value))


def of_torchvision(value: Optional[Value]) -> bool:
    if isinstance(value, Ref):
        return value.path.partition(".")[0] in ("torchvision", "torch")
    return isinstance(value, (Member, Members))


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


_EXPRESSIONS: Dict[type, Callable[[Expressions, Any], Optional[Value]]] = {
    ast.Constant: Expressions._nothing,
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Call: Expressions._call,
    ast.Subscript: Expressions._subscript,
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
