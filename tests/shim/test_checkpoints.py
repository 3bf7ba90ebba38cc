"""Fetching checkpoints over a real connection: whole and right, or an error and nothing left behind.

Loading them is tried in the matrix, where there is a torch; nothing here needs one.
"""

import hashlib
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tvcompat.errors import CheckpointError, OfflineError
from tvcompat.shim import checkpoints

CONTENT = bytes(range(256)) * 5000
NAME = f"net-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"


class Files:
    """A server with files on it, and what it was asked for."""

    def __init__(self):
        self.files = {f"/models/{NAME}": CONTENT}
        self.cut = 0
        self.requests = []
        self.url = ""


@pytest.fixture
def files(monkeypatch, tmp_path):
    found = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.requests.append(self.path)
            data = found.files.get(self.path)
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write((data or b"")[: len(data or b"") - found.cut])

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/models/{NAME}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for variable in ("TVCOMPAT_OFFLINE", "TVCOMPAT_MIRROR", "TVCOMPAT_CHECK_HASH"):
        monkeypatch.delenv(variable, raising=False)
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


def test_a_connection_that_drops_leaves_nothing_and_the_next_call_succeeds(files):
    files.cut = 1000
    with pytest.raises(OfflineError, match=r"the connection ended after|can't be reached|IncompleteRead"):
        checkpoints.fetch(files.url)
    assert kept() == []
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
    monkeypatch.setattr(checkpoints.hashlib, "sha256", None)
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
        ("resnet50-0676ba61.pth", "0676ba61"),
        ("mnasnet0.5_top1_67.823-3ffadce67e.pth", "3ffadce67e"),
        ("quantized/resnet50_fbgemm_bf931d71.pth", "bf931d71"),
        ("mymodel.pth", ""),
    ],
)
def test_the_digest_in_a_name(name, digest):
    assert checkpoints.digest_in(name) == digest
