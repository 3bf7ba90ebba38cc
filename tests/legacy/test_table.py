"""The table of legacy names: every one is decided, and what is decided is there."""

import sys
from pathlib import Path

import pytest

from tvcompat.catalog import catalog
from tvcompat.catalog.wildcards import filled, texts_of
from tvcompat.legacy.dropped_names import LegacyNames

ROOT = Path(__file__).parents[2]
KNOWN = catalog()


def legacy_names():
    """Public names and modules that some release has and the newest has not, worked out from the catalog alone."""
    for module, table in KNOWN.table("names")["modules"].items():
        if table["spans"][-1][1] is not None and not module.rpartition(".")[2].startswith("_"):
            yield module
        for name, spans in table["names"].items():
            if spans[-1][1] is not None and not name.startswith("_"):
                yield f"{module}.{name}"


def test_every_legacy_name_is_decided():
    table = KNOWN.table("legacy")["modules"]
    undecided = []
    for path in legacy_names():
        module, _, name = path.rpartition(".")
        if name not in table.get(module, {"names": {}})["names"] and "itself" not in table.get(path, {}):
            undecided.append(path)
    assert undecided == []
    assert len(set(legacy_names())) > 1000


def test_names_of_0_8_are_decided():
    if sys.version_info < (3, 11):
        pytest.skip("matrix needs Python 3.11")
    from matrix.compile.legacy import undecided
    from matrix.replacements import read_replacements
    from matrix.store.pre_0_9 import Pre09Records

    before = Pre09Records(ROOT / "matrix" / "records" / "before")
    entries = read_replacements(ROOT / "matrix" / "replacements.toml").names
    assert undecided(KNOWN, entries, [before.api("0.8.2")]) == []
    table = KNOWN.table("legacy")["modules"]
    assert table["torchvision.models.mobilenet"]["names"]["ConvBNReLU"][0] == "tvcompat.legacy.rebuilt.ConvBNReLU"
    assert table["torchvision.ops"]["names"]["_new_empty_tensor"][0].startswith("tvcompat.legacy.rebuilt.")


def test_every_member_that_left_is_decided():
    if sys.version_info < (3, 11):
        pytest.skip("matrix needs Python 3.11")
    from matrix.compile.legacy_members import removed_members, undecided_members
    from matrix.replacements import read_replacements

    entries = read_replacements(ROOT / "matrix" / "replacements.toml").members
    assert undecided_members(KNOWN, entries) == []
    left = list(removed_members(KNOWN))
    assert len(left) > 150
    assert ("torchvision.transforms.v2._geometry.Resize", "_transform", "0.21.0") in left
    without = [entry for entry in entries if not entry["name"].endswith(("._transform", ".resample"))]
    missing = undecided_members(KNOWN, without)
    assert "torchvision.transforms.transforms.RandomRotation.resample" in missing
    assert "torchvision.transforms.v2._geometry.Resize._transform" in missing


def test_members_of_the_table_are_what_the_records_say():
    table = KNOWN.table("legacy")["members"]
    transform = table["torchvision.transforms.v2._transform"]["Transform"]["_transform"]
    assert (transform["gone"], transform["since"], transform["passed_on"]) == ("0.21.0", "0.21.0", True)
    resample = table["torchvision.transforms.transforms"]["RandomRotation"]["resample"]
    assert (resample["gone"], resample["kind"], resample["hook"]) == ("0.14.0", "instance", False)
    grid = table["torchvision.models.detection.anchor_utils"]["AnchorGenerator"]["cached_grid_anchors"]
    assert (grid["hook"], grid["passed_on"], grid["caller"]) == (True, False, "forward")


