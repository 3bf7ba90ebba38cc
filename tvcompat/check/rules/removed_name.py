"""TVC101: a module or name that is gone."""

import ast
from typing import Iterator, List

from tvcompat.check.edits import Fix, Text, replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.uses import ATTRIBUTE, BRANCH, IMPORT, Use


def is_cared_for(use: Use) -> bool:
    """Whether the program deals with the case that the name is not there."""
    return BRANCH in use.guards or (IMPORT if use.kind == "import" else ATTRIBUTE) in use.guards


def check(use: Use, context: Context) -> Iterator[Report]:
    if not use.surely or is_cared_for(use) or use.path.endswith(".model_urls"):
        return
    found = context.facts.presence(use.path, module=use.module)
    if not found.known and found.releases == context.facts.all:
        return
    if not context.failing(found.releases) or context.is_too_new(found.releases):
        return
    since = context.breaks_in(found.releases)
    replacement = context.facts.catalog.replacement(use.path)
    if found.releases:
        last = context.older(found.releases).last
        message = f"{use.path} is gone since torchvision {since} (last in {last})."
    else:
        message = f"no torchvision release from {context.facts.releases[0]} on has {use.path}."
    if replacement is not None and not found.releases and replacement.any_name:
        # Words for what stood beside it say nothing of a name that never was.
        replacement = None
    if replacement is not None:
        message += f" {replacement.words}"
    fix = f"use {replacement.instead}" if replacement is not None and replacement.instead else None
    yield Report("breaks", message, breaks_in=since, fix=fix)


