"""Configurations: dictionaries that name what is to be called with the rest of them.

``dict(type="torchvision.densenet161", pretrained=True)`` of OpenMMLab, ``{"_target_": "torchvision.models.resnet18"}``
of Hydra and OmegaConf, ``class_path`` and ``init_args`` of jsonargparse.
"""

import ast
from typing import Dict, Mapping, Optional, Tuple

from tvcompat.check.analysis.conditions import Condition
from tvcompat.check.analysis.facts import Facts
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.uses import IN_CONFIGURATION, CallUse, TextUse

# Keys under which a configuration names what is called.
NAMING_KEYS = ("_target_", "type", "class_path", "_component_")


def record(
    items: Mapping[str, Tuple[ast.AST, ast.expr]], node: ast.AST, condition: Condition, recorder: Recorder, facts: Facts
) -> None:
    """Record what a dictionary names, and the call that it describes.

    Args:
        items: key -> where it stands, and its value.
        node: the dictionary.
        condition: what holds there.
    """
    for key in NAMING_KEYS:
        if key not in items:
            continue
        value = items[key][1]
        path = configured_path(value.value, facts) if isinstance(value, ast.Constant) else None
        if path is None:
            continue
        given = {name: item for name, item in items.items() if name not in NAMING_KEYS}
        if key == "class_path" and "init_args" in given:
            inner = given["init_args"][1]
            given = _items_of(inner)
        call = ast.Call(func=value, args=[], keywords=[_keyword(name, *item) for name, item in given.items()])
        ast.copy_location(call, node)
        named = TextUse(path, value, condition)
        named.indirect = IN_CONFIGURATION
        recorder.use(named)
        recorder.use(CallUse(path, call, condition, call, indirect=IN_CONFIGURATION))
        return


def configured_path(text: object, facts: Facts) -> Optional[str]:
    """Return the path that a configuration names, ``None`` if it is none of torchvision's."""
    if not isinstance(text, str) or not text.startswith("torchvision.") or not text.replace(".", "").isidentifier():
        return None
    names = text.split(".")
    # OpenMMLab leaves out the module: `torchvision.densenet161`.
    builder = facts.builder_path(names[1]) if len(names) == 2 else None
    return builder or text


def _items_of(node: ast.expr) -> Dict[str, Tuple[ast.AST, ast.expr]]:
    if isinstance(node, ast.Dict):
        return {
            key.value: (key, value)
            for key, value in zip(node.keys, node.values)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
    if isinstance(node, ast.Call):
        return {each.arg: (each, each.value) for each in node.keywords if each.arg is not None}
    return {}


def _keyword(name: str, place: ast.AST, value: ast.expr) -> ast.keyword:
    """Return a keyword argument that stands where an item of a dictionary does."""
    made = ast.copy_location(ast.keyword(arg=name, value=value), place)
    made.end_lineno, made.end_col_offset = value.end_lineno, value.end_col_offset
    return made
