"""The hand-written tables, as TOML has them."""

import tomllib
from typing import Any

from tvcompat.errors import TVCompatError


def parse_toml(text: str, source: str, error: type[TVCompatError]) -> dict[str, Any]:
    """Return the document of a hand-written table.

    Args:
        source: what messages call the file.
        error: what is raised if it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise error(f"{source} is not TOML: {reason}") from reason
