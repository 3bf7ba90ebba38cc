"""Evaluating the expressions in weights entries without running them."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

Lookup = Callable[[str], Any]

_OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}

# `10 ** 10 ** 10` would never finish.
_LARGEST_EXPONENT = 64


class UnknownValueError(ValueError):
    """The expression does not consist of constants."""


class PartialCall:
    """``functools.partial(function, **arguments)`` as written in the source."""

    def __init__(self, function: str, arguments: dict[str, Any]) -> None:
        self.function: str = function
        self.arguments: dict[str, Any] = arguments


def evaluate(node: ast.expr, lookup: Lookup) -> Any:
    """Return the value of an expression.

    Args:
        lookup: returns the value of a dotted name, or raises :class:`UnknownValueError`.

    Raises:
        UnknownValueError: the expression contains more than constants, containers, arithmetic and names.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        values = [evaluate(item, lookup) for item in node.elts]
        return values if isinstance(node, ast.List) else tuple(values)
    if isinstance(node, ast.Dict):
        table: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values):
            if key is None:
                table.update(evaluate(value, lookup))
            else:
                table[evaluate(key, lookup)] = evaluate(value, lookup)
        return table
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -evaluate(node.operand, lookup)
    if isinstance(node, ast.BinOp):
        left, right = evaluate(node.left, lookup), evaluate(node.right, lookup)
        if isinstance(node.op, ast.Pow) and isinstance(right, int) and 0 <= right <= _LARGEST_EXPONENT:
            return left**right
        if type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Subscript):
        return evaluate(node.value, lookup)[evaluate(node.slice, lookup)]
    if isinstance(node, ast.JoinedStr):
        parts = []
        for part in node.values:
            parts.append(str(evaluate(part.value if isinstance(part, ast.FormattedValue) else part, lookup)))
        return "".join(parts)
    if isinstance(node, ast.Call) and dotted(node.func) in ("partial", "functools.partial") and len(node.args) == 1:
        function = dotted(node.args[0])
        if function:
            return PartialCall(function, {k.arg: evaluate(k.value, lookup) for k in node.keywords if k.arg})
    if isinstance(node, ast.Call) and dotted(node.func) == "float" and len(node.args) == 1 and not node.keywords:
        return float(evaluate(node.args[0], lookup))
    name = dotted(node)
    if name:
        return lookup(name)
    raise UnknownValueError(ast.unparse(node)[:80])


def dotted(node: ast.AST) -> str | None:
    """Return ``a.b.c`` for a name or an attribute chain, ``None`` for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def assignments(body: "list[ast.stmt]") -> dict[str, ast.expr]:
    """Return name -> expression of the plain assignments in a body, the last one if there are several."""
    found: dict[str, ast.expr] = {}
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = node.value
    return found
