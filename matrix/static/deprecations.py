"""Deprecation warnings in the source: which function, class or module warns, and with which message."""

import ast
import re
from collections.abc import Iterator

from matrix.static.constants import dotted
from matrix.static.package import SourcePackage

_WARNERS = {"warnings.warn", "warn", "logger.warning"}
_WORDS = re.compile(
    r"deprecat|will be (?:removed|made private|unavailable)|may be removed|is no longer|BETA", re.IGNORECASE
)


def find_deprecations(package: SourcePackage) -> dict[str, dict[str, str]]:
    """Return module -> qualified name inside it (empty for the module itself) -> text of the warning.

    A function that merely calls a private function that warns (as the video readers do since 0.22) counts as warning
    itself.
    """
    found: dict[str, dict[str, str]] = {}
    for module, text in package.files.items():
        if module in package.modules and "warn" in text and _WORDS.search(text):
            own = dict(_warnings_in(package.trees[module]))
            if own:
                found[module] = own
    private = {
        f"{module}.{name}": text
        for module, names in found.items()
        for name, text in names.items()
        if name.startswith("_") and "." not in name
    }
    last_names = {path.rpartition(".")[2] for path in private}
    for module, text in package.files.items():
        if module in package.modules and any(name in text for name in last_names):
            for scope, called in _called(package.trees[module]):
                path = package.lookup(module, called).path
                if scope and path in private and f"{module}.{scope}" != path:
                    found.setdefault(module, {}).setdefault(scope, private[path])
    return {module: dict(sorted(names.items())) for module, names in sorted(found.items())}


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with the qualified name of the function or class around it; ``__init__`` counts as its class."""
    pending: list[tuple[str, ast.AST]] = [("", node) for node in tree.body]
    while pending:
        scope, node = pending.pop()
        if isinstance(node, ast.Call):
            yield scope, node
        inner = scope
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = scope if node.name == "__init__" else f"{scope}.{node.name}".lstrip(".")
        pending += [(inner, child) for child in ast.iter_child_nodes(node)]


def _warnings_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for scope, node in _calls(tree):
        if dotted(node.func) in _WARNERS and node.args:
            text = " ".join(_text(node.args[0]).split())
            if _WORDS.search(text):
                yield scope, text


def _called(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for scope, node in _calls(tree):
        name = dotted(node.func)
        if name:
            yield scope, name


def _text(node: ast.expr) -> str:
    """Return the text of a message, with ``{...}`` for what is filled in at run time."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "{...}" for part in node.values)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _text(node.func.value)
    return "{...}"
