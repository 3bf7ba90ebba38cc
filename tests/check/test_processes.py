"""Many files: several processes find what one finds, and one that ends loses nothing."""

import os
import time

import pytest

from tvcompat.check.files.discovery import find
from tvcompat.check.sweep import check_files

from .conftest import OLD, PYTHON_2, as_json, upgrade


def test_many_files_in_several_processes(tmp_path):
    for number in range(40):
        (tmp_path / f"m{number}.py").write_text(OLD + "x = 1\n" * 5000)
    result = check_files(find([str(tmp_path)]), upgrade())
    assert len(result.findings) == result.checked == 40


def test_several_processes_report_what_can_not_be_parsed(tree, monkeypatch):
    from tvcompat.check import sweep

    tree(a_py=PYTHON_2, b_py=OLD, c_py=PYTHON_2)
    monkeypatch.setattr(sweep, "ALONE_BYTES", 0)
    monkeypatch.setattr(sweep.os, "cpu_count", lambda: 3)
    assert [f["code"] for f in as_json(".")[0]] == ["TVC001", "TVC201", "TVC001"]


@pytest.mark.parametrize("forked", [True, False], ids=["forked", "spawned"])
def test_several_processes_find_what_one_finds(forked, tree, monkeypatch):
    from tvcompat.check import sweep

    tree(**{f"m{number}_py": OLD + "#" * number + "\n" for number in range(9)})
    alone = as_json(".")[0]
    assert len(alone) == 9
    monkeypatch.setattr(sweep, "ALONE_BYTES", 0)
    monkeypatch.setattr(sweep.os, "cpu_count", lambda: 3)
    if not forked:
        # As on a system that can't copy a process.
        monkeypatch.delattr(os, "fork", raising=False)
    assert as_json(".")[0] == alone


def end_elsewhere(share, here):
    """Work that no other process lives through."""
    if os.getpid() != here:
        os._exit(9)
    return share


@pytest.mark.parametrize("forked", [True, False], ids=["forked", "spawned"])
def test_a_process_that_is_killed_loses_nothing(forked, monkeypatch):
    from tvcompat.check.processes import together

    if not forked:
        monkeypatch.delattr(os, "fork", raising=False)
    assert together(end_elsewhere, ["a", "b", "c"], os.getpid()) == ["a", "b", "c"]


def wait_elsewhere(share, here, folder):
    """Work that fails here when the others have begun, and goes on for long there."""
    if os.getpid() != here:
        (folder / str(os.getpid())).touch()
        time.sleep(600)
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.01)
    raise ValueError(share)


@pytest.mark.parametrize("forked", [True, False], ids=["forked", "spawned"])
def test_what_fails_here_ends_the_other_processes(forked, tmp_path, monkeypatch):
    from tvcompat.check.processes import together

    if not forked:
        monkeypatch.delattr(os, "fork", raising=False)
    with pytest.raises(ValueError, match="a"):
        together(wait_elsewhere, ["a", "b", "c"], os.getpid(), tmp_path)
    for process in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(process.name), 0)
