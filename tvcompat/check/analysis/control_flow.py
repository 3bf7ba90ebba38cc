"""Control flow: which blocks end the program, and which failures a handler catches."""

import ast
from typing import Dict, FrozenSet, List, Optional, Sequence, Set

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.values import last_name

_EVERYTHING = frozenset({Handled.IMPORT, Handled.ATTRIBUTE, Handled.TYPE, Handled.VALUE})

# Exception -> the failures that a handler of it catches.
EXCEPTIONS: Dict[str, FrozenSet[Handled]] = {
    "ImportError": frozenset({Handled.IMPORT}),
    "ModuleNotFoundError": frozenset({Handled.IMPORT}),
    "AttributeError": frozenset({Handled.ATTRIBUTE}),
    "TypeError": frozenset({Handled.TYPE}),
    "ValueError": frozenset({Handled.VALUE}),
    "KeyError": frozenset({Handled.VALUE}),
    "Exception": _EVERYTHING,
    "BaseException": _EVERYTHING,
}


def leaves(statements: Sequence[ast.stmt]) -> bool:
    """Return whether control never flows from the end of a block to the statement after it."""
    return always_exits(statements) or (
        bool(statements) and isinstance(statements[-1], (ast.Return, ast.Continue, ast.Break))
    )


def always_exits(statements: Sequence[ast.stmt]) -> bool:
    """Return whether a block ends with ``raise`` or ``sys.exit()``: a handler that does only rewords the failure."""
    last = statements[-1] if statements else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return last_name(last.value.func) in ("exit", "_exit", "quit")
    return isinstance(last, ast.Raise)


def caught_by(node: Optional[ast.expr]) -> Set[Handled]:
    """Return what a handler of these exceptions catches."""
    if node is None:
        return set(_EVERYTHING)
    found: Set[Handled] = set()
    for each in node.elts if isinstance(node, ast.Tuple) else [node]:
        found |= EXCEPTIONS.get(last_name(each), frozenset())
    return found


def flags_set(statements: Sequence[ast.stmt]) -> List[str]:
    """Return the names that a block sets to a literal: ``HAS_V2 = False``."""
    return [
        target.id
        for statement in statements
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def is_type_checking(test: ast.expr) -> bool:
    """Return whether a condition is that of imports for type checkers alone."""
    return last_name(test) == "TYPE_CHECKING"
