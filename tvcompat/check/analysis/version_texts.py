"""What was meant where a program takes a version apart as text: no number is cut in half."""

import ast
from typing import Union


def whole_slice(text: str, where: slice) -> str:
    """Return a part of a text, with the numbers at its ends whole: ``[:3]`` of 0.10.0 is 0.10."""
    start, end, step = where.indices(len(text))
    if step != 1 or start >= end:
        return text[where]
    while start > 0 and text[start - 1 : start + 1].isdigit():
        start -= 1
    while end < len(text) and text[end - 1 : end + 1].isdigit():
        end += 1
    return text[start:end]


def begins_with(text: str, prefix: str) -> bool:
    """Return whether a text begins with another one, with its last number whole: 0.20.0 does not with 0.2."""
    cut = len(text) > len(prefix) and text[len(prefix) - 1 : len(prefix) + 1].isdigit()
    return text.startswith(prefix) and not (cut and prefix)


def holds(text: str, part: str) -> bool:
    """Return whether a text holds another one, with the numbers at its ends whole."""
    position = text.find(part)
    while position >= 0:
        end = position + len(part)
        cut_before = position and text[position - 1 : position + 1].isdigit()
        if not cut_before and not (end < len(text) and text[end - 1 : end + 1].isdigit()):
            return True
        position = text.find(part, position + 1)
    return False


def written_number(value: float, node: ast.Constant) -> Union[float, str]:
    """Return a number as the program has it, where that tells a version: 0.10 and 0.1 are the same to Python."""
    length = (node.end_col_offset or 0) - node.col_offset
    text = repr(value)
    return text.ljust(length, "0") if 0 < value < 1 and "e" not in text else value
