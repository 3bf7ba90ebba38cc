"""Baselines: findings a project already knows, so that only new ones are reported."""

import json
from collections import Counter
from pathlib import Path
from typing import Dict, List, Set

from tvcompat import writing
from tvcompat.check.findings import Finding
from tvcompat.check.formats import render
from tvcompat.errors import SettingsError


def fingerprints(findings: List[Finding], given: Dict[str, str]) -> List[str]:
    """Return a fingerprint per finding: stable when lines move, new when the line itself changes."""
    # Imported here: it takes as long as checking a file, and most runs have no baseline.
    import hashlib

    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        line = "".join(render([finding], "text", given).splitlines()[1:2]).strip()
        key = hashlib.sha256(f"{finding.path}\0{finding.code}\0{line}".encode()).hexdigest()[:16]
        seen[key] += 1
        found.append(f"{key}-{seen[key]}")
    return found


def write(path: Path, findings: List[Finding], given: Dict[str, str]) -> None:
    """Write what was found to a file.

    Raises:
        SettingsError: the file can't be written; what was there stays.
    """
    text = json.dumps({"tvcompat": 1, "findings": sorted(fingerprints(findings, given))}, indent=1) + "\n"
    try:
        writing.write(path, text.encode())
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror}") from error


def read(path: Path) -> Set[str]:
    """Return the fingerprints in a file.

    Raises:
        SettingsError: it is no baseline.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return set(document["findings"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{path} is no baseline: {error}") from error


def new_ones(findings: List[Finding], before: Set[str], given: Dict[str, str]) -> List[Finding]:
    """Return the findings that are not among the fingerprints of a baseline."""
    return [finding for finding, key in zip(findings, fingerprints(findings, given)) if key not in before]
