"""The audit as a whole, over a checkout of one's own with a package index of one's own."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from matrix.cli import main
from matrix.errors import InstallError
from matrix.install import environment
from matrix.release_list import ListedRelease, read_release_list
from matrix.run.audit import run
from matrix.run.options import Options
from matrix.store.records import Store
from tests.matrix.conftest import SOURCES, build_wheel
from tests.needs import need
from tvcompat.errors import UnknownReleaseError

ENTRY = '[[release]]\nversion = "{}"\ntorch = "1.0.0"\npython = "3.8"\n'


def wheel_name(version):
    return f"torchvision-{version}-cp38-cp38-manylinux1_x86_64.whl"


@pytest.fixture
def checkout(tmp_path, host):
    """A checkout that lists 8.0.0 and 9.0.0, and an index that has them."""
    (tmp_path / "matrix").mkdir()
    (tmp_path / "matrix" / "releases.toml").write_text(ENTRY.format("8.0.0") + ENTRY.format("9.0.0"))
    for version in ("8.0.0", "9.0.0"):
        host.add_wheel(wheel_name(version), build_wheel(version))
    return tmp_path


def audit(root, **options):
    return run(root, Options(**options))


def steps(outcomes):
    return [(outcome.release, outcome.step, outcome.failed) for outcome in outcomes]


def test_the_first_run_does_everything(checkout, capsys):
    code, done = audit(checkout)
    assert code == 0
    assert sorted(steps(done)) == [
        ("8.0.0", "static", False),
        ("9.0.0", "static", False),
        ("all", "catalog", False),
        ("all", "report", False),
    ]
    printed = capsys.readouterr()
    assert "release  step     seconds  result" in printed.out
    assert "8.0.0    static   1 builders, 0 weights entries" in printed.err
    record = json.loads((checkout / "matrix" / "records" / "9.0.0.json").read_text())
    assert list(record["static"]["builders"]) == ["torchvision.models.tiny"]
    assert record["provenance"]["static"]["wheel"] == wheel_name("9.0.0")
    assert record["runtime"] is None
    csv = (checkout / "matrix" / "report" / "availability.csv").read_text()
    assert csv == "name,namespace,first,last,8.0.0,9.0.0\ntiny,torchvision.models,8.0.0,9.0.0,yes,yes\n"
    assert "tiny" in (checkout / "matrix" / "report" / "index.html").read_text()


def test_what_was_done_as_json(checkout, capsys):
    audit(checkout, as_json=True)
    done = json.loads(capsys.readouterr().out)
    assert {"release": "9.0.0", "step": "static", "failed": False}.items() <= max(
        done, key=lambda item: item["release"] == "9.0.0"
    ).items()


def test_the_second_run_does_nothing_and_says_so(checkout, capsys, host):
    audit(checkout)
    host.requests.clear()
    code, done = audit(checkout)
    assert (code, done) == (0, [])
    printed = capsys.readouterr().out
    assert "Nothing to do: 2 of 2 releases are recorded" in printed
    assert "Without run-time facts: 8.0.0, 9.0.0" in printed
    assert not [path for path, _ in host.requests if path.endswith(".whl")]


def test_measuring_again_changes_no_byte(checkout):
    def everything():
        return {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file() and path.suffix != ".lock"}

    audit(checkout)
    before = everything()
    audit(checkout, refresh=True, static=True)
    assert everything() == before


def test_a_wheel_that_changed_is_measured_again(checkout, host):
    audit(checkout)
    sources = {**SOURCES, "torchvision/models/tiny.py": "def other(pretrained=False): ...\n"}
    del host.files["/simple/torchvision/"]
    host.add_wheel(wheel_name("8.0.0"), build_wheel("8.0.0"))
    host.add_wheel(wheel_name("9.0.0"), build_wheel("9.0.0", sources))
    _code, done = audit(checkout)
    assert steps(done) == [("9.0.0", "static", False), ("all", "catalog", False), ("all", "report", False)]


def test_a_damaged_table_is_compiled_again(checkout):
    audit(checkout)
    table = checkout / "tvcompat" / "catalog" / "tables" / "legacy_words.json"
    whole = table.read_bytes()
    table.write_bytes(whole[: len(whole) // 2])
    code, done = audit(checkout)
    assert code == 0
    assert ("all", "catalog", False) in steps(done)
    assert table.read_bytes() == whole


def test_a_new_release_is_measured_at_once_and_named_with_its_entry(checkout, host, capsys):
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0"))
    _code, done = audit(checkout)
    assert ("9.1.0", "static", False) in steps(done)
    printed = capsys.readouterr().err
    assert "torchvision 9.1.0 is new. Add to matrix/releases.toml:" in printed
    entry = re.search(r"^\[\[release\]\]\n(?:\w+ = .*\n)+", printed, re.MULTILINE).group()
    listed = checkout / "matrix" / "releases.toml"
    listed.write_text(listed.read_text() + entry)
    _code, done = audit(checkout)
    assert [step for step in steps(done) if step[1] == "static"] == []
    assert read_release_list(listed).releases[-1] == ListedRelease("9.1.0", "1.0.0", "3.8")


def test_a_new_release_whose_torch_can_not_be_told_is_named_and_measured(checkout, host, capsys):
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0", requires=["numpy"]))
    code, done = audit(checkout)
    assert code == 0
    assert ("9.1.0", "static", False) in steps(done)
    assert "torchvision 9.1.0 is new, and no entry can be suggested: " in capsys.readouterr().err


def test_references_for_measuring_by_hand(checkout, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "measure", fake_measure(probe_facts))
    audit(checkout, runtime=True)
    monkeypatch.chdir(checkout)
    canonical, reference = tmp_path / "canonical.json", tmp_path / "reference.json"
    assert main(["write-references", "--release", "8.0.0", str(canonical), str(reference)]) == 0
    assert json.loads(canonical.read_text()) == {"torchvision.models.tiny": {"w": "float32 1"}}
    assert json.loads(reference.read_text()) == {"outputs": {"E.V1": []}, "presets": {}, "training": {}}
    assert main(["write-references", "--release", "9.0.0", str(canonical), str(reference)]) == 0
    assert json.loads(canonical.read_text()) is None


def test_one_release_that_fails_does_not_stop_the_others(checkout, host, capsys):
    host.files[f"/files/{wheel_name('8.0.0')}"] = b"not a wheel"
    code, done = audit(checkout)
    assert code == 1
    assert ("8.0.0", "static", True) in steps(done)
    assert ("9.0.0", "static", False) in steps(done)
    assert "FAILED" in capsys.readouterr().out


def test_a_run_that_was_killed_goes_on_where_it_was(checkout, monkeypatch):
    write = Store.write

    def killed(store, release, part, facts, provenance):
        if len(store.releases()) == 1:
            raise KeyboardInterrupt
        write(store, release, part, facts, provenance)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            audit(checkout)
    code, done = audit(checkout)
    assert code == 0
    assert [step for step in steps(done) if step[1] == "static"] in (
        [("8.0.0", "static", False)],
        [("9.0.0", "static", False)],
    )


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_run_that_is_killed_hard_leaves_whole_files_alone(checkout, host):
    """The process is ended by SIGKILL as soon as the first record is there; what is left is read and gone on from."""
    environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parents[2]))
    release = threading.Event()
    host.before = lambda path: release.wait(30) if "9.0.0" in path else None
    process = subprocess.Popen(
        [sys.executable, "-m", "matrix", "audit"], cwd=checkout, env=environment, start_new_session=True
    )
    record = checkout / "matrix" / "records" / "8.0.0.json"
    while not record.exists() and process.poll() is None:
        process.poll()
    # With the processes it started, which would wait for it for ever.
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    release.set()
    for path in (checkout / "matrix" / "records").rglob("*.json"):
        json.loads(path.read_text())
    assert Store(checkout / "matrix" / "records").load("8.0.0").static
    code, done = audit(checkout)
    assert code == 0
    assert [step for step in steps(done) if step[1] == "static"] == [("9.0.0", "static", False)]


def test_temporary_files_of_a_killed_run_are_removed(checkout):
    leftover = checkout / "matrix" / "records" / ".9.0.0.json.abc.part"
    leftover.parent.mkdir()
    leftover.write_text("{")
    audit(checkout)
    assert not leftover.exists()


def test_no_network_with_everything_recorded_is_no_failure(checkout, monkeypatch, capsys):
    audit(checkout)
    monkeypatch.setenv("TVCOMPAT_INDEX", "http://127.0.0.1:9/simple/")
    code, done = audit(checkout)
    assert (code, done) == (0, [])
    assert "no connection" in capsys.readouterr().err


def test_no_network_and_no_cache_names_what_is_missing(checkout, monkeypatch, capsys):
    monkeypatch.setenv("TVCOMPAT_INDEX", "http://127.0.0.1:9/simple/")
    code, _done = audit(checkout)
    assert code == 1
    assert "no static facts for 8.0.0, 9.0.0" in capsys.readouterr().out


def test_an_unknown_release(checkout):
    with pytest.raises(
        UnknownReleaseError, match=r"torchvision 7\.0\.0 is not among the measured releases: 8\.0\.0, 9\.0\.0"
    ):
        audit(checkout, releases=("7.0.0",))


def test_a_record_that_can_not_be_read_is_said_and_measured_anew(checkout, capsys):
    audit(checkout)
    path = checkout / "matrix" / "records" / "8.0.0.json"
    path.write_text('{"format": 99, "release": "8.0.0"}')
    _code, done = audit(checkout)
    assert ("8.0.0", "static", False) in steps(done)
    assert "has format 99" in capsys.readouterr().err
    assert json.loads(path.read_text())["format"] == 1


def test_check_fails_when_a_generated_file_is_out_of_date(checkout):
    audit(checkout)
    assert audit(checkout, check=True)[0] == 0
    table = checkout / "tvcompat" / "catalog" / "tables" / "builders.json"
    table.write_text(table.read_text().replace('"tiny"', '"tinier"'))
    code, done = audit(checkout, check=True)
    assert code == 1
    assert "builders.json is out of date" in next(outcome.result for outcome in done if outcome.failed)


def fake_measure(facts_of):
    def measure(release, canonical, installer, note, *, size_mb=0, verify=None, evaluate=None):
        facts = facts_of(release)
        facts["provenance"] = {
            "torchvision": release.version, "torch": "1", "python": "3", "platform": "x", "peak_memory_mb": 1,
        }  # fmt: skip
        verified = {
            "counts": {"name": 1},
            "failures": {},
            "outputs": {"E.V1": []},
            "presets": {},
            "training": {},
            "seconds": 1.0,
        }
        return environment.Measurement(facts, [], {"install": 1.0, "probe": 1.0, "verify": 1.0}, 1, verified)

    return measure


def probe_facts(release):
    builder = {"module": "torchvision.models.tiny", "signature": "(pretrained: bool = False)", "schema": 0}
    flags = {"accepts_pretrained": True, "accepts_positional_pretrained": True, "accepts_weights": False}
    calls = {"plain": {}, "pretrained": {"asks": ["u"]}, "weights_enum": None}
    return {
        "builders": {"torchvision.models.tiny": {**builder, **flags, **calls, "parameters": 1}},
        "weights": {}, "registry": {}, "enums": {}, "checkpoints": {}, "schemas": [{"w": "float32 1"}],
        "outputs": {"torchvision.models.tiny": {"tensors": [release.version]}}, "model_urls": {},
        "pretrained_warnings": [], "import_failures": {}, "modules": {"torchvision": {"models": "module"}},
    }  # fmt: skip


def test_runtime_measures_the_newest_first_and_compares_later(checkout, monkeypatch):
    """The orchestration alone; what it runs is really run by `nox -s remeasure`."""
    order = []

    def facts_of(release):
        order.append(release.version)
        return probe_facts(release)

    monkeypatch.setattr(environment, "measure", fake_measure(facts_of))
    code, done = audit(checkout, runtime=True)
    assert code == 0
    assert order == ["9.0.0", "8.0.0"]
    assert audit(checkout, compare=True)[0] == 0

    def other(release):
        found = probe_facts(release)
        found["outputs"] = {"torchvision.models.tiny": {"tensors": ["other"]}}
        return found

    monkeypatch.setattr(environment, "measure", fake_measure(other))
    code, done = audit(checkout, compare=True, releases=("8.0.0",))
    assert code == 1
    assert "outputs (1, such as torchvision.models.tiny)" in done[0].result


def test_an_older_release_waits_for_the_newest(checkout, capsys):
    audit(checkout)
    code, done = audit(checkout, runtime=True, releases=("8.0.0",))
    assert code == 1
    assert "9.0.0 has to be measured first" in done[0].result


def test_an_install_that_fails_does_not_stop_the_others(checkout, monkeypatch):
    def measure(release, *arguments, **keywords):
        if release.version == "8.0.0":
            raise InstallError("no")
        return fake_measure(probe_facts)(release, *arguments, **keywords)

    monkeypatch.setattr(environment, "measure", measure)
    code, done = audit(checkout, runtime=True)
    assert code == 1
    assert [s for s in steps(done) if s[1] == "runtime"] == [("9.0.0", "runtime", False), ("8.0.0", "runtime", True)]


def test_outside_a_checkout_it_says_where_to_go(tmp_path, monkeypatch):
    from matrix import paths

    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="run this inside a checkout"):
        paths.repository()


def test_the_committed_catalog_and_report_are_current():
    root = Path(__file__).parents[2]
    need("git")
    assert audit(root, check=True)[0] == 0
