"""What legacy names gave in the last release that had them, they give under the guard.

The records hold what each release gave for the names that the next one dropped, called with the same arguments.
"""

import json
import warnings
from pathlib import Path

import pytest

from tvcompat import legacy
from tvcompat.catalog import catalog

RECORDS = Path(__file__).parents[3] / "matrix" / "records"
KNOWN = catalog()


def recorded():
    for release in KNOWN.releases:
        document = json.loads((RECORDS / f"{release}.json").read_text(encoding="utf-8"))
        found = (document["verification"] or {}).get("legacy")
        if found:
            yield release, found
    for path in sorted((RECORDS / "before").glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))["legacy"]


MEASURED = dict(recorded())

pytestmark = [pytest.mark.since(KNOWN.newest), pytest.mark.filterwarnings("ignore")]


def refused(path):
    module, _, name = path.rpartition(".")
    table = KNOWN.table("legacy")["modules"]
    row = table.get(module, {"names": {}})["names"].get(name) or table[path]["itself"]
    return not row[0]


def same(found, wanted):
    """Whether two results are equal; numbers to four digits."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return found.keys() == wanted.keys() and all(same(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(same(one, other) for one, other in zip(found, wanted))
    if isinstance(wanted, float) and isinstance(found, (int, float)):
        return abs(found - wanted) <= 1e-3 + 1e-4 * abs(wanted)
    return found == wanted


@pytest.mark.parametrize("release", sorted(MEASURED), ids=str)
def test_gives_what_it_gave(release):
    from matrix.verify.legacy import measure

    wanted = MEASURED[release]
    with legacy.enable(warn=False), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # A stand-in may be something that its module merely imports.
        found = {path: {"kind": "import"} for path in wanted if not refused(path)}
        found.update(measure(list(wanted)))
    different = {}
    for path, before in wanted.items():
        now = found[path]
        if refused(path):
            if "absent" not in now:
                different[path] = (before, now)
            continue
        if "absent" in before or path.endswith(("accimage", ".av", "PILLOW_VERSION")):
            continue
        if before["kind"] == "enum" or "value" in before:
            equal = same_kind(path, before, now)
        elif "uncalled" in before or "error" in before or before["result"] == path.rpartition(".")[2]:
            equal = "absent" not in now
        else:
            equal = same(now.get("result"), before["result"])
        if not equal:
            different[path] = (before, now)
    assert different == {}


def same_kind(path, before, now):
    if path.endswith("urls") and before["kind"] == "data":
        # Where files are changed; which there are did not.
        return all(
            key in now["value"] and (now["value"][key] is None) is (v is None) for key, v in before["value"].items()
        )
    if before["kind"] == "enum":
        # Members were added.
        return set(before["value"]) <= set(now.get("value", ()))
    if path.endswith("WRAPPER_FACTORIES"):
        # Datasets were added.
        return set(before["value"]) <= set(now["value"])
    return same(now, before)


def test_most_of_them_were_called():
    results = [result for found in MEASURED.values() for result in found.values()]
    called = [result for result in results if "result" in result or "value" in result]
    functions = [result for result in results if result.get("kind") in ("function", "class")]
    assert len(called) > 250
    assert len([result for result in functions if "result" not in result]) < 50
