"""Edit source in some places and leave the rest untouched."""

import ast
import bisect
import re
from functools import cached_property
from typing import Any, Callable, Iterable, List, NamedTuple, Tuple

from tvcompat.check.bindings import Bindings

LINE_ENDS = re.compile(r"\r\n|\r|\n")


class Edit(NamedTuple):
    """One replacement, from one position in the source to another, in characters.

    Attributes:
        text: what stands there afterwards.
    """

    start: int
    end: int
    text: str


class Text:
    """A source whose positions are those of its syntax tree.

    Args:
        text: the source.
        tree: its syntax tree.
        star: module -> names that ``from module import *`` binds.
    """

    def __init__(self, text: str, tree: ast.Module, star: Callable[[str], Iterable[str]]) -> None:
        self.text: str = text
        self.tree: ast.Module = tree
        self._star = star
        self._starts = [0, *(match.end() for match in LINE_ENDS.finditer(text))]

    @cached_property
    def bindings(self) -> Bindings:
        """What each name must refer to, computed when the first rule needs it."""
        return Bindings(self.tree, self._star)

    @cached_property
    def first_imports(self) -> List[ast.stmt]:
        """The first block of import statements of the module."""
        found: List[ast.stmt] = []
        for statement in self.tree.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                found.append(statement)
            elif found:
                break
        return found

    def imports_of(self, package: str) -> List[ast.stmt]:
        """Return the import statements of a package that run whenever the module is imported."""

        def is_of_package(module: str) -> bool:
            return module.partition(".")[0] == package

        return [
            statement
            for statement in self.tree.body
            if (isinstance(statement, ast.ImportFrom) and not statement.level and is_of_package(statement.module or ""))
            or (isinstance(statement, ast.Import) and any(is_of_package(alias.name) for alias in statement.names))
        ]

    @cached_property
    def newline(self) -> str:
        """The line end of the source."""
        found = LINE_ENDS.search(self.text)
        return found.group() if found else "\n"

    def line_start(self, line: int) -> int:
        """Return where a line begins, counted from 1; for a line after the last, the end of the text."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def line_end(self, offset: int) -> int:
        """Return where the line of a position ends, before its line end."""
        found = LINE_ENDS.search(self.text, offset)
        return found.start() if found else len(self.text)

    def line_of(self, offset: int) -> int:
        """Return the line of a position, from 1."""
        return bisect.bisect_right(self._starts, offset)

    def offset(self, line: int, column: int) -> int:
        """Return the position of a place in the text, in characters."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        content = self.text[start:end]
        if content.isascii():
            return start + column
        return start + len(content.encode()[:column].decode(errors="replace"))

    def segment(self, node: Any) -> str:
        """Return the source of a node."""
        first = self.offset(node.lineno, node.col_offset)
        return self.text[first : self.offset(node.end_lineno, node.end_col_offset)]

    def apply(self, edits: Iterable[Edit]) -> str:
        """Return the text with all edits made; they must not overlap."""
        parts: List[str] = []
        position = 0
        for start, end, text in sorted(set(edits)):
            parts += [self.text[position:start], text]
            position = end
        return "".join([*parts, self.text[position:]])

    def changed_lines(self, edits: Iterable[Edit]) -> List[Tuple[int, int, str]]:
        """Return the whole lines that edits change: the first, the last, and the text that replaces them."""
        groups: List[List[Edit]] = []
        last = 0
        for edit in sorted(set(edits)):
            if groups and self.line_of(edit.start) <= last:
                groups[-1].append(edit)
            else:
                groups.append([edit])
            last = max(last, self.line_of(edit.end))
        found = []
        for group in groups:
            first, last = self.line_of(group[0].start), max(self.line_of(edit.end) for edit in group)
            behind = len(self.text) - self.line_end(self.line_start(last))
            after = self.apply(group)
            found.append((first, last, after[self._starts[first - 1] : len(after) - behind]))
        return found


def overlap(first: Edit, second: Edit) -> bool:
    """Return whether two edits touch the same characters; equal ones do not count."""
    (a, b, _), (c, d, _) = first, second
    if first == second:
        return False
    if a == b or c == d:
        return a == c if a == b and c == d else c < a < d or a < c < b
    return a < d and c < b


class InsertionPoint(NamedTuple):
    """Where import statements are added, and the text before and after each.

    Attributes:
        offset: position in the text, in characters.
    """

    offset: int
    before: str
    behind: str

    def edit(self, statements: Iterable[str]) -> Edit:
        """Return the edit that adds statements, each of them once."""
        written = "".join(f"{self.before}{each}{self.behind}" for each in dict.fromkeys(statements))
        return Edit(self.offset, self.offset, written)


def behind_imports(text: Text) -> InsertionPoint:
    """Return the place after the first block of imports, or at the top of a file without imports."""
    block = text.first_imports
    if block:
        return behind_import(text, block[-1])
    first = text.tree.body[0] if text.tree.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return behind_import(text, first)
    # Behind a shebang and an encoding line.
    line = 1
    for content in LINE_ENDS.split(text.text):
        if not content.startswith("#"):
            break
        line += 1
    return InsertionPoint(text.line_start(line), "", text.newline)


def behind_import(text: Text, statement: ast.stmt) -> InsertionPoint:
    """Return the place after a statement: on a line of its own with the same indentation, if possible."""
    end = text.offset(statement.end_lineno or 0, statement.end_col_offset or 0)
    start = text.offset(statement.lineno, statement.col_offset)
    indent = text.text[text.line_start(statement.lineno) : start]
    rest = text.text[end : text.line_end(end)].strip()
    if indent.strip() or (rest and not rest.startswith("#")):
        # The line has something else: `try: import torchvision`, `import torchvision; net = ...`.
        return InsertionPoint(end, "; ", "")
    return InsertionPoint(text.line_end(end), text.newline + indent, "")


def block_of(tree: ast.Module, statement: ast.stmt) -> List[ast.stmt]:
    """Return the statements that one stands among, itself included."""
    for node in ast.walk(tree):
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and any(each is statement for each in block):
                return block
    return [statement]
