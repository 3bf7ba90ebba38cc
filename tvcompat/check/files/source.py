"""One file as it is checked: whether it can concern torchvision, its text and its syntax tree."""

import ast
import re
from functools import cached_property
from typing import Iterator, List, Optional, Sequence, Tuple

from tvcompat.check.files.syntax import Unparsed, UnreadableError, encoding_of, syntax_tree
from tvcompat.check.pins import holds_no_code

# A file without one of these can't concern torchvision, unless it takes it from another file of the tree.
WORDS = (b"torchvision", b"pytorch/vision")

# What stands before it on its line where a program names it: nothing or a comma in an import that goes over several
# lines, a quote where it is text, a dot where another module has it, or an import, which begins a line (maybe that of
# the file, with a byte order mark) or follows `;` or `:`. Prose says `the datasets from torchvision`.
BEFORE = re.compile(rb"(?:^|,)[ \t]*$|[\"'.]$|(?:^|[;:\r\f\xbf])[ \t]*(?:from|import)\b")

# A comment, where no quote before it may make it a part of a text.
COMMENT = re.compile(rb"[^\"'#]*#")


class Source:
    """One file as it is checked.

    Attributes:
        path: as it was given.
        tree: its syntax tree.
        text: its source; for a notebook that of all code cells.
        cells: for a notebook, first line and number of each code cell.
        unread: for a notebook, its cells that can't be parsed.
    """

    def __init__(
        self,
        path: str,
        tree: ast.Module,
        text: str,
        cells: Sequence[Tuple[int, int]] = (),
        unread: Sequence[Unparsed] = (),
    ) -> None:
        self.path: str = path
        self.tree: ast.Module = tree
        self.text: str = text
        self.cells: Sequence[Tuple[int, int]] = cells
        self.unread: Sequence[Unparsed] = unread

    @cached_property
    def lines(self) -> List[str]:
        """The lines of ``text``, without their ends."""
        return self.text.split("\n")

    def place(self, line: int) -> Tuple[int, Optional[int]]:
        """Return line and cell of a line of ``text``."""
        if not self.cells:
            return line, None
        first, number = max((cell for cell in self.cells if cell[0] <= line), default=self.cells[0])
        return line - first + 1, number


def concerns(path: str, data: bytes) -> bool:
    """Return whether a file can concern torchvision at all; mentions in comments alone do not count."""
    if path.endswith(".py"):
        return any(BEFORE.search(line) and not COMMENT.match(line) for line in _lines_up_to_it(data))
    return any(word in data for word in WORDS)


def _lines_up_to_it(data: bytes) -> Iterator[bytes]:
    """Yield what precedes each occurrence of the words on its line."""
    for word in WORDS:
        position = data.find(word)
        while position >= 0:
            yield data[data.rfind(b"\n", 0, position) + 1 : position]
            position = data.find(word, position + 1)


def parse(path: str, data: bytes) -> Source:
    """Parse a file.

    Raises:
        UnreadableError: it is no Python of the version that runs this, or no notebook.
    """
    if holds_no_code(path):
        # Its uses are found without a tree.
        text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
        return Source(path, ast.parse(""), text)
    if path.endswith(".ipynb"):
        # Imported here: most trees have no notebooks.
        from tvcompat.check.files.notebooks import notebook

        text, cells, unread = notebook(data)
        return Source(path, syntax_tree(text), text, cells, unread)
    try:
        text = data.decode(encoding_of(data))
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise UnreadableError(f"can't be decoded: {error}") from error
    return Source(path, syntax_tree(text), text.replace("\r\n", "\n").replace("\r", "\n"))
