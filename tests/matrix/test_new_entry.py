"""The entry for a release that the list lacks, from what its wheels say."""

import tomllib
from pathlib import Path

import pytest

from matrix.errors import PackageIndexError
from matrix.new_entry import Metadata, fitting_pythons, make_entry, render_entry
from matrix.release_list import ListedRelease, Pin, ReleaseList, parse_release_list, read_release_list
from matrix.store.records import Store

ROOT = Path(__file__).parents[2]
REAL = read_release_list(ROOT / "matrix" / "releases.toml")
STORE = Store(ROOT / "matrix" / "records")

# Releases whose entries the rules give as they were written by hand. 0.29.1 was listed when torch 2.14.0 was the
# newest; 0.21.0, 0.25.0 and 0.29.0 moved to a newer Python by a person's decision.
REPRODUCED = [
    "0.19.1",
    "0.20.1",
    "0.22.0",
    "0.23.0",
    "0.24.0",
    "0.24.1",
    "0.26.0",
    "0.27.0",
    "0.27.1",
    "0.28.0",
    "0.29.2",
]


def without(version):
    return ReleaseList(tuple(release for release in REAL.releases if release.version != version), REAL.pre_0_9)


def recorded(version):
    """What the wheels of a release said when it was measured."""
    static = STORE.load(version).static
    return Metadata(version, static["requires"], static["requires_python"], static["wheels"])


def known_torch():
    """Every torch that a release is listed with, with wheels as torch has had them."""
    names = ["cp310-cp310", "cp311-cp311", "cp312-cp312", "cp313-cp313", "cp313-cp313t", "cp314-cp314"]
    torch = {release.torch for release in REAL.releases}
    return {each: [f"torch-{each}-{name}-manylinux_2_28_x86_64.whl" for name in names] for each in torch}


@pytest.mark.parametrize("version", REPRODUCED, ids=str)
def test_an_entry_that_was_removed_comes_back_as_it_was(version):
    assert make_entry(without(version), recorded(version), known_torch) == REAL.find(version)


@pytest.mark.parametrize("version", ["0.28.0", "0.29.2"], ids=str)
def test_the_text_is_that_of_the_list(version):
    entry = make_entry(without(version), recorded(version), known_torch)
    assert render_entry(entry) in (ROOT / "matrix" / "releases.toml").read_text(encoding="utf-8")


def metadata(requires="torch==2.0.0", requires_python="", tags=("cp38-cp38",), version="2.0.0"):
    wheels = [f"torchvision-{version}-{tag}-manylinux1_x86_64.whl" for tag in tags]
    return Metadata(version, [requires], requires_python, wheels)


PIN = Pin("numpy<2", "because", "numpy1")
LISTED = ReleaseList((ListedRelease("1.0.0", "1.0.0", "3.8"), ListedRelease("1.1.0", "1.1.0", "3.9", (PIN,))))


def no_torch():
    raise AssertionError("the index was asked for torch")


def test_what_can_be_pasted_is_read_back_as_what_was_meant():
    pins = '[pins.numpy1]\nrequirement = "numpy<2"\nwhy = "because"\n'
    entry = make_entry(LISTED, metadata(), no_torch)
    assert parse_release_list(pins + render_entry(entry)).releases == (entry,)


def test_pins_are_those_of_the_release_before():
    assert make_entry(LISTED, metadata(), no_torch).pins == (PIN,)
    assert tomllib.loads(render_entry(make_entry(LISTED, metadata(), no_torch)))["release"][0]["pins"] == ["numpy1"]


def test_without_pins_there_is_no_line_for_them():
    assert "pins" not in render_entry(ListedRelease("1.0.0", "1.0.0", "3.8"))


@pytest.mark.parametrize(
    "requires",
    ["torch==2.0.0", "torch (==2.0.0)", "torch (==2.0.0) ; python_version >= '3'"],
    ids=["new", "old", "marker"],
)
def test_an_exact_torch_is_taken_without_asking_the_index(requires):
    assert make_entry(LISTED, metadata(requires), no_torch).torch == "2.0.0"


