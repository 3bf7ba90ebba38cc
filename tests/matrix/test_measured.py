"""The committed records: complete, agreeing with themselves, and within the limits the project sets itself."""

import subprocess
from pathlib import Path

import pytest

from matrix import agreement
from matrix.release_list import read_release_list
from matrix.store.records import Store
from tests.needs import need
from tvcompat.catalog import catalog

ROOT = Path(__file__).parents[2]
RELEASES = read_release_list(ROOT / "matrix" / "releases.toml")
STORE = Store(ROOT / "matrix" / "records")


@pytest.mark.parametrize("release", [release.version for release in RELEASES.measurable], ids=str)
def test_every_release_is_measured_and_sources_and_install_agree(release):
    record = STORE.load(release)
    assert record.measured
    assert set(record.static["builders"]) == set(record.runtime["builders"])
    assert {n: set(e) for n, e in record.static["weights"].items()} == {
        n: set(e) for n, e in record.runtime["weights"].items()
    }
    assert agreement.unexplained(agreement.compare(record, STORE)) == []


@pytest.mark.parametrize("release", [release.version for release in RELEASES.measurable], ids=str)
def test_every_builder_has_its_state_dict_and_no_output_failed(release):
    record = STORE.load(release)
    for path, builder in record.runtime["builders"].items():
        assert STORE.schema(builder["schema"]), path
    outputs = record.runtime["outputs"]
    assert len(outputs) >= 45
    assert [path for path, found in outputs.items() if "error" in found] == []


@pytest.mark.parametrize("release", [release.version for release in RELEASES.measurable], ids=str)
def test_the_measured_pair_is_the_listed_one(release):
    origin = STORE.load(release).provenance["runtime"]
    listed = RELEASES.find(release)
    assert f"torchvision=={release}" in [line.partition("+")[0] for line in origin["packages"]]
    assert f"torch=={listed.torch}" in [line.partition("+")[0] for line in origin["packages"]]
    assert origin["python"].startswith(listed.python + ".")


def test_yanked_releases_have_static_facts_and_a_reason():
    for release in RELEASES.releases:
        if release.yanked:
            record = STORE.load(release.version)
            assert record.static["builders"]
            assert "yanked" in record.runtime["absent"]


def test_no_shared_value_is_left_over(tmp_path):
    import shutil

    copy = tmp_path / "records"
    shutil.copytree(STORE.folder, copy)
    assert Store(copy).remove_orphans() == 0


def test_the_checkout_stays_small():
    need("git")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    assert sum(path.stat().st_size for path in paths if path.exists()) < 20_000_000


@pytest.mark.parametrize("path", sorted(STORE.folder.rglob("*.json")), ids=lambda path: path.name)
def test_no_record_names_a_place_of_the_machine_it_was_measured_on(path):
    # Recipes are written by hand; some ask what a path that is not there gives.
    assert '"/' not in path.read_text(encoding="utf-8") or path.name == "recipes.json"


def test_generated_files_say_with_which_command_they_are_made():
    generated = [
        *(ROOT / "tvcompat" / "catalog" / "tables").glob("*.json"),
        *STORE.folder.rglob("*.json"),
        ROOT / "matrix" / "report" / "index.html",
        ROOT / "matrix" / "report" / "report.md",
        ROOT / "matrix" / "report" / "legacy.md",
    ]
    for path in generated:
        with open(path, encoding="utf-8") as stream:
            assert "nox -s audit" in stream.readline() + stream.readline(), path.name


@pytest.mark.parametrize("release", catalog().releases, ids=str)
def test_the_shim_holds_in_every_release(release):
    """121 names, the entries its architectures have, and all else that `nox -s verify` looks at."""
    facts = catalog().all_releases[release]
    assert facts.failures == ()
    assert facts.checks >= 121 + 66 + 16
