"""Helpers: source in, findings out."""

import ast
import textwrap

from tvcompat.check.engine import Checker, Result
from tvcompat.check.findings import Target
from tvcompat.check.release_facts import release_facts


def upgrade(origin="0.12.0", target=None):
    known = release_facts()
    target = target or known.releases[-1]
    return Target(known.order.only(target), origin, target)


def between(first, last=None):
    known = release_facts()
    last = last or known.releases[-1]
    return Target(known.order.between(first, last), None, last)


def findings(source, question=None, path="program.py"):
    """What is found in a source."""
    text = textwrap.dedent(source)
    if path.endswith(".py"):
        ast.parse(text)
    result = Result()
    Checker(question or upgrade(), None, [path]).check(path, text.encode(), result)
    assert not result.unreadable, result.unreadable
    return result.findings