def fix(use: Use, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Import it from where it lives on, under the name it has in the file."""
    replacement = context.facts.catalog.replacement(use.path)
    if replacement is None or not replacement.instead:
        return Fix(reason="nothing stands in for it")
    statement, alias = use.statement, use.node
    last = replacement.instead.rpartition(".")[2]
    if use.path.rpartition(".")[2] != last and last in ("Conv2dNormActivation", "SqueezeExcitation", "Kinetics"):
        return Fix(reason="what followed it takes other arguments")
    if not isinstance(statement, ast.ImportFrom) or not isinstance(alias, ast.alias):
        if isinstance(statement, ast.Import) and isinstance(alias, ast.alias) and alias.asname:
            return _as_module(alias, replacement.instead, context, text)
        if isinstance(statement, ast.Import) and isinstance(alias, ast.alias):
            return _by_full_name(use.path, alias, replacement.instead, context, text)
        parent, _, name = use.path.rpartition(".")
        new_parent, _, new_name = replacement.instead.rpartition(".")
        if parent == new_parent and isinstance(alias, ast.Attribute) and alias.attr == name:
            # `transforms.Scale` -> `transforms.Resize`
            end = text.offset(alias.end_lineno or 0, alias.end_col_offset or 0)
            return Fix((text.edit(end - len(name), end, new_name),))
        return _through_modules(use, alias, replacement.instead, context, text)
    module, _, name = replacement.instead.rpartition(".")
    missing = _not_in(replacement.instead, alias.asname or alias.name, context, text)
    if missing:
        return Fix(reason=f"{replacement.instead} has no {missing}")
    if not _is_there(replacement.instead, context):
        return Fix(reason=f"{module} has no {name}")
    bound = alias.asname or alias.name
    new = name if bound == name else f"{name} as {bound}"
    safe = _is_the_same(use.path, context)
    if len(statement.names) == 1:
        return Fix((replace(statement, f"from {module} import {new}"),), safe=safe)
    rest = [each for each in statement.names if each is not alias]
    same = all(_goes_along(each, statement, module, context) for each in rest)
    if same and bound == name:
        # All names go to the same module: each of them proposes the same edit.
        start = text.offset(statement.lineno, statement.col_offset)
        return Fix((text.edit(start, text.text.index("import", start), f"from {module} "),), safe=safe)
    if text.segment(statement).count("\n") or "(" in text.segment(statement):
        return Fix(reason="by hand: names of one statement go different ways")
    kept = ", ".join(text.segment(each) for each in rest)
    indent = " " * statement.col_offset
    both = f"from {statement.module} import {kept}\n{indent}from {module} import {new}"
    return Fix((replace(statement, both),), safe=safe)


def _through_modules(use: Use, node: ast.AST, instead: str, context: Context, text: Text) -> Fix:
    """``transforms.functional_tensor.hflip`` -> ``transforms.functional.hflip``: from the module that holds both."""
    written = text.segment(node)
    root, _, rest = written.partition(".")
    base = use.path[: -len(rest) - 1]
    if not rest.replace(".", "").isidentifier() or f"{base}.{rest}" != use.path or not instead.startswith(f"{base}."):
        return Fix(reason="it is reached through a module; import what stands in for it")
    holder = instead.rpartition(".")[0]
    # What a module imports by itself can be reached through it; torchvision imports these.
    if holder != base and not holder.startswith(("torchvision.transforms", "torchvision.models", "torchvision.ops")):
        return Fix(reason=f"import {holder}, and use it from there")
    if not _is_there(instead, context):
        return Fix(reason=f"{holder} has no {instead.rpartition('.')[2]}")
    return Fix((replace(node, f"{root}{instead[len(base) :]}"),), safe=_is_the_same(use.path, context))


def _is_the_same(path: str, context: Context) -> bool:
    """Whether what stands in for a name of tensors does the same: some smooth now, or mixed up height and width."""
    module, _, name = path.rpartition(".")
    row = context.facts.catalog.legacy.name(module, name)
    return row is None or not module.endswith(".functional_tensor") or row.stand_in.startswith("torchvision.")


def _goes_along(alias: ast.alias, statement: ast.ImportFrom, module: str, context: Context) -> bool:
    """Whether another name of the statement is replaced by one of the same module and name."""
    other = context.facts.catalog.replacement(f"{statement.module}.{alias.name}")
    return other is not None and other.instead == f"{module}.{alias.name}" and _is_there(other.instead, context)


def _is_there(path: str, context: Context) -> bool:
    """Whether what stands in is in every release asked for; of other packages it is taken to be."""
    if not path.startswith("torchvision."):
        return True
    found = context.facts.presence(path)
    return found.known and not context.failing(found.releases)


def _not_in(instead: str, bound: str, context: Context, text: Text) -> str:
    """A name that the program takes from a module and that what stands in for the module does not have."""
    if context.facts.catalog.module(instead) is None:
        return ""
    taken = (
        node.attr
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == bound
    )
    return next((name for name in taken if not _is_there(f"{instead}.{name}", context)), "")


def _as_module(alias: ast.alias, instead: str, context: Context, text: Text) -> Fix:
    missing = _not_in(instead, str(alias.asname), context, text)
    if missing:
        return Fix(reason=f"{instead} has no {missing}")
    if context.facts.catalog.module(instead) is None and not instead.startswith("torch."):
        return Fix(reason="what stands in for it is no module")
    return Fix((replace(alias, f"{instead} as {alias.asname}"),), safe=False)


def _by_full_name(path: str, alias: ast.alias, instead: str, context: Context, text: Text) -> Fix:
    """``import torchvision.transforms.functional_pil``, and each place where the program has that name."""
    elsewhere = instead.startswith("torch.")
    if context.facts.catalog.module(instead) is None and not elsewhere:
        return Fix(reason="what stands in for it is no module")
    places = [
        node for node in ast.walk(text.tree) if isinstance(node, ast.Attribute) and _dotted(node) == path.split(".")
    ]
    taken = [node.attr for node in ast.walk(text.tree) if isinstance(node, ast.Attribute) and node.value in places]
    missing = next((name for name in taken if not _is_there(f"{instead}.{name}", context)), "")
    if missing:
        return Fix(reason=f"{instead} has no {missing}")
    safe = not elsewhere and all(_is_the_same(f"{path}.{name}", context) for name in taken)
    return Fix(tuple(replace(node, instead) for node in (alias, *places)), safe=safe)


def _dotted(node: ast.expr) -> List[str]:
    """``a.b.c`` in parts; empty where it begins with anything but a name."""
    parts: List[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else []


RULE = Rule(
    code="TVC101",
    name="removed-name",
    kinds=("import", "attribute"),
    summary="A module or name that some release asked for does not have any more.",
    explanation="""\
torchvision removes names without much notice, private modules and names that a module merely imported among them.
Importing them fails with ModuleNotFoundError or ImportError, reaching for them with AttributeError.

Code that takes care is left alone: an import under `try` with an `except ImportError` that does not only raise, and
`hasattr`. A branch on the version is held against the releases on which it runs.""",
    bad="from torchvision.transforms.functional_tensor import rgb_to_grayscale",
    good="from torchvision.transforms.functional import rgb_to_grayscale",
    check=check,
    fix=fix,
)
