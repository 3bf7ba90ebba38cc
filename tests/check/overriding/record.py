"""Record what the programs give in the installed torchvision: ``python -m tests.check.overriding.record``.

Run it in an environment of each release that is to be recorded. With ``--fix``, which needs the checker, the programs
that ``fix`` makes of them are written anew first; other releases have to be recorded again then.
"""

import json
import sys
from pathlib import Path
from typing import Any, Dict

from tests.check.overriding.programs import PROGRAMS
from tests.check.overriding.running import outcomes, release

FILE = Path(__file__).with_name("outcomes.json")
COMMAND = "python -m tests.check.overriding.record, in an environment of each release"

# How a program is written: as it is, as `fix` leaves it for the newest release, and for all that have its classes.
AS_IT_IS, FIXED, BOTH = "as-it-is", "fixed", "both"


def read() -> Dict[str, Any]:
    """Return what is recorded."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"fixed": {}, "outcomes": {}}


def variants(recorded: Dict[str, Any]) -> Dict[str, str]:
    """Return the sources to run: the programs, and those that ``fix`` made of them."""
    found = {f"{name} {AS_IT_IS}": source for name, source in PROGRAMS.items()}
    for name, fixed in recorded["fixed"].items():
        found.update((f"{name} {variant}", source) for variant, source in fixed.items())
    return found


def fixed_programs() -> Dict[str, Dict[str, str]]:
    """Return what ``fix`` makes of each program that it changes, by how it writes."""
    from tests.check.conftest import between
    from tests.check.programs import fixed

    found: Dict[str, Dict[str, str]] = {}
    for name, source in PROGRAMS.items():
        oldest = "0.15.1" if "v2" in source else "0.9.0"
        written = {FIXED: fixed(source)[0], BOTH: fixed(source, question=between(oldest))[0]}
        changed = {variant: text for variant, text in written.items() if text != source}
        if changed:
            found[name] = changed
    return found


def main(arguments: "list[str]") -> None:
    recorded = read()
    if "--fix" in arguments:
        recorded["fixed"] = fixed_programs()
    sources = variants(recorded)
    found = dict(zip(sources, outcomes(list(sources.values()))))
    table = recorded["outcomes"]
    for key in sources:
        table.setdefault(key, {})[release()] = found[key]
    recorded["outcomes"] = {key: dict(sorted(table[key].items(), key=_by_number)) for key in sorted(sources)}
    ordered = {"generated": COMMAND, "fixed": recorded["fixed"], "outcomes": recorded["outcomes"]}
    FILE.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    print(f"{len(sources)} programs recorded in {release()}")


def _by_number(item: Any) -> Any:
    return [int(part) for part in item[0].split(".")]


if __name__ == "__main__":
    main(sys.argv[1:])
