"""Which tests run where, and what becomes of those for which something is missing."""

import os
import sys
from importlib.util import find_spec

import pytest
from hypothesis import settings

from tests import needs

# A change that has nothing to do with it must not fail on an example that nobody met before: the same examples each
# time, unless somebody looks for more of them with HYPOTHESIS_PROFILE=random.
settings.register_profile("same", derandomize=True)
settings.register_profile("random", print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# The oldest supported Python need not have the libraries of the tools. On any other they are missing by mistake.
_CORE_ALONE = sys.version_info < (3, 10)
_ALL = needs.REQUIRED and not _CORE_ALONE
_MEASURES = sys.version_info >= (3, 11) and (_ALL or find_spec("griffe"))
collect_ignore = [] if _MEASURES else ["matrix", "docs/test_howtos.py"]
if _CORE_ALONE or not (_ALL or find_spec("pathspec")):
    collect_ignore += ["check", "images"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the cache of the person who runs it."""
    monkeypatch.setenv("TVCOMPAT_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    outcome = yield
    outcome.force_result(needs.require(outcome.get_result()))


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report():
    outcome = yield
    outcome.force_result(needs.require(outcome.get_result()))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Say at the very end what was not tried, and what it takes."""
    yield
    lines = needs.summary(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("not tried")
        for line in lines:
            terminalreporter.line(line)
