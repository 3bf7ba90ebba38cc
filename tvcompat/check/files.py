"""Which files are checked, and what is in them."""

import ast
import json
import os
import re
import tokenize
import warnings
from functools import cached_property
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from tvcompat.check.pins import holds_no_code, is_requirement_file

SUFFIXES = (".py", ".ipynb")

# Folders that hold no program of the person's.
SKIPPED = {"__pycache__", "node_modules", "site-packages", "venv"}

# A file without one of these can't concern torchvision, unless it takes it from another file of the tree.
WORDS = (b"torchvision", b"pytorch/vision")

# What stands before it on its line where a program names it: nothing or a comma in an import that goes over several
# lines, a quote where it is text, a dot where another module has it, or an import.
BEFORE = re.compile(rb"(?:^|,)[ \t]*$|[\"'.]$|\b(?:from|import)\b")

# What only IPython understands: a magic, a command, a call without brackets, a question; and the first two as a value.
LINE_MAGIC = re.compile(r"^\s*[%!?]|^[/,;]|^[^#]*[\w\])]\?{1,2}\s*$")
VALUE_MAGIC = re.compile(r"^(\s*[\w.,\s\[\]\"']+=\s*)[%!].*")
# Text of one line, and what opens and closes brackets.
SHORT_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|#.*")
# A magic that runs the statement behind it, unless that is a compound one.
TIMED_MAGIC = re.compile(
    r"^(\s*)(%(?:time|timeit|prun|memit)(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+)"
    r"(?![-!%]|(?:async|class|def|for|if|try|while|with)\b)(?=\S)"
)
# Cell magics under which the rest is still Python.
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


class Unparsed(NamedTuple):
    """A file, or a cell of a notebook, that can't be parsed.

    Attributes:
        text: what is wrong.
        line, column: where, from 1.
        source: what could not be parsed, empty where it could not even be decoded.
        cell: number of the code cell in a notebook, from 1.
    """

    text: str
    line: int = 1
    column: int = 1
    source: str = ""
    cell: Optional[int] = None


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
        """Line and cell of a line of ``text``."""
        if not self.cells:
            return line, None
        first, number = max((cell for cell in self.cells if cell[0] <= line), default=self.cells[0])
        return line - first + 1, number


class UnreadableError(Exception):
    """A file that can't be parsed: what is wrong, and where."""

    def __init__(self, text: str, line: int = 1, column: int = 1, source: str = "") -> None:
        self.unparsed: Unparsed = Unparsed(text, line, column, source)
        super().__init__(text)


def find(
    paths: Sequence[str], exclude: Sequence[str] = (), failed: Optional[Callable[[str, OSError], None]] = None
) -> List[str]:
    """Files to check: those that are named, and all in folders that are, but for what git ignores and ``exclude``.

    Args:
        paths: files and folders.
        exclude: patterns as in ``.gitignore``, relative to the current folder.
        failed: told of each folder that can't be listed, and each ``.gitignore`` that can't be read.

    Returns:
        Paths below the ones given, in order.
    """
    excluded = _patterns(exclude) if exclude else None
    found: Dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            found.update(dict.fromkeys(_walk(path, excluded, failed or (lambda path, error: None))))
        else:
            found[path] = None
    if len(paths) < 2:
        return list(found)
    # What is named twice, by itself and with its folder, is checked once.
    different: Dict[str, str] = {}
    for path in found:
        different.setdefault(os.path.normpath(path), path)
    return list(different.values())


