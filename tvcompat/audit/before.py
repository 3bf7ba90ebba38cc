"""Releases before 0.9: what their modules have, read from the sources, for what old programs and pickles carry."""

import json
from pathlib import Path
from typing import Any, Dict, Mapping, cast

from tvcompat.audit import places
from tvcompat.audit.records import FORMAT, GENERATED_BY, render
from tvcompat.errors import RecordError


class Before:
    """The records in a folder, a file a release.

    Args:
        folder: ``matrix/records/before``; it need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, release: str) -> Path:
        return self.folder / f"{release}.json"

    def api(self, release: str) -> Dict[str, Dict[str, str]]:
        """Module -> name -> ``class``, ``def`` or ``= where it was imported from``.

        Raises:
            RecordError: there is no record, or it can't be read.
        """
        path = self.path(release)
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["format"] != FORMAT or document["release"] != release:
                raise RecordError(f"{path.name} is a record of format {document['format']}, of {document['release']}")
            return cast("Dict[str, Dict[str, str]]", document["modules"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecordError(f"{path.name} can't be read ({error}); run: nox -s audit -- --refresh") from error

    def write(self, release: str, api: Mapping[str, Any], origin: Mapping[str, str]) -> None:
        """Keep what is wanted of the facts that the sources gave.

        Args:
            release: ``0.8.2``.
            api: what :func:`tvcompat.audit.static.extract` found, by module.
            origin: file name and sha256 of the wheel.
        """
        document = {
            "generated": GENERATED_BY,
            "format": FORMAT,
            "release": release,
            "provenance": dict(origin),
            "modules": {module: _briefly(found["names"]) for module, found in api.items()},
        }
        places.write_text(self.path(release), render(document, 2) + "\n")


def _briefly(names: Mapping[str, Any]) -> Dict[str, str]:
    """What names are, without what they take."""

    def kind(found: Any) -> str:
        if isinstance(found, str) and found.startswith("= "):
            return found
        return "class" if isinstance(found, dict) else "def"

    return {name: kind(found) for name, found in names.items()}
