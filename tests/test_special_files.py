"""Files that are not to be replaced or can't be written, as POSIX has them."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tvcompat import writing

from . import files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="devices, owners and limits of POSIX")

# Where there are no owners, nothing of this is run.
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def test_a_device_is_written_to_and_stays_one(tmp_path):
    path = files.null_device(tmp_path / "null")
    writing.write(path, b"text")
    assert files.is_special(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["null"]


def test_a_link_to_a_device_leaves_the_device(tmp_path):
    device = files.null_device(tmp_path / "null")
    (tmp_path / "link").symlink_to(device)
    writing.write(tmp_path / "link", b"text")
    assert files.is_special(device)
    assert (tmp_path / "link").is_symlink()


def test_the_reader_of_a_fifo_gets_what_is_written(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reader = subprocess.Popen(
        [sys.executable, "-c", "import sys; print(open(sys.argv[1]).read())", str(path)], stdout=-1
    )
    writing.write(path, b"text")
    assert reader.communicate()[0] == b"text\n"
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_socket_can_not_be_written_and_stays(tmp_path):
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        with pytest.raises(OSError, match="No such device"):
            writing.write(path, b"text")
    assert stat.S_ISSOCK(path.stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"], ids=str)
def test_an_open_descriptor_goes_on_where_it_is(name, tmp_path):
    out = tmp_path / "out"
    code = f"import os, pathlib, tvcompat.writing as w; os.write(1, b'a'); w.write(pathlib.Path({name!r}), b'b'); os.write(1, b'c')"
    with open(out, "wb") as stream:
        subprocess.run([sys.executable, "-c", code], stdout=stream, check=True)
    assert out.read_bytes() == b"abc"
    piped = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    assert piped.stdout == b"abc"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_descriptor_of_another_process_is_opened(tmp_path):
    with open(tmp_path / "out", "wb") as stream:
        waiting = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=stream)
    writing.write(Path(f"/proc/{waiting.pid}/fd/1"), b"text")
    waiting.communicate(b"\n")
    assert (tmp_path / "out").read_bytes() == b"text"


@pytest.mark.skipif(not ROOT, reason="root alone gives files to others")
def test_the_owner_stays(tmp_path):
    path = tmp_path / "theirs"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    path.chmod(0o4750)
    writing.write(path, b"new")
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 4321, 0o4750)
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(not ROOT, reason="root alone gives files to others")
def test_a_file_of_somebody_else_that_one_may_write_stays_theirs():
    with files.ordinary_user() as folder:
        path = folder / "theirs"
        path.write_bytes(b"old")
        path.chmod(0o666)
        os.seteuid(0)
        os.chown(path, 1234, 1234)
        os.seteuid(files.NOBODY)
        inode = path.stat().st_ino
        writing.write(path, b"new")
        assert path.read_bytes() == b"new"
        assert (path.stat().st_uid, path.stat().st_ino) == (1234, inode)
        assert [entry.name for entry in folder.iterdir()] == ["theirs"]


def test_a_file_that_is_read_only_stays_as_it_is():
    with files.ordinary_user() as folder:
        path = folder / "kept"
        path.write_bytes(b"old")
        path.chmod(0o444)
        with pytest.raises(PermissionError):
            writing.write(path, b"new")
        assert path.read_bytes() == b"old"
        assert [entry.name for entry in folder.iterdir()] == ["kept"]


@pytest.mark.parametrize("links", [1, 2], ids=["one-name", "two-names"])
@pytest.mark.parametrize("room", [0, 5, 4000], ids=["no-room", "five-bytes", "most-of-it"])
def test_a_full_disk_leaves_what_was_there(room, links, tmp_path):
    path = tmp_path / "kept"
    path.write_bytes(b"x" * 4001)
    if links == 2:
        os.link(path, tmp_path / "link")
    with files.full_disk(room), pytest.raises(OSError, match="too large"):
        writing.write(path, b"y" * 5000)
    assert path.read_bytes() == b"x" * 4001
    assert {entry.name for entry in tmp_path.iterdir()} <= {"kept", "link"}
