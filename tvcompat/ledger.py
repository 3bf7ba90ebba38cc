"""The ledger: which legacy names a program used, from which lines, how often, and what to write instead."""

import json
import os
import threading
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Tuple, Union

from tvcompat.errors import LedgerError

FORMAT = 1


class LegacyNameWarning(UserWarning):
    """A program used a name that torchvision removed; the guard provided it."""


class Use(NamedTuple):
    """One legacy name at one place.

    Attributes:
        name: full path, ``torchvision.models.resnet.model_urls``; ``torchvision.models.resnet50(pretrained=)`` for
            an argument.
        file: of the program, as Python names it.
        line: from 1.
        times: how often.
        gone: the first release without it, empty for what still works there.
        instead: full path of what to write instead, empty if there is no replacement.
        words: the same in words.
    """

    name: str
    file: str
    line: int
    times: int
    gone: str
    instead: str
    words: str

    @property
    def text(self) -> str:
        """What a person reads."""
        since = f" is gone since torchvision {self.gone}." if self.gone else ":"
        return f"{self.name}{since} {self.words}"


class Ledger:
    """Uses by name and place, in order of occurrence; thread-safe."""

    def __init__(self) -> None:
        self._uses: Dict[Tuple[str, str, int], Use] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._uses)

    def add(self, use: Use) -> bool:
        """Count a use; return whether it is the first at its place."""
        key = (use.name, use.file, use.line)
        with self._lock:
            known = self._uses.get(key)
            self._uses[key] = use if known is None else known._replace(times=known.times + use.times)
        return known is None

    def clear(self) -> None:
        with self._lock:
            self._uses.clear()

    @property
    def uses(self) -> List[Use]:
        with self._lock:
            return list(self._uses.values())

    # Files

    def document(self) -> Dict[str, object]:
        """Return the ledger as it is written: ``format``, ``torchvision`` (installed version) and ``uses``."""
        from tvcompat.releases import installed_version

        return {
            "format": FORMAT,
            "torchvision": installed_version(),
            "uses": [use._asdict() for use in sorted(self.uses, key=lambda use: (use.file, use.line, use.name))],
        }

    def write(self, path: Union[str, Path]) -> None:
        """Write the ledger to a file as JSON, atomically.

        Raises:
            OSError: the file can't be written; what was there stays.
        """
        # Imported here, to keep turning the guard on fast.
        from tvcompat import writing

        writing.write(Path(path), (json.dumps(self.document(), indent=1) + "\n").encode())

    def read(self, path: Union[str, Path]) -> None:
        """Add the uses of a file.

        Raises:
            LedgerError: it can't be read, or is no ledger.
        """
        self.extend(read_uses(Path(path)))

    def extend(self, uses: Iterable[Use]) -> None:
        for use in uses:
            self.add(use)

    def summary(self) -> str:
        """Return what was used, by name, the most used first, with a line for each place."""
        uses = self.uses
        if not uses:
            return "No legacy name of torchvision was used.\n"
        by_name: Dict[str, List[Use]] = {}
        for use in uses:
            by_name.setdefault(use.name, []).append(use)
        names = "1 legacy name" if len(by_name) == 1 else f"{len(by_name)} legacy names"
        places = "1 place" if len(uses) == 1 else f"{len(uses)} places"
        lines = [f"{names} of torchvision in {places}:"]
        for _, places_of in sorted(by_name.items(), key=lambda item: (-sum(u.times for u in item[1]), item[0])):
            lines += ["", places_of[0].text]
            for use in sorted(places_of, key=lambda use: (use.file, use.line)):
                times = "once" if use.times == 1 else f"{use.times} times"
                lines.append(f"    {_shown(use.file)}:{use.line}  {times}")
        return "\n".join(lines) + "\n"


def _shown(file: str) -> str:
    """Return a path as a person would type it: relative if the file lies below the current folder."""
    folder = os.path.join(os.getcwd(), "")
    return file[len(folder) :] if file.startswith(folder) else file


def read_uses(path: Path) -> List[Use]:
    """Return the uses in a file that :meth:`Ledger.write` wrote.

    Raises:
        LedgerError: it can't be read, or is no ledger.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']} instead of {FORMAT}")
        return [Use(**{field: row[field] for field in Use._fields}) for row in document["uses"]]
    except OSError as error:
        raise LedgerError(f"{path} can't be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError(f"{path} is no ledger of tvcompat: {error}") from error
