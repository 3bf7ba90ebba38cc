"""Changing source in places and nowhere else."""

import ast
import re
from functools import cached_property
from typing import Any, Callable, Iterable, List, NamedTuple, Sequence, Tuple

from tvcompat.check.bindings import Bindings

_LINE_ENDS = re.compile(r"\r\n|\r|\n")

# Why nothing is written that needs a package which the program may not have.
MISSING_IMPORT = "the file does not import {package}; import it, then run fix again"


class Edit(NamedTuple):
    """One replacement: lines from 1, columns in UTF-8 bytes from 0, as ``ast`` counts them.

    Attributes:
        text: what stands there afterwards.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fix(NamedTuple):
    """What mends a finding.

    Attributes:
        edits: replacements that belong together.
        imports: statements that have to be there, ``from torchvision.transforms import InterpolationMode``.
        safe: whether the program surely does the same as before.
        reason: why nothing can be done, where nothing can.
    """

    edits: Tuple[Edit, ...] = ()
    imports: Tuple[str, ...] = ()
    safe: bool = True
    reason: str = ""


def replace(node: Any, text: str) -> Edit:
    """Put text in the place of a node."""
    return Edit(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text)


class Text:
    """A source whose places are those of its syntax tree.

    Args:
        text: the source.
        tree: its syntax tree.
        star: module -> names that ``from module import *`` binds.
    """

    def __init__(self, text: str, tree: ast.Module, star: Callable[[str], Iterable[str]]) -> None:
        self.text: str = text
        self.tree: ast.Module = tree
        self._star = star
        self._starts = [0, *(match.end() for match in _LINE_ENDS.finditer(text))]

    @cached_property
    def bindings(self) -> Bindings:
        """What each name must refer to, found out when the first rule asks for it."""
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
        found = _LINE_ENDS.search(self.text)
        return found.group() if found else "\n"

    def line_start(self, line: int) -> int:
        """Return where a line begins, from 1; the end of the text behind the last one."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def line_end(self, offset: int) -> int:
        """Return where the line of a position ends, before its line end."""
        found = _LINE_ENDS.search(self.text, offset)
        return found.start() if found else len(self.text)

    def character(self, line: int, column: int) -> int:
        """Return the position of a column counted in characters, as ``tokenize`` counts them."""
        return self._starts[line - 1] + column

    def offset(self, line: int, column: int) -> int:
        """Where in the text a place is, in characters."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        content = self.text[start:end]
        if content.isascii():
            return start + column
        return start + len(content.encode()[:column].decode(errors="replace"))

    def segment(self, node: Any) -> str:
        """The source of a node."""
        first = self.offset(node.lineno, node.col_offset)
        return self.text[first : self.offset(node.end_lineno, node.end_col_offset)]

    def place(self, offset: int) -> Tuple[int, int]:
        """Line and column of a place in the text."""
        import bisect

        line = bisect.bisect_right(self._starts, offset)
        return line, len(self.text[self._starts[line - 1] : offset].encode())

    def edit(self, start: int, end: int, text: str) -> Edit:
        """An edit between two places in the text."""
        return Edit(*self.place(start), *self.place(end), text)

    def apply(self, edits: Iterable[Edit]) -> str:
        """The text with all edits made; they must not overlap."""
        spans = sorted(
            (self.offset(e.line, e.column), self.offset(e.end_line, e.end_column), e.text) for e in set(edits)
        )
        parts: List[str] = []
        position = 0
        for start, end, text in spans:
            parts += [self.text[position:start], text]
            position = end
        return "".join([*parts, self.text[position:]])

    def changed_lines(self, edits: Iterable[Edit]) -> List[Tuple[int, int, str]]:
        """Whole lines that edits change: the first and the last, and what stands there when all edits are made."""
        groups: List[List[Edit]] = []
        last = 0
        for edit in sorted(set(edits), key=lambda edit: (edit.line, edit.end_line)):
            if groups and edit.line <= last:
                groups[-1].append(edit)
            else:
                groups.append([edit])
            last = max(last, edit.end_line)
        found = []
        for group in groups:
            first, last = group[0].line, max(edit.end_line for edit in group)
            end = _LINE_ENDS.search(self.text, self.offset(last, 0))
            behind = len(self.text) - (end.start() if end else len(self.text))
            after = self.apply(group)
            found.append((first, last, after[self._starts[first - 1] : len(after) - behind]))
        return found

    def overlap(self, first: Edit, second: Edit) -> bool:
        """Whether two edits touch the same characters; equal ones do not count."""
        if first == second:
            return False
        a, b = self.offset(first.line, first.column), self.offset(first.end_line, first.end_column)
        c, d = self.offset(second.line, second.column), self.offset(second.end_line, second.end_column)
        if a == b or c == d:
            return a == c if a == b and c == d else c < a < d or a < c < b
        return a < d and c < b


def removed_argument(text: Text, call: ast.Call, keyword: ast.keyword) -> Edit:
    """Take a keyword argument out of a call, with the comma that parts it from the one before or behind."""
    return _without(text, _arguments(call), keyword)


def _arguments(call: ast.Call) -> List[Any]:
    """All arguments of a call, as they stand in it."""
    return sorted([*call.args, *call.keywords], key=lambda node: (node.lineno, node.col_offset))


def _without(text: Text, items: Sequence[Any], item: Any) -> Edit:
    """Take one of several things that commas part, with the comma before it, or behind the first."""
    place = items.index(item)
    start = text.offset(item.lineno, item.col_offset)
    end = text.offset(item.end_lineno, item.end_col_offset)
    if place:
        before = items[place - 1]
        start = text.offset(before.end_lineno, before.end_col_offset)
    elif len(items) > 1:
        behind = items[1]
        end = text.offset(behind.lineno, behind.col_offset)
    return text.edit(start, end, "")


def added_argument(text: Text, call: ast.Call, argument: str) -> Edit:
    """Put a keyword argument behind those that a call has."""
    arguments = _arguments(call)
    if not arguments:
        end = text.offset(call.end_lineno or 0, call.end_col_offset or 0) - 1
        return text.edit(end, end, argument)
    last = arguments[-1]
    end = text.offset(last.end_lineno, last.end_col_offset)
    if isinstance(last, ast.GeneratorExp) and len(arguments) == 1:
        # Its brackets are those of the call.
        end -= 1
    return text.edit(end, end, f", {argument}")


def removed_name(text: Text, statement: ast.ImportFrom, alias: Any, instead: Sequence[str]) -> Edit:
    """Take one name out of ``from module import names``; the statement itself where it has no other.

    Args:
        alias: the name.
        instead: statements that take the place of one that goes.
    """
    if len(statement.names) == 1:
        indent = "\n" + " " * statement.col_offset
        return replace(statement, indent.join(instead) or "pass")
    return _without(text, statement.names, alias)


class Place(NamedTuple):
    """Where import statements are added, and what goes before and behind each.

    Attributes:
        offset: position in the text, in characters.
    """

    offset: int
    before: str
    behind: str

    def edit(self, text: Text, statements: Iterable[str]) -> Edit:
        """Return the edit that adds statements, each of them once."""
        written = "".join(f"{self.before}{each}{self.behind}" for each in dict.fromkeys(statements))
        return text.edit(self.offset, self.offset, written)


def behind_imports(text: Text) -> Place:
    """Return the place behind the first block of imports, at the top of a file that has none."""
    block = text.first_imports
    if block:
        return behind_import(text, block[-1])
    first = text.tree.body[0] if text.tree.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return behind_import(text, first)
    # Behind a shebang and an encoding line.
    line = 1
    for content in text.text.splitlines():
        if not content.startswith("#"):
            break
        line += 1
    return Place(text.line_start(line), "", text.newline)


def behind_import(text: Text, statement: ast.stmt) -> Place:
    """Return the place behind a statement: on a line of its own, with the same indentation, where that can be."""
    end = text.offset(statement.end_lineno or 0, statement.end_col_offset or 0)
    start = text.offset(statement.lineno, statement.col_offset)
    indent = text.text[text.line_start(statement.lineno) : start]
    rest = text.text[end : text.line_end(end)].strip()
    if indent.strip() or (rest and not rest.startswith("#")):
        # Something else stands on the line: `try: import torchvision`, `import torchvision; net = ...`.
        return Place(end, "; ", "")
    return Place(text.line_end(end), text.newline + indent, "")
