"""Sets of releases."""

import copy
import pickle

import pytest

from tvcompat.catalog import catalog
from tvcompat.release_sets import ReleaseOrder, ReleaseSet

ORDER = ReleaseOrder(["0.9.0", "0.10.0", "0.11.0", "0.12.0", "0.13.0"])
OLD = ORDER.between("0.9.0", "0.11.0")
NEW = ORDER.between("0.11.0", "0.13.0")


@pytest.mark.parametrize(
    ("found", "releases"),
    [
        pytest.param(OLD & NEW, ["0.11.0"], id="and"),
        pytest.param(OLD | NEW, list(ORDER.names), id="or"),
        pytest.param(OLD - NEW, ["0.9.0", "0.10.0"], id="minus"),
        pytest.param(~OLD, ["0.12.0", "0.13.0"], id="complement"),
        pytest.param(~~OLD, ["0.9.0", "0.10.0", "0.11.0"], id="complement-twice"),
        pytest.param(ORDER.only("0.12.0", "0.9.0"), ["0.9.0", "0.12.0"], id="only"),
        pytest.param(ORDER.between("0.12.0", "0.9.0"), [], id="between-backwards"),
        pytest.param(ORDER.all.before("0.11.0"), ["0.9.0", "0.10.0"], id="before"),
        pytest.param(NEW.before("0.9.0"), [], id="before-the-oldest"),
        pytest.param(ORDER.all.from_("0.12.0"), ["0.12.0", "0.13.0"], id="from"),
        pytest.param(OLD.from_("0.10.0"), ["0.10.0", "0.11.0"], id="from-within"),
        pytest.param(ReleaseSet(ORDER, 0b10010), ["0.10.0", "0.13.0"], id="bits"),
        pytest.param(ReleaseSet(ORDER, -1), list(ORDER.names), id="bits-beyond-the-newest"),
        pytest.param(ORDER.none, [], id="none"),
    ],
)
def test_a_set_lists_its_releases_oldest_first(found, releases):
    assert list(found) == releases
    assert len(found) == len(releases)
    assert bool(found) == bool(releases)
    assert [release in found for release in ORDER.names] == [release in releases for release in ORDER.names]
    assert (found.first, found.last) == ((releases[0], releases[-1]) if releases else (None, None))


@pytest.mark.parametrize(
    ("found", "spans"),
    [
        pytest.param(ORDER.all, ("0.9.0 to 0.13.0",), id="all"),
        pytest.param(ORDER.only("0.10.0"), ("0.10.0",), id="one"),
        pytest.param(ORDER.only("0.9.0", "0.11.0", "0.12.0"), ("0.9.0", "0.11.0 to 0.12.0"), id="a-gap"),
        pytest.param(ORDER.only("0.9.0", "0.13.0"), ("0.9.0", "0.13.0"), id="both-ends"),
        pytest.param(ORDER.none, (), id="none"),
    ],
)
def test_spans_are_the_unbroken_runs(found, spans):
    assert found.spans() == spans


def test_text_names_the_spans():
    assert str(ORDER.only("0.9.0", "0.11.0", "0.12.0")) == "0.9.0, 0.11.0 to 0.12.0"
    assert repr(ORDER.none) == "<ReleaseSet no release>"


def test_sets_of_equal_releases_are_equal_and_hash_alike():
    other = ReleaseOrder(ORDER.names).between("0.9.0", "0.11.0")
    assert other == OLD
    assert hash(other) == hash(OLD)
    assert OLD != NEW
    assert OLD.bits != OLD


def test_sets_of_other_releases_do_not_combine():
    with pytest.raises(ValueError, match="different lists"):
        OLD & ReleaseOrder(["0.9.0", "0.10.0"]).all


def test_a_set_does_not_combine_with_bits():
    with pytest.raises(TypeError, match="not with int"):
        OLD & 1


def test_a_set_does_not_change():
    with pytest.raises(AttributeError):
        OLD.bits = 0


def test_a_release_that_is_not_known_is_in_no_set():
    assert "0.99.0" not in ORDER.all
    with pytest.raises(KeyError):
        ORDER.all.before("0.99.0")


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))], ids=["copy", "pickle"]
)
def test_a_copied_set_is_equal(copied):
    assert copied(OLD) == OLD


def test_the_release_after_another():
    assert ORDER.following("0.9.0") == "0.10.0"
    with pytest.raises(IndexError):
        ORDER.following("0.13.0")


def test_bits_of_every_pair_of_releases_come_back():
    order = ReleaseOrder(catalog().releases)
    for first in order.names:
        for last in order.names:
            found = order.between(first, last)
            assert list(found) == catalog().between(first, last)
            assert ReleaseSet(order, found.bits) == found