@pytest.mark.parametrize(
    ("version", "older", "newer"),
    [
        pytest.param("0.29.2", True, False, id="renamed"),
        pytest.param("0.21.0", True, False, id="first-release-with-the-new-name"),
        pytest.param("0.20.1", False, True, id="last-release-with-the-old-name"),
    ],
)
def test_hooks_of_the_installed_release(version, older, newer):
    names = LegacyNames(version)
    module = "torchvision.transforms.v2._transform"
    hooks = {"_transform", "_get_params", "_check_inputs"}
    assert {each.name for each in names.members(module).get("Transform", ())} == (hooks if older else set())
    assert {each.name for each in names.newer_members(module).get("Transform", ())} == (hooks if newer else set())


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param({"instead": ""}, "has to have instead, name, words", id="missing-key"),
        pytest.param(
            {"instead": "", "words": "It left.", "caller": "forward"}, "go together", id="caller-without-calls"
        ),
        pytest.param({"instead": "", "words": "It left.", "arguments": "x"}, "a list of texts", id="not-a-list"),
    ],
)
def test_a_broken_entry_for_a_member_is_named(entry, message, tmp_path):
    if sys.version_info < (3, 11):
        pytest.skip("matrix needs Python 3.11")
    from matrix.errors import ReleaseListError
    from matrix.replacements import read_replacements

    lines = ["[[member]]", 'name = "torchvision.ops.MLP.gone"', *(f'{key} = "{value}"' for key, value in entry.items())]
    path = tmp_path / "replacements.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ReleaseListError, match=message) as caught:
        read_replacements(path)
    assert "torchvision.ops.MLP.gone" in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param(
            {"name": "torchvision.ops.Nothing.x"}, "no release has the class torchvision.ops.Nothing", id="class"
        ),
        pytest.param({"name": "torchvision.ops.MLP.x"}, "no release has it", id="member"),
        pytest.param({"name": "torchvision.ops.RoIPool.forward"}, "the newest release has it", id="still-there"),
        pytest.param(
            {"name": "torchvision.transforms.RandomAffine.resample", "instead": "angle"}, "has angle", id="instead"
        ),
        pytest.param({"name": "torchvision.models.VGG._initialize_weights"}, "say what calls it", id="hook"),
    ],
)
def test_an_entry_that_the_records_contradict_is_refused(entry, message):
    if sys.version_info < (3, 11):
        pytest.skip("matrix needs Python 3.11")
    from matrix.compile.legacy_members import add_members
    from matrix.errors import ReleaseListError

    with pytest.raises(ReleaseListError, match=message):
        add_members(KNOWN, [{"instead": "", "words": "It left.", **entry}], {}, {"advices": []})


def test_stand_ins_in_torchvision_are_in_the_newest_release():
    missing = []
    for module, table in KNOWN.table("legacy")["modules"].items():
        for name, row in table["names"].items():
            stand_in = row[0]
            if name.startswith("_") or not stand_in.startswith("torchvision.") or KNOWN.module(stand_in):
                continue
            if stand_in == "torchvision.datasets.wrap_dataset_for_transforms_v2":
                # There by the module's own __getattr__, which reading does not show.
                continue
            found = KNOWN.name(stand_in)
            if found is None or not found.spans[-1].newest:
                missing.append(f"{module}.{name}: {stand_in}")
    assert missing == []


@pytest.mark.parametrize(
    ("version", "gone", "there"),
    [
        pytest.param("0.29.2", True, False, id="newest"),
        pytest.param("0.31.0", True, False, id="not-known-yet"),
        pytest.param("0.15.2+cpu", False, True, id="local-version"),
        pytest.param("0.9.0", False, True, id="oldest"),
    ],
)
def test_only_what_the_installed_release_dropped(version, gone, there):
    names = LegacyNames(version)
    found = names.name("torchvision.transforms.functional_tensor", "rgb_to_grayscale")
    assert (found is not None) is gone
    assert names.pretrained_era is (version == "0.9.0")
    assert (names.module("torchvision.transforms.functional_tensor") is None) is there


@pytest.mark.parametrize(
    ("pattern", "path", "target", "expected"),
    [
        pytest.param("a.*", "a.b", "c.*", "c.b", id="star-at-the-end"),
        pytest.param("a.*.x", "a.b.c.x", "y", "y", id="star-in-the-middle"),
        pytest.param(
            "a.v2*.*_image_tensor",
            "a.v2.f._c.flip_image_tensor",
            "a.v2.f.*_image",
            "a.v2.f.flip_image",
            id="several-stars",
        ),
        pytest.param("a.b", "a.b.c", "d", None, id="longer-path"),
        pytest.param("a.*", "b.a", "d", None, id="another-path"),
    ],
)
def test_patterns(pattern, path, target, expected):
    texts = texts_of(pattern, path)
    assert (None if texts is None else filled(target, texts)) == expected