def _patterns(lines: Iterable[str]) -> Any:
    # Here, since editors and hooks check single files, and loading it takes as long as that.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _walk(folder: str, excluded: Any, failed: Callable[[str, OSError], None]) -> Iterator[str]:
    """Files below a folder, sorted."""
    specs: List[Tuple[str, Any]] = []

    def ignored(path: str, is_folder: bool) -> bool:
        name = path + "/" if is_folder else path
        if excluded is not None and excluded.match_file(os.path.normpath(name) + ("/" if is_folder else "")):
            return True
        return any(
            spec.match_file(os.path.relpath(path, base) + ("/" if is_folder else ""))
            for base, spec in specs
            if path.startswith(base)
        )

    def walk(current: str) -> Iterator[str]:
        ignore = os.path.join(current, ".gitignore")
        try:
            if os.path.isfile(ignore):
                with open(ignore, encoding="utf-8", errors="replace") as stream:
                    specs.append((current, _patterns(stream)))
        except OSError as error:
            failed(ignore, error)
        try:
            with os.scandir(current) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            failed(current, error)
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                virtual = os.path.isfile(os.path.join(entry.path, "pyvenv.cfg"))
                if entry.name not in SKIPPED and not virtual and not ignored(entry.path, True):
                    yield from walk(entry.path)
            elif (
                (entry.name.endswith(SUFFIXES) or is_requirement_file(entry.name))
                and not ignored(entry.path, False)
                and _is_file(entry)
            ):
                yield entry.path

    return walk(folder)


def _is_file(entry: "os.DirEntry[str]") -> bool:
    """Whether something in a folder is a file or leads to one; a link to itself does not."""
    try:
        return entry.is_file()
    except OSError:
        return False


def concerns(path: str, data: bytes) -> bool:
    """Whether a file can concern torchvision at all; a program that speaks of it in comments alone does not."""
    if path.endswith(".py"):
        return any(BEFORE.search(line) for line in _lines_up_to_it(data))
    return any(word in data for word in WORDS)


def _lines_up_to_it(data: bytes) -> Iterator[bytes]:
    """What stands before each of the words on its line."""
    for word in WORDS:
        position = data.find(word)
        while position >= 0:
            yield data[data.rfind(b"\n", 0, position) + 1 : position]
            position = data.find(word, position + 1)


def parse(path: str, data: bytes) -> Source:
    """The syntax tree of a file.

    Raises:
        UnreadableError: it is no Python of the version that runs this, or no notebook.
    """
    if holds_no_code(path):
        # Its uses are found without a tree.
        text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
        return Source(path, ast.parse(""), text)
    if path.endswith(".ipynb"):
        text, cells, unread = notebook(data)
        return Source(path, _tree(text), text, cells, unread)
    try:
        text = data.decode(encoding_of(data))
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise UnreadableError(f"can't be decoded: {error}") from error
    return Source(path, _tree(text), text.replace("\r\n", "\n").replace("\r", "\n"))


