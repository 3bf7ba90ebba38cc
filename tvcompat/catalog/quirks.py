"""What releases do differently and no measurement shows, from the generated table ``quirks``.

Each entry stands in ``matrix/quirks.toml``, with its reason and its source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, NamedTuple, Optional, Tuple

from tvcompat.catalog.facts import Span
from tvcompat.catalog.timeline import Timeline

if TYPE_CHECKING:
    from tvcompat.catalog import rows


class AcceptedArgument(NamedTuple):
    """An argument that some releases accept beside a checkpoint, and all later ones refuse.

    Attributes:
        releases: those that accept it.
        argument, value: what is accepted.
        effect: ``none``, ``drops-branches`` or ``builds-head``.
        implied: whether the model does the same without the argument.
    """

    releases: Span[None]
    argument: str
    value: bool
    effect: str
    implied: bool


class Quirks:
    """Answers questions about quirks from their table.

    Args:
        table: as JSON has it.
        timeline: the releases that people can install.
    """

    def __init__(self, table: rows.QuirksTable, timeline: Timeline) -> None:
        self._table = table
        self._timeline = timeline

    def _span(self, row: rows.QuirkRow) -> Span[None]:
        return self._timeline.spans([row["releases"]])[0]

    def _holds(self, row: rows.QuirkRow, release: str) -> bool:
        return self._timeline.at([self._span(row)], release) is not None

    def momentum(self, model: str, release: str) -> Optional[Tuple[float, float]]:
        """Return the momentum that a release gives the batch norms of a model, and the right one; mostly ``None``."""
        for row in self._table["momentum"]:
            if row["model"] == model and self._holds(row, release):
                return row["found"], row["right"]
        return None

    def metadata_version(self, model: str, release: str) -> Optional[int]:
        """Return the version that a model's float checkpoint has to have in its ``_metadata`` to be loaded as it is."""
        for row in self._table["metadata_version"]:
            if row["model"] == model and self._holds(row, release):
                return row["version"]
        return None

    def prefix_of(self, file: str, release: str) -> str:
        """Return the prefix of the parameters that a release expects of a file without it; mostly none."""
        for row in self._table["partial_file"]:
            if row["file"] == file and self._holds(row, release):
                return row["prefix"]
        return ""

    def accepted_arguments(self, model: str) -> Iterator[AcceptedArgument]:
        """Yield the arguments that a model once took beside a checkpoint."""
        for row in self._table["accepted_argument"]:
            if model in row["models"]:
                implied = model in row["implied"]
                yield AcceptedArgument(self._span(row), row["argument"], row["value"], row["effect"], implied)

    def pretrained_entry(self, model: str, value: object) -> Optional[str]:
        """Return the weights entry that ``pretrained=value`` means, for values other than true and false."""
        for row in self._table["pretrained_value"]:
            if row["model"] == model and row["value"] == value:
                return row["entry"]
        return None

    def stray_packages(self) -> Dict[str, Tuple[Span[None], ...]]:
        """Return the packages of nightly builds that some releases hold by accident, with these releases."""
        found: Dict[str, Tuple[Span[None], ...]] = {}
        for row in self._table["stray_package"]:
            found[row["name"]] = (*found.get(row["name"], ()), self._span(row))
        return found

    def warned_constants(self, parameter: str) -> Tuple[Span[None], ...]:
        """Return the releases whose transforms warn of numbers and PIL constants for a parameter."""
        return tuple(self._span(row) for row in self._table["warned_constants"] if row["parameter"] == parameter)
