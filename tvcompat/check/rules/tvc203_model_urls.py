"""TVC203: ``model_urls`` tables, which were removed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from tvcompat.check.analysis.uses import AttributeUse, ImportUse, NameUse, TextUse
from tvcompat.check.changes import Change, Fix, RemoveName, Replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules.tvc101_removed_name import is_handled, is_surely

if TYPE_CHECKING:
    from tvcompat.catalog import Catalog
    from tvcompat.check.edits import Text


def check(use: NameUse, context: Context) -> Iterator[Report]:
    path = table_of(use.path)
    if not path or not use.is_certain or is_handled(use):
        return
    found = context.facts.presence(path)
    if not context.failing(found.releases) or context.is_too_new(found.releases):
        return
    since = context.breaks_in(found.releases)
    entry = _an_entry_of(context.facts.catalog, path)
    instead = f'tvcompat.get_weight("{entry}").url' if entry else "the url of a weights entry"
    node = use.node
    for _ in range(use.path[len(path) :].count(".") if isinstance(use, AttributeUse) else 0):
        # `resnet.model_urls.keys()`
        node = getattr(node, "value", node)
    yield Report(
        "breaks",
        f"{path} is gone since torchvision {since}. The address of a checkpoint is {instead}, "
        f"on every release; to load one, build the model with weights=.",
        breaks_in=since,
        fix=f"{entry}.url" if entry else None,
        node=node,
    )


def table_of(path: str) -> str:
    """Return the path of the table that a path leads to or through, empty if there is none."""
    before, found, _ = f"{path}.".partition(".model_urls.")
    return f"{before}.model_urls" if found else ""


def _an_entry_of(known: Catalog, path: str) -> Optional[str]:
    """Return an entry to use as the example: the one for the table's first URL that still has one."""
    for key in known.legacy.addresses(path):
        entry = entry_of(known, path, key)
        if entry is not None:
            return f"{entry.enum}.{entry.name}"
    return None


class CurrentEntry(NamedTuple):
    """The weights entry that has a checkpoint now."""

    namespace: str
    enum: str
    name: str


def fix(use: NameUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Take the URL from the entry of the weights enum, if the key is a literal."""
    if table_of(use.path) != use.path:
        return Fix(reason="tvcompat.get_model_weights(name) has the entries of a model, and their addresses")
    tree = text.tree
    subscripts: Dict[Tuple[int, int, int], ast.Subscript] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            value: Any = node.value
            subscripts[value.lineno, value.col_offset, value.end_col_offset] = node
    alias = use.node
    if isinstance(use, AttributeUse):
        held = [alias]
    elif isinstance(use.statement, ast.ImportFrom) and isinstance(alias, ast.alias):
        bound = alias.asname or alias.name
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == bound]
        if any(not is_surely(use.path, node, text) for node in named):
            return Fix(reason="the name stands for other things too")
        if any(isinstance(node, ast.Constant) and node.value == bound for node in _exported(tree)):
            return Fix(reason="other modules may import it: it is in __all__")
        held = list(named)
    else:
        return Fix(reason="by hand: it is imported as a module")
    changes: List[Change] = []
    imports: List[str] = []
    for node in held:
        subscript = subscripts.get((node.lineno, node.col_offset, node.end_col_offset))
        key = _key(subscript)
        if subscript is None or key is None:
            return Fix(reason="the model is chosen at run time: tvcompat.get_model_weights(name) has its entries")
        entry = entry_of(context.facts.catalog, use.path, key)
        if entry is None:
            return Fix(reason=f"no weights entry has the file that {key!r} meant")
        if style.tvcompat:
            changes.append(Replace(subscript, f'tvcompat.get_weight("{entry.enum}.{entry.name}").url'))
            imports.append("import tvcompat")
            continue
        if context.failing(context.facts.presence(f"{entry.namespace}.{entry.enum}").releases):
            return Fix(reason="not every release asked for has weights enums; --style tvcompat works on all")
        changes.append(Replace(subscript, f"{entry.enum}.{entry.name}.url"))
        imports.append(f"from {entry.namespace} import {entry.enum}")
    if isinstance(use, AttributeUse):
        return Fix(tuple(changes), tuple(imports))
    if len(use.statement.names) > 1:
        return Fix((*changes, RemoveName(use.statement, alias)), tuple(imports))
    return Fix((*changes, RemoveName(use.statement, alias, tuple(sorted(set(imports))))))


def _key(subscript: Optional[ast.Subscript]) -> Optional[str]:
    index: Any = subscript.slice if subscript is not None else None
    # Up to Python 3.8, an index is wrapped in a node of its own.
    index = getattr(index, "value", index) if type(index).__name__ == "Index" else index
    return index.value if isinstance(index, ast.Constant) and isinstance(index.value, str) else None


def _exported(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes in the assignments to ``__all__``."""
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            yield from ast.walk(statement)


def entry_of(known: Catalog, path: str, key: str) -> Optional[CurrentEntry]:
    """Return the entry whose file a key of a ``model_urls`` table stood for."""
    address = known.legacy.addresses(path).get(key)
    found = known.checkpoints_by_url.get(address) if address else None
    return None if found is None else CurrentEntry(found.namespace, found.enum, found.name)


RULE = Rule(
    code="TVC203",
    name="model-urls",
    uses=(ImportUse, AttributeUse, TextUse),
    summary="`model_urls`, the tables of checkpoint addresses that 0.15 removed.",
    explanation="""\
Programs took addresses from these tables to load checkpoints by themselves. The addresses are in the weights enums now.
Tables pasted from an old release hold old files; the entries hold the current ones.""",
    link="https://github.com/pytorch/vision/pull/5992",
    bad='state = model_zoo.load_url(torchvision.models.resnet.model_urls["resnet50"])',
    good='state = tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V1").get_state_dict()',
    check=check,
    fix=fix,
)
