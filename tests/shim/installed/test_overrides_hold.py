"""Programs that override hooks and use members, run in the installed release: they give what is recorded of it, fixed
or as they are. ``tests/check/test_overriding.py`` holds that against what the checker says.
"""

import pytest

from tests.check.overriding.record import read, variants
from tests.check.overriding.running import outcomes, release

RECORDED = read()
HERE = release()
SOURCES = {key: source for key, source in variants(RECORDED).items() if HERE in RECORDED["outcomes"][key]}


@pytest.mark.skipif(not SOURCES, reason="nothing is recorded of the installed release")
def test_the_programs_give_what_is_recorded():
    found = dict(zip(SOURCES, outcomes(list(SOURCES.values()))))
    assert found == {key: RECORDED["outcomes"][key][HERE] for key in SOURCES}
