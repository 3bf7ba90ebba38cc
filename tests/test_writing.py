"""Files put in place in one step."""

import os
import stat
import subprocess
import sys

import pytest

from tvcompat import writing
from tvcompat.errors import FileChangedError


def test_a_new_file_can_be_read_by_others(tmp_path):
    writing.write(tmp_path / "new", b"text")
    assert (tmp_path / "new").read_bytes() == b"text"
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o644


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_file_hands_on_its_mode(tmp_path):
    path = tmp_path / "script.py"
    path.write_bytes(b"old")
    path.chmod(0o750)
    writing.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o750


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_one_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "real.py", tmp_path / "link.py"
    real.write_bytes(b"old")
    link.symlink_to(real)
    writing.write(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_what_was_there_stays_when_writing_fails(tmp_path):
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), writing.replacing(path) as stream:
        stream.write(b"half of")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        writing.write(tmp_path / "folder", b"text")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    "old", [pytest.param(b"old", id="shorter"), pytest.param(b"much longer than what comes", id="longer")]
)
def test_hard_links_lead_to_one_file_afterwards(old, tmp_path):
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(old)
    os.link(path, other)
    writing.write(path, b"new text")
    assert other.read_bytes() == b"new text"
    assert path.samefile(other)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has none")
def test_extended_attributes_stay(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.origin", b"here")
    except OSError:
        pytest.skip("this file system has none")
    writing.write(path, b"new")
    assert os.getxattr(path, "user.origin") == b"here"


def test_a_name_as_long_as_a_system_takes(tmp_path):
    path = tmp_path / ("é" * 127)
    writing.write(path, b"text")
    writing.write(path, b"more")
    assert path.read_bytes() == b"more"


@pytest.mark.parametrize("links", [1, 2], ids=["one-name", "two-names"])
def test_what_was_typed_meanwhile_stays(links, tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"typed")
    if links == 2:
        os.link(path, tmp_path / "b.py")
    with pytest.raises(FileChangedError, match=r"a\.py changed after it was read"):
        writing.write(path, b"new", expected=b"old")
    assert path.read_bytes() == b"typed"
    writing.write(path, b"new", expected=b"typed")
    assert path.read_bytes() == b"new"
    assert {entry.name for entry in tmp_path.iterdir()} <= {"a.py", "b.py"}


def test_a_file_that_was_removed_meanwhile_is_not_made_again(tmp_path):
    with pytest.raises(FileNotFoundError):
        writing.write(tmp_path / "a.py", b"new", expected=b"old")
    assert list(tmp_path.iterdir()) == []


WRITES = """
import sys, pathlib, tvcompat.writing as w
path = pathlib.Path(sys.argv[1])
print("ready", flush=True)
w.write(path, b"n" * 30_000_000)
"""


@pytest.mark.parametrize("links", [1, 2], ids=["one-name", "two-names"])
def test_a_process_that_is_killed_loses_nothing(links, tmp_path):
    old, new = b"o" * 30_000_001, b"n" * 30_000_000
    path = tmp_path / "kept"
    seen = set()
    for step in range(12):
        for entry in tmp_path.iterdir():
            entry.unlink()
        path.write_bytes(old)
        if links == 2:
            os.link(path, tmp_path / "link")
        process = subprocess.Popen([sys.executable, "-c", WRITES, str(path)], stdout=subprocess.PIPE)
        process.stdout.readline()
        try:
            process.wait(timeout=step * 0.012)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        found = path.read_bytes()
        left = [entry.read_bytes() for entry in tmp_path.glob(".kept.*.before")]
        assert found in (old, new) or (links == 2 and old in left)
        seen.add(found == old)
    assert True in seen
