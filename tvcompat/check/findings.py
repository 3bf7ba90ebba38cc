"""What the checker reports."""

from typing import Any, Dict, NamedTuple, Optional

from tvcompat.release_sets import ReleaseSet


class Finding(NamedTuple):
    """One problem at one place.

    Attributes:
        path: the file, as it was given.
        line, column, end_line, end_column: where, lines and columns from 1; the end column is the one behind.
        code: the rule, ``TVC101``.
        severity: ``breaks``, ``deprecated`` or ``behaviour``.
        message: what is wrong and what to write instead.
        breaks_in: the first release in which it fails, looking from where it works; ``None`` if it does not.
        deprecated_in: the first release that warns.
        fix: what ``tvcompat fix`` would write, described for people; ``None`` if there is no fix.
        cell: number of the code cell in a notebook, from 1; lines are those of the cell then.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    severity: str
    message: str
    breaks_in: Optional[str] = None
    deprecated_in: Optional[str] = None
    fix: Optional[str] = None
    cell: Optional[int] = None

    def as_json(self) -> Dict[str, Any]:
        """Return the finding with the keys of ``check --format json``."""
        found = self._asdict()
        if self.cell is None:
            del found["cell"]
        return found


class Target(NamedTuple):
    """The releases that a program is checked against.

    Attributes:
        releases: those it has to work on.
        origin: the release it runs on today, ``None`` if a range is checked.
        newest: the newest of the releases.
    """

    releases: ReleaseSet
    origin: Optional[str]
    newest: str
