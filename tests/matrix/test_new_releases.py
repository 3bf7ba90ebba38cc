"""A release that the index has and the list has not: listed, measured, told."""

import pytest

from matrix import new_releases
from matrix.cli import main
from matrix.errors import PackageIndexError
from matrix.release_list import read_release_list
from matrix.run import audit
from matrix.run.options import Options
from tests.matrix.conftest import SOURCES, build_wheel
from tests.matrix.test_run import checkout, wheel_name  # noqa: F401


def listed(root):
    return [(r.version, r.torch, r.python) for r in read_release_list(root / "matrix" / "releases.toml").releases]


def test_nothing_new(checkout):  # noqa: F811
    before = (checkout / "matrix" / "releases.toml").read_bytes()
    assert new_releases.add_entries(checkout) == []
    assert (checkout / "matrix" / "releases.toml").read_bytes() == before


def test_a_new_release_is_listed_with_its_torch_and_a_python_it_has_wheels_for(checkout, host):  # noqa: F811
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0", requires=["numpy", "torch==2.3.4"]))
    assert new_releases.add_entries(checkout) == ["9.1.0"]
    assert listed(checkout)[-1] == ("9.1.0", "2.3.4", "3.8")
    assert new_releases.add_entries(checkout) == []


def test_a_release_that_asks_for_a_range_is_listed_with_the_newest_torch_that_fits(checkout, host):  # noqa: F811
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0", requires=["torch>=2,<3"]))
    for torch in ("1.9.0", "2.9.0", "2.10.0", "3.0.0", "2.11.0rc1"):
        host.add_wheel(f"torch-{torch}-cp38-cp38-manylinux1_x86_64.whl", b"", project="torch")
    assert new_releases.add_entries(checkout) == ["9.1.0"]
    assert listed(checkout)[-1] == ("9.1.0", "2.10.0", "3.8")


@pytest.mark.parametrize(
    ("requires", "message"),
    [("numpy", "asks for no torch .* by hand"), ("torch>=2", "it has no torch")],
    ids=["no-torch", "no-page-of-torch"],
)
def test_a_release_whose_torch_can_not_be_told_is_left_to_a_person(checkout, host, requires, message):  # noqa: F811
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0", requires=[requires]))
    before = (checkout / "matrix" / "releases.toml").read_bytes()
    with pytest.raises(PackageIndexError, match=message):
        new_releases.add_entries(checkout)
    assert (checkout / "matrix" / "releases.toml").read_bytes() == before


def test_what_it_changed_is_told(checkout, host, monkeypatch, tmp_path):  # noqa: F811
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0", requires=["torch==2.3.4"]))
    versions = new_releases.add_entries(checkout)
    # The fake wheels can't be installed; all but that is real.
    monkeypatch.setattr(audit, "measure_runtime", lambda work, requested, **options: None)
    target = tmp_path / "change.md"
    assert new_releases.measure_and_describe(checkout, versions, target) == 0
    text = target.read_text(encoding="utf-8")
    assert text.startswith("torchvision 9.1.0\n")
    assert "against 9.0.0" in text


def test_what_it_brought_and_took_is_told_by_kind(checkout, host, monkeypatch, tmp_path):  # noqa: F811
    tiny = SOURCES["torchvision/models/tiny.py"]
    # Against the record of a release that has `tiny`.
    assert audit.run(checkout, Options())[0] == 0
    newer = tiny.replace("def tiny(", "def small(").replace('"tiny"]', '"small"]')
    sources = {**SOURCES, "torchvision/models/tiny.py": newer}
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0", sources, requires=["torch==2.3.4"]))
    monkeypatch.setattr(audit, "measure_runtime", lambda work, requested, **options: None)
    target = tmp_path / "change.md"
    assert new_releases.measure_and_describe(checkout, new_releases.add_entries(checkout), target) == 0
    text = target.read_text(encoding="utf-8")
    assert "`torchvision.models.tiny.tiny`" in text
    assert "`torchvision.models.tiny.small`" in text


def test_the_command(checkout, host, monkeypatch, capsys):  # noqa: F811
    monkeypatch.chdir(checkout)
    assert main(["new-releases"]) == 0
    assert "has every release" in capsys.readouterr().err
    host.add_wheel(wheel_name("9.1.0"), build_wheel("9.1.0", requires=["torch==2.3.4"]))
    monkeypatch.setattr(audit, "measure_runtime", lambda work, requested, **options: None)
    assert main(["new-releases"]) == 0
    assert (checkout / "change.md").read_text(encoding="utf-8").startswith("torchvision 9.1.0\n")
    # An answer from the cache knows of nothing new.
    monkeypatch.setenv("TVCOMPAT_INDEX", "http://127.0.0.1:9/simple/")
    assert main(["new-releases"]) == 2
    assert "the package index was not read: no connection" in capsys.readouterr().err
