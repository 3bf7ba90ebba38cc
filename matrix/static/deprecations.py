"""Deprecation warnings in the source: which function, class or module warns, and with which message."""

import ast
import re
from collections.abc import Iterator, Mapping

from matrix.static.constants import assignments, dotted
from matrix.static.package import SourcePackage

_WARNERS = {"warnings.warn", "warn", "logger.warning"}
_CATEGORIES = {"DeprecationWarning", "PendingDeprecationWarning"}
_DOCUMENTED = re.compile(r"\[DEPRECATED\][^\n]*|\.\. deprecated::[^\n]*(?:\n(?:[ \t]+\S[^\n]*))*")
_WORDS = re.compile(
    r"deprecat|will be (?:removed|made private|unavailable)|may be removed|is no longer|BETA", re.IGNORECASE
)


def find_deprecations(package: SourcePackage) -> dict[str, dict[str, str]]:
    """Return module -> qualified name in it (empty for the module itself) -> text of the warning, or of the docstring.

    A function that always calls one that warns, warns itself, to any depth and through decorators: the image functions
    of 0.29 do so through a helper, and what reads videos since 0.22. One that calls a private helper that warns counts
    also where it does so under a condition.
    """
    found: dict[str, dict[str, str]] = {}
    for module, text in package.files.items():
        if module in package.modules and "warn" in text:
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
    for module, scope, text in always_warning(package):
        # What every call warns of counts, not what one argument does: `read_video` has both since 0.22.
        found.setdefault(module, {})[scope] = text
    for module, text in package.files.items():
        if module in package.modules and re.search(_DOCUMENTED, text):
            for scope, words in _documented(package.trees[module]):
                found.setdefault(module, {}).setdefault(scope, words)
    return {module: dict(sorted(names.items())) for module, names in sorted(found.items())}


def always_warning(package: SourcePackage) -> Iterator[tuple[str, str, str]]:
    """Yield module, qualified name and text of every function that warns whenever it is called."""
    warning: dict[str, str] = {}
    # Full path of a function -> full paths of what it always calls, decorators included.
    calling: dict[str, list[str]] = {}
    places: dict[str, tuple[str, str]] = {}
    for module in package.modules:
        tree = package.trees[module]
        constants = assignments(tree.body)
        for scope, function in _functions(tree):
            path = f"{module}.{scope}"
            places[path] = module, scope
            for node in _always(function):
                text = _warned(node, constants)
                if text is not None:
                    warning.setdefault(path, text)
                name = dotted(node.func)
                if name and name.startswith(("self.", "cls.")):
                    # A method of its own class.
                    calling.setdefault(path, []).append(f"{path.rpartition('.')[0]}.{name.partition('.')[2]}")
                elif name:
                    calling.setdefault(path, []).append(package.lookup(module, name).path)
            for decorator in function.decorator_list:
                name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
                if name:
                    # What the decorator puts in the place of the function is a function inside of it.
                    calling.setdefault(path, []).append(f"{package.lookup(module, name).path}.")
    pending = list(warning)
    while pending:
        path = pending.pop()
        for caller, called in calling.items():
            reached = path in called or any(each.endswith(".") and path.startswith(each) for each in called)
            if reached and caller not in warning:
                warning[caller] = warning[path]
                pending.append(caller)
    for path, text in warning.items():
        yield (*places[path], text)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function with its qualified name; ``__init__`` counts as its class."""
    pending: list[tuple[str, ast.AST]] = [("", node) for node in tree.body]
    while pending:
        scope, node = pending.pop()
        inner = scope
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = scope if node.name == "__init__" else f"{scope}.{node.name}".lstrip(".")
            if not isinstance(node, ast.ClassDef) and inner:
                yield inner, node
        pending += [(inner, child) for child in ast.iter_child_nodes(node)]


def _always(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    """Yield the calls that a function makes whenever it is called and not scripted, in its statements themselves."""
    pending: list[ast.stmt] = list(function.body)
    while pending:
        statement = pending.pop(0)
        if isinstance(statement, ast.If):
            if _is_eager(statement.test):
                pending = [*statement.body, *pending]
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            pending = [*statement.body, *pending]
        elif isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)):
            value = statement.value
            for node in ast.walk(value) if value is not None else ():
                if isinstance(node, ast.Call):
                    yield node
        if isinstance(statement, (ast.Return, ast.Raise)):
            return


def _is_eager(test: ast.expr) -> bool:
    """Whether a condition holds for everybody who runs Python itself: ``not torch.jit.is_scripting()``."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    return all(
        isinstance(part, ast.UnaryOp)
        and isinstance(part.op, ast.Not)
        and isinstance(part.operand, ast.Call)
        and (dotted(part.operand.func) or "").rpartition(".")[2] in ("is_scripting", "is_tracing")
        for part in parts
    )


def _documented(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the functions and classes whose docstring calls them deprecated, with the words."""
    pending: list[tuple[str, ast.AST]] = [("", node) for node in tree.body]
    while pending:
        scope, node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            scope = f"{scope}.{node.name}".lstrip(".")
            match = re.search(_DOCUMENTED, ast.get_docstring(node) or "")
            if match:
                yield scope, " ".join(match.group().split())
            pending += [(scope, child) for child in node.body]


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
    constants = assignments(tree.body)
    for scope, node in _calls(tree):
        text = _warned(node, constants)
        if text is not None:
            yield scope, text


def _warned(node: ast.Call, constants: Mapping[str, ast.expr]) -> str | None:
    """Return the words with which a call warns of a deprecation, ``None`` for any other call."""
    if dotted(node.func) not in _WARNERS or not node.args:
        return None
    message = node.args[0]
    if isinstance(message, ast.Name) and message.id in constants:
        message = constants[message.id]
    text = " ".join(_text(message).split())
    category = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "category")]
    named = any((dotted(each) or "").rpartition(".")[2] in _CATEGORIES for each in category)
    return text if named or _WORDS.search(text) else None


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
