"""Overrides of hooks and members: what the checker says of a pair of releases is what running in both gives.

The outcomes are those of real installs; ``tests/shim/installed/test_overrides_hold.py`` runs the programs again.
"""

from itertools import combinations

import pytest

from tvcompat.check.findings import Target
from tvcompat.check.release_facts import release_facts

from .overriding.programs import PROGRAMS
from .overriding.record import AS_IT_IS, BOTH, FIXED, fixed_programs, read
from .programs import checked

RECORDED = read()
OUTCOMES = RECORDED["outcomes"]
RELEASES = sorted(OUTCOMES[f"old-hook {AS_IT_IS}"], key=release_facts().releases.index)


def breaks(source, release):
    """Whether the checker finds that a program breaks on a release."""
    question = Target(release_facts().order.only(release), None, release)
    return any(finding.severity == "breaks" for finding in checked(source, question))


@pytest.mark.parametrize("name", PROGRAMS, ids=str)
def test_the_verdict_on_two_releases_is_what_running_in_both_gives(name):
    given = OUTCOMES[f"{name} {AS_IT_IS}"]
    said = {release: breaks(PROGRAMS[name], release) for release in RELEASES}
    assert not all(said.values())
    for first, last in combinations(RELEASES, 2):
        if not (said[first] and said[last]):
            assert (given[first] == given[last]) is (said[first] == said[last]), (first, last, said, given)


def test_there_are_enough_of_them_of_either_kind():
    differing = [name for name in PROGRAMS if len({str(OUTCOMES[f"{name} {AS_IT_IS}"][each]) for each in RELEASES}) > 1]
    assert len(PROGRAMS) >= 60
    assert len(differing) >= 40


def test_what_is_recorded_is_what_fix_writes():
    assert fixed_programs() == RECORDED["fixed"]


@pytest.mark.parametrize("name", [name for name, texts in RECORDED["fixed"].items() if FIXED in texts], ids=str)
def test_a_fixed_program_gives_on_the_newest_release_what_it_gave(name):
    given, fixed = OUTCOMES[f"{name} {AS_IT_IS}"], OUTCOMES[f"{name} {FIXED}"]
    right = [release for release in RELEASES if not breaks(PROGRAMS[name], release)]
    assert right
    assert RELEASES[-1] not in right
    assert all(fixed[RELEASES[-1]] == given[release] for release in right)


@pytest.mark.parametrize("name", [name for name, texts in RECORDED["fixed"].items() if BOTH in texts], ids=str)
def test_a_program_fixed_for_all_releases_gives_the_same_on_all(name):
    given, fixed = OUTCOMES[f"{name} {AS_IT_IS}"], OUTCOMES[f"{name} {BOTH}"]
    right = [release for release in RELEASES if not breaks(PROGRAMS[name], release)]
    there = [release for release in RELEASES if fixed[release] != {"error": "ImportError"}]
    assert right
    assert set(right) < set(there)
    assert all(fixed[release] == given[right[0]] for release in there)
