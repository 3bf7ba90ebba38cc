"""Members of classes by release: what a class has, what it calls on itself, and what of that changed."""

import pytest

from tvcompat.catalog import catalog
from tvcompat.catalog.availability import availability
from tvcompat.catalog.diff import diff
from tvcompat.errors import UnknownNameError

KNOWN = catalog()
MEMBERS = KNOWN.members
TRANSFORM = "torchvision.transforms.v2._transform.Transform"


@pytest.mark.parametrize(
    ("path", "release", "defined"),
    [
        pytest.param("torchvision.transforms.v2.Transform", "0.20.1", TRANSFORM, id="import"),
        pytest.param(TRANSFORM, "0.20.1", TRANSFORM, id="definition"),
        pytest.param("torchvision.transforms.v2.Transform", "0.14.1", None, id="not-there-yet"),
        pytest.param("torchvision.transforms.functional.resize", "0.20.1", None, id="a-function"),
        pytest.param("torchvision.no.such", "0.20.1", None, id="nothing"),
    ],
)
def test_a_class_is_found_by_any_path(path, release, defined):
    assert MEMBERS.find(path, release) == defined


@pytest.mark.parametrize(
    ("release", "there", "gone"),
    [
        pytest.param("0.20.1", {"_transform", "_get_params", "_check_inputs"}, {"transform", "make_params"}, id="old"),
        pytest.param("0.21.0", {"transform", "make_params", "check_inputs"}, {"_transform", "_get_params"}, id="new"),
    ],
)
def test_hooks_are_the_methods_that_a_class_calls_on_itself(release, there, gone):
    hooks = MEMBERS.hooks(TRANSFORM, release)
    assert there <= hooks.keys()
    assert not gone & hooks.keys()


def test_hooks_of_a_base_class_are_those_of_its_subclasses():
    path = MEMBERS.find("torchvision.transforms.v2.RandomRotation", "0.20.1")
    assert MEMBERS.hooks(path, "0.20.1")["_get_params"] == TRANSFORM


def test_members_are_inherited_and_name_the_class_that_has_them():
    path = MEMBERS.find("torchvision.datasets.ImageFolder", "0.10.0")
    found = MEMBERS.all(path, "0.10.0")
    assert found["find_classes"].owner == "torchvision.datasets.folder.DatasetFolder"
    assert found["find_classes"].is_method
    assert found["imgs"].owner == path
    assert found["imgs"].kind == "instance"


def test_what_only_an_install_shows_is_a_member():
    """v2 transforms get ``get_params`` from the transforms that they replace, while the class is built."""
    path = MEMBERS.find("torchvision.transforms.v2.RandomCrop", "0.20.1")
    assert MEMBERS.all(path, "0.20.1")["get_params"].kind == "staticmethod"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        pytest.param("torchvision.transforms.v2.Transform.make_params", "0.21.0", "0.29.2", id="hook"),
        pytest.param("torchvision.datasets.ImageFolder._find_classes", "0.9.0", "0.9.1", id="method"),
        pytest.param("torchvision.transforms.RandomRotation.resample", "0.9.0", "0.13.1", id="attribute"),
    ],
)
def test_show_answers_for_members(asked, first, last):
    answer = availability(KNOWN, asked)
    assert (answer["first"], answer["last"]) == (first, last)


def test_a_member_that_no_release_has_is_unknown():
    with pytest.raises(UnknownNameError):
        availability(KNOWN, "torchvision.transforms.v2.Transform.no_such_method")


def member_changes(first, last, category):
    return {
        change.path: (change.text, change.release)
        for change in diff(KNOWN, first, last)
        if change.what == "member" and change.category == category
    }


@pytest.mark.parametrize(
    ("first", "last", "path"),
    [
        pytest.param("0.20.1", "0.21.0", "torchvision.transforms.v2.Transform._transform", id="neighbours"),
        pytest.param("0.17.2", "0.29.2", "torchvision.transforms.v2.Transform._get_params", id="years"),
        pytest.param("0.9.1", "0.10.0", "torchvision.datasets.DatasetFolder._find_classes", id="datasets"),
    ],
)
def test_a_hook_that_is_not_called_any_more_breaks(first, last, path):
    text, release = member_changes(first, last, "breaks")[path]
    assert "not called any more" in text
    assert KNOWN.releases.index(first) < KNOWN.releases.index(release) <= KNOWN.releases.index(last)


def test_a_change_is_told_of_the_class_that_made_it():
    found = member_changes("0.20.1", "0.21.0", "breaks")
    assert "torchvision.transforms.v2.RandomRotation._transform" not in found


def test_a_class_is_named_by_its_shortest_path():
    found = member_changes("0.9.1", "0.10.0", "added")
    assert "torchvision.models.detection.transform.GeneralizedRCNNTransform.fixed_size" in found
    assert "torchvision.transforms.Resize.max_size" in found


def test_nothing_changes_between_a_release_and_itself():
    assert diff(KNOWN, "0.21.0", "0.21.0") == []
