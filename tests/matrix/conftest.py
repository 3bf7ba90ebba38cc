"""A package index and a file host on this machine, and a small wheel to serve."""

import base64
import hashlib
import io
import json
import re
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable, Dict, List

import pytest

from matrix.wheels.index import open_session


@dataclass
class Host:
    """What the server has and does.

    Attributes:
        files: path -> content.
        ranges: whether it answers range requests.
        failures: path -> statuses to answer with before the file, in order.
        requests: what was asked: ``(path, range header)``.
    """

    files: Dict[str, bytes] = field(default_factory=dict)
    types: Dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    failures: Dict[str, List[int]] = field(default_factory=dict)
    requests: List["tuple[str, str]"] = field(default_factory=list)
    before: Callable[[str], None] = lambda path: None
    url: str = ""

    def add_wheel(self, name: str, content: bytes, digest: str = "", project: str = "torchvision") -> None:
        """Put a wheel on the host and on the index page of its project."""
        self.files[f"/files/{name}"] = content
        digest = digest or hashlib.sha256(content).hexdigest()
        page = self.files.get(f"/simple/{project}/", b"<!doctype html><title>Links</title>\n").decode()
        page += f'<a href="{self.url}/files/{name}#sha256={digest}">{name}</a>\n'
        self.files[f"/simple/{project}/"] = page.encode()

    def make_json(self) -> None:
        """Serve the index page as JSON instead of HTML."""
        links = re.findall(r'href="([^"#]+)#sha256=(\w+)">([^<]+)<', self.files["/simple/torchvision/"].decode())
        files = [{"filename": name, "url": url, "hashes": {"sha256": digest}} for url, digest, name in links]
        page = {"meta": {"api-version": "1.0"}, "name": "torchvision", "files": files}
        self.files["/simple/torchvision/"] = json.dumps(page).encode()
        self.types["/simple/torchvision/"] = "application/vnd.pypi.simple.v1+json"


def make_handler(host: Host) -> type:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            host.requests.append((self.path, asked))
            host.before(self.path)
            if host.failures.get(self.path):
                self.answer(host.failures[self.path].pop(0), b"")
                return
            data = host.files.get(self.path)
            if data is None:
                self.answer(404, b"")
                return
            match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
            if match and host.ranges:
                first, last = match.groups()
                start = int(first) if first else max(0, len(data) - int(last))
                end = min(int(last), len(data) - 1) if first and last else len(data) - 1
                self.answer(206, data[start : end + 1], f"bytes {start}-{end}/{len(data)}")
            else:
                self.answer(200, data)

        def answer(self, status: int, data: bytes, content_range: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", host.types.get(self.path, "text/html"))
            self.send_header("Content-Length", str(len(data)))
            if content_range:
                self.send_header("Content-Range", content_range)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler


@pytest.fixture
def host(monkeypatch):
    """A running host; the audit's index client is pointed at it."""
    found = Host()
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(found))
    # A client that was killed, or has seen enough, is no event worth a traceback.
    server.handle_error = lambda request, address: None
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("TVCOMPAT_INDEX", found.url + "/simple/")
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def session():
    """A session as the audit opens it, closed in the end."""
    with open_session() as opened:
        yield opened


SOURCES = {
    "torchvision/__init__.py": "from torchvision import models\n",
    "torchvision/models/__init__.py": "from .tiny import *\n",
    "torchvision/models/tiny.py": (
        '__all__ = ["Tiny", "tiny"]\n'
        'model_urls = {"tiny": "https://example.org/tiny-0123abcd.pth"}\n'
        "class Tiny:\n    def __init__(self, width=8): ...\n"
        "def tiny(pretrained: bool = False, progress: bool = True, **kwargs) -> Tiny: ...\n"
    ),
}


def build_wheel(version="9.0.0", sources=SOURCES, extra=None, torch="1.0.0", record=None, requires=None):
    """The bytes of a wheel with a large compiled part, as torchvision's have."""
    info = f"torchvision-{version}.dist-info"
    members = {name: text.encode() for name, text in sources.items()}
    members["torchvision/_C.so"] = bytes(range(256)) * 4000
    members[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: torchvision\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {each}\n" for each in requires or [f"torch (=={torch})"])
        + "Requires-Python: >=3.8\n"
    ).encode()
    members.update(extra or {})
    lines = []
    for name, data in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={(record or {}).get(name, digest)},{len(data)}")
    members[f"{info}/RECORD"] = ("\n".join(lines) + "\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            # Not the time of now: the same sources have to give the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return buffer.getvalue()
