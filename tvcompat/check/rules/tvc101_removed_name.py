"""TVC101: a module or name that was removed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, List

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import AttributeUse, ImportUse, NameUse, TextUse
from tvcompat.check.changes import Fix, MoveName, RenameAttribute, RenameModule, Replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.release_sets import ReleaseSet

if TYPE_CHECKING:
    from tvcompat.check.edits import Text


def is_handled(use: NameUse) -> bool:
    """Return whether the program handles the absence of the name."""
    missing = Handled.IMPORT if isinstance(use, ImportUse) else Handled.ATTRIBUTE
    return use.handles(Handled.VERSION, missing)


def check(use: NameUse, context: Context) -> Iterator[Report]:
    if not use.is_certain or is_handled(use) or ".model_urls." in f"{use.path}.":
        return
    found = context.facts.presence(use.path, module=use.is_module)
    if not found.known and found.releases == context.facts.all:
        return
    stray = context.facts.stray(use.path)
    if not context.failing(found.releases) or (context.is_too_new(found.releases) and stray is None):
        return
    since = context.breaks_in(found.releases)
    replacement = context.facts.catalog.replacement(use.path)
    if stray is not None:
        message = (
            f"{use.path} belongs to nightly builds; of the releases, only {_listed(stray)} hold torchvision.prototype, "
            f"by accident."
        )
    elif found.releases:
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


def _listed(releases: ReleaseSet) -> str:
    """Return releases in words."""
    spans = releases.spans()
    return f"{', '.join(spans[:-1])} and {spans[-1]}" if len(spans) > 1 else spans[0]


def fix(use: NameUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Import the name from where it is defined now, bound to the same name in the file."""
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
            return Fix((RenameAttribute(alias, new_name),))
        return _through_modules(use, alias, replacement.instead, context)
    module, _, name = replacement.instead.rpartition(".")
    missing = _not_in(replacement.instead, alias.asname or alias.name, context, text)
    if missing:
        return Fix(reason=f"{replacement.instead} has no {missing}")
    if not _is_there(replacement.instead, context):
        return Fix(reason=f"{module} has no {name}")
    return Fix((MoveName(statement, alias, module, name),), safe=_is_the_same(use.path, context))


def _through_modules(use: NameUse, node: ast.expr, instead: str, context: Context) -> Fix:
    """Rewrite ``transforms.functional_tensor.hflip`` to ``transforms.functional.hflip``, using their common package."""
    root, *rest = _dotted(node) or [""]
    base = ".".join(use.path.split(".")[: -len(rest)]) if rest else ""
    if not rest or f"{base}.{'.'.join(rest)}" != use.path or not instead.startswith(f"{base}."):
        return Fix(reason="it is reached through a module; import what stands in for it")
    holder = instead.rpartition(".")[0]
    # A submodule can be reached through a package that imports it; torchvision imports these.
    if holder != base and not holder.startswith(("torchvision.transforms", "torchvision.models", "torchvision.ops")):
        return Fix(reason=f"import {holder}, and use it from there")
    if not _is_there(instead, context):
        return Fix(reason=f"{holder} has no {instead.rpartition('.')[2]}")
    return Fix((Replace(node, f"{root}{instead[len(base) :]}"),), safe=_is_the_same(use.path, context))


def _is_the_same(path: str, context: Context) -> bool:
    """Return whether a tensor function's replacement does the same: some antialias now, or swapped height and width."""
    module, _, name = path.rpartition(".")
    row = context.facts.catalog.legacy.name(module, name)
    return row is None or not module.endswith(".functional_tensor") or row.stand_in.startswith("torchvision.")


def _is_there(path: str, context: Context) -> bool:
    """Return whether a replacement is in every target release; in other packages it is assumed to be."""
    if not path.startswith("torchvision."):
        return True
    found = context.facts.presence(path)
    return found.known and not context.failing(found.releases)


def _not_in(instead: str, bound: str, context: Context, text: Text) -> str:
    """Return a name that the program takes from a module but the module's replacement lacks, empty if there is none."""
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
    return Fix((RenameModule(alias, instead),), safe=False)


def is_surely(path: str, node: ast.expr, text: Text) -> bool:
    """Return whether an expression of the file certainly leads to a path."""
    origin = text.bindings.origin(node)
    return origin is not None and origin.path == path


def _by_full_name(path: str, alias: ast.alias, instead: str, context: Context, text: Text) -> Fix:
    """Rewrite ``import torchvision.transforms.functional_pil`` and every place where the program uses that name."""
    elsewhere = instead.startswith("torch.")
    if context.facts.catalog.module(instead) is None and not elsewhere:
        return Fix(reason="what stands in for it is no module")
    places = [
        node for node in ast.walk(text.tree) if isinstance(node, ast.Attribute) and _dotted(node) == path.split(".")
    ]
    if any(not is_surely(path, node, text) for node in places):
        return Fix(reason="the name stands for other things too")
    taken = [node.attr for node in ast.walk(text.tree) if isinstance(node, ast.Attribute) and node.value in places]
    missing = next((name for name in taken if not _is_there(f"{instead}.{name}", context)), "")
    if missing:
        return Fix(reason=f"{instead} has no {missing}")
    safe = not elsewhere and all(_is_the_same(f"{path}.{name}", context) for name in taken)
    return Fix((RenameModule(alias, instead), *(Replace(node, instead) for node in places)), safe=safe)


def _dotted(node: ast.expr) -> List[str]:
    """Return the parts of ``a.b.c``; empty if it does not begin with a name."""
    parts: List[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else []


RULE = Rule(
    code="TVC101",
    name="removed-name",
    uses=(ImportUse, AttributeUse, TextUse),
    summary="A module or name that some release asked for does not have any more.",
    explanation="""\
torchvision removes names without much notice, private modules and names that a module merely imported among them.
Importing them fails with ModuleNotFoundError or ImportError, reaching for them with AttributeError.

Code that takes care is left alone: an import under `try` with an `except ImportError` that does not only raise, and
`hasattr`. A branch on the version is held against the releases on which it runs.""",
    link="https://github.com/pytorch/vision/pull/7953",
    bad="from torchvision.transforms.functional_tensor import rgb_to_grayscale",
    good="from torchvision.transforms.functional import rgb_to_grayscale",
    check=check,
    fix=fix,
)
