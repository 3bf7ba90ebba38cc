"""Programs that use members of classes that left, or came: under the guard they come to what they came to in a release
that has the members.

``members.py`` says how ``members.json`` was recorded: by running the programs in real installs without the guard.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tvcompat.catalog import catalog
from tvcompat.releases import installed_version, parse, release_of

from . import members

ROOT = Path(__file__).parents[3]
RECORDED = json.loads(members.RECORDED.read_text(encoding="utf-8"))["programs"]
HERE = release_of(installed_version() or "0")
KNOWN = catalog()

# What no stand-in can give: it is in newer releases alone.
TOO_NEW = "LegacyImportError"


def run(*arguments):
    command = [sys.executable, "-W", "ignore", "-m", "tests.legacy.installed.members", "run", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def guarded():
    return run("guard")


@pytest.fixture(scope="module")
def plain():
    return run()


def same(found, wanted):
    """Whether two results are equal, numbers to four digits."""
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(same(one, other) for one, other in zip(found, wanted))
    if isinstance(found, float) and isinstance(wanted, float):
        return abs(found - wanted) <= 1e-3 + 1e-4 * abs(wanted)
    return found == wanted


def wanted(name):
    """What a program comes to in the release that it was written for."""
    return RECORDED[name][members.written_for(name)[0]]["result"]


@pytest.mark.parametrize("name", members.PROGRAMS, ids=str)
def test_under_the_guard_it_comes_to_what_it_came_to(name, guarded):
    found = guarded[name]
    if found.get("error") == TOO_NEW and parse(HERE) < parse(members.written_for(name)[0]):
        pytest.skip(f"torchvision {HERE} lacks more than the members that it uses")
    assert "error" not in found, found
    assert same(found["result"], wanted(name)), (found["result"], wanted(name))


@pytest.mark.parametrize("name", members.PROGRAMS, ids=str)
def test_what_was_recorded_is_what_it_comes_to_without_the_guard(name, plain):
    if HERE not in RECORDED[name]:
        pytest.skip(f"nothing was recorded in torchvision {HERE}; it is with: {members.COMMAND}")
    recorded = RECORDED[name][HERE]
    assert plain[name].keys() == recorded.keys()
    assert plain[name].get("error") == recorded.get("error")
    assert same(plain[name].get("result"), recorded.get("result"))


@pytest.mark.parametrize("name", members.PROGRAMS, ids=str)
def test_the_ledger_has_what_was_used(name, guarded):
    found, recorded = guarded[name], RECORDED[name]
    if "error" in found:
        pytest.skip(f"torchvision {HERE} lacks more than the members that it uses")
    if HERE in members.written_for(name) or HERE not in recorded or same(recorded[HERE].get("result"), wanted(name)):
        # It uses nothing that is not there.
        return
    assert found["used"]
    for path in found["used"]:
        holder, _, member = path.partition("(")[0].rpartition(".")
        assert any(
            member in KNOWN.members.all(there, release)
            for release in KNOWN.releases
            for there in [KNOWN.members.find(holder, release)]
            if there is not None
        ), path
    assert all(parse(gone) <= parse(HERE) for gone in found["gone"])


def test_most_programs_need_the_guard():
    needing = [
        name
        for name, recorded in RECORDED.items()
        if not same(recorded[KNOWN.newest].get("result"), wanted(name))
        and KNOWN.newest not in members.written_for(name)
    ]
    assert len(needing) >= 25
    reverse = [
        name
        for name in RECORDED
        if members.written_for(name) == [KNOWN.newest]
        and any(not same(recorded.get("result"), wanted(name)) for recorded in RECORDED[name].values())
    ]
    assert len(reverse) >= 5
