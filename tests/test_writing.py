"""Files put in place in one step."""

import os
import stat
import sys

import pytest

from tvcompat import writing


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
