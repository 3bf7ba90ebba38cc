"""Run all checks inside the release that is installed here."""

import argparse
import json
import os
import sys
import tempfile
import time
import warnings
from typing import Any, Callable, Dict, Optional

from matrix.probe.initialisation import Initialisation
from matrix.verify.bad_input import verify_errors
from matrix.verify.legacy import last_here, measure
from matrix.verify.models import verify_entries, verify_names, verify_pretrained
from matrix.verify.outputs import verify_outputs
from matrix.verify.presets import verify_presets
from matrix.verify.quantized import verify_quantized
from matrix.verify.verification import Reference, Verification
from tvcompat.catalog import catalog

STEPS = (
    verify_names,
    verify_entries,
    verify_pretrained,
    verify_quantized,
    verify_presets,
    verify_errors,
    verify_outputs,
)


def verify(reference: Optional[Reference], note: Callable[[str], None]) -> Dict[str, Any]:
    """Run all checks.

    Args:
        reference: what the newest release found; ``None`` inside it.
    """
    from tvcompat.shim.installed import installed

    started = time.time()
    here = installed()
    initialisation = Initialisation()
    initialisation.install()
    result = Verification(catalog(), here.release, initialisation, reference)
    for step in STEPS:
        step(result)
        note(f"{time.time() - started:6.1f} s  {step.__name__}: {result.counts}, {len(result.failures)} failures")
    found: Dict[str, Any] = {
        "counts": result.counts,
        "failures": result.failures,
        "seconds": round(time.time() - started, 1),
    }
    legacy = measure(last_here(catalog(), here.release))
    if legacy:
        found["legacy"] = legacy
    if reference is None:
        found.update(outputs=result.outputs, presets=result.presets, training=result.training)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", required=True)
    parser.add_argument("--reference", help="what this found in the newest release")
    arguments = parser.parse_args()
    reference = None
    if arguments.reference:
        with open(arguments.reference, encoding="utf-8") as stream:
            reference = json.load(stream)
    warnings.simplefilter("ignore")
    os.environ["TVCOMPAT_CHECK_HASH"] = "0"
    with tempfile.TemporaryDirectory() as home:
        os.environ["TORCH_HOME"] = home

        def note(text: str) -> None:
            print(text, file=sys.stderr, flush=True)

        found = verify(reference, note)
    with open(arguments.out, "w", encoding="utf-8") as stream:
        json.dump(found, stream, indent=1)


if __name__ == "__main__":
    main()
