"""Calls of names that are bound to nothing of interest: built-in functions, and helpers known by their name."""

import ast
from typing import TYPE_CHECKING, List, Optional

from tvcompat.check.analysis.conditions import PRESENCE_CHECK
from tvcompat.check.analysis.configured import NAMING_KEYS, record
from tvcompat.check.analysis.definitions import Instance, UserClass
from tvcompat.check.analysis.dependence import dependence
from tvcompat.check.analysis.dictionaries import has_keywords, made_of, pairs
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.facts import FOLLOWED_PACKAGES, Facts
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.text import CHOSEN
from tvcompat.check.analysis.uses import IN_TEXT, AttributeUse, CallUse, ImportUse, NameUse, TextUse, VersionTestUse
from tvcompat.check.analysis.values import (
    Collection,
    DictItem,
    DynamicMember,
    KnownDict,
    Made,
    NamespaceDict,
    ProjectModule,
    Ref,
    Value,
    VersionValue,
    alternatives,
    element_of,
    is_torchvision,
    join,
    last_name,
    union_of,
)
from tvcompat.check.analysis.versions import comparing, satisfying

if TYPE_CHECKING:
    from tvcompat.check.analysis.calls import Call
    from tvcompat.check.analysis.expressions import Evaluator

# Functions that return a dictionary of their arguments.
MAPPINGS = ("dict", "OrderedDict")

# Functions that return a container with the same elements.
CONTAINERS = ("sorted", "list", "tuple", "set", "iter", "enumerate", "reversed", *MAPPINGS)

# Functions that return the object at a full path: of pydoc, pkgutil, Hydra, Django and others.
LOCATING = ("locate", "resolve_name", "get_class", "get_method", "get_object", "import_string", "import_object")

# Functions that replace what a text names, of mock and pytest.
PATCHING = ("patch", "setattr", "delattr")

# Functions that inspect signatures; a branch on their result handles the case.
INSPECTING = ("signature", "getfullargspec", "getargspec")


