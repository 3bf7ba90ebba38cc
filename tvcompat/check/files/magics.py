"""Replace IPython syntax by Python, line by line, so that a cell can be parsed."""

import re
from typing import Iterable, List

# What only IPython understands: a magic, a command, a call without brackets, a question; and the first two as a value.
LINE_MAGIC = re.compile(r"^\s*[%!?]|^[/,;]|^[^#]*[\w\])]\?{1,2}\s*$")
VALUE_MAGIC = re.compile(r"^(\s*[\w.,\s\[\]\"']+=\s*)[%!].*")
# Text of one line, and what opens and closes brackets.
SHORT_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|#.*")
# A magic that runs the statement after it, unless that is a compound one.
TIMED_MAGIC = re.compile(
    r"^(\s*)(%(?:time|timeit|prun|memit)(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+)"
    r"(?![-!%]|(?:async|class|def|for|if|try|while|with)\b)(?=\S)"
)
# Cell magics under which the rest is still Python.
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


def plain_python(lines: Iterable[str]) -> List[str]:
    """Return the lines of a cell with what only IPython understands replaced by ``pass`` or ``None``, line by line."""
    found = list(lines)
    first = next((line.strip() for line in found if line.strip()), "")
    if first.startswith("%%") and not first.startswith(PYTHON_MAGICS):
        return ["pass"] * len(found)
    plain: List[str] = []
    opened, goes_on = 0, False
    for line in found:
        if goes_on:
            # A command over several lines.
            python = ""
        elif opened <= 0 and TIMED_MAGIC.match(line):
            # As long as before, so that columns stay the same.
            python = without_timing(line)
        elif opened <= 0 and LINE_MAGIC.match(line):
            python = re.sub(r"\S.*", "pass", line)
        else:
            python = line if opened > 0 else VALUE_MAGIC.sub(r"\1None", line)
        goes_on = (goes_on or python != line) and line.rstrip().endswith("\\")
        code = SHORT_TEXT.sub("", python)
        opened += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
        plain.append(python)
    return plain


def without_timing(line: str) -> str:
    """Return a line with the magic that times it replaced by something of the same length."""
    return TIMED_MAGIC.sub(lambda match: match[1] + "pass;".ljust(len(match[2])), line)
