"""What is missing, from lists and digests alone."""

import pytest

from matrix.release_list import ListedRelease, ReleaseList
from matrix.run.plan import (
    Recorded,
    new_releases,
    plan_pre_0_9,
    plan_runtime,
    plan_static,
    plan_verification,
    requested_releases,
    unlisted_releases,
)
from tvcompat.errors import UnknownReleaseError

LISTED = ReleaseList(
    (
        ListedRelease("1.0.0", "1", "3.8"),
        ListedRelease("1.1.0", "1", "3.8", yanked="broken"),
        ListedRelease("1.2.0", "1", "3.8"),
        ListedRelease("1.3.0", "1", "3.8"),
    ),
    (ListedRelease("0.8.2", "1", "3.8"),),
)
ON_INDEX = {"0.8.2": "p", "1.0.0": "a", "1.1.0": "b", "1.2.0": "c", "1.3.0": "d"}
COMPLETE = Recorded(
    {"1.0.0": "a", "1.1.0": "b", "1.2.0": "c", "1.3.0": "d"},
    frozenset(("1.0.0", "1.2.0", "1.3.0")),
    frozenset(("1.0.0", "1.2.0", "1.3.0")),
    frozenset(("1.0.0", "1.2.0", "1.3.0")),
    frozenset(("0.8.2",)),
    frozenset(("0.8.2",)),
)


def versions(releases):
    return [release.version for release in releases]


def static(recorded, on_index=ON_INDEX, requested=(), refresh=False):
    return plan_static(
        LISTED,
        requested_releases(LISTED, requested),
        on_index,
        recorded,
        all_requested=not requested,
        refresh=refresh,
    )


def test_with_everything_recorded_nothing_is_read():
    assert static(COMPLETE).read == ()


def test_with_nothing_recorded_everything_is_read():
    assert static(Recorded()).read == ("1.0.0", "1.1.0", "1.2.0", "1.3.0", "0.8.2")


def test_a_wheel_with_another_digest_is_read_again():
    assert static(COMPLETE, {**ON_INDEX, "1.2.0": "other"}).read == ("1.2.0",)


def test_a_refresh_reads_everything_again():
    assert static(COMPLETE, refresh=True).read == ("1.0.0", "1.1.0", "1.2.0", "1.3.0", "0.8.2")


def test_a_release_newer_than_the_list_is_read():
    assert static(COMPLETE, {**ON_INDEX, "1.4.0": "e"}).read == ("1.4.0",)


def test_a_release_newer_than_the_list_is_not_read_where_others_are_asked_for():
    assert static(COMPLETE, {**ON_INDEX, "1.4.0": "e"}, requested=("1.0.0",)).read == ()


def test_a_release_that_the_list_left_out_is_not_read():
    assert static(COMPLETE, {**ON_INDEX, "1.2.1": "e"}).read == ()


def test_only_what_is_asked_for_is_read():
    assert static(Recorded(pre_0_9=frozenset(("0.8.2",))), requested=("1.2.0",)).read == ("1.2.0",)


def test_releases_that_are_nowhere_are_named():
    assert static(Recorded(), {"1.0.0": "a"}).missing == ("0.8.2", "1.1.0", "1.2.0", "1.3.0")


def test_a_release_that_left_the_index_keeps_its_record():
    assert static(COMPLETE, {"1.0.0": "a"}).missing == ()


@pytest.mark.parametrize(
    ("recorded", "again", "expected"),
    [
        pytest.param(COMPLETE, False, [], id="complete"),
        pytest.param(Recorded(), False, ["1.3.0", "1.0.0", "1.2.0"], id="nothing-newest-first"),
        pytest.param(Recorded(measured=frozenset(("1.3.0",))), False, ["1.0.0", "1.2.0"], id="some"),
        pytest.param(COMPLETE, True, ["1.3.0", "1.0.0", "1.2.0"], id="again"),
    ],
)
def test_what_is_installed_and_measured(recorded, again, expected):
    assert versions(plan_runtime(LISTED, LISTED.releases, recorded, again=again)) == expected


@pytest.mark.parametrize(
    ("recorded", "again", "expected"),
    [
        pytest.param(COMPLETE, False, [], id="complete"),
        pytest.param(Recorded(), False, [], id="not-measured"),
        pytest.param(Recorded(measured=COMPLETE.measured), False, ["1.3.0", "1.0.0", "1.2.0"], id="measured"),
        pytest.param(COMPLETE, True, ["1.3.0", "1.0.0", "1.2.0"], id="again"),
    ],
)
def test_what_the_shim_is_run_inside(recorded, again, expected):
    assert versions(plan_verification(LISTED, LISTED.releases, recorded, again=again)) == expected


@pytest.mark.parametrize(
    ("recorded", "again", "expected"),
    [(COMPLETE, False, []), (COMPLETE, True, ["0.8.2"]), (Recorded(), False, ["0.8.2"])],
    ids=["complete", "again", "nothing"],
)
def test_what_is_called_before_0_9(recorded, again, expected):
    assert versions(plan_pre_0_9(LISTED, recorded, again=again)) == expected


def test_new_and_unlisted_releases():
    on_index = [*ON_INDEX, "1.2.1", "1.10.0"]
    assert new_releases(LISTED, on_index) == ["1.10.0"]
    assert unlisted_releases(LISTED, on_index[1:]) == ["1.2.1"]


def test_releases_asked_for_come_in_the_order_of_the_list():
    assert versions(requested_releases(LISTED, ("1.3.0", "1.0.0"))) == ["1.0.0", "1.3.0"]


def test_an_unknown_release_is_refused():
    with pytest.raises(UnknownReleaseError, match=r"1\.0\.0, 1\.1\.0"):
        requested_releases(LISTED, ("7.0.0",))
