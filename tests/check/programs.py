"""Programs written out as blocks, with what the checker has to find marked beneath its line.

::

    from torchvision import models
    models.resnet18(pretrained=False)
                    ^^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] may go in any release => weights=None

The carets stand under the exact columns; where a finding covers several lines, they end with the first one. Behind the
code of the rule may follow the severity with the release since when, words that the message has (`` ... `` leaves some
out), and, behind ``=>``, what the finding says would be written.

What ``fix`` does is written as two programs, with a line ``=>`` between them, or as one, with ``=> left:`` and the
reason in its last line.
"""

import ast
import re
import textwrap
from typing import List, NamedTuple, Optional, Tuple

from tvcompat.check.engine import Checker, Result
from tvcompat.check.findings import Finding, Target
from tvcompat.check.fixes import fix
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.check.rules import Style

from .conftest import looked_at, upgrade

MARK = re.compile(
    r"(?P<indent> *)(?P<carets>\^+) (?P<code>TVC\d{3})"
    r"(?: \[(?P<severity>\w+)(?: in (?P<since>[\d.]+))?\])?(?: (?!=>)(?P<words>.*?))?(?: => (?P<fix>.*))?"
)


class Mark(NamedTuple):
    """A finding that is expected."""

    line: int
    column: int
    end_column: int
    code: str
    severity: Optional[str]
    since: Optional[str]
    words: Optional[str]
    fix: Optional[str]


def block(text: str) -> str:
    """Return a block without its indentation and its first line break."""
    return textwrap.dedent(text[1:] if text.startswith("\n") else text)


def parse(text: str) -> Tuple[str, List[Mark]]:
    """Return a block's program, and the findings that its marks expect."""
    lines: List[str] = []
    marks: List[Mark] = []
    for line in block(text).split("\n"):
        found = MARK.fullmatch(line)
        if found is None:
            assert not line.lstrip().startswith("^"), f"no mark: {line}"
            lines.append(line)
            continue
        start = len(found["indent"]) + 1
        end = start + len(found["carets"])
        marks.append(
            Mark(len(lines), start, end, found["code"], found["severity"], found["since"], found["words"], found["fix"])
        )
    return "\n".join(lines), marks


def checked(
    source: str, question: Optional[Target] = None, path: str = "program.py", facts: Optional[ReleaseFacts] = None
) -> List[Finding]:
    """Return what is found in a program, in the order of the text."""
    result = looked_at(source, question, path, facts)
    assert all(each.finding for each in result.unreadable), result.unreadable
    return sorted(result.findings, key=lambda finding: (finding.line, finding.column, finding.code))


def check_reported(
    text: str, question: Optional[Target] = None, path: str = "program.py", facts: Optional[ReleaseFacts] = None
) -> None:
    """Hold that what is marked in a block is found, and nothing else."""
    source, marks = parse(text)
    assert marks, "nothing is marked"
    found = checked(source, question, path, facts)
    lines = source.split("\n")
    places = [
        (
            finding.line,
            finding.column,
            finding.end_column if finding.end_line == finding.line else len(lines[finding.line - 1]) + 1,
            finding.code,
        )
        for finding in found
    ]
    assert places == [mark[:4] for mark in marks]
    for finding, mark in zip(found, marks):
        if mark.severity is not None:
            assert finding.severity == mark.severity
        if mark.since is not None:
            assert mark.since == (finding.deprecated_in if mark.severity == "deprecated" else finding.breaks_in)
        if mark.fix is not None:
            assert finding.fix == mark.fix
        position = 0
        for words in (mark.words or "").split(" ... "):
            assert words in finding.message[position:]
            position = finding.message.index(words, position) + len(words)


def check_silent(
    text: str, question: Optional[Target] = None, path: str = "program.py", facts: Optional[ReleaseFacts] = None
) -> None:
    """Hold that nothing is found in a program."""
    source, marks = parse(text)
    assert not marks, "marks belong to programs in which something is found"
    if path.endswith(".py"):
        ast.parse(source)
    assert checked(source, question, path, facts) == []


def fixed(source, path="program.py", question=None, **style):
    """Return a source as ``fix`` leaves it, and why what is left is left."""
    data = source.encode() if isinstance(source, str) else source
    result = Result()
    found = fix(Checker(question or upgrade(), None, [path]), path, data, Style(**style), result)
    assert not result.unreadable
    after = found.data.decode() if isinstance(source, str) else found.data
    return after, [reason for _, reason in found.left]


def check_rewritten(text: str, question: Optional[Target] = None, **style: bool) -> None:
    """Hold that ``fix`` turns the part of a block above ``=>`` into the part below, and leaves no finding."""
    before, divider, after = block(text).partition("\n=>\n")
    assert divider, "a line => parts what is there from what is written"
    assert fixed(before + "\n", question=question, **style) == (after, [])


def check_kept(text: str, question: Optional[Target] = None, **style: bool) -> None:
    """Hold that ``fix`` leaves a program as it is, each finding for the reason behind ``=> left:``."""
    source, divider, reason = block(text).partition("\n=> left: ")
    assert divider, "a line => left: gives the reason"
    after, left = fixed(source + "\n", question=question, **style)
    assert after == source + "\n"
    assert left
    assert all(reason.rstrip("\n") in given for given in left), left
