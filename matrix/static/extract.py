"""The static facts of one release, read from its sources without importing anything.

The facts are plain data, ready to be written as JSON; :func:`extract` is a pure function of the source texts.
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import griffe

from matrix.normal_form import NOT_PUBLIC, strict, unwrapped
from matrix.probe.builders import NAMESPACES
from matrix.recipes.members import SPECIAL
from matrix.static.constants import PartialCall, UnknownValueError, assignments, dotted, evaluate
from matrix.static.deprecations import find_deprecations
from matrix.static.members import inside
from matrix.static.package import Resolved, SourcePackage, load
from matrix.static.signatures import parameters_text, signature_text
from tvcompat.collecting import without_collecting

_WEIGHTS_BASE = "torchvision.models._api.WeightsEnum"


def extract(files: Mapping[str, str]) -> dict[str, Any]:
    """Extract the facts of a release from the sources in its wheel.

    Args:
        files: ``torchvision/ops/boxes.py`` -> source text.

    Returns:
        ``builders``: full path -> module, signature and what the call accepts. ``weights``: enum -> entry -> url,
        metadata, preprocessing. ``enums``: enum -> where it stands and its aliases. ``registry``: registry name ->
        path. ``model_urls``: module -> name -> url. ``api``: module -> its names. ``deprecated``: module -> name ->
        text. ``unparsed``: module -> reason.
    """
    # All objects created here live until the end, so garbage collection is wasted time: 0.9 of 2.9 s.
    with without_collecting():
        return _extract(load(files, skip=NOT_PUBLIC))


def _extract(package: SourcePackage) -> dict[str, Any]:
    builders = find_builders(package)
    enums, weights = find_weights(package)
    for path, function in builders.items():
        for name in _weights_enums_in(function[1]):
            if name in enums:
                enums[name]["builders"].append(path)
    for described in enums.values():
        described["builders"].sort()
    return {
        "builders": {path: describe_builder(*found) for path, found in builders.items()},
        "enums": enums,
        "weights": weights,
        "registry": find_registry(package),
        "model_urls": find_model_urls(package),
        "api": {module: describe_module(package, module) for module in sorted(package.modules)},
        "deprecated": find_deprecations(package),
        "unparsed": package.broken,
    }


# ---------------------------------------------------------------------------------------------------------------------
# Builders


def find_builders(package: SourcePackage) -> dict[str, tuple[str, griffe.Function]]:
    """Return full public path -> (defining module, function)."""
    found = {}
    for namespace in NAMESPACES:
        if namespace not in package.modules:
            continue
        for name, resolved in sorted(package.names(namespace).items()):
            function = resolved.member
            if name.startswith("_") or not isinstance(function, griffe.Function):
                continue
            module = resolved.path.rpartition(".")[0]
            parameters = {parameter.name for parameter in function.parameters}
            if module.startswith("torchvision.models") and {"pretrained", "weights"} & parameters:
                found[f"{namespace}.{name}"] = (module, function)
    return found


def describe_builder(module: str, function: griffe.Function) -> dict[str, Any]:
    """Describe a builder: its module and signature, and what it accepts, decorators included."""
    parameters = [parameter.name for parameter in function.parameters]
    legacy = {pretrained: weights for weights, pretrained in _legacy_interface(function).items()}
    first = list(function.parameters)[:1]
    positional = [p.name for p in first if p.kind is griffe.ParameterKind.positional_or_keyword]
    return {
        "module": module,
        "signature": signature_text(function),
        "accepts_pretrained": "pretrained" in parameters or "pretrained" in legacy,
        "accepts_positional_pretrained": "pretrained" in positional or "pretrained" in legacy,
        "accepts_weights": "weights" in parameters,
    }


def _decorators(function: griffe.Function) -> Iterator[ast.expr]:
    for decorator in function.decorators:
        yield ast.parse(str(decorator.value), mode="eval").body


def _legacy_interface(function: griffe.Function) -> dict[str, str]:
    """Return weights argument -> pretrained argument of ``@handle_legacy_interface(weights=("pretrained", ...))``."""
    found = {}
    for decorator in _decorators(function):
        if isinstance(decorator, ast.Call) and (dotted(decorator.func) or "").endswith("handle_legacy_interface"):
            for keyword in decorator.keywords:
                if (
                    keyword.arg
                    and isinstance(keyword.value, ast.Tuple)
                    and isinstance(keyword.value.elts[0], ast.Constant)
                ):
                    found[keyword.arg] = str(keyword.value.elts[0].value)
    return found


def legacy_marks(function: griffe.Function) -> str:
    """Return marks to append to a signature for what decorators let callers pass in addition.

    `` @pretrained>weights`` means that ``pretrained=`` is accepted and stands for ``weights=``; `` @positional`` that
    keyword-only parameters may be passed by position.
    """
    legacy = _legacy_interface(function)
    marks = [f" @{pretrained}>{weights}" for weights, pretrained in legacy.items()]
    names = [dotted(d.func if isinstance(d, ast.Call) else d) or "" for d in _decorators(function)]
    if legacy or any(name.endswith("kwonly_to_pos_or_kw") for name in names):
        marks.append(" @positional")
    return "".join(marks)


def _weights_enums_in(function: griffe.Function) -> list[str]:
    for parameter in function.parameters:
        if parameter.name == "weights" and parameter.annotation is not None:
            tree = ast.parse(str(parameter.annotation).strip("'\""), mode="eval")
            return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and "Weights" in node.id]
    return []


def find_registry(package: SourcePackage) -> dict[str, str]:
    """Return registry name -> path of the function, from ``@register_model()``."""
    found = {}
    for module in package.modules:
        if not module.startswith("torchvision.models") or "register_model" not in package.files[module]:
            continue
        for member in package.modules[module].members.values():
            if not isinstance(member, griffe.Function):
                continue
            for decorator in _decorators(member):
                if isinstance(decorator, ast.Call) and dotted(decorator.func) == "register_model":
                    named = [k.value for k in decorator.keywords if k.arg == "name"] + decorator.args
                    name = named[0].value if named and isinstance(named[0], ast.Constant) else member.name
                    found[str(name)] = f"{module}.{member.name}"
    return dict(sorted(found.items()))


# ---------------------------------------------------------------------------------------------------------------------
# Weights and checkpoint tables


class Values:
    """Looks up constants by name, through imports, and evaluates each once."""

    def __init__(self, package: SourcePackage) -> None:
        self.package = package
        self._values: dict[tuple[str, str], Any] = {}

    def of(self, module: str, name: str) -> Any:
        """Return the value of a dotted name inside a module."""
        first = name.partition(".")[0]
        bodies = assignments(self.package.trees[module].body) if module in self.package.modules else {}
        if name in bodies:
            if (module, name) not in self._values:
                self._values[module, name] = self.evaluate(module, bodies[name])
            return self._values[module, name]
        resolved = self.package.names(module).get(first)
        if resolved is None:
            raise UnknownValueError(name)
        if name.endswith(".url") and isinstance(resolved.member, griffe.Class):
            return self._entry_url(resolved.path, name.split(".")[1])
        if "." in name:
            # A member of an enum: keep its name instead of evaluating it.
            return name
        if resolved.is_module or resolved.path == f"{module}.{name}" or "." not in resolved.path:
            raise UnknownValueError(name)
        target, _, last = resolved.path.rpartition(".")
        if target not in self.package.modules:
            raise UnknownValueError(name)
        return self.of(target, last)

    def _entry_url(self, path: str, entry: str) -> Any:
        module, _, name = path.rpartition(".")
        for node in self.package.trees[module].body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                expression = assignments(node.body).get(entry)
                for keyword in expression.keywords if isinstance(expression, ast.Call) else []:
                    if keyword.arg == "url":
                        return self.evaluate(module, keyword.value)
        raise UnknownValueError(f"{path}.{entry}.url")

    def evaluate(self, module: str, node: ast.expr) -> Any:
        return evaluate(node, lambda name: self.of(module, name))


def find_weights(package: SourcePackage) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (enum -> where it is, its aliases and builders; enum -> entry -> url, metadata, preprocessing)."""
    values = Values(package)
    enums: dict[str, Any] = {}
    weights: dict[str, Any] = {}
    for namespace in NAMESPACES:
        if namespace not in package.modules:
            continue
        for name, resolved in sorted(package.names(namespace).items()):
            if name in enums or not isinstance(resolved.member, griffe.Class):
                continue
            if [base.path for base in package.bases(resolved.path, resolved.member)] != [_WEIGHTS_BASE]:
                continue
            module = resolved.path.rpartition(".")[0]
            node = next(n for n in package.trees[module].body if isinstance(n, ast.ClassDef) and n.name == name)
            entries: dict[str, Any] = {}
            aliases: dict[str, str] = {}
            for entry, expression in assignments(node.body).items():
                if isinstance(expression, ast.Name):
                    aliases[entry] = expression.id
                else:
                    entries[entry] = _describe_entry(package, values, module, expression)
            enums[name] = {"namespace": namespace, "module": module, "aliases": aliases, "builders": []}
            weights[name] = entries
    return dict(sorted(enums.items())), dict(sorted(weights.items()))


