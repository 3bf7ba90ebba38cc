"""Read the tables stored beside this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tvcompat.errors import CatalogError

FORMAT = 1
TABLES = Path(__file__).with_name("tables")


def read_table(name: str, folder: Path = TABLES) -> Any:
    """Return one of the tables as JSON has it; ``rows`` has the type of each.

    Raises:
        CatalogError: it is missing, damaged, or of another format.
    """
    path = folder / f"{name}.json"
    try:
        with open(path, encoding="utf-8") as stream:
            table = json.load(stream)
    except (OSError, ValueError) as error:
        raise CatalogError(
            f"the catalog table {path.name} can't be read ({type(error).__name__}). "
            f"Reinstall tvcompat; in a checkout, run: nox -s audit"
        ) from error
    if table.get("format") != FORMAT:
        raise CatalogError(f"the catalog table {path.name} has format {table.get('format')!r}, not {FORMAT}")
    return table
