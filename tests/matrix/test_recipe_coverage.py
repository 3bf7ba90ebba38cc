"""The recipes call what people call: at least 95 of 100 public functions and classes, in each release."""

from pathlib import Path

import pytest

from matrix.recipe_coverage import DATASETS, LEFT_OUT, called, public_callables
from matrix.release_list import read_release_list
from matrix.store.records import Store

ROOT = Path(__file__).parents[2]
RELEASES = [release.version for release in read_release_list(ROOT / "matrix" / "releases.toml").measurable]
STORE = Store(ROOT / "matrix" / "records")


@pytest.fixture(scope="module")
def found():
    """Release -> public callables, and those of them that no recipe calls."""
    records = {release: STORE.load(release) for release in RELEASES}
    offered = {release: public_callables(record, STORE) for release, record in records.items()}
    return {release: (paths, paths - called(records[release], STORE)) for release, paths in offered.items()}


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_what_is_no_dataset_is_called(release, found):
    offered, left = ({path for path in paths if not path.startswith(f"{DATASETS}.")} for paths in found[release])
    assert len(offered) > 100
    assert len(left) <= 0.05 * len(offered), left


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_what_is_not_called_has_a_reason(release, found):
    assert found[release][1] <= LEFT_OUT.keys()


def test_each_reason_is_needed(found):
    assert {path for _, left in found.values() for path in left} == set(LEFT_OUT)


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_at_least_eight_datasets_are_read_from_files(release, found):
    offered, left = found[release]
    classes = {
        path for path in offered - left if path.startswith(f"{DATASETS}.") and path.rpartition(".")[2][0].isupper()
    }
    assert len(classes) >= 8
