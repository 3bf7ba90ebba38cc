"""The hand-written release list, the real one and wrong ones."""

from pathlib import Path

import pytest

from matrix.errors import ReleaseListError
from matrix.release_list import parse_release_list, read_release_list
from tvcompat.errors import UnknownReleaseError

REAL = read_release_list(Path(__file__).parents[2] / "matrix" / "releases.toml")

ENTRY = '[[release]]\nversion = "1.0.0"\ntorch = "2.0.0"\npython = "3.8"\n'


def test_the_real_list_has_forty_releases_and_the_yanked_ones():
    assert len(REAL.measurable) == 40
    assert [release.version for release in REAL.releases if release.yanked] == ["0.11.0", "0.15.0"]
    assert REAL.measurable[0].version == "0.9.0"


def test_every_pin_has_its_reason():
    assert all(len(pin.why) > 20 for release in REAL.releases for pin in release.pins)


def test_requirements_of_a_release():
    assert REAL.find("0.12.0").requirements == ["torchvision==0.12.0", "torch==1.11.0", "numpy<2", "pillow<10"]


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        pytest.param("0.12", "0.12.0", id="minor"),
        pytest.param("0.11", "0.11.3", id="minor-without-a-zero"),
        pytest.param("0.11.0", "0.11.0", id="full"),
    ],
)
def test_find(asked, version):
    assert REAL.find(asked).version == version
    assert REAL.find("latest") == REAL.newest


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("0.8", id="minor-before-all"),
        pytest.param("0.12.9", id="patch-that-is-missing"),
        pytest.param("0", id="major"),
        pytest.param("", id="empty"),
        pytest.param("nonsense", id="letters"),
    ],
)
def test_an_unknown_release_is_answered_with_the_known_ones(asked):
    with pytest.raises(UnknownReleaseError, match=r"is not among the measured releases: 0\.9\.0"):
        REAL.find(asked)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[[release]\n", "is not TOML", id="no-toml"),
        pytest.param("", "lists no release", id="no-release"),
        pytest.param(ENTRY.replace('"2.0.0"', '"two"'), "'two' is not a version", id="version-that-is-none"),
        pytest.param(ENTRY.replace('torch = "2.0.0"\n', ""), "`torch` must be text", id="torch-missing"),
        pytest.param(ENTRY.replace('"3.8"', "3.8"), "`python` must be text, found 3.8", id="python-as-a-number"),
        pytest.param(ENTRY + 'pins = ["none"]\n', "there is no pin 'none'", id="unknown-pin"),
        pytest.param(ENTRY + "toch = 1\n", "unknown key toch", id="unknown-key"),
        pytest.param(ENTRY + ENTRY, "oldest first, each release once", id="release-twice"),
        pytest.param(
            '[pins.x]\nrequirement = "a b"\nwhy = "w"\n' + ENTRY,
            "'a b' is no requirement",
            id="requirement-that-is-none",
        ),
        pytest.param('[pins.x]\nrequirement = "a"\n' + ENTRY, "`why` must be text", id="pin-without-a-reason"),
    ],
)
def test_a_wrong_list_is_refused_with_the_entry(text, message):
    with pytest.raises(ReleaseListError, match=message):
        parse_release_list(text)
