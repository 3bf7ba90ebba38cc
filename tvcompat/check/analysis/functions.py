"""Bodies of functions: walked after the module, or when a call needs what they return."""

import ast
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Sequence, Tuple, Union

from tvcompat.check.analysis.conditions import Condition
from tvcompat.check.analysis.definitions import Instance, UserClass, UserFunction
from tvcompat.check.analysis.environment import Environment, Scope
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.values import (
    DynamicMember,
    Ref,
    Value,
    alternatives,
    is_worth_passing,
    join,
    last_name,
    union_of,
)

if TYPE_CHECKING:
    from tvcompat.check.analysis.expressions import Evaluator
    from tvcompat.check.analysis.relevance import Relevance

Definition = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class DeferredBody:
    """The body of a function, to be walked when the module is done.

    Attributes:
        node: its definition.
        scope: the scope around it.
        condition: what holds in it.
        function: the function.
        owner: the class whose method it is.
        is_walked: whether that was done.
        walks: how often it was walked.
        given: parameter -> what it is called with, as far as that is of torchvision.
    """

    __slots__ = ("condition", "function", "given", "is_walked", "node", "owner", "scope", "walks")

    # So many things that a parameter may be are told apart.
    LIMIT = 32

    def __init__(
        self, node: Definition, scope: Scope, condition: Condition, function: UserFunction, owner: Optional[UserClass]
    ) -> None:
        self.node: Definition = node
        self.scope: Scope = scope
        self.condition: Condition = condition
        self.function: UserFunction = function
        self.owner: Optional[UserClass] = owner
        self.is_walked: bool = False
        self.walks: int = 0
        self.given: Dict[str, Optional[Value]] = {}

    def give(self, name: str, value: Value) -> bool:
        """Note one more thing that a parameter may be, and return whether that is new."""
        known = () if name not in self.given else alternatives(self.given[name])
        found = {_identity(each): each for each in known}
        count = len(found)
        for each in alternatives(value):
            if len(found) < self.LIMIT:
                found.setdefault(_identity(each), each)
        self.given[name] = union_of(list(found.values()))
        return len(found) > count

    def give_all(
        self, arguments: Sequence[Optional[Value]], keywords: Sequence[Tuple[Optional[str], Optional[Value]]]
    ) -> bool:
        """Note which parameters a call gives something of torchvision, such as a builder; return whether any is new."""
        taken = self.node.args
        names = [each.arg for each in (*taken.posonlyargs, *taken.args)]
        if self.takes_instance:
            names = names[1:]
        known = {*names, *(each.arg for each in taken.kwonlyargs)}
        is_new = False
        for name, value in (*zip(names, arguments), *keywords):
            if name in known and value is not None and is_worth_passing(value):
                is_new = self.give(str(name), value) or is_new
        return is_new

    @property
    def takes_instance(self) -> bool:
        """Whether its first parameter is the instance, or the class, whose attributes are the same here."""
        return self.owner is not None and not any(
            last_name(decorator) == "staticmethod" for decorator in self.node.decorator_list
        )


def _identity(value: Optional[Value]) -> object:
    """Return what makes two values the same thing to a function that is given them."""
    if isinstance(value, Ref):
        return value.path
    return value.namespace if isinstance(value, DynamicMember) else id(value)


class FunctionBodies:
    """Walks the bodies of the functions of a module.

    Args:
        env: where in the module the analysis is.
        recorder: takes what is found.
        relevance: decides which bodies are worth it.
    """

    def __init__(self, env: Environment, recorder: Recorder, relevance: "Relevance") -> None:
        self._env, self._recorder, self._relevance = env, recorder, relevance
        self._queue: List[DeferredBody] = []
        self._by_node: Dict[int, DeferredBody] = {}
        self._depth = 0
        # Those that were given something after they had been walked.
        self._given_late: List[DeferredBody] = []
        self._evaluator: Optional[Evaluator] = None
        self._walk_block: Optional[Callable[[Sequence[ast.stmt]], None]] = None

    # A function that is given something new by each of many calls is walked so often.
    WALKS = 4

    # So many functions are walked within one another; those that they call have to wait for their turn.
    DEPTH = 40

    def connect(self, evaluator: "Evaluator", walk_block: Callable[[Sequence[ast.stmt]], None]) -> None:
        """Set what evaluates expressions and walks statements; both need the bodies to be created first."""
        self._evaluator, self._walk_block = evaluator, walk_block

    def defer(self, node: Definition, condition: Condition, function: UserFunction) -> DeferredBody:
        """Defer the body of a function that is defined here."""
        scope = self._env.scope
        while scope.kind == "class" and scope.parent is not None:
            scope = scope.parent
        owner = self._env.class_body if scope is not self._env.scope else None
        body = DeferredBody(node, scope, condition, function, owner)
        self._queue.append(body)
        self._by_node[id(node)] = body
        return body

    def position(self) -> int:
        """Return the number of deferred bodies, for ``constructors_first``."""
        return len(self._queue)

    def constructors_first(self, position: int) -> None:
        """Let constructors run before the other methods of a class, which use what they bind.

        Args:
            position: where the methods of the class begin.
        """
        self._queue[position:] = sorted(self._queue[position:], key=lambda body: body.node.name != "__init__")

    def of(self, function: UserFunction) -> Optional[DeferredBody]:
        """Return the body of a function, ``None`` if it is in another file."""
        return self._by_node.get(id(function.node))

    def returned_by(self, function: UserFunction) -> Optional[Value]:
        """Return what calling a function of the project gives; its body is walked before its turn for that."""
        body = self.of(function)
        if body is not None and not body.is_walked and self._depth < self.DEPTH:
            self.walk(body)
        return function.returns

    def give(
        self,
        body: DeferredBody,
        arguments: Sequence[Optional[Value]],
        keywords: Sequence[Tuple[Optional[str], Optional[Value]]],
    ) -> None:
        """Give a function what it is called with; it is walked again if that is something new to it."""
        if body.give_all(arguments, keywords) and body.is_walked and body.walks < self.WALKS:
            body.is_walked = False
            self._given_late.append(body)
            self._queue.append(body)

    def walk_all(self) -> None:
        """Walk every deferred body, and those deferred meanwhile."""
        while self._queue:
            self.walk(self._queue.pop(0))
        if self._given_late:
            # Methods may use what a constructor was given.
            self._relevance.forget()
            owners = {id(body.owner) for body in self._given_late if body.owner is not None}
            for body in self._by_node.values():
                lineage = () if body.owner is None else body.owner.lineage()
                if any(id(each) in owners for each in lineage) and body.walks < self.WALKS:
                    body.is_walked = False
                    self._queue.append(body)
            while self._queue:
                self.walk(self._queue.pop(0))

    def walk(self, body: DeferredBody) -> None:
        """Walk a body, once."""
        assert self._evaluator is not None
        assert self._walk_block is not None
        if body.is_walked:
            return
        body.is_walked = True
        if not body.given and not self._relevance.is_relevant(body, self.of):
            return
        body.walks += 1
        with self._recorder.listening(), self._env.inside_body(body.scope, body.condition, body.owner) as scope:
            self._evaluator.bind_parameters(body.node.args, body.function)
            for name, value in body.given.items():
                scope.names[name] = join(scope.names.get(name), value)
            arguments = [*body.node.args.posonlyargs, *body.node.args.args]
            if body.owner is not None and body.takes_instance and arguments:
                scope.names[arguments[0].arg] = Instance(body.owner)
            self._depth += 1
            with self._env.returning_to(body.function):
                self._walk_block(body.node.body)
            self._depth -= 1
