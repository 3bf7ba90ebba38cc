"""Bodies of functions: walked after the module, or when a call needs what they return."""

import ast
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Sequence, Tuple, Union

from tvcompat.check.analysis.conditions import Condition
from tvcompat.check.analysis.definitions import Instance, UserClass, UserFunction
from tvcompat.check.analysis.environment import Environment, Scope
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.values import Value, is_worth_passing, join, last_name

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
        given: parameter -> what it is called with, as far as that is of torchvision.
    """

    __slots__ = ("condition", "function", "given", "is_walked", "node", "owner", "scope")

    def __init__(
        self, node: Definition, scope: Scope, condition: Condition, function: UserFunction, owner: Optional[UserClass]
    ) -> None:
        self.node: Definition = node
        self.scope: Scope = scope
        self.condition: Condition = condition
        self.function: UserFunction = function
        self.owner: Optional[UserClass] = owner
        self.is_walked: bool = False
        self.given: Dict[str, Optional[Value]] = {}

    def give(self, name: str, value: Value) -> None:
        """Note one more thing that a parameter may be."""
        self.given[name] = join(self.given[name], value) if name in self.given else value

    def give_all(
        self, arguments: Sequence[Optional[Value]], keywords: Sequence[Tuple[Optional[str], Optional[Value]]]
    ) -> None:
        """Note which parameters a call gives something of torchvision, such as a builder."""
        taken = self.node.args
        names = [each.arg for each in (*taken.posonlyargs, *taken.args)]
        if self.takes_instance:
            names = names[1:]
        known = {*names, *(each.arg for each in taken.kwonlyargs)}
        for name, value in (*zip(names, arguments), *keywords):
            if name in known and value is not None and is_worth_passing(value):
                self.give(str(name), value)

    @property
    def takes_instance(self) -> bool:
        """Whether its first parameter is the instance, or the class, whose attributes are the same here."""
        return self.owner is not None and not any(
            last_name(decorator) == "staticmethod" for decorator in self.node.decorator_list
        )


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
        self._evaluator: Optional[Evaluator] = None
        self._walk_block: Optional[Callable[[Sequence[ast.stmt]], None]] = None

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
        if body is not None and not body.is_walked:
            self.walk(body)
        return function.returns

    def walk_all(self) -> None:
        """Walk every deferred body, and those deferred meanwhile."""
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
        with self._recorder.listening(), self._env.inside_body(body.scope, body.condition, body.owner) as scope:
            self._evaluator.bind_parameters(body.node.args, body.function)
            for name, value in body.given.items():
                scope.names[name] = join(scope.names.get(name), value)
            arguments = [*body.node.args.posonlyargs, *body.node.args.args]
            if body.owner is not None and body.takes_instance and arguments:
                scope.names[arguments[0].arg] = Instance(body.owner)
            with self._env.returning_to(body.function):
                self._walk_block(body.node.body)
