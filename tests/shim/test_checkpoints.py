"""Fetching checkpoints over a real connection: whole and right, or an error and nothing left behind.

Loading them is tried in the matrix, where there is a torch; nothing here needs one.
"""

import hashlib
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tvcompat.errors import CheckpointError, OfflineError
from tvcompat.shim import checkpoints
from tvcompat.shim.checkpoints import cache, download

CONTENT = bytes(range(256)) * 5000
NAME = f"net-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"


def tag(data):
    return f'"{hashlib.sha256(data).hexdigest()}"'


class Files:
    """A server with files on it, and what it was asked for."""

    def __init__(self):
        self.files = {f"/models/{NAME}": CONTENT}
        # How many bytes are held back at the end, for how many answers; whether parts can be asked for.
        self.cut = 0
        self.cuts = 1000
        self.ranges = True
        self.failing = 0
        self.requests = []
        self.url = ""


@pytest.fixture
def files(monkeypatch, tmp_path):
    found = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            begin = 0
            asked = self.headers.get("Range", "")
            found.requests.append((self.path, asked))
            data = found.files.get(self.path)
            if found.failing:
                found.failing -= 1
                self.send_error(503)
                return
            if data is None:
                self.send_error(404)
                return
            if asked and found.ranges and self.headers.get("If-Range") in (None, tag(data)):
                begin = int(asked.partition("=")[2].rstrip("-"))
            self.send_response(206 if begin else 200)
            self.send_header("ETag", tag(data))
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            kept = len(data) - (found.cut if found.cuts > 0 else 0)
            found.cuts -= 1
            self.wfile.write(data[begin:kept])

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/models/{NAME}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for variable in ("TVCOMPAT_OFFLINE", "TVCOMPAT_MIRROR", "TVCOMPAT_CHECK_HASH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0)
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def kept(pattern="*.pth*"):
    return sorted(path.name for path in checkpoints.folder().glob(pattern))


def test_a_file_is_fetched_once(files):
    path = checkpoints.fetch(files.url)
    assert path.read_bytes() == CONTENT
    assert checkpoints.fetch(files.url) == path
    assert len(files.requests) == 1
    assert kept() == [NAME]


def test_what_is_not_the_file_is_not_kept(files):
    files.files[f"/models/{NAME}"] = b"<!doctype html><title>Log in</title>"
    with pytest.raises(CheckpointError, match=f"is not {NAME}"):
        checkpoints.fetch(files.url)
    assert kept() == []
    assert kept(".*part") == []


def test_a_connection_that_drops_is_continued(files):
    files.cut, files.cuts = 300_000, 2
    assert checkpoints.fetch(files.url).read_bytes() == CONTENT
    assert [asked for _, asked in files.requests] == ["", "bytes=980000-", "bytes=980000-"]


def test_a_connection_that_drops_starts_again_where_the_server_has_no_parts(files):
    files.cut, files.cuts, files.ranges = 300_000, 1, False
    assert checkpoints.fetch(files.url).read_bytes() == CONTENT
    assert len(files.requests) == 2


def test_a_file_that_changed_in_between_starts_again(files, monkeypatch):
    other = bytes(reversed(CONTENT))
    name = f"net-{hashlib.sha256(other).hexdigest()[:8]}.pth"
    files.files[f"/models/{name}"] = CONTENT
    files.cut, files.cuts = 300_000, 1
    monkeypatch.setattr(download.time, "sleep", lambda seconds: files.files.update({f"/models/{name}": other}))
    assert checkpoints.fetch(files.url.replace(NAME, name)).read_bytes() == other


def test_a_server_that_is_busy_is_asked_again(files):
    files.failing = 2
    assert checkpoints.fetch(files.url).read_bytes() == CONTENT
    assert len(files.requests) == 3


def test_a_connection_that_always_drops_leaves_nothing_and_the_next_call_succeeds(files):
    files.cut = 1000
    with pytest.raises(OfflineError, match=r"the connection ended after 1279000 of 1280000 bytes, 4 times"):
        checkpoints.fetch(files.url)
    assert kept() == kept(".*part") == []
    files.cut = 0
    assert checkpoints.fetch(files.url).read_bytes() == CONTENT


def test_an_address_that_does_not_exist(files):
    with pytest.raises(OfflineError, match="answered 404"):
        checkpoints.fetch(files.url.replace("net-", "nothing-"))


def test_no_network(files):
    with pytest.raises(OfflineError, match=r"can't be reached.*TVCOMPAT_MIRROR"):
        checkpoints.fetch("http://127.0.0.1:9/models/" + NAME)


def test_downloads_turned_off(files, monkeypatch):
    monkeypatch.setenv("TVCOMPAT_OFFLINE", "1")
    with pytest.raises(OfflineError, match=f"{NAME} is not in .*TVCOMPAT_OFFLINE is set"):
        checkpoints.fetch(files.url)
    assert files.requests == []


def test_downloads_turned_off_with_the_file_at_hand(files, monkeypatch):
    path = checkpoints.fetch(files.url)
    monkeypatch.setenv("TVCOMPAT_OFFLINE", "1")
    assert checkpoints.fetch(files.url) == path


def test_a_mirror(files, monkeypatch):
    monkeypatch.setenv("TVCOMPAT_MIRROR", files.url.rpartition("/")[0] + "/")
    assert checkpoints.fetch(f"https://example.invalid/models/{NAME}").read_bytes() == CONTENT


def test_a_damaged_file_in_the_cache_is_set_aside_and_fetched_again(files):
    path = checkpoints.fetch(files.url)
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(CheckpointError, match=rf"is damaged.*set aside as {NAME}\.corrupt"):
        checkpoints.fetch(files.url)
    assert kept() == [NAME + ".corrupt"]
    assert checkpoints.fetch(files.url).read_bytes() == CONTENT


def test_a_file_is_read_once_to_be_checked(files, monkeypatch):
    path = checkpoints.fetch(files.url)
    monkeypatch.setattr(cache.hashlib, "sha256", None)
    checkpoints.verify(path)


def test_a_file_that_changed_is_checked_again(files):
    path = checkpoints.fetch(files.url)
    os.utime(path, ns=(1, 1))
    checkpoints.verify(path)
    path.write_bytes(b"other")
    with pytest.raises(CheckpointError):
        checkpoints.verify(path)


def test_own_files_are_taken_unchecked_with_a_warning(files, monkeypatch):
    path = checkpoints.folder() / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(b"made by myself")
    monkeypatch.setenv("TVCOMPAT_CHECK_HASH", "0")
    with pytest.warns(UserWarning, match="taken unchecked"):
        checkpoints.verify(path)
    assert path.exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_can_not_be_written_to(files):
    checkpoints.folder().mkdir(parents=True)
    checkpoints.folder().chmod(0o500)
    with pytest.raises(CheckpointError, match=r"can't be written to.*TORCH_HOME"):
        checkpoints.fetch(files.url)


RUN = "import sys; from tvcompat.shim import checkpoints; print(checkpoints.fetch(sys.argv[1]).read_bytes()[:3])"


def test_two_processes_at_once_end_with_one_good_file(files):
    command = [sys.executable, "-c", RUN, files.url]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    assert {process.communicate()[0].split()[0] for process in running} == {b"b'\\x00\\x01\\x02'"}
    assert kept() == [NAME]
    assert kept(".*part") == []


@pytest.mark.skipif(os.name == "nt", reason="limits of a process are set otherwise there")
def test_a_disk_that_is_full(files):
    """No file of this process may grow beyond a thousand bytes, which is how a full disk shows."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
    done = subprocess.run([sys.executable, "-c", limit + RUN, files.url], stderr=subprocess.PIPE, text=True)
    assert f"CheckpointError: {NAME} can't be written to" in done.stderr
    assert "File too large" in done.stderr
    assert kept() == kept(".*part") == []


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="there is no folder that refuses everybody")
def test_a_folder_that_nobody_may_write_to(files, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", "/proc/tvcompat")
    with pytest.raises(CheckpointError, match=r"can't be written to.*TORCH_HOME"):
        checkpoints.fetch(files.url)


def test_a_folder_that_is_a_file(files, tmp_path):
    (tmp_path / "hub").write_text("in the way")
    with pytest.raises(CheckpointError, match=r"can't be written to.*TORCH_HOME"):
        checkpoints.fetch(files.url)


def test_two_at_once_end_with_one_good_file(files):
    threads = [threading.Thread(target=checkpoints.fetch, args=(files.url,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept() == [NAME]
    assert (checkpoints.folder() / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        pytest.param("resnet50-0676ba61.pth", "0676ba61", id="dash"),
        pytest.param("mnasnet0.5_top1_67.823-3ffadce67e.pth", "3ffadce67e", id="several-dashes"),
        pytest.param("quantized/resnet50_fbgemm_bf931d71.pth", "bf931d71", id="underscore-in-a-folder"),
        pytest.param("mymodel.pth", "", id="none"),
    ],
)
def test_the_digest_in_a_name(name, digest):
    assert cache.digest_in(name) == digest