def _describe_entry(package: SourcePackage, values: Values, module: str, expression: ast.expr) -> dict[str, Any]:
    if not isinstance(expression, ast.Call):
        raise UnknownValueError(ast.unparse(expression)[:80])
    arguments = {k.arg: k.value for k in expression.keywords} | dict(
        zip(("url", "transforms", "meta"), expression.args)
    )
    transforms = arguments["transforms"]
    if isinstance(transforms, ast.Call):
        partial = values.evaluate(module, transforms)
        assert isinstance(partial, PartialCall)
        preset, preset_arguments = partial.function, partial.arguments
    else:
        preset, preset_arguments = dotted(transforms) or ast.unparse(transforms), {}
    return {
        "url": values.evaluate(module, arguments["url"]),
        "metadata": strict(values.evaluate(module, arguments["meta"])),
        "preprocessing": {
            "preset": preset,
            "arguments": strict(preset_arguments),
            "values": unwrapped(strict(_preset_values(package, values, module, preset, preset_arguments))),
        },
    }


def _preset_values(
    package: SourcePackage, values: Values, module: str, preset: str, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of all arguments of a preset: those given, and the defaults of the others."""
    resolved = package.lookup(module, preset)
    if not isinstance(resolved.member, griffe.Class):
        return dict(arguments)
    initializer = resolved.member.members.get("__init__")
    if not isinstance(initializer, griffe.Function):
        return dict(arguments)
    home = resolved.path.rpartition(".")[0]
    found = {}
    for parameter in initializer.parameters:
        if parameter.name == "self":
            continue
        if parameter.name in arguments:
            found[parameter.name] = arguments[parameter.name]
        elif parameter.default is not None:
            found[parameter.name] = values.evaluate(home, ast.parse(str(parameter.default), mode="eval").body)
    return found


def find_model_urls(package: SourcePackage) -> dict[str, dict[str, str | None]]:
    """Return ``module.model_urls`` -> name -> address, for every such table that a module defines or imports."""
    values = Values(package)
    found = {}
    for module in sorted(package.modules):
        if not module.startswith("torchvision.models") or "model_urls" not in package.files[module]:
            continue
        for name in sorted(package.names(module)):
            if name.endswith("model_urls"):
                table = _table(values, module, name)
                found[f"{module}.{name}"] = dict(sorted(table.items()))
    return found


def _table(values: Values, module: str, name: str) -> dict[str, str | None]:
    """Return the table itself, even if it is wrapped in a class that warns when it is read (0.13 and later)."""
    resolved = values.package.names(module)[name]
    home, _, last = resolved.path.rpartition(".")
    node = assignments(values.package.trees[home].body)[last]
    if isinstance(node, ast.Call) and len(node.args) == 1:
        node = node.args[0]
    table: dict[str, str | None] = values.evaluate(home, node)
    return table


# ---------------------------------------------------------------------------------------------------------------------
# The public API


def describe_module(package: SourcePackage, module: str) -> dict[str, Any]:
    """``names``: what each name of the module is; ``all``, and ``on_request`` for those of its ``__getattr__``.

    A name is described as ``def(a, b=1)`` (with :func:`legacy_marks`), ``data``, ``module``,
    ``= torchvision.ops.boxes.nms`` where it is imported, or, for a class, as an object with ``parameters`` of its
    constructor (missing where a foreign base class has it), ``bases``, ``methods`` and what
    :func:`matrix.static.members.inside` finds.
    """
    names: dict[str, Any] = {}
    for name, resolved in sorted(package.names(module).items()):
        if name.startswith("__"):
            continue
        names[name] = _describe_name(package, module, name, resolved)
    on_request = dict(names_on_request(package.trees[module], module))
    for name, target in on_request.items():
        names.setdefault(name, f"= {package.resolve(target).path}")
    described: dict[str, Any] = {"names": dict(sorted(names.items()))}
    if on_request:
        described["on_request"] = sorted(on_request)
    exports = package.exports(module)
    if exports is not None:
        described["all"] = exports
    return described


def names_on_request(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    """Yield the names that a module's ``__getattr__`` imports when somebody asks for them, with what they lead to."""
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name == "__getattr__":
            texts = {node.value for node in ast.walk(function) if isinstance(node, ast.Constant)}
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom):
                    home = node.module or ""
                    if node.level:
                        home = ".".join([*module.split(".")[: -node.level or None], *filter(None, [node.module])])
                    for alias in node.names:
                        if alias.name in texts:
                            yield alias.name, f"{home}.{alias.name}"


