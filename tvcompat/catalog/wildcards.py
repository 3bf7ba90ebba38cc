"""Patterns of names in the hand-written table of replacements: ``torchvision.transforms.functional_tensor.*``."""

import re
from functools import lru_cache
from typing import Optional, Pattern, Tuple


@lru_cache(maxsize=None)
def _expression(pattern: str) -> Pattern[str]:
    return re.compile("(.*)".join(re.escape(part) for part in pattern.split("*")) + r"\Z", re.DOTALL)


def texts_of(pattern: str, path: str) -> Optional[Tuple[str, ...]]:
    """Return the texts that the stars of ``pattern`` match in ``path``, ``None`` if it does not match."""
    head, star, _ = pattern.partition("*")
    if not star or not path.startswith(head):
        # Most patterns can be ruled out without a regular expression, which is slow to compile.
        return () if path == pattern else None
    found = _expression(pattern).match(path)
    return found.groups() if found else None


def filled(target: str, texts: Tuple[str, ...]) -> str:
    """Return ``target`` with its stars replaced by the last of the texts."""
    count = target.count("*")
    for text in texts[len(texts) - count :]:
        target = target.replace("*", text, 1)
    return target
