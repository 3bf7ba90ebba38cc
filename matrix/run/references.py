"""What the probe and the verification of a release are given of the newest release, as files.

The audit hands them over itself; `nox -s coverage` runs both by hand.
"""

import json
from pathlib import Path

from matrix.run.options import Options
from matrix.run.runtime import canonical_schemas
from matrix.run.workspace import Workspace
from matrix.store.facts import reference_of


def write_references(root: Path, release: str, canonical: Path, reference: Path) -> None:
    """Write the files that ``--canonical`` of the probe and ``--reference`` of the verification name.

    Raises:
        UnknownReleaseError: the release is not in the list.
        RecordError: the newest release was not measured yet.
    """
    work = Workspace(root, Options())
    canonical.write_text(json.dumps(canonical_schemas(work, work.listed.find(release))), encoding="utf-8")
    newest = work.store.load(work.listed.newest.version)
    reference.write_text(json.dumps(reference_of(newest)), encoding="utf-8")
