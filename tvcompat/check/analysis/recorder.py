"""The recorder: the one object that collects what an analysis finds."""

import ast
from contextlib import contextmanager
from typing import Iterator, List, NamedTuple, Sequence, Set

from tvcompat.check.analysis.conditions import Condition
from tvcompat.check.analysis.definitions import UserFunction
from tvcompat.check.analysis.uses import NameUse, Use
from tvcompat.check.analysis.values import KnownDict


class UserCall(NamedTuple):
    """A call of a function of the project.

    Attributes:
        function: what is called.
        node: the call.
        condition: what holds there.
        unpacked: the dictionaries that it unpacks.
    """

    function: UserFunction
    node: ast.Call
    condition: Condition
    unpacked: Sequence[KnownDict]


class Recorder:
    """Collects uses of torchvision, calls of the project's own functions, and what the program itself provides.

    Attributes:
        uses: what was found so far, in the order of evaluation.
        user_calls: calls of functions of the project.
    """

    def __init__(self) -> None:
        self.uses: List[Use] = []
        self.user_calls: List[UserCall] = []
        # Modules that the program puts into `sys.modules`, and attributes of torchvision that it assigns.
        self._provided: Set[str] = set()
        self._silenced = 0

    @property
    def is_silent(self) -> bool:
        """Whether nothing is recorded: an expression is evaluated again for its value alone."""
        return self._silenced > 0

    @contextmanager
    def silenced(self) -> Iterator[None]:
        """Record nothing in a ``with`` block."""
        self._silenced += 1
        try:
            yield
        finally:
            self._silenced -= 1

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Record again, even where an evaluation that leaves no trace is under way: a body is walked only once."""
        saved, self._silenced = self._silenced, 0
        try:
            yield
        finally:
            self._silenced = saved

    def use(self, use: Use) -> None:
        """Record a use, unless the program provides the name itself."""
        if not self._silenced and not (self._provided and isinstance(use, NameUse) and self._is_provided(use.path)):
            self.uses.append(use)

    def user_call(self, call: UserCall) -> None:
        """Record a call of a function of the project."""
        if not self._silenced:
            self.user_calls.append(call)

    def provided(self, path: str) -> None:
        """Record that the program puts something in the place of a module or name of torchvision's."""
        if not self._silenced:
            self._provided.add(path)

    def _is_provided(self, path: str) -> bool:
        return any(f"{path}.".startswith(f"{each}.") for each in self._provided)

    def position(self) -> int:
        """Return where recording is now, for ``since``."""
        return len(self.uses)

    def since(self, position: int) -> List[Use]:
        """Return the uses that were recorded since a position."""
        return self.uses[position:]
