"""What the checker computes of conditions on the version, held against the release that is installed."""

import ast
import contextlib
import sys

import pytest

from tvcompat.check.analysis.facts import Facts
from tvcompat.check.analysis.module import ModuleAnalysis
from tvcompat.check.release_facts import release_facts
from tvcompat.shim import installed

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")

KNOWN = release_facts()
HERE = installed.installed().release


@pytest.mark.skipif(sys.version_info < (3, 10), reason="the checker runs on Python 3.10 or newer")
def test_conditions_come_to_what_is_computed():
    """Of the conditions in the checker's own tests those whose libraries are here: on the release that is installed."""
    from tests.check.analysis.test_versions import HEAD, SINCE_0_13

    real = {}
    tree = ast.parse(HEAD)
    names = [alias.name for line in tree.body[:1] for alias in line.names]
    for line in [f"import {name}" for name in names] + [ast.unparse(each) for each in tree.body[1:]]:
        with contextlib.suppress(ImportError):
            exec(line, real)
    tried = 0
    for condition in SINCE_0_13.values():
        text = f"{HEAD}RESULT = {condition}\n"
        found = ModuleAnalysis(ast.parse(text), text, Facts(versions=KNOWN.versions)).names["RESULT"]
        with contextlib.suppress(NameError):
            assert eval(condition, real) == found.by_release[KNOWN.order.index[HERE]], condition
            tried += 1
    assert tried > 25
