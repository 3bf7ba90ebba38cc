"""Read the code of a notebook's cells as one program."""

import json
from typing import Any, Dict, List, Tuple

from tvcompat.check.files.magics import plain_python
from tvcompat.check.files.syntax import Unparsed, UnreadableError, syntax_tree


def notebook(data: bytes) -> Tuple[str, List[Tuple[int, int]], List[Unparsed]]:
    """Return a notebook's code as one program, first line and number of each code cell, and what can't be parsed.

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
            syntax_tree(text)
        except UnreadableError:
            code = plain_python(code)
            try:
                syntax_tree("\n".join(code))
            except UnreadableError as error:
                unread.append(error.unparsed._replace(source=text, cell=number))
                code = [""] * len(code)
        lines += code
    return "\n".join(lines) + "\n", found, unread


def code_cells(data: bytes) -> Tuple[Any, List[Tuple[Dict[str, Any], str]]]:
    """Return a notebook as JSON has it, and its code cells, each with the key of its source.

    The key is ``input`` in the third format of notebooks, ``source`` since.

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
    """Return the source of a cell, which is a text or its lines."""
    source = cell.get(key, "")
    return "".join(source) if isinstance(source, list) else str(source)
