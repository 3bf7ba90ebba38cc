"""``tvcompat doctor``: check that the installed torch, torchvision and Python match, and say what to install if not.

``packages`` looks at both from outside (their metadata and ``version.py``). ``trial`` imports and uses them in a
process of its own, so that a crash there is an answer and not the end of this program; importing alone proves little,
since torch imports beside a numpy it can't use, and torchvision without its image extension. ``diagnosis`` judges what
was found.
"""

import argparse
import re
import sys
from dataclasses import asdict
from importlib.util import find_spec
from typing import List

from tvcompat.catalog.queries import Catalog, catalog
from tvcompat.commands.doctor.diagnosis import NAMES, Diagnosis, judge
from tvcompat.commands.doctor.packages import look_at
from tvcompat.commands.doctor.trial import Trial, try_both
from tvcompat.commands.output import add_format, print_json

EXAMPLES = """examples:
  tvcompat doctor
  python -m tvcompat doctor --format json      in the environment that python belongs to
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    found = diagnose(catalog())
    if arguments.format == "json":
        print_json(asdict(found))
    else:
        print("\n".join(text(found)))
    return 0 if found.fits else 1


def text(found: Diagnosis) -> List[str]:
    """Return the diagnosis as lines of text."""
    lines = [f"Python       {found.python}"]
    for name, package in (("torch", found.torch), ("torchvision", found.torchvision)):
        build = f"  ({package.build} build)" if package.build else ""
        lines.append(f"{name:<12} {package.version or 'not installed'}{build}")
    if found.fits:
        *tried, last = [
            "the compiled operators",
            *(NAMES.get(name, name) for name, error in found.checks.items() if not error),
        ]
        lines.append(f"They fit: {', '.join(tried)} and {last} work." if tried else f"They fit, and {last} work.")
    else:
        lines.append(f"Problem: {found.problem}")
    if found.error:
        lines.append(f"Importing said: {found.error}")
    lines += [f"{NAMES.get(name, name)}: {error}" for name, error in found.checks.items() if error]
    if found.remedy:
        lines += ["To fix this, run:", *(f"    {line}" for line in found.remedy.splitlines())]
    return lines + [f"Note: {note}" for note in found.notes]


def diagnose(known: Catalog) -> Diagnosis:
    """Inspect both packages, then import them in another process."""
    found = Diagnosis(".".join(map(str, sys.version_info[:3])), look_at("torch"), look_at("torchvision"))
    judge(known, found, try_both() if found.torch.version and found.torchvision.version else Trial())
    if find_spec("pip") is None:
        # An environment that uv made has none; another environment's pip would install there.
        found.remedy = re.sub(r"^pip ", "uv pip ", found.remedy, flags=re.MULTILINE)
    return found
