"""What a call stands for, and what it passes on to torchvision."""

import ast
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from tvcompat.check.arguments import BY_NAME
from tvcompat.check.dictionaries import (
    CHANGING,
    has_keywords,
    made_of,
    pairs,
    updated,
    with_default,
    without,
)
from tvcompat.check.expressions import CHOSEN, ROOTS, Expressions, element, told
from tvcompat.check.scopes import NOTHING, Later
from tvcompat.check.uses import ATTRIBUTE, Guards
from tvcompat.check.values import (
    Class,
    Collection,
    Forward,
    Instance,
    Item,
    Keywords,
    Local,
    Member,
    Members,
    Partial,
    Ref,
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
from tvcompat.check.versions import comparing, satisfying

# Functions that give a dictionary of what they are given.
MAPPINGS = ("dict", "OrderedDict")

# Those that give a container with the same things in it.
CONTAINERS = ("sorted", "list", "tuple", "set", "iter", "enumerate", "reversed", *MAPPINGS)

# Functions that give what a full path names: of pydoc, pkgutil, Hydra, Django and others.
LOCATING = ("locate", "resolve_name", "get_class", "get_method", "get_object", "import_string", "import_object")

# Functions that tell what something takes; a branch on that takes care.
INSPECTING = ("signature", "getfullargspec", "getargspec")

IN_DICTIONARY = "the argument is given through a dictionary; change it there"

VERSION_FUNCTIONS = ("importlib.metadata.version", "importlib_metadata.version", "pkg_resources.get_distribution")


class Calls(Expressions):
    """Evaluates calls, and notes which of them are torchvision's."""

    def _call(self, node: ast.Call) -> Optional[Value]:
        function = self._evaluate(node.func)
        before = len(self.uses)
        arguments = [self._evaluate(argument) for argument in node.args]
        keywords = [(keyword.arg, self._evaluate(keyword.value)) for keyword in node.keywords]
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            self._change(node.func.value.id, node, arguments, keywords)
        if function is None:
            return self._builtin(node, arguments, keywords)
        if isinstance(function, Ref) and function.path == "torch.nn.Sequential":
            # Modules in a row work on tensors.
            for use in self.uses[before:]:
                if use.call is not None and use.call in node.args:
                    use.extra["on_tensor"] = True
        targets = flat(function)
        surely = len(targets) == 1
        results = [self._call_of(target, node, arguments, keywords, surely=surely) for target in targets]
        return results[0] if surely else Several(results) if any(results) else None

    def _change(
        self,
        name: str,
        node: ast.Call,
        arguments: Sequence[Optional[Value]],
        keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
    ) -> None:
        """``kwargs.pop("pretrained")``: a method that may change a dictionary whose items are known."""
        method = last_name(node.func)
        if method in CHANGING:
            known = self._lookup(name)
            if has_keywords(known):
                if method == "update":
                    whole = [*arguments, *(value for key, value in keywords if key is None)]
                    given = self._dictionary(node, arguments, keywords) if all(map(has_keywords, whole)) else None
                    self._bind(name, updated(known, given))
                    return
                key = self._string(node.args[0]) if node.args else None
                if method == "setdefault" and key is not None and len(node.args) == 2:
                    self._bind(name, with_default(known, key, Item(arguments[1], *node.args), self._guards))
                else:
                    self._bind(name, without(known, key if method == "pop" else None))

    def _dictionary(
        self,
        node: ast.Call,
        arguments: Sequence[Optional[Value]],
        keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
    ) -> Optional[Value]:
        """What ``dict(base, pretrained=True)`` gives."""
        parts = [
            value if given.arg is None else Keywords({given.arg: Item(value, given, given.value)}, self._guards)
            for given, (_, value) in zip(node.keywords, keywords)
        ]
        return made_of([*map(pairs, arguments), *parts], self._guards)

    def _builtin(
        self, node: ast.Call, arguments: Sequence[Optional[Value]], keywords: Sequence[Tuple[Optional[str], Any]]
    ) -> Optional[Value]:
        """A call of a name that is bound to nothing of interest: a built-in function, mostly."""
        name = last_name(node.func)
        first = arguments[0] if arguments else None
        self._provide_modules(node)
        if isinstance(node.func, ast.Name):
            if name == "getattr" and len(arguments) >= 2:
                return self._getattr(node, first)
            if name == "hasattr" and len(node.args) == 2 and any(of_torchvision(each) for each in flat(first)):
                return self._asked(node.args[1])
            if name in ("vars", "dir") and isinstance(first, Ref):
                return Members(first.path)
            if name == "setattr" and len(node.args) == 3 and isinstance(first, Ref):
                attribute = self._string(node.args[1])
                if attribute is not None and first.path.startswith("torchvision"):
                    self._provided.add(f"{first.path}.{attribute}")
            if name == "__import__":
                return self._import_module(node)
            if name == "super" and self._method_of is not None:
                return Instance(self._method_of.parent)
            if name == "eval" and node.args:
                return self._eval(node)
            if name == "zip" and any(arguments):
                return Collection([Collection([element(each) for each in arguments])])
            if name == "float" and isinstance(first, Version) and first.text and not self._is_whole(node):
                self._use("version", "torchvision.__version__", node, extra={"form": "float"})
        if name == "join" and isinstance(first, Version) and first.text:
            # `".".join(version.split(".")[:2])`
            return Version(text=True, asks=first.asks)
        if name in MAPPINGS and not isinstance(first, Members):
            return self._dictionary(node, arguments, keywords)
        if name == "optional_import":
            return self._optional_import(node)
        if name in LOCATING and node.args:
            path = self._string(node.args[0])
            if path is not None and path.startswith("torchvision."):
                self._use("attribute", path, node)
                return self._of_path(path)
        if name == "import_module":
            return self._import_module(node)
        if name in INSPECTING and any(of_torchvision(each) for each in flat(first)):
            return Version()
        if name in CONTAINERS and any(isinstance(each, (Members, Collection)) for each in flat(first)):
            return first
        if name in ("copy", "deepcopy") and has_keywords(first):
            return first
        # Version(...), parse(...), tuple(map(int, ...)), skipif(...)
        return told(*arguments, *(value for _, value in keywords)) or self._asks_for_version(node)

    def _provide_modules(self, node: ast.Call) -> None:
        """``sys.modules.setdefault("torchvision.models.utils", stand_in)``, and ``update`` of a dictionary."""
        held = node.func.value if isinstance(node.func, ast.Attribute) else None
        if held is None or last_name(held) != "modules" or not node.args:
            return
        keys = node.args[0].keys if isinstance(node.args[0], ast.Dict) else node.args[:1]
        for key in keys if last_name(node.func) in ("setdefault", "update") else ():
            path = self._string(key) if key is not None else None
            if path is not None and path.startswith("torchvision."):
                self._provided.add(path)

    def _is_whole(self, node: ast.Call) -> bool:
        """Whether ``float()`` is given one number of the version on every release: ``version.split(".")[1]``."""
        found = None if self._quiet else self._conditions().each(node.args[0], len(self._versions("torchvision")))
        return found is not None and all(isinstance(each, str) and each.isdigit() for each in found)

    def _asks_for_version(self, node: ast.Call) -> Optional[Version]:
        """``RequirementCache("torchvision>=0.13")``, ``compare_version("torchvision", operator.ge, "0.13")``."""
        name = self._string(node.args[0]) if node.args else None
        if name is None or not name.startswith("torchvision"):
            return None
        if set(name) & set("<>=~!"):
            return Version(each=satisfying(name, self._versions("torchvision")))
        others = [self._string(each) for each in (*node.args[1:], *(keyword.value for keyword in node.keywords))]
        if not any(other is not None and other[:1].isdigit() for other in others):
            return None
        if name == "torchvision" and len(node.args) == 3 and others[1] is not None:
            return Version(each=comparing(last_name(node.args[1]), others[1], self._versions("torchvision")))
        return Version()

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
                results.append(merged(value, self._asked(node.args[1])) if len(node.args) > 2 else value)
            elif isinstance(each, Ref) and each.path.startswith("torchvision"):
                member = Member(each.path)
                results.append(merged(member, self._asked(node.args[1])) if len(node.args) > 2 else member)
            elif isinstance(each, (TreeModule, Class, Instance)) and name is not None:
                results.append(self._member(each, [name], node, surely=False))
            else:
                results.append(None)
        return either(results)

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
                return self._partial(node, arguments, keywords)
            if target.path == "importlib.import_module":
                return self._import_module(node)
            if (
                target.path in VERSION_FUNCTIONS
                and node.args
                and self._string(node.args[0]) in ("torchvision", "torch")
            ):
                return self._version_of(str(self._string(node.args[0])))
            if target.path.startswith("torchvision.") or target.path == "torch.hub.load":
                values = _by_node(node, arguments, keywords)
                self._called(target.path, node, values, surely=surely)
                self._forwarded(target, node, values)
                if target.path in BY_NAME:
                    return self._by_name(target.path, node, values, surely=surely)
            else:
                return told(*arguments, *(value for _, value in keywords))
        elif isinstance(target, Member):
            values = _by_node(node, arguments, keywords)
            self._called(f"{target.namespace}.*", node, values, surely=surely, dynamic=True)
            self._forwarded(target, node, values)
        elif isinstance(target, (Members, Collection)):
            return self._of_dictionary(target, node)
        elif isinstance(target, Class):
            if target.init is not None:
                self._call_of(target.init, node, arguments, keywords, surely=surely)
            return Instance(target)
        elif isinstance(target, Unbound):
            if node.args and not isinstance(node.args[0], ast.Starred):
                call = ast.Call(func=node.func, args=node.args[1:], keywords=node.keywords)
                ast.copy_location(call, node)
                return self._call_of(target.function, call, arguments[1:], keywords, surely=surely)
        elif isinstance(target, Partial):
            return self._call_of(target.function, node, arguments, keywords, surely=surely)
        elif isinstance(target, Local):
            unpacks = any(each.arg is None for each in node.keywords)
            values = _by_node(node, arguments, keywords) if unpacks else {}
            if unpacks:
                self._forwarded(target, node, values)
            self._local_calls.append((target, node, self._guards, _unpacked(node, values)))
            later = self._by_node.get(id(target.node))
            if later is not None and not later.done:
                self._give(later, arguments, keywords)
            return self._given_by(target)
        elif isinstance(target, Version):
            return Version(text=target.text, asks=target.asks, each=target.each if not node.args else None)
        else:
            return told(*arguments)
        return None

    @staticmethod
    def _give(
        later: Later,
        arguments: Sequence[Optional[Value]],
        keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
    ) -> None:
        """Note which parameters of a function a call gives something of torchvision, such as a builder."""
        taken = later.node.args
        names = [each.arg for each in (*taken.posonlyargs, *taken.args)]
        if later.takes_instance:
            names = names[1:]
        known = {*names, *(each.arg for each in taken.kwonlyargs)}
        for name, value in (*zip(names, arguments), *keywords):
            if name in known and value is not None and is_given(value):
                later.give(str(name), value)

    def _by_name(self, path: str, node: ast.Call, values: Dict[int, Value], *, surely: bool) -> Optional[Value]:
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
            self._called(where, call, values, surely=surely, dynamic=builder is None, by_name=True)
        return None

    def _of_dictionary(self, held: Union[Members, Collection], node: ast.Call) -> Optional[Value]:
        """``models.__dict__.items()``, ``builders.get(name)``: what a method of a dictionary gives."""
        method = last_name(node.func)
        one = Member(held.namespace) if isinstance(held, Members) else element(held)
        if method in ("get", "pop", "setdefault"):
            return self._item(held, node.args[0]) if isinstance(held, Collection) and node.args else one
        if method == "values":
            return Collection([one]) if isinstance(held, Members) else Collection(held.values)
        if method == "items":
            return Collection([Collection([None, one])])
        return held if method == "copy" else None

    def _partial(
        self,
        node: ast.Call,
        arguments: Sequence[Optional[Value]],
        keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
    ) -> Optional[Value]:
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
                values, sure = _by_node(node, arguments, keywords), len(targets) == 1
                self._called(path, call, values, surely=sure, dynamic=isinstance(target, Member), partial=True)
        return Partial(function)

    def _called(
        self,
        path: str,
        node: ast.Call,
        values: Dict[int, Value],
        *,
        surely: bool,
        dynamic: bool = False,
        partial: bool = False,
        by_name: bool = False,
    ) -> None:
        extra: Dict[str, Any] = {"values": values}
        if partial:
            extra["partial"] = True
        if by_name:
            extra["by_name"] = True
        self._use("call", path, node, call=node, surely=surely, dynamic=dynamic, extra=extra)
        for unpacked in _unpacked(node, values):
            # The same call once more, with what a dictionary gives.
            stated = [keyword for keyword in node.keywords if keyword.arg is not None]
            keywords = unpacked.keywords()
            call = ast.Call(func=node.func, args=node.args, keywords=[*stated, *keywords])
            ast.copy_location(call, node)
            saved, self._guards = self._guards, self._guards | unpacked.guards
            values = {**values, **_values_in(unpacked, keywords)}
            extra = {**extra, "values": values, "out_of_place": IN_DICTIONARY}
            self._use("call", path, call, call=call, surely=surely, dynamic=dynamic, extra=extra)
            self._guards = saved

    def _forwarded(self, target: Value, node: ast.Call, values: Dict[int, Value]) -> None:
        """Note that a function of the file passes its ``**kwargs`` on."""
        unpacked = [keyword for keyword in node.keywords if keyword.arg is None]
        own = frozenset(keyword.arg for keyword in node.keywords if keyword.arg is not None) if unpacked else NOTHING
        for keyword in unpacked:
            found = flat(values.get(id(keyword.value)))
            if self._quiet or not all(isinstance(each, Keywords) for each in found):
                # It may have been made anew, or names that nobody knows were taken out.
                continue
            ways = [(each, each.rest) for each in found if isinstance(each, Keywords) and each.rest is not None]
            # A name that is taken out on one way only was asked for first, mostly.
            taken = own.union(*(rest.taken for _, rest in ways))
            for local in dict.fromkeys(rest.of for _, rest in ways):
                guards = self._guards.union(*(each.guards for each, _ in ways))
                local.forwards.append(Forward(target, taken, guards))

    def _pass_on(self) -> None:
        """Calls of functions that pass ``**kwargs`` on are calls of what they pass them to."""
        for local, node, guards, unpacked in self._local_calls:
            stated = [keyword for keyword in node.keywords if keyword.arg is not None]
            if not local.forwards or not (stated or unpacked):
                continue
            for target, taken, care in local.reached():
                path = target.path if isinstance(target, Ref) else f"{target.namespace}.*"
                ways: List[Tuple[List[ast.keyword], Guards, Dict[str, Any]]] = []
                ways.append(([keyword for keyword in stated if keyword.arg not in taken], guards | care, {}))
                for each in unpacked:
                    passed = each.keywords(taken)
                    extra = {"values": _values_in(each, passed), "out_of_place": IN_DICTIONARY}
                    ways.append((passed, guards | care | each.guards, extra))
                for passed, self._guards, extra in ways:
                    if passed:
                        call = ast.Call(func=node.func, args=[], keywords=passed)
                        ast.copy_location(call, node)
                        self._use("call", path, call, call=call, dynamic=isinstance(target, Member), extra=extra)
        self._guards = NOTHING


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


def _by_node(
    node: ast.Call,
    arguments: Sequence[Optional[Value]],
    keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
) -> Dict[int, Value]:
    """What the arguments of a call stand for, by their expressions."""
    pairs = [*zip(node.args, arguments), *zip((each.value for each in node.keywords), (value for _, value in keywords))]
    return {id(given): value for given, value in pairs if value is not None}


def _unpacked(node: ast.Call, values: Dict[int, Value]) -> List[Keywords]:
    """The dictionaries that a call unpacks, where what they hold is written down.

    Args:
        node: the call.
        values: what its arguments stand for.
    """
    given = [value for each in node.keywords if each.arg is None for value in flat(values.get(id(each.value)))]
    return [value for value in given if isinstance(value, Keywords) and value.items]


def _values_in(held: Keywords, keywords: Sequence[ast.keyword]) -> Dict[int, Value]:
    """What items of a dictionary stand for, by their expressions."""
    found = ((keyword.value, held.items[str(keyword.arg)].value) for keyword in keywords)
    return {id(given): value for given, value in found if value is not None}


def is_given(value: Value) -> bool:
    """Whether a function may do something with torchvision that is called with this."""
    return any(
        isinstance(each, (Member, Members, Partial)) or (isinstance(each, Ref) and each.path.startswith("torchvision."))
        for each in flat(value)
    )


def of_torchvision(value: Optional[Value]) -> bool:
    if isinstance(value, Ref):
        return value.path.partition(".")[0] in ("torchvision", "torch")
    return isinstance(value, (Member, Members))


Calls._handlers = {**Expressions._handlers, ast.Call: Calls._call}
