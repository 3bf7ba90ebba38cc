"""How commands print: text for people, JSON for programs, results to stdout and messages to stderr."""

import argparse
import json
import os
import sys
from typing import Any, Sequence


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add the ``--format`` option, which every command has."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text for people (the default) or json for programs"
    )


def print_json(value: Any) -> None:
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def message(text: str) -> None:
    """Print a line for the person at the terminal; it is never part of the result."""
    print(text, file=sys.stderr)


def terminal_width() -> int:
    if not sys.stdout.isatty():
        return 200
    # Imported here: not needed if the output goes to a file.
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns


def counted(number: int, noun: str) -> str:
    """Return ``1 file`` or ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def wants_colour() -> bool:
    """Return whether to colour stdout: ``NO_COLOR`` forbids it, ``FORCE_COLOR`` forces it, else only on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return columns under headings, as wide as their widest cell; those numbered in ``right`` are right-aligned.

    On a terminal, the last column is truncated if the line would be too long.
    """
    widths = [max(len(row[n]) for row in [headings, *rows]) for n in range(len(headings))]
    limit = terminal_width()
    used = sum(widths[:-1]) + 2 * (len(widths) - 1)
    if used + widths[-1] > limit:
        widths[-1] = max(10, limit - used)
    lines = []
    for row in [headings, *rows]:
        cells = []
        for n, (cell, width) in enumerate(zip(row, widths)):
            shown = cell if len(cell) <= width or n < len(widths) - 1 else cell[: width - 3] + "..."
            cells.append(shown.rjust(width) if n in right else shown.ljust(width))
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
