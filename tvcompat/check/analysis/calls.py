"""Calls: what they return, and which of them are torchvision's."""

import ast
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from tvcompat.check.analysis.branches import Branch, excluding, possible, within
from tvcompat.check.analysis.builtins import Builtins
from tvcompat.check.analysis.conditions import ALWAYS, Condition, only_on
from tvcompat.check.analysis.definitions import Instance, UserClass, UserFunction
from tvcompat.check.analysis.dependence import dependence
from tvcompat.check.analysis.dictionaries import CHANGING, has_keywords, updated, with_default, without
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.facts import BY_NAME, Facts
from tvcompat.check.analysis.forwarding import note_forward
from tvcompat.check.analysis.functions import FunctionBodies
from tvcompat.check.analysis.images import CONVERTING, MAKING_IMAGES, OF_TENSORS_ALONE, SAME_KIND, TENSOR, kind_of
from tvcompat.check.analysis.recorder import Recorder, UserCall
from tvcompat.check.analysis.uses import IN_DICTIONARY, AttributeUse, CallUse, Use
from tvcompat.check.analysis.values import (
    Collection,
    DictItem,
    DynamicMember,
    KnownDict,
    Made,
    NamespaceDict,
    Partial,
    Ref,
    UnboundMethod,
    Value,
    VersionValue,
    alternatives,
    element_of,
    is_class,
    last_name,
    releases_of,
)
from tvcompat.check.analysis.values import Union as UnionValue

if TYPE_CHECKING:
    from tvcompat.check.analysis.expressions import Evaluator

VERSION_FUNCTIONS = ("importlib.metadata.version", "importlib_metadata.version", "pkg_resources.get_distribution")

# Packages that make images and tensors: what they are matters where they are passed on.
MAKING = ("torch.", "PIL.Image.")


class Call(NamedTuple):
    """A call, with what its arguments stand for.

    Attributes:
        node: the call.
        arguments: what the positional arguments stand for.
        keywords: names and values of the others; the name is ``None`` if a dictionary is unpacked.
    """

    node: ast.Call
    arguments: Sequence[Optional[Value]]
    keywords: Sequence[Tuple[Optional[str], Optional[Value]]]

    @property
    def first(self) -> Optional[Value]:
        """What the first argument stands for."""
        return self.arguments[0] if self.arguments else None

    @property
    def everything(self) -> List[Optional[Value]]:
        """What all arguments stand for."""
        return [*self.arguments, *(value for _, value in self.keywords)]

    def values(self) -> Dict[int, Value]:
        """Return what the arguments stand for, by the identity of their expressions."""
        found = {id(each): value for each, value in zip(self.node.args, self.arguments) if value is not None}
        for given, (_, value) in zip(self.node.keywords, self.keywords):
            if value is not None:
                found[id(given.value)] = value
        return found

    def unpacked(self) -> List[KnownDict]:
        """Return the dictionaries that the call unpacks, where what they hold is written down."""
        given = [value for name, held in self.keywords if name is None for value in alternatives(held)]
        return [value for value in given if isinstance(value, KnownDict) and value.items]

    def without_first(self) -> "Call":
        """Return the call that is left when the first argument is taken by something else."""
        node = ast.Call(func=self.node.func, args=self.node.args[1:], keywords=self.node.keywords)
        return Call(ast.copy_location(node, self.node), self.arguments[1:], self.keywords)


