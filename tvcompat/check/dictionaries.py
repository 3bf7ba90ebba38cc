"""Dictionaries that a call may unpack: what is written down of them, and what a program does to them later."""

import ast
from typing import Callable, FrozenSet, List, Optional

from tvcompat.check.values import Keywords, Several, Value, flat

# Methods after which a dictionary may hold something else.
CHANGING = ("pop", "popitem", "clear", "update", "setdefault")


def keywords_of(node: ast.AST) -> Optional[List[ast.keyword]]:
    """The items of ``{"pretrained": True}`` or ``dict(pretrained=True)`` as keyword arguments, ``None`` of others."""
    if isinstance(node, ast.Dict):
        found = []
        for key, value in zip(node.keys, node.values):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.append(_keyword(key.value, key, value))
        return found
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return [keyword for keyword in node.keywords if keyword.arg is not None]
    return None


def stored(value: Optional[Value], key: str, target: ast.expr, given: ast.expr, guards: FrozenSet[str]) -> Value:
    """What a name stands for after ``kwargs["pretrained"] = True``."""
    return updated(value, [_keyword(key, target, given)], guards)


def updated(value: Optional[Value], given: Optional[List[ast.keyword]], guards: FrozenSet[str]) -> Value:
    """What a name stands for after ``kwargs.update(pretrained=True)``; what is given may be unknown."""
    keys = {keyword.arg for keyword in given or ()}

    def change(each: Keywords) -> Optional[Keywords]:
        if given is None:
            return None
        return Keywords([*(old for old in each.keywords if old.arg not in keys), *given], each.guards | guards)

    return _each(value, change)


def without(value: Optional[Value], key: Optional[str]) -> Optional[Value]:
    """What a name stands for after a key left its dictionary; an unknown key may be any."""

    def change(each: Keywords) -> Optional[Keywords]:
        return None if key is None else Keywords([old for old in each.keywords if old.arg != key], each.guards)

    return _each(value, change)


def given_to_update(node: ast.Call) -> Optional[List[ast.keyword]]:
    """What ``kwargs.update(...)`` is given as keyword arguments, ``None`` where it can't be told."""
    found = []
    for argument in node.args:
        items = keywords_of(argument)
        if items is None:
            return None
        found += items
    return None if any(keyword.arg is None for keyword in node.keywords) else [*found, *node.keywords]


def has_keywords(value: Optional[Value]) -> bool:
    return any(isinstance(each, Keywords) for each in flat(value))


def _each(value: Optional[Value], change: Callable[[Keywords], Optional[Value]]) -> Value:
    return Several([change(each) if isinstance(each, Keywords) else each for each in flat(value)])


def _keyword(name: str, first: ast.expr, value: ast.expr) -> ast.keyword:
    """A keyword argument that stands where a dictionary has its key and value."""
    made = ast.keyword(arg=name, value=value)
    ast.copy_location(made, first)
    made.end_lineno, made.end_col_offset = value.end_lineno, value.end_col_offset
    return made
