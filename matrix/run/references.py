"""The facts of the newest release that the probe and the verification of another release need, as files.

The audit passes them on itself; `nox -s coverage` runs the probe and the verification directly.
"""

import json
from pathlib import Path

from matrix.run.options import Options
from matrix.run.runtime import canonical_schemas
from matrix.run.workspace import Workspace
from matrix.store.facts import reference_of


def write_references(root: Path, release: str, canonical: Path, reference: Path) -> None:
    """Write the files for ``--canonical`` of the probe and ``--reference`` of the verification.

    Raises:
        UnknownReleaseError: the release is not in the list.
        RecordError: the newest release has not been measured yet.
    """
    work = Workspace(root, Options())
    canonical.write_text(json.dumps(canonical_schemas(work, work.listed.find(release))), encoding="utf-8")
    newest = work.store.load(work.listed.newest.version)
    reference.write_text(json.dumps(reference_of(newest)), encoding="utf-8")