def encoding_of(data: bytes) -> str:
    """The encoding that a file declares, by its first bytes or a comment in its first two lines."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 2)[:2]
    encoding, _ = tokenize.detect_encoding(iter([line + b"\n" for line in lines]).__next__)
    return encoding


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            # `"\d"` is wrong in a way that is not ours.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        # Python names places that are not there: the line behind the last one, a column before the first.
        line = min(max(error.lineno or 1, 1), len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
        column = max(error.offset or 1, 1) if line == error.lineno else 1
        raise UnreadableError(error.msg or "syntax error", line, column, text) from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise UnreadableError(str(error) or type(error).__name__, source=text) from error


def notebook(data: bytes) -> Tuple[str, List[Tuple[int, int]], List[Unparsed]]:
    """The code of a notebook as one file, the first line and number of each code cell, and what can't be parsed.

    Raises:
        UnreadableError: it is no notebook.
    """
    lines: List[str] = []
    found: List[Tuple[int, int]] = []
    unread: List[Unparsed] = []
    for number, (cell, key) in enumerate(code_cells(data)[1], 1):
        found.append((len(lines) + 1, number))
        text = code_of(cell, key)
        code = text.split("\n")
        try:
            _tree(text)
        except UnreadableError:
            code = plain_python(code)
            try:
                _tree("\n".join(code))
            except UnreadableError as error:
                unread.append(error.unparsed._replace(source=text, cell=number))
                code = [""] * len(code)
        lines += code
    return "\n".join(lines) + "\n", found, unread


def code_cells(data: bytes) -> Tuple[Any, List[Tuple[Dict[str, Any], str]]]:
    """A notebook as JSON has it, and its code cells, each with the key of its source: ``input`` in the third format.

    Raises:
        UnreadableError: it is no notebook.
    """
    try:
        document = json.loads(data)
        cells = document["cells"] if "cells" in document else document["worksheets"][0]["cells"]
        found = [
            (cell, "source" if "source" in cell else "input")
            for cell in cells
            if isinstance(cell, dict) and cell.get("cell_type") == "code"
        ]
        for cell, key in found:
            code_of(cell, key)
        return document, found
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise UnreadableError(f"is no notebook: {error}") from error


def code_of(cell: Dict[str, Any], key: str) -> str:
    """The source of a cell, which is a text or its lines."""
    source = cell.get(key, "")
    return "".join(source) if isinstance(source, list) else str(source)


def plain_python(lines: Iterable[str]) -> List[str]:
    """Lines of a cell with what only IPython understands replaced by ``pass`` or ``None``, line by line."""
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
            # As long as it was, so that columns stay.
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
    """A line with a magic that times it replaced by something of the same length."""
    return TIMED_MAGIC.sub(lambda match: match[1] + "pass;".ljust(len(match[2])), line)


class Tree:
    """The modules of the files that are checked, and of those beside them, by their dotted names."""

    # Folders of single modules in which another one is looked for that was not given.
    FOLDERS = 16

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: Dict[str, Optional[str]] = {}
        self._names: Dict[str, str] = {}
        self._packages: Dict[str, bool] = {}
        # Folder -> names in it, without what follows a dot.
        self._listed: Dict[str, Set[str]] = {}
        # Package at the top -> the folder that it is in; folders with modules that are in no package.
        self._roots: Dict[str, str] = {}
        self._folders: Dict[str, None] = {}
        python = [(path, *os.path.split(path)) for path in paths if path.endswith(".py")]
        absolute = {folder: os.path.abspath(folder) for folder in {folder for _, folder, _ in python}}
        for _, folder, file in python:
            if file == "__init__.py":
                self._packages[absolute[folder]] = True
        for path, folder, file in python:
            parts = [] if file == "__init__.py" else [file[: -len(".py")]]
            folder = absolute[folder]
            while self._is_package(folder):
                parts.insert(0, os.path.basename(folder))
                folder = os.path.dirname(folder)
            name = ".".join(parts)
            if name:
                self._names[path] = name
                self._paths.setdefault(name, path)
                if len(parts) > 1:
                    self._roots.setdefault(parts[0], folder)
                else:
                    self._folders[folder] = None

    def _is_package(self, folder: str) -> bool:
        """Whether a folder is one, be it that its files were not given."""
        known = self._packages.get(folder)
        if known is None:
            known = self._packages[folder] = os.path.isfile(os.path.join(folder, "__init__.py"))
        return known

    def find(self, name: str) -> Optional[str]:
        """The file of a module, ``None`` where neither the tree nor what lies beside its files has it."""
        if name not in self._paths:
            root = self._roots.get(name.partition(".")[0])
            folders = list(self._folders) if root is None else [root]
            self._paths[name] = self._beside(name, folders if len(folders) <= self.FOLDERS else [])
        return self._paths[name]

    def _beside(self, name: str, folders: Iterable[str]) -> Optional[str]:
        top = name.partition(".")[0]
        for folder in folders:
            if folder not in self._listed:
                try:
                    self._listed[folder] = {entry.partition(".")[0] for entry in os.listdir(folder)}
                except OSError:
                    self._listed[folder] = set()
            if top not in self._listed[folder]:
                continue
            base = os.path.join(folder, *name.split("."))
            for path in (f"{base}.py", os.path.join(base, "__init__.py")):
                if os.path.isfile(path):
                    return path
        return None

    def name(self, path: str) -> str:
        """The dotted name of a file, empty where it has none."""
        return self._names.get(path, "")