class CallEvaluator:
    """Evaluates calls."""

    def __init__(
        self, env: Environment, recorder: Recorder, facts: Facts, bodies: FunctionBodies, evaluator: "Evaluator"
    ) -> None:
        self._env, self._recorder, self._facts, self._bodies = env, recorder, facts, bodies
        self._evaluator = evaluator
        self._builtins = Builtins(env, recorder, facts, evaluator)
        # Constructors of transforms, by the identity of the call.
        self._transforms: Dict[int, CallUse] = {}

    def evaluate(self, node: ast.Call) -> Optional[Value]:
        """Return the result of a call, and record it if it is one of torchvision's."""
        evaluate = self._evaluator.evaluate
        first = self._recorder.position()
        function = evaluate(node.func)
        before = self._recorder.position()
        arguments = [evaluate(argument) for argument in node.args]
        call = Call(node, arguments, [(keyword.arg, evaluate(keyword.value)) for keyword in node.keywords])
        if before > first:
            self._note_called(call, self._recorder.since(first)[: before - first])
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in CHANGING
            and isinstance(node.func.value, ast.Name)
        ):
            self._change_dictionary(node.func.value.id, call)
        if function is None:
            found = self._builtins.call(call)
            if found is None and isinstance(node.func, ast.Attribute) and node.func.attr in OF_TENSORS_ALONE:
                return Made(f"{TENSOR}.{node.func.attr}", node)
            return found
        if isinstance(function, Ref) and function.path == "torch.nn.Sequential":
            # The modules of nn.Sequential work on tensors.
            for use in self._recorder.since(before):
                if isinstance(use, CallUse) and use.call in node.args:
                    use.on_tensor = True
        targets = alternatives(function)
        if self._env.branch:
            targets = tuple(possible(targets, self._env.branch))
        is_certain = len(targets) == 1
        results = []
        for target in targets:
            releases = None if is_certain else releases_of(target)
            with self._env.under(ALWAYS if releases is None else only_on(releases)):
                results.append(self._call_of(target, call, is_certain=is_certain or releases is not None))
        return results[0] if is_certain else UnionValue(results) if any(results) else None

    @staticmethod
    def _note_called(call: Call, uses: Sequence[Use]) -> None:
        """Tell the use of an attribute how it is called."""
        for use in uses:
            if isinstance(use, AttributeUse) and use.node is call.node.func:
                use.call, use.values = call.node, call.values()

    def _change_dictionary(self, name: str, call: Call) -> None:
        """Follow ``kwargs.pop("pretrained")``: a method that may change a dictionary whose items are known."""
        method, known = last_name(call.node.func), self._env.lookup(name)
        if not has_keywords(known):
            return
        if method == "update":
            whole = [*call.arguments, *(value for key, value in call.keywords if key is None)]
            given = self._builtins.dictionary(call) if all(map(has_keywords, whole)) else None
            self._env.bind(name, updated(known, given))
            return
        args = call.node.args
        key = self._evaluator.texts.literal(args[0]) if args else None
        if method == "setdefault" and key is not None and len(args) == 2:
            item = DictItem(call.arguments[1], args[0], args[1])
            self._env.bind(name, with_default(known, key, item, self._env.condition))
        else:
            self._env.bind(name, without(known, key if method == "pop" else None))

    def _call_of(self, target: Optional[Value], call: Call, *, is_certain: bool) -> Optional[Value]:
        """Return the result of calling one of the things that the called expression may be."""
        if isinstance(target, Ref):
            return self._call_of_path(target, call, is_certain=is_certain)
        if isinstance(target, DynamicMember):
            self.record(f"{target.namespace}.*", call, is_certain=is_certain, is_dynamic=True, branch=target.branch)
            self._note_forward(target, call)
        elif isinstance(target, (NamespaceDict, Collection)):
            return self._dictionary_method(target, call.node)
        elif isinstance(target, UserClass):
            if target.init is not None:
                self._call_of(target.init, call, is_certain=is_certain)
            return Instance(target)
        elif isinstance(target, UnboundMethod):
            args = call.node.args
            if args and not isinstance(args[0], ast.Starred):
                return self._call_of(target.function, call.without_first(), is_certain=is_certain)
        elif isinstance(target, Partial):
            return self._call_of(target.function, call, is_certain=is_certain)
        elif isinstance(target, UserFunction):
            return self._call_of_function(target, call)
        elif isinstance(target, VersionValue):
            if last_name(call.node.func) == "startswith":
                self._evaluator.note_version_test(call.node)
                return VersionValue(is_presence=target.is_presence)
            by_release = target.by_release if not call.node.args else None
            return VersionValue(is_text=target.is_text, is_presence=target.is_presence, by_release=by_release)
        elif isinstance(target, Made) and target.path.startswith("torchvision.transforms."):
            return self._call_of_transform(target, call)
        else:
            return dependence(*call.arguments)
        return None

    def _call_of_transform(self, target: Made, call: Call) -> Optional[Value]:
        """Follow ``transforms.Resize(8)(image)``: on what it works, and what it gives."""
        kind = kind_of(call.first)
        if kind == TENSOR and target.call is not None and not self._recorder.is_silent:
            use = self._transforms.get(id(target.call))
            if use is not None:
                use.on_tensor = True
        kind = CONVERTING.get(target.path.rpartition(".")[2], kind)
        return None if kind is None else Made(kind)

    def _call_of_path(self, target: Ref, call: Call, *, is_certain: bool) -> Optional[Value]:
        if target.path == "functools.partial":
            return self._partial(call)
        if target.path == "typing.cast" and len(call.arguments) == 2:
            return call.arguments[1]
        if target.path == "importlib.import_module":
            return self._builtins.import_module(call.node)
        if target.path in VERSION_FUNCTIONS and call.node.args:
            package = self._evaluator.texts.literal(call.node.args[0])
            if package in ("torchvision", "torch"):
                return self._evaluator.members.version_of(package)
        if not (target.path.startswith("torchvision.") or target.path == "torch.hub.load"):
            found = dependence(*call.everything)
            return Made(target.path, call.node) if found is None and target.path.startswith(MAKING) else found
        self.record(target.path, call, is_certain=is_certain, branch=target.branch)
        self._note_forward(target, call)
        if target.path in BY_NAME:
            return self._by_name(target.path, call, is_certain=is_certain)
        name = target.path.rpartition(".")[2]
        if name in SAME_KIND and ".functional." in target.path:
            kind = kind_of(call.first)
            return None if kind is None else Made(kind)
        return Made(target.path, call.node) if is_class(target.path) or name in MAKING_IMAGES else None

    def _call_of_function(self, target: UserFunction, call: Call) -> Optional[Value]:
        if any(name is None for name, _ in call.keywords):
            self._note_forward(target, call)
        self._recorder.user_call(UserCall(target, call.node, self._env.condition, call.unpacked()))
        body = self._bodies.of(target)
        if body is not None:
            self._bodies.give(body, call.arguments, call.keywords)
        return self._bodies.returned_by(target)

    def _by_name(self, path: str, call: Call, *, is_certain: bool) -> Optional[Value]:
        """Follow ``get_model("resnet50", pretrained=True)`` and ``get_model_builder("resnet50")``."""
        node = call.node
        named = [keyword for keyword in node.keywords if keyword.arg == "name"]
        given = node.args[0] if node.args else named[0].value if named else None
        if given is None or isinstance(given, ast.Starred):
            return None
        name = self._evaluator.texts.literal(given)
        builder = None if name is None else self._facts.builder_path(name)
        if path.endswith("_builder"):
            return DynamicMember("torchvision.models") if name is None else None if builder is None else Ref(builder)
        if name is None or builder is not None:
            rest = [keyword for keyword in node.keywords if keyword.arg != "name"]
            made = ast.copy_location(ast.Call(func=node.func, args=node.args[1:], keywords=rest), node)
            where = "torchvision.models.*" if builder is None else builder
            self.record(where, call, made=made, is_certain=is_certain, is_dynamic=builder is None, model_name=given)
        return None

    def _dictionary_method(self, held: Union[NamespaceDict, Collection], node: ast.Call) -> Optional[Value]:
        """Return what ``models.__dict__.items()`` and ``builders.get(name)`` give."""
        method = last_name(node.func)
        one = DynamicMember(held.namespace) if isinstance(held, NamespaceDict) else element_of(held)
        if method in ("get", "pop", "setdefault"):
            return self._evaluator.item(held, node.args[0]) if isinstance(held, Collection) and node.args else one
        if method == "values":
            return Collection([one]) if isinstance(held, NamespaceDict) else Collection(held.values)
        if method == "items":
            return Collection([Collection([None, one])])
        return held if method == "copy" else None

    def _partial(self, call: Call) -> Optional[Value]:
        function = call.first
        if function is None or isinstance(function, Made):
            return None
        node, targets = call.node, alternatives(function)
        for target in targets:
            path = (
                target.path
                if isinstance(target, Ref)
                else f"{target.namespace}.*"
                if isinstance(target, DynamicMember)
                else ""
            )
            if path.startswith("torchvision."):
                made = ast.Call(func=node.args[0], args=node.args[1:], keywords=node.keywords)
                self.record(
                    path,
                    call,
                    made=ast.copy_location(made, node),
                    is_certain=len(targets) == 1,
                    is_dynamic=isinstance(target, DynamicMember),
                    is_partial=True,
                )
        return Partial(function)

    def record(
        self,
        path: str,
        call: Call,
        *,
        made: Optional[ast.Call] = None,
        is_certain: bool,
        is_dynamic: bool = False,
        is_partial: bool = False,
        model_name: Optional[ast.expr] = None,
        branch: Branch = (),
    ) -> None:
        """Record a call of torchvision's, once more for each dictionary that it unpacks.

        Args:
            made: the call as torchvision gets it, where that is another one.
            branch: where what is called was bound; dictionaries of other branches are not given to it.
        """
        node, values = call.node if made is None else made, call.values()

        def use(node: ast.Call, condition: Condition, indirect: str = "") -> None:
            found = CallUse(
                path,
                node,
                condition,
                node,
                values=values,
                is_certain=is_certain,
                is_dynamic=is_dynamic,
                is_partial=is_partial,
                model_name=model_name,
                indirect=indirect,
            )
            self._recorder.use(found)
            if path.startswith("torchvision.transforms.") and not self._recorder.is_silent:
                self._transforms[id(node)] = found

        use(node, self._env.condition)
        branch = within(branch, self._env.branch)
        for unpacked in call.unpacked():
            if excluding(unpacked.branch, branch):
                continue
            stated = [keyword for keyword in node.keywords if keyword.arg is not None]
            keywords = unpacked.keywords()
            values = {**values, **unpacked.values_of(keywords)}
            given = ast.Call(func=node.func, args=node.args, keywords=[*stated, *keywords])
            use(ast.copy_location(given, node), self._env.condition & unpacked.condition, IN_DICTIONARY)

    def _note_forward(self, target: Union[Ref, DynamicMember, UserFunction], call: Call) -> None:
        if not self._recorder.is_silent:
            note_forward(target, call.node, call.values(), self._env.condition)
