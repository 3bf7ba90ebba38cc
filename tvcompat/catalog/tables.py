"""The tables as they lie beside this file."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from tvcompat.errors import CatalogError

FORMAT = 1
TABLES = Path(__file__).with_name("tables")


@contextmanager
def without_collecting() -> Iterator[None]:
    """No garbage collection meanwhile.

    Reading a table makes thousands of containers, which sets it off; with torch loaded one run takes longer than all
    the reading, and finds nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_table(name: str, folder: Path = TABLES) -> Any:
    """Return one of the tables as JSON has it; ``rows`` has the type of each.

    Raises:
        CatalogError: it is missing, damaged, or of another format.
    """
    path = folder / f"{name}.json"
    try:
        with open(path, encoding="utf-8") as stream, without_collecting():
            table = json.load(stream)
    except (OSError, ValueError) as error:
        raise CatalogError(
            f"the catalog table {path.name} can't be read ({type(error).__name__}). "
            f"Reinstall tvcompat; in a checkout, run: nox -s audit"
        ) from error
    if table.get("format") != FORMAT:
        raise CatalogError(f"the catalog table {path.name} has format {table.get('format')!r}, not {FORMAT}")
    return table
