"""The inside of a class as its source shows it: properties, attributes of the class and of instances, and hooks."""

import ast
from collections.abc import Iterator
from typing import Any

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_DECORATORS = ("property", "cached_property", "classmethod", "staticmethod")

# Methods of torch.nn.Module whose first argument names an attribute.
_REGISTERING = {"register_buffer", "register_parameter", "register_module", "add_module", "__setattr__"}


def inside(node: ast.ClassDef) -> dict[str, list[str]]:
    """Return what a class has beside its methods.

    Returns:
        Names by kind; kinds without any are left out. ``properties``, ``classmethods`` and ``staticmethods``: methods
        that are one. ``attributes``: those of the class. ``instance``: attributes that an instance gets while it is
        built, ``instance_later``: those that other methods give it. ``calls``: methods that the class calls on itself,
        which is where a method of a subclass takes effect. ``open``: methods that only raise ``NotImplementedError``.
    """
    methods = {item.name: item for item in _statements(node.body) if isinstance(item, _FUNCTIONS)}
    decorated = {kind: {n for n, method in methods.items() if _is_decorated(method, kind)} for kind in _DECORATORS}
    found: dict[str, set[str]] = {
        "properties": decorated["property"] | decorated["cached_property"],
        "classmethods": decorated["classmethod"],
        "staticmethods": decorated["staticmethod"],
        "attributes": set(_attributes(node, declared=False)),
        "calls": {name for method in methods.values() for name in _called_on(method)},
        "open": {name for name, method in methods.items() if _is_open(method)},
    }
    building = _reached(methods)
    found["instance"] = {name for method in building for name in _set_on(methods[method])}
    found["instance"] |= set(_attributes(node, declared=True)) - found["attributes"]
    later = {name for name, method in methods.items() if name not in building for name in _set_on(method)}
    found["instance_later"] = later - found["instance"]
    return {key: sorted(names) for key, names in found.items() if names}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a class, those in branches included."""
    for statement in body:
        if isinstance(statement, (ast.If, ast.Try)):
            yield from _statements(statement.body)
            yield from _statements(statement.orelse)
        else:
            yield statement


def _attributes(node: ast.ClassDef, *, declared: bool) -> Iterator[str]:
    """Yield the attributes of a class.

    Args:
        declared: those that have a type and no value, which each instance is to have; else those with a value. The
            fields of a ``NamedTuple`` are attributes of the class all the same.
    """
    named = any(ast.unparse(base).rpartition(".")[2] == "NamedTuple" for base in node.bases)
    for statement in _statements(node.body):
        if isinstance(statement, ast.Assign):
            targets, valued = statement.targets, True
        elif isinstance(statement, ast.AnnAssign):
            targets, valued = [statement.target], named or statement.value is not None
        else:
            continue
        if valued is not declared:
            for target in targets:
                yield from (
                    each.id
                    for each in ast.walk(target)
                    if isinstance(each, ast.Name) and not (each.id.startswith("__") and each.id.endswith("__"))
                )


def _is_decorated(method: Any, name: str) -> bool:
    return any(ast.unparse(each).rpartition(".")[2] == name for each in method.decorator_list)


def _is_open(method: Any) -> bool:
    body = [each for each in method.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.unparse(body[0])


def _instance(method: Any) -> str:
    """Return the name under which a method has its instance."""
    arguments = [*method.args.posonlyargs, *method.args.args]
    return arguments[0].arg if arguments else ""


def _called_on(method: Any) -> Iterator[str]:
    """Yield the methods that a method calls on its instance or class."""
    own = _instance(method)
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = node.func.value
            if isinstance(holder, ast.Name) and holder.id == own:
                yield node.func.attr


def _set_on(method: Any) -> Iterator[str]:
    """Yield the attributes that a method gives its instance."""
    own = _instance(method)
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id == own:
                yield node.attr
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = node.func
            if not (isinstance(function, ast.Attribute) and function.attr in _REGISTERING):
                continue
            if isinstance(function.value, ast.Name) and function.value.id == own:
                yield str(node.args[0].value)


def _reached(methods: dict[str, Any]) -> list[str]:
    """Return the methods that building an instance runs: the constructor, and what it calls on the instance."""
    pending: list[str] = [name for name in ("__init__", "__new__", "__post_init__") if name in methods]
    found: list[str] = []
    while pending:
        name = pending.pop()
        if name not in found:
            found.append(name)
            pending += [called for called in _called_on(methods[name]) if called in methods]
    return found
