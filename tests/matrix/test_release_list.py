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


@pytest.mark.parametrize(("asked", "version"), [("0.12", "0.12.0"), ("0.11", "0.11.3"), ("0.11.0", "0.11.0")])
def test_find(asked, version):
    assert REAL.find(asked).version == version
    assert REAL.find("latest") == REAL.newest


@pytest.mark.parametrize("asked", ["0.8", "0.12.9", "0", "", "nonsense"])
def test_an_unknown_release_is_answered_with_the_known_ones(asked):
    with pytest.raises(UnknownReleaseError, match=r"is not among the measured releases: 0\.9\.0"):
        REAL.find(asked)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[release]\n", "is not TOML"),
        ("", "lists no release"),
        (ENTRY.replace('"2.0.0"', '"two"'), "'two' is not a version"),
        (ENTRY.replace('torch = "2.0.0"\n', ""), "`torch` must be text"),
        (ENTRY.replace('"3.8"', "3.8"), "`python` must be text, found 3.8"),
        (ENTRY + 'pins = ["none"]\n', "there is no pin 'none'"),
        (ENTRY + "toch = 1\n", "unknown key toch"),
        (ENTRY + ENTRY, "oldest first, each release once"),
        ('[pins.x]\nrequirement = "a b"\nwhy = "w"\n' + ENTRY, "'a b' is no requirement"),
        ('[pins.x]\nrequirement = "a"\n' + ENTRY, "`why` must be text"),
    ],
)
def test_a_wrong_list_is_refused_with_the_entry(text, message):
    with pytest.raises(ReleaseListError, match=message):
        parse_release_list(text)
