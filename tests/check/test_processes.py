"""Many files: several processes find what one finds, and one that ends loses nothing."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from tvcompat.check.files.discovery import find
from tvcompat.check.project_scan import check_files

from .conftest import OLD, PYTHON_2, as_json, upgrade


def test_many_files_in_several_processes(tmp_path):
    for number in range(40):
        (tmp_path / f"m{number}.py").write_text(OLD + "x = 1\n" * 5000)
    result = check_files(find([str(tmp_path)]), upgrade())
    assert len(result.findings) == result.checked == 40


def test_several_processes_report_what_can_not_be_parsed(tree, monkeypatch):
    from tvcompat.check import project_scan

    tree(a_py=PYTHON_2, b_py=OLD, c_py=PYTHON_2)
    monkeypatch.setattr(project_scan, "ALONE_BYTES", 0)
    monkeypatch.setattr(project_scan.os, "cpu_count", lambda: 3)
    assert [f["code"] for f in as_json(".")[0]] == ["TVC001", "TVC201", "TVC001"]


@pytest.fixture(params=["fork", "spawn"], ids=str)
def method(request, monkeypatch):
    """How workers are started: as this system does it, or as on one that can't fork."""
    known = multiprocessing.get_all_start_methods()
    if request.param not in known:
        pytest.skip(f"this system can't {request.param}")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [request.param])
    return request.param


@pytest.mark.usefixtures("method")
def test_several_processes_find_what_one_finds(tree, monkeypatch):
    from tvcompat.check import project_scan

    tree(**{f"m{number}_py": OLD + "#" * number + "\n" for number in range(9)})
    alone = as_json(".")[0]
    assert len(alone) == 9
    monkeypatch.setattr(project_scan, "ALONE_BYTES", 0)
    monkeypatch.setattr(project_scan.os, "cpu_count", lambda: 3)
    assert as_json(".")[0] == alone


def where(share, here):
    """Which share it is, and whether it is computed in another process."""
    return share, os.getpid() != here


@pytest.mark.usefixtures("method")
def test_the_first_share_is_computed_here_and_each_other_in_a_worker():
    from tvcompat.check.processes import map_in_processes

    found = map_in_processes(where, ["a", "b", "c"], os.getpid())
    assert found == [("a", False), ("b", True), ("c", True)]


def end_elsewhere(share, here):
    """Work that no other process lives through."""
    if os.getpid() != here:
        os._exit(9)
    return share


@pytest.mark.usefixtures("method")
def test_a_process_that_is_killed_loses_nothing():
    from tvcompat.check.processes import map_in_processes

    assert map_in_processes(end_elsewhere, ["a", "b", "c"], os.getpid()) == ["a", "b", "c"]


def fail_elsewhere(share, here):
    """Work that fails in another process."""
    if os.getpid() != here:
        raise ValueError(share)
    return share


@pytest.mark.usefixtures("method")
def test_what_fails_in_a_worker_fails_here():
    from tvcompat.check.processes import map_in_processes

    with pytest.raises(ValueError, match="b"):
        map_in_processes(fail_elsewhere, ["a", "b", "c"], os.getpid())
    assert multiprocessing.active_children() == []


def fail_here(share, here):
    """Work that fails in this process."""
    if os.getpid() == here:
        raise ValueError(share)
    return share


@pytest.mark.usefixtures("method")
def test_what_fails_here_leaves_no_worker():
    from tvcompat.check.processes import map_in_processes

    with pytest.raises(ValueError, match="a"):
        map_in_processes(fail_here, ["a", "b", "c"], os.getpid())
    assert multiprocessing.active_children() == []


def test_a_system_that_can_not_start_workers_does_all_here(monkeypatch):
    from tvcompat.check import processes

    # As in a container without shared memory.
    def refuse(*arguments, **options):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(processes, "ProcessPoolExecutor", refuse)
    assert processes.map_in_processes(where, ["a", "b"], os.getpid()) == [("a", False), ("b", False)]


INTERRUPTED = """
import os, sys, time
from tvcompat.check.processes import map_in_processes

def work(share, folder):
    open(os.path.join(folder, share), "w").close()
    time.sleep(600)

try:
    map_in_processes(work, ["a", "b", "c"], sys.argv[1])
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has no process groups to interrupt")
def test_an_interrupt_ends_all_processes_at_once_and_quietly(tmp_path):
    # A shell that starts the tests in the background has them, and all that they start, ignore interrupts.
    program = f"import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n{INTERRUPTED}"
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            while len(list(tmp_path.iterdir())) < 3 and process.poll() is None:
                time.sleep(0.01)
            # As Ctrl-C in a terminal does it.
            os.killpg(process.pid, signal.SIGINT)
            assert process.communicate(timeout=60) == ("interrupted\n", "")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
