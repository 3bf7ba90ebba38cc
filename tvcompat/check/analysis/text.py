"""Strings in a program: names and paths that are literals, or built from literals."""

import ast
import re
from typing import Optional

from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.values import Literal, last_name

# Stands in a template for what is only known at run time.
CHOSEN = "_chosen_at_run_time"


class Texts:
    """Reads strings, following names that are bound to literals.

    Args:
        env: what names stand for.
    """

    def __init__(self, env: Environment) -> None:
        self._env = env

    def literal(self, node: ast.AST) -> Optional[str]:
        """Return the text of an expression, where it is a literal or a name bound to one."""
        if isinstance(node, ast.Name):
            value = self._env.lookup(node.id)
            node = value.node if isinstance(value, Literal) else node
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def template(self, node: ast.expr) -> str:
        """Return the text of an expression, with ``CHOSEN`` in the place of what is only known at run time."""
        known = self.literal(node)
        if known is not None:
            return known
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self.template, node.values))
        if isinstance(node, ast.FormattedValue):
            return self.template(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.template(node.left) + self.template(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return re.sub("%[sr]", CHOSEN, self.template(node.left))
        if isinstance(node, ast.Call) and last_name(node.func) == "format" and isinstance(node.func, ast.Attribute):
            return re.sub(r"\{\w*\}", CHOSEN, self.template(node.func.value))
        return CHOSEN