def _describe_name(package: SourcePackage, module: str, name: str, resolved: Resolved) -> Any:
    if resolved.path != f"{module}.{name}":
        return f"= {resolved.path}"
    if resolved.is_module:
        return "module"
    if isinstance(resolved.member, griffe.Function):
        return "def" + parameters_text(resolved.member.parameters) + legacy_marks(resolved.member)
    if isinstance(resolved.member, griffe.Class):
        return describe_class(package, resolved.path, resolved.member)
    return "data"


def describe_class(package: SourcePackage, path: str, found: griffe.Class) -> dict[str, Any]:
    described: dict[str, Any] = {"bases": [base.path for base in package.bases(path, found)]}
    parameters = constructor(package, path, found)
    if parameters is not None:
        described["parameters"] = parameters
    methods = {
        name: parameters_text(member.parameters)
        for name, member in sorted(found.members.items())
        if isinstance(member, griffe.Function) and (name in SPECIAL or not name.startswith("__"))
    }
    if methods:
        described["methods"] = methods
    node = _class_node(package, path)
    return {**described, **inside(node)} if node is not None else described


def _class_node(package: SourcePackage, path: str) -> ast.ClassDef | None:
    """Return the syntax tree of a class that stands at the top of its module, the last one of its name."""
    module, _, name = path.rpartition(".")
    nodes = [each for each in ast.walk(package.trees[module]) if isinstance(each, ast.ClassDef) and each.name == name]
    return nodes[-1] if nodes else None


