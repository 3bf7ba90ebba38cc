"""Reading sources out of wheels over a real connection: ranges, refusals, damage, hostile names, the cache."""

import hashlib
import os

import pytest

from matrix import paths
from matrix.errors import PackageIndexError, WheelError
from matrix.wheels.index import Wheel, list_wheels
from matrix.wheels.sources import SourceCache, read_sources
from tests.matrix.conftest import SOURCES, build_wheel

NAME = "torchvision-9.0.0-cp38-cp38-manylinux1_x86_64.whl"


def serve(host, session, content, digest=""):
    host.add_wheel(NAME, content, digest)
    return list_wheels(session).source_wheel("9.0.0")


def asked(host):
    return [span for path, span in host.requests if path.endswith(".whl")]


def test_only_the_sources_are_fetched(host, session):
    content = build_wheel()
    found = read_sources(serve(host, session, content), session)
    assert found.files == SOURCES
    assert found.requires == ("torch (==1.0.0)",)
    assert found.requires_python == ">=3.8"
    assert found.fetched_bytes < len(content) / 5
    assert len(asked(host)) <= 4
    assert all(asked(host))


def test_a_host_without_ranges_gives_the_whole_wheel(host, session):
    host.ranges = False
    content = build_wheel()
    found = read_sources(serve(host, session, content), session)
    assert found.files == SOURCES
    assert found.fetched_bytes == len(content)


def test_the_second_time_nothing_is_fetched(host, session):
    wheel = serve(host, session, build_wheel())
    read_sources(wheel, session)
    host.requests.clear()
    assert read_sources(wheel, session).files == SOURCES
    assert asked(host) == []


def test_a_damaged_cache_file_is_fetched_anew(host, session):
    wheel = serve(host, session, build_wheel())
    read_sources(wheel, session)
    path = SourceCache().folder / f"{wheel.sha256}.zip"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    host.requests.clear()
    assert read_sources(wheel, session).files == SOURCES
    assert asked(host)


def test_a_digest_that_does_not_fit_is_tried_once_more_and_reported(host, session):
    host.ranges = False
    wheel = serve(host, session, build_wheel(), digest="0" * 64)
    with pytest.raises(WheelError, match="is not the file the index announced"):
        read_sources(wheel, session)
    assert len(asked(host)) == 2 + 2  # each attempt asks for a range first
    assert not SourceCache().folder.exists()


def test_a_wheel_that_was_damaged_once_is_read_the_second_time(host, session):
    content = build_wheel()
    wheel = serve(host, session, content)
    damaged = [content[: len(content) // 2]]

    def before(path):
        if path.endswith(".whl"):
            host.files[path] = damaged.pop() if damaged else content

    host.before = before
    assert read_sources(wheel, session).files == SOURCES


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "no-ranges"])
def test_a_truncated_wheel_is_an_error(host, ranges, session):
    host.ranges = ranges
    content = build_wheel()[:-3000]
    wheel = serve(host, session, content)
    with pytest.raises(WheelError, match=r"not a (whole )?zip archive|not a zip"):
        read_sources(wheel, session)


def test_a_source_that_is_not_what_the_wheel_lists_is_an_error(host, session):
    wrong = {"torchvision/models/tiny.py": "A" * 43}
    with pytest.raises(WheelError, match=r"models/tiny\.py is not the file that the wheel's RECORD describes"):
        read_sources(serve(host, session, build_wheel(record=wrong)), session)


HOSTILE = {
    "../../escaped.py": b"x = 1\n",
    "/absolute.py": b"x = 1\n",
    "torchvision/../../up.py": b"x = 1\n",
    "torchvision/..\\..\\windows.py": b"x = 1\n",
    "C:/drive.py": b"x = 1\n",
}


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "no-ranges"])
def test_a_hostile_path_in_a_wheel_writes_nothing_anywhere(host, tmp_path, monkeypatch, ranges, session):
    host.ranges = ranges
    monkeypatch.chdir(tmp_path)
    before = {os.path.join(root, name) for root, _, names in os.walk(tmp_path.parent) for name in names}
    found = read_sources(serve(host, session, build_wheel(extra=HOSTILE)), session)
    assert found.files == SOURCES
    after = {os.path.join(root, name) for root, _, names in os.walk(tmp_path.parent) for name in names}
    assert {path for path in after - before if not path.startswith(str(paths.cache()))} == set()
    assert not os.path.exists("/absolute.py")


def test_a_member_that_would_fill_the_memory_is_refused(host, monkeypatch, session):
    monkeypatch.setattr("matrix.wheels.sources.MEMBER_LIMIT_BYTES", 10)
    with pytest.raises(WheelError, match="more than any source file"):
        read_sources(serve(host, session, build_wheel()), session)


def test_what_is_no_wheel_is_an_error(host, session):
    with pytest.raises(WheelError):
        read_sources(serve(host, session, b"<html>not here</html>" * 100), session)


def test_a_missing_file_is_an_error_of_the_index(host, session):
    wheel = Wheel(NAME, host.url + "/files/none.whl", hashlib.sha256(b"").hexdigest())
    with pytest.raises(PackageIndexError, match="can't be fetched"):
        read_sources(wheel, session)


def test_a_digest_from_the_index_is_never_a_path(host, session):
    wheel = Wheel(NAME, host.url + "/files/" + NAME, "../../evil")
    with pytest.raises(PackageIndexError, match="no usable digest"):
        read_sources(wheel, session)
