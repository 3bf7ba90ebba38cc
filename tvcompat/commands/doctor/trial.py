"""Import and use torch and torchvision in a separate process, and record what works."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Optional

from tvcompat.commands.doctor.probe import MARK

# What is run there, by its text: run by its path, it would import the modules beside it instead of others so called.
PROGRAM = Path(__file__).with_name("probe.py")

# The probe imports both packages and uses them; the first import of a large torch can take long.
IMPORT_SECONDS = 180
# torchvision's warnings about an extension that does not load, in the wording of all releases.
NOT_LOADED = re.compile(
    r"Failed to load (?:image Python extension: '?|'image\w*' extension: )(.*?)'?(?:If you don't plan on.*)?$"
)


@dataclass
class Trial:
    """The result of importing and using both packages.

    Attributes:
        works: whether both import and a compiled operator runs.
        error: the line that says why not.
        errors: what was tried -> what went wrong, empty if nothing did: ``numpy``, ``ToTensor``, ``png``, ``jpeg``,
            ``nms on cuda:0``.
        extension: why the image extension does not load, as torchvision says it.
        facts: ``numpy`` (its version), ``torch_cuda`` (``12.1``, empty for a build without), ``torchvision_cuda``
            (``12010``, 0 for a build without) and ``hip``.
    """

    works: bool = False
    error: str = ""
    errors: Dict[str, str] = field(default_factory=dict)
    extension: str = ""
    facts: Dict[str, Any] = field(default_factory=dict)


def try_both(program: Optional[str] = None, seconds: float = IMPORT_SECONDS) -> Trial:
    """Import and use both packages in another process.

    Args:
        program: what is run there, ``probe.py`` when not given.
        seconds: how long it may take.
    """
    if program is None:
        program = PROGRAM.read_text(encoding="utf-8")
    # Newer releases say nothing of an extension that does not load, unless they are asked to.
    environment = {**os.environ, "TORCHVISION_WARN_WHEN_EXTENSION_LOADING_FAILS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", timeout=seconds, check=False, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Trial(error=f"no answer within {seconds:g} s")
    found = Trial(works="nms [0]" in done.stdout.splitlines())
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith(MARK)]
    loading = next(filter(None, map(NOT_LOADED.search, said)), None)
    found.extension = loading.group(1) if loading else ""
    ended = f"the process was ended by signal {-done.returncode}" if done.returncode < 0 else ""
    for line in lines:
        if line.startswith(MARK):
            facts = json.loads(line[len(MARK) :])
            if "trying" in facts:
                # If the process crashes, the last announced attempt is all that is known.
                found.errors[facts["trying"]] = ended or "no result"
            elif "tried" in facts:
                found.errors[facts["tried"]] = facts["error"]
            else:
                found.facts.update(facts)
    if done.returncode and "no result" not in found.errors.values() and ended not in found.errors.values():
        # It failed outside of what was tried, even if that was at its end.
        found.works = False
    if not found.works:
        found.error = ended or (said[-1] if said else f"exit code {done.returncode}")
    return found
