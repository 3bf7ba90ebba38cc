"""Real code, not written by us, labelled by hand: everything that has to be found is found, and not one line more."""

from pathlib import Path

import pytest

from tests.needs import need_module
from tvcompat.check.files.discovery import find
from tvcompat.check.project_scan import check_files

from .conftest import upgrade
from .labels import LABELS, fetch, unpack


@pytest.mark.network
@pytest.mark.parametrize("package", LABELS, ids=[package["file"] for package in LABELS])
def test_what_is_reported_in_a_package(package, tmp_path):
    """Fetches the package from the index, by name and digest."""
    need_module("pypi_simple")
    unpack(fetch(package), tmp_path)
    found = check_files(find([str(tmp_path)]), upgrade("0.12.0", "0.29.2")).findings
    names = [f"{Path(f.path).relative_to(tmp_path).as_posix()}:{f.line} {f.code}" for f in found]
    assert sorted(names) == sorted(package["reported"])


def test_there_are_enough_of_them():
    assert len(LABELS) >= 30
    assert sum(len(package["reported"]) for package in LABELS) >= 100
