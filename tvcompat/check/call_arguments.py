"""Match the arguments of a call to parameters, whether passed by keyword or by position."""

import ast
from functools import lru_cache
from typing import Dict, List, Optional, Union

from tvcompat.catalog.signatures import Kind
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.release_sets import ReleaseSet

# The argument for a parameter: a keyword, or an expression by position.
Given = Union[ast.keyword, ast.expr]

# The same place in a call has these two names, before there was `weights=` and since.
OLD_NAMES: Dict[str, str] = {"weights": "pretrained", "weights_backbone": "pretrained_backbone"}


def positions(use: CallUse, facts: ReleaseFacts) -> List[str]:
    """Return the newest names of the parameters that a call fills by position; empty if they are unknown."""
    if use.is_dynamic:
        # The first parameters of every builder.
        return ["weights", "progress"] if facts.members(use.namespace) else []
    return _positions(use.path, facts)


@lru_cache(maxsize=4096)
def _positions(path: str, facts: ReleaseFacts) -> List[str]:
    signatures = facts.signatures(path)
    if not signatures:
        return []
    places = {
        name: {number for each in signatures for number, p in enumerate(each.signature.parameters) if p.name == name}
        for name in ("weights", "pretrained")
    }
    if places["weights"] and places["pretrained"] and places["weights"] != places["pretrained"]:
        # `_resnet(arch, block, layers, pretrained, progress)` became `_resnet(block, layers, weights, progress)`.
        return []
    # Parameters that are keyword-only now are still accepted by position, with a warning.
    newest = signatures[-1].signature
    by_keyword = "positional" in newest.marks
    return [
        each.name
        for each in newest.parameters
        if each.kind.is_positional or (by_keyword and each.kind is Kind.KEYWORD_ONLY)
    ]


def given(use: CallUse, facts: ReleaseFacts, name: str) -> Optional[Given]:
    """Return the keyword or positional argument for a parameter, whether the call uses its newest or an older name."""
    for each in (name, OLD_NAMES.get(name, name)):
        keyword = use.keyword(each)
        if keyword is not None:
            return keyword
    if not use.positional:
        return None
    for parameter, argument in zip(positions(use, facts), use.positional):
        if parameter == name:
            return argument
    return None


def value_of(found: Given) -> ast.expr:
    """Return the value of an argument that ``given`` found."""
    return found.value if isinstance(found, ast.keyword) else found


def chosen_by(value: ast.expr, written: str, entry: str) -> str:
    """Return the ``weights=`` value for ``pretrained=value``: the entry, or a conditional expression.

    Args:
        value: what says whether to load a checkpoint, and is not written down as false.
        written: its source.
        entry: the source of the entry that it means.
    """
    if isinstance(value, ast.Constant):
        return entry
    if isinstance(value, (ast.Lambda, ast.IfExp, ast.NamedExpr, ast.GeneratorExp)) or "\n" in written:
        written = f"({written})"
    return f"{entry} if {written} else None"


def is_off(value: ast.expr) -> bool:
    """Return whether a value is a falsy literal."""
    return isinstance(value, ast.Constant) and not value.value


def releases_taking_weights(use: CallUse, facts: ReleaseFacts, name: str) -> ReleaseSet:
    """Return the releases in which a call accepts ``weights=`` or ``weights_backbone=``.

    Args:
        name: which of the two.
    """
    builder = None if use.is_dynamic else facts.builder(use.path)
    if builder is not None:
        return facts.accepting(builder, "weights")
    if use.is_dynamic:
        return facts.with_weights if facts.members(use.namespace) else facts.order.none
    takes = described = facts.order.none
    for releases, signature in facts.signatures(use.path):
        described |= releases
        if signature.names(name):
            takes |= releases
    return takes | ~described if takes else takes
