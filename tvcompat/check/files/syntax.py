"""Decode and parse Python, and say where a file can't be parsed."""

import ast
import warnings
from typing import NamedTuple, Optional


class Unparsed(NamedTuple):
    """A file, or a cell of a notebook, that can't be parsed.

    Attributes:
        text: what is wrong.
        line, column: where, from 1.
        source: what could not be parsed, empty if it could not even be decoded.
        cell: number of the code cell in a notebook, from 1.
    """

    text: str
    line: int = 1
    column: int = 1
    source: str = ""
    cell: Optional[int] = None


class UnreadableError(Exception):
    """A file that can't be parsed: what is wrong, and where."""

    def __init__(self, text: str, line: int = 1, column: int = 1, source: str = "") -> None:
        self.unparsed: Unparsed = Unparsed(text, line, column, source)
        super().__init__(text)


def encoding_of(data: bytes) -> str:
    """Return the encoding that a file declares, by its first bytes or a comment in its first two lines."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = data.split(b"\n", 2)[:2]
    if not any(b"coding" in line or not line.isascii() for line in lines):
        return "utf-8"
    # Imported here: few files declare an encoding, or have other characters in these lines.
    import tokenize

    encoding, _ = tokenize.detect_encoding(iter([line + b"\n" for line in lines]).__next__)
    return encoding


def syntax_tree(text: str) -> ast.Module:
    """Parse Python, without its warnings.

    Raises:
        UnreadableError: the version that runs this can't parse it.
    """
    try:
        with warnings.catch_warnings():
            # Warnings such as that for `"\d"` are none of our business.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        # Python may report places that do not exist: a line after the last, a column before the first.
        line = min(max(error.lineno or 1, 1), len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
        column = max(error.offset or 1, 1) if line == error.lineno else 1
        raise UnreadableError(error.msg or "syntax error", line, column, text) from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise UnreadableError(str(error) or type(error).__name__, source=text) from error
