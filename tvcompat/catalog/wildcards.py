"""Patterns of names in the hand-written table of replacements: ``torchvision.transforms.functional_tensor.*``."""

import re
from functools import lru_cache
from typing import Optional, Pattern, Tuple


@lru_cache(maxsize=None)
def _expression(pattern: str) -> Pattern[str]:
    return re.compile("(.*)".join(re.escape(part) for part in pattern.split("*")) + r"\Z", re.DOTALL)


def texts_of(pattern: str, path: str) -> Optional[Tuple[str, ...]]:
    """What the stars of ``pattern`` stand for in ``path``, ``None`` where it does not fit."""
    head, star, _ = pattern.partition("*")
    if not star or not path.startswith(head):
        # Most patterns are told apart without an expression, which takes long to compile.
        return () if path == pattern else None
    found = _expression(pattern).match(path)
    return found.groups() if found else None


def filled(target: str, texts: Tuple[str, ...]) -> str:
    """``target`` with its stars filled by the last of the texts."""
    count = target.count("*")
    for text in texts[len(texts) - count :]:
        target = target.replace("*", text, 1)
    return target
