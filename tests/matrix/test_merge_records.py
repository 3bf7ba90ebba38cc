"""Records of several machines, brought together."""

import json

import pytest

from matrix.cli import main
from matrix.errors import RecordError
from matrix.merge_records import merge
from matrix.store.records import Store
from tests.matrix.test_records import STATIC


def measured(folder, release, builder):
    """What a machine leaves that measured one release."""
    store = Store(folder)
    facts = json.loads(json.dumps(STATIC))
    facts["api"]["torchvision.own"] = {"all": None, "names": {builder: "def()"}}
    store.write(release, "static", facts, {"sha256": release})


@pytest.fixture
def home(tmp_path):
    measured(tmp_path / "home", "1.0.0", "a")
    return Store(tmp_path / "home")


def test_two_machines(home, tmp_path):
    measured(tmp_path / "parts" / "record-1.1.0", "1.1.0", "b")
    measured(tmp_path / "parts" / "record-1.2.0", "1.2.0", "c")
    assert merge(home, tmp_path / "parts") == ["1.1.0", "1.2.0"]
    again = Store(home.folder)
    for release, name in (("1.0.0", "a"), ("1.1.0", "b"), ("1.2.0", "c")):
        reference = again.load(release).static["api"]["torchvision.own"]
        assert again.value(reference)["names"] == {name: "def()"}
    assert again.remove_orphans() == 0


def test_a_record_without_its_values_is_refused_and_nothing_is_changed(home, tmp_path):
    measured(tmp_path / "parts" / "one", "1.1.0", "b")
    broken = tmp_path / "parts" / "one" / "shared" / "preprocessing.json"
    broken.write_text('{"values": {}}', encoding="utf-8")
    before = {path: path.read_bytes() for path in home.folder.rglob("*.json")}
    with pytest.raises(RecordError, match="preprocessing@"):
        merge(home, tmp_path / "parts")
    assert {path: path.read_bytes() for path in home.folder.rglob("*.json")} == before


def test_nothing_to_merge(home, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordError, match="no record"):
        merge(home, tmp_path / "empty")


def test_the_command(home, tmp_path, monkeypatch, capsys):
    (tmp_path / "matrix").mkdir()
    (tmp_path / "matrix" / "releases.toml").touch()
    home.folder.rename(tmp_path / "matrix" / "records")
    measured(tmp_path / "parts" / "one", "1.1.0", "b")
    monkeypatch.chdir(tmp_path)
    assert main(["merge-records", str(tmp_path / "parts")]) == 0
    assert capsys.readouterr().err == "1 records: 1.1.0\n"
    assert main(["merge-records", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err.startswith("matrix: there is no record below ")
