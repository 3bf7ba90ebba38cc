"""Examples in docstrings: what stands behind ``>>>`` is run by doctest, with the names of the module."""

import ast
import re
from typing import Any, Iterator, List, Sequence

PROMPT = re.compile(r"(\s*)(?:>>> |\.\.\. )")


def examples(tree: ast.Module, lines: Sequence[str]) -> Iterator[List[ast.stmt]]:
    """Yield the statements of each docstring that has examples naming torchvision, placed where they stand.

    Args:
        tree: a module.
        lines: its source, as the tree counts them.
    """
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            value = first.value if isinstance(first, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.end_lineno is not None:
                text = value.value
                if ">>> " in text and "torchvision" in text:
                    yield _parsed(lines, value.lineno, value.end_lineno)


def _parsed(lines: Sequence[str], first: int, last: int) -> List[ast.stmt]:
    """Return the statements of the examples in some lines, none if they can't be parsed."""
    code, indents = [], {}
    for number in range(first, last + 1):
        line = lines[number - 1]
        prompt = PROMPT.match(line)
        code.append(line[prompt.end() :].rstrip() if prompt else "")
        if prompt:
            indents[number] = len(line[: prompt.end()].encode())
    try:
        tree = ast.parse("\n".join(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    placed: List[Any] = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    for node in placed:
        node.lineno += first - 1
        node.col_offset += indents.get(node.lineno, 0)
        if node.end_lineno is not None:
            node.end_lineno += first - 1
            node.end_col_offset += indents.get(node.end_lineno, 0)
    return tree.body