class Builtins:
    """Evaluates calls of functions that are known by their name alone."""

    def __init__(self, env: Environment, recorder: Recorder, facts: Facts, evaluator: "Evaluator") -> None:
        self._env, self._recorder, self._facts, self._evaluator = env, recorder, facts, evaluator

    def call(self, call: "Call") -> Optional[Value]:
        """Return the result of calling a name that is bound to nothing of interest."""
        node, first = call.node, call.first
        name = last_name(node.func)
        self._record_stand_ins(node)
        if isinstance(node.func, ast.Name):
            is_known, value = self._builtin(name, call)
            if is_known:
                return value
        if name in MAPPINGS and not isinstance(first, NamespaceDict):
            return self.dictionary(call)
        if name == "join" and isinstance(first, VersionValue) and first.is_text:
            # `".".join(version.split(".")[:2])`
            return VersionValue(is_text=True, is_presence=first.is_presence)
        if name == "optional_import":
            return self._optional_import(node)
        if name in PATCHING and node.args:
            self._record_patched(node)
        if name in LOCATING and node.args:
            path = self._evaluator.texts.literal(node.args[0])
            if path is not None and path.startswith("torchvision."):
                self._recorder.use(AttributeUse(path, node, self._env.condition))
                return self._evaluator.members.of_path(path)
        if name == "import_module":
            return self.import_module(node)
        if name in INSPECTING and any(is_torchvision(each) for each in alternatives(first)):
            return VersionValue()
        if name in CONTAINERS and any(isinstance(each, (NamespaceDict, Collection)) for each in alternatives(first)):
            return first
        if name in ("copy", "deepcopy") and has_keywords(first):
            return first
        # Version(...), parse(...), tuple(map(int, ...)), skipif(...)
        return dependence(*call.everything) or self._version_check(node)

    def _record_patched(self, node: ast.Call) -> None:
        """Record the name of ``mock.patch("torchvision.models.resnet18")``, which has to be there to be replaced."""
        path = self._evaluator.texts.literal(node.args[0])
        if path is None or not path.startswith("torchvision."):
            return
        if not any(keyword.arg in ("create", "raising") for keyword in node.keywords):
            use = TextUse(path, node.args[0], self._env.condition)
            use.indirect = IN_TEXT
            self._recorder.use(use)

    def _builtin(self, name: str, call: "Call") -> "tuple[bool, Optional[Value]]":
        """Return whether a plain name is a built-in function that is followed, and what its call gives."""
        node, first = call.node, call.first
        if name == "getattr" and len(call.arguments) >= 2:
            return True, self._getattr(node, first)
        if name == "hasattr" and len(node.args) == 2:
            if any(is_torchvision(each) for each in alternatives(first)):
                return True, self._evaluator.is_there(node.args[1])
            if any(map(_has_members_of_torchvision, alternatives(first))):
                # It may be there for many reasons; this says nothing of other names.
                return True, VersionValue(is_presence=True)
        if name in ("vars", "dir") and isinstance(first, Ref):
            return True, NamespaceDict(first.path)
        if name == "setattr" and len(node.args) == 3 and isinstance(first, (Ref, Made)):
            attribute = self._evaluator.texts.literal(node.args[1])
            if attribute is not None and first.path.startswith("torchvision"):
                self._recorder.provided(f"{first.path}.{attribute}")
        if name == "setattr" and len(node.args) == 3 and isinstance(first, (UserClass, Instance)):
            self._set_attribute(first.of, node.args[1], call.arguments[2])
        if name == "__import__":
            return True, self.import_module(node)
        if name == "super" and self._env.method_of is not None:
            return True, Instance(self._env.method_of.parent)
        if name == "eval" and node.args:
            return True, self._eval(node)
        if name == "zip" and any(call.arguments):
            return True, Collection([Collection([element_of(each) for each in call.arguments])])
        if name == "float" and isinstance(first, VersionValue) and first.is_text and not self._is_whole(node):
            self._recorder.use(VersionTestUse(node, self._env.condition, is_float=True))
        return False, None

    def _set_attribute(self, owner: UserClass, name: ast.expr, value: Optional[Value]) -> None:
        """Bind what ``setattr(self, "transform", halve)`` binds; under a name chosen at run time it may be anything."""
        attribute = self._evaluator.texts.literal(name)
        if attribute is None:
            owner.declared = (*owner.declared, None)
        else:
            attributes = owner.attributes
            attributes[attribute] = join(attributes[attribute], value) if attribute in attributes else value

    def dictionary(self, call: "Call") -> Optional[Value]:
        """Return what ``dict(base, pretrained=True)`` gives."""
        condition = self._env.condition
        named = {each.arg: (each, each.value) for each in call.node.keywords if each.arg is not None}
        if any(key in named for key in NAMING_KEYS) and not self._recorder.is_silent:
            record(named, call.node, condition, self._recorder, self._facts)
        parts = [
            value if given.arg is None else KnownDict({given.arg: DictItem(value, given, given.value)}, condition)
            for given, (_, value) in zip(call.node.keywords, call.keywords)
        ]
        return made_of([*map(pairs, call.arguments), *parts], condition)

    def import_module(self, node: ast.Call) -> Optional[Value]:
        """Return what ``import_module("torchvision.models")`` and ``__import__`` give."""
        name = self._evaluator.texts.literal(node.args[0]) if node.args else None
        if name is None or name.partition(".")[0] not in FOLLOWED_PACKAGES:
            return None
        if name.startswith("torchvision"):
            self._recorder.use(ImportUse(name, node, self._env.condition, is_module=True))
        if last_name(node.func) == "__import__" and len(node.args) < 4:
            return Ref(name.partition(".")[0])
        return Ref(name)

    def _record_stand_ins(self, node: ast.Call) -> None:
        """Record what ``sys.modules.setdefault("torchvision.models.utils", stand_in)`` and ``update`` provide."""
        held = node.func.value if isinstance(node.func, ast.Attribute) else None
        if held is None or last_name(held) != "modules" or not node.args:
            return
        keys = node.args[0].keys if isinstance(node.args[0], ast.Dict) else node.args[:1]
        for key in keys if last_name(node.func) in ("setdefault", "update") else ():
            path = self._evaluator.texts.literal(key) if key is not None else None
            if path is not None and path.startswith("torchvision."):
                self._recorder.provided(path)

    def _is_whole(self, node: ast.Call) -> bool:
        """Return whether ``float()`` is given one number of the version on every release, as ``split(".")[1]`` is."""
        found = None if self._recorder.is_silent else self._evaluator.by_release(node.args[0])
        return found is not None and all(isinstance(each, str) and each.isdigit() for each in found)

    def _version_check(self, node: ast.Call) -> Optional[VersionValue]:
        """Evaluate ``RequirementCache("torchvision>=0.13")``, ``compare_version("torchvision", ge, "0.13")``."""
        literal = self._evaluator.texts.literal
        name = literal(node.args[0]) if node.args else None
        if name is None or not name.startswith("torchvision"):
            return None
        versions = self._facts.versions("torchvision")
        if set(name) & set("<>=~!"):
            return VersionValue(by_release=satisfying(name, versions))
        others = [literal(each) for each in (*node.args[1:], *(keyword.value for keyword in node.keywords))]
        if not any(other is not None and other[:1].isdigit() for other in others):
            return None
        if name == "torchvision" and len(node.args) == 3 and others[1] is not None:
            return VersionValue(by_release=comparing(last_name(node.args[1]), others[1], versions))
        return VersionValue()

    def _getattr(self, node: ast.Call, base: Optional[Value]) -> Optional[Value]:
        name = self._evaluator.texts.literal(node.args[1])
        has_default = len(node.args) > 2
        results: List[Optional[Value]] = []
        for each in alternatives(base):
            value: Optional[Value] = None
            if isinstance(each, Ref) and (name is not None or each.path.startswith("torchvision")):
                if name is None:
                    value = DynamicMember(each.path)
                else:
                    path = f"{each.path}.{name}"
                    if path.startswith("torchvision."):
                        condition = self._env.condition & PRESENCE_CHECK if has_default else self._env.condition
                        self._recorder.use(AttributeUse(path, node, condition))
                    value = self._evaluator.members.of_path(path)
                if has_default:
                    value = join(value, self._evaluator.is_there(node.args[1]))
            elif isinstance(each, (ProjectModule, UserClass, Instance)) and name is not None:
                value = self._evaluator.members.member(each, [name], node, is_certain=False)
            elif isinstance(each, Made) and name is not None and not has_default:
                self._evaluator.members.member(each, [name], node, is_certain=True)
            if has_default and value is None and name is not None and _has_members_of_torchvision(each):
                # `getattr(self, "resample", None)` tells whether it is there.
                value = VersionValue(is_presence=True)
            results.append(value)
        return union_of(results)

    def _eval(self, node: ast.Call) -> Optional[Value]:
        """Evaluate ``eval("models." + arch)``: the program in the text, as far as it is written down."""
        text = self._evaluator.texts.template(node.args[0])
        if text == CHOSEN or not text.isascii():
            return None
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for inner in ast.walk(tree):
            if hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
        before = self._recorder.position()
        value = self._evaluator.evaluate(_Chosen().visit(tree))
        for use in self._recorder.since(before):
            if isinstance(use, (CallUse, NameUse)):
                use.indirect = IN_TEXT
        return value

    def _optional_import(self, node: ast.Call) -> Optional[Value]:
        """Return what ``optional_import("torchvision", name="models")`` gives: the thing and whether it is there."""
        literal = self._evaluator.texts.literal
        module = literal(node.args[0]) if node.args else None
        if module is None or module.partition(".")[0] != "torchvision":
            return None
        keyword = next((each for each in node.keywords if each.arg == "name"), None)
        name = literal(keyword.value) if keyword is not None else None
        return Collection([Ref(f"{module}.{name}" if name else module), VersionValue()])


def _has_members_of_torchvision(value: Optional[Value]) -> bool:
    """Return whether something is an instance of torchvision's, or a class that inherits from one of torchvision's."""
    if isinstance(value, (UserClass, Instance)):
        return value.of.is_torchvision
    return isinstance(value, Made) and value.path.startswith("torchvision.")


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