def torch_wheels():
    return {
        "2.0.0": ["torch-2.0.0-cp38-cp38-manylinux1_x86_64.whl", "torch-2.0.0-cp39-cp39-manylinux1_x86_64.whl"],
        "2.10.0": ["torch-2.10.0-cp38-cp38-manylinux1_x86_64.whl"],
        "3.0.0": ["torch-3.0.0-cp38-cp38-manylinux1_x86_64.whl"],
        "2.11.0": ["torch-2.11.0-cp39-cp39-macosx_11_0_arm64.whl"],
    }


@pytest.mark.parametrize(
    ("requires", "tags", "torch", "python"),
    [
        pytest.param("torch>=2.0", ("py3-none",), "3.0.0", "3.8", id="newest"),
        pytest.param("torch>=2.0,<3", ("py3-none",), "2.10.0", "3.8", id="by-number-not-by-letter"),
        pytest.param("torch>=2.0,<3", ("cp39-cp39",), "2.0.0", "3.9", id="newest-for-the-python"),
    ],
)
def test_of_a_range_the_newest_torch_with_a_wheel_is_taken(requires, tags, torch, python):
    entry = make_entry(LISTED, metadata(requires, tags=tags), torch_wheels)
    assert (entry.torch, entry.python) == (torch, python)


@pytest.mark.parametrize(
    ("tags", "requires_python", "expected"),
    [
        pytest.param(("cp38-cp38", "cp39-cp39", "cp310-cp310"), "", ["3.9", "3.8"], id="highest-measured"),
        pytest.param(("py3-none",), ">=3.9", ["3.9"], id="pure-within-requires-python"),
        pytest.param(("py3-none",), ">=3.8,!=3.9.1", ["3.9", "3.8"], id="a-patch-release-excluded"),
        pytest.param(("cp38-abi3",), "", ["3.9", "3.8"], id="stable-abi"),
        pytest.param(("cp39-cp39t", "cp38-cp38"), "", ["3.8"], id="free-threaded-build-left-out"),
        pytest.param(("cp312-cp312", "cp311-cp311"), "", ["3.11"], id="none-measured-lowest"),
        pytest.param((), "", [], id="no-wheel"),
    ],
)
def test_the_python(tags, requires_python, expected):
    wheels = [f"torchvision-2.0.0-{tag}-manylinux1_x86_64.whl" for tag in tags]
    wheels.append("torchvision-2.0.0-cp39-cp39-win_amd64.whl")
    assert fitting_pythons(wheels, requires_python, ["3.8", "3.9"]) == expected


@pytest.mark.parametrize(
    ("found", "message"),
    [
        pytest.param(metadata("numpy"), r"asks for no torch \(numpy\)", id="no-torch"),
        pytest.param(
            metadata("torch>=9"), r"asks for torch>=9, and the package index has none that fits", id="none-fits"
        ),
        pytest.param(metadata(tags=()), r"no Linux x86-64 wheel", id="no-wheel"),
    ],
)
def test_what_can_not_be_told_is_left_to_a_person(found, message):
    with pytest.raises(PackageIndexError, match=message + r".*add its entry by hand"):
        make_entry(LISTED, found, torch_wheels)


@pytest.mark.network
def test_the_entry_of_the_newest_release_from_the_index_itself():
    """Fetches the index pages of torchvision and torch, and the metadata of one wheel."""
    from matrix.new_entry import fetch_entry
    from matrix.wheels.index import list_wheels, open_session

    with open_session() as session:
        try:
            listing = list_wheels(session)
        except PackageIndexError as error:
            pytest.skip(str(error))
        assert fetch_entry(without("0.28.0"), "0.28.0", listing, session) == REAL.find("0.28.0")
        newest = fetch_entry(without(REAL.newest.version), REAL.newest.version, listing, session)
    assert newest.python == REAL.newest.python
    assert newest.torch >= REAL.newest.torch
