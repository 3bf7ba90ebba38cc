"""The package index: both kinds of pages, errors, no network."""

import pytest

from matrix.errors import PackageIndexError
from matrix.wheels.index import list_wheels
from tests.matrix.conftest import build_wheel

WHEELS = (
    "torchvision-0.8.2-cp38-cp38-manylinux1_x86_64.whl",
    "torchvision-0.9.0-cp38-cp38-win_amd64.whl",
    "torchvision-0.9.0-cp36-cp36m-manylinux1_x86_64.whl",
    "torchvision-0.9.0-cp310-cp310-manylinux1_x86_64.whl",
    "torchvision-0.10.0-cp38-cp38-macosx_10_9_x86_64.whl",
    "torchvision-0.11.0rc1-cp38-cp38-manylinux1_x86_64.whl",
    "not-a-wheel.txt",
    "torchvision-0.9.0.whl",
)


@pytest.fixture
def full(host):
    for name in WHEELS:
        host.add_wheel(name, build_wheel())
    return host


@pytest.mark.parametrize("as_json", [False, True], ids=["html", "json"])
def test_releases_from_0_9_on_oldest_first(full, as_json, session):
    if as_json:
        full.make_json()
    listing = list_wheels(session)
    assert listing.releases == ["0.9.0", "0.10.0"]
    assert len(listing.wheels["0.9.0"]) == 3
    assert listing.source_wheel("0.9.0").filename == WHEELS[2]
    assert listing.source_wheel("0.10.0").platforms == ["macosx_10_9_x86_64"]


def test_errors_for_a_moment_are_tried_again(full, session):
    full.failures["/simple/torchvision/"] = [503, 500]
    assert list_wheels(session).releases == ["0.9.0", "0.10.0"]
    assert len(full.requests) == 3


def test_errors_that_stay_end_after_a_few_attempts(full, session):
    full.failures["/simple/torchvision/"] = [503] * 50
    with pytest.raises(PackageIndexError, match="kept answering with errors"):
        list_wheels(session)
    assert len(full.requests) == 4


def test_the_last_answer_serves_without_a_network(full, monkeypatch, session):
    list_wheels(session)
    monkeypatch.setenv("TVCOMPAT_INDEX", "http://127.0.0.1:9/simple/")
    listing = list_wheels(session)
    assert listing.releases == ["0.9.0", "0.10.0"]
    assert listing.from_cache == "no connection"


def test_offline_without_an_earlier_answer(full, session):
    with pytest.raises(PackageIndexError, match="asked to work offline"):
        list_wheels(session, offline=True)


def test_a_page_that_is_no_index_page(host, session):
    host.files["/simple/torchvision/"] = b"<html>Please log in to this network</html>"
    with pytest.raises(PackageIndexError, match="lists no torchvision wheel"):
        list_wheels(session)


def test_an_index_without_the_project_is_named(host, session):
    with pytest.raises(PackageIndexError, match="it has no torchvision"):
        list_wheels(session)


def test_an_index_that_lets_nobody_in_is_quoted(host, session):
    host.failures["/simple/torchvision/"] = [401]
    with pytest.raises(PackageIndexError, match="it answered 401"):
        list_wheels(session)


def test_an_answer_of_another_kind(host, session):
    host.files["/simple/torchvision/"] = b"%PDF"
    host.types["/simple/torchvision/"] = "application/pdf"
    with pytest.raises(PackageIndexError, match="UnsupportedContentTypeError"):
        list_wheels(session)
