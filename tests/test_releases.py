"""Versions as they are in the wild."""

import pytest

from tvcompat.catalog import catalog
from tvcompat.releases import OLDEST_SUPPORTED, base_version, installed_version, line_of, release_of


@pytest.mark.parametrize(
    ("version", "release"),
    [
        pytest.param("0.12.0", "0.12.0", id="full"),
        pytest.param("0.12.0+cu113", "0.12.0", id="local-version"),
        pytest.param("0.11.0a0+fa347eb", "0.11.0", id="pre-release"),
        pytest.param("0.30.0.dev20261101", "0.30.0", id="development-release"),
        pytest.param("0.9", "0.9.0", id="minor"),
        pytest.param(" 0.29.2 ", "0.29.2", id="blanks"),
        pytest.param("unknown", None, id="word"),
    ],
)
def test_release_of(version, release):
    assert release_of(version) == release


def test_base_version():
    assert base_version("2.5.0+cu121") == "2.5.0"
    assert base_version("2.5.0") == "2.5.0"


def test_installed_version():
    assert installed_version("packaging")
    assert installed_version("no-such-distribution-anywhere") is None


def test_the_oldest_release_is_that_of_the_catalog():
    assert line_of(catalog().releases[0]) == OLDEST_SUPPORTED


def test_check_assumes_the_last_release_before_weights():
    from tvcompat.commands.request import DEFAULT_FROM

    known = catalog()
    last = known.releases[known.releases.index(known.weights_since) - 1]
    assert known.find_release(DEFAULT_FROM) == last
