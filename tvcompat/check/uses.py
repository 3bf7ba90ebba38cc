"""Places where a program uses torchvision."""

import ast
from typing import Any, Dict, FrozenSet, List, Optional, Tuple, Union

# What a handler around a use would catch, or that a branch on the version was taken to come here.
IMPORT, ATTRIBUTE, TYPE, VALUE, BRANCH = "import", "attribute", "type", "value", "branch"

# What was ruled out before one comes here: releases that are too old, it is not known which.
REQUIRED = "required"

# What takes care of a use: words, and sets of releases on which alone it runs.
Guards = FrozenSet[Union[str, int]]

# What a branch on the version takes care of that can't be computed, and one on whether a name is there.
TOLD: Guards = frozenset({BRANCH})
ASKED: Guards = frozenset({ATTRIBUTE})


class Use:
    """One use.

    Attributes:
        kind: ``import``, ``attribute``, ``call``, ``version`` (a fragile test), ``refused``
            (releases on which a module gives up), ``pins`` (a requirement) or ``unparsed`` (what can't be parsed).
        path: full path of what is used; for a member chosen at run time that of its namespace with ``.*``.
        node: where it stands.
        guards: what takes care of the case that it does not exist or does not take its arguments, and on which releases
            alone it runs.
        call: the call, for kind ``call``.
        statement: the import statement, for kind ``import``.
        alias: the imported name as the import statement has it.
        surely: false where the name may stand for other things too.
        module: whether the path is imported as a module.
        dynamic: whether the name is chosen at run time.
        extra: what only one rule asks for.
    """

    __slots__ = (
        *("alias", "call", "dynamic", "extra", "guards", "kind", "module", "node", "path", "statement", "surely"),
    )

    def __init__(
        self,
        kind: str,
        path: str,
        node: Any,
        guards: Guards,
        *,
        call: Optional[ast.Call] = None,
        statement: Any = None,
        alias: str = "",
        surely: bool = True,
        module: bool = False,
        dynamic: bool = False,
        extra: Optional[Dict[str, Any]] = None,
    ) -> None:
        self.kind: str = kind
        self.path: str = path
        self.node: Any = node
        self.guards: Guards = guards
        self.call: Optional[ast.Call] = call
        self.statement: Any = statement
        self.alias: str = alias
        self.surely: bool = surely
        self.module: bool = module
        self.dynamic: bool = dynamic
        self.extra: Dict[str, Any] = {} if extra is None else extra

    def runs_on(self, releases: int) -> int:
        """The releases of a set on which it runs at all."""
        for guard in self.guards:
            if isinstance(guard, int):
                releases &= guard
        return releases

    @property
    def namespace(self) -> str:
        """Where a member is chosen from at run time: ``torchvision.models`` of ``torchvision.models.*``."""
        return self.path[: -len(".*")]

    @property
    def span(self) -> Tuple[int, int, int, int]:
        """First line, column, last line, column; lines from 1, columns from 0 in UTF-8 bytes, as ``ast`` has them."""
        node = self.node
        line, column = node.lineno, node.col_offset
        end_line, end_column = getattr(node, "end_lineno", None) or line, getattr(node, "end_col_offset", None)
        return line, column, end_line, column + 1 if end_column is None else end_column

    def stands_for(self, argument: Any) -> Any:
        """What the expression of an argument stands for, ``None`` where that is not of interest."""
        return self.extra.get("values", {}).get(id(argument))

    def keyword(self, name: str) -> Optional[ast.keyword]:
        """A keyword argument of the call."""
        if self.call is None:
            return None
        return next((keyword for keyword in self.call.keywords if keyword.arg == name), None)

    @property
    def positional(self) -> List[ast.expr]:
        """Positional arguments up to the first that is unpacked."""
        found: List[ast.expr] = []
        for argument in self.call.args if self.call is not None else ():
            if isinstance(argument, ast.Starred):
                break
            found.append(argument)
        return found
