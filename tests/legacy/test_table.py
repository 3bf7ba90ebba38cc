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