def constructor(package: SourcePackage, path: str, found: griffe.Class) -> str | None:
    """Return the parameters of a class's constructor without ``self``; ``None`` if a foreign base class defines it."""
    pending: list[tuple[str, griffe.Class]] = [(path, found)]
    seen = set()
    while pending:
        path, current = pending.pop(0)
        if path in seen:
            continue
        seen.add(path)
        if any(base.path == "enum.Enum" for base in package.bases(path, current)):
            # Calling an enum looks up a member; its own initializer is only for members.
            return None
        for name in ("__init__", "__new__"):
            initializer = current.members.get(name)
            if isinstance(initializer, griffe.Function):
                return parameters_text(list(initializer.parameters)[1:])
        if any((str(d.value).rpartition(".")[2]).startswith("dataclass") for d in current.decorators):
            return parameters_text(_fields(current))
        pending += [
            (base.path, base.member) for base in package.bases(path, current) if isinstance(base.member, griffe.Class)
        ]
    return None


def _fields(found: griffe.Class) -> list[griffe.Parameter]:
    return [
        griffe.Parameter(
            name, annotation=member.annotation, kind=griffe.ParameterKind.positional_or_keyword, default=member.value
        )
        for name, member in found.members.items()
        if isinstance(member, griffe.Attribute) and member.annotation is not None
    ]
