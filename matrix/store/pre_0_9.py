"""Releases before 0.9: the names of their modules, which old programs and pickles still use.

Names are read from the sources; what the names that 0.9.0 dropped give is measured in a real install.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from matrix import paths
from matrix.errors import RecordError
from matrix.store.records import FORMAT, GENERATED_BY, render


class Pre09Records:
    """The records in a folder, one file per release.

    Args:
        folder: ``matrix/records/before``; it need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, release: str) -> Path:
        return self.folder / f"{release}.json"

    def api(self, release: str) -> dict[str, dict[str, str]]:
        """Return module -> name -> ``class``, ``def`` or ``= where it was imported from``.

        Raises:
            RecordError: there is no record, or it can't be read.
        """
        return cast("dict[str, dict[str, str]]", self._document(release)["modules"])

    def is_readable(self, release: str) -> bool:
        """Return whether there is a record; a damaged one does not count."""
        try:
            self._document(release)
        except RecordError:
            return False
        return True

    def has_results(self, release: str) -> bool:
        """Return whether the record says what the names of the release give.

        Raises:
            RecordError: there is no record, or it can't be read.
        """
        return "legacy" in self._document(release)

    def _document(self, release: str) -> dict[str, Any]:
        path = self.path(release)
        try:
            document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if document["format"] != FORMAT or document["release"] != release or "modules" not in document:
                raise RecordError(f"{path.name} is a record of format {document['format']}, of {document['release']}")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecordError(f"{path.name} can't be read ({error}); run: nox -s audit") from error
        return document

    def write(self, release: str, api: Mapping[str, Any], origin: Mapping[str, str]) -> None:
        """Write the record of a release from the facts in its sources, keeping only what is needed.

        Args:
            release: ``0.8.2``.
            api: what :func:`matrix.static.extract.extract` found, by module.
            origin: file name and sha256 of the wheel.
        """
        document: dict[str, Any] = {
            "generated": GENERATED_BY,
            "format": FORMAT,
            "release": release,
            "provenance": {"static": dict(origin)},
            "modules": {module: _briefly(found["names"]) for module, found in api.items()},
        }
        if self.is_readable(release):
            kept = self._document(release)
            document["provenance"] = {**kept["provenance"], **document["provenance"]}
            document.update({"legacy": kept["legacy"]} if "legacy" in kept else {})
        self._write(document)

    def add_results(self, release: str, found: Mapping[str, Any], packages: Sequence[str]) -> None:
        """Add what the names give, and what was installed to measure it."""
        document = self._document(release)
        document["provenance"]["runtime"] = {"packages": list(packages)}
        document["legacy"] = dict(found)
        self._write(document)

    def _write(self, document: dict[str, Any]) -> None:
        paths.write_text(self.path(document["release"]), render(document, 2) + "\n")


def _briefly(names: Mapping[str, Any]) -> dict[str, str]:
    """Return what each name is, without its parameters."""

    def kind(found: Any) -> str:
        if isinstance(found, str) and found.startswith("= "):
            return found
        return "class" if isinstance(found, dict) else "def"

    return {name: kind(found) for name, found in names.items()}
