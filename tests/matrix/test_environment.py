"""Environments: interpreters, disk, installers that fail, leftovers."""

import os
import subprocess
import sys
import venv

import pytest

from matrix import paths
from matrix.errors import DiskSpaceError, InstallError, InterpreterNotFoundError, ProbeError
from matrix.install import environment
from matrix.install.environment import check_space, environment_folder, run_probe
from matrix.install.installer import Installer, folder_mb
from matrix.install.interpreters import find_interpreter
from matrix.release_list import ListedRelease
from tests.needs import need

RELEASE = ListedRelease("0.12.0", "1.11.0", "3.9")


def silent(text):
    pass


def test_the_running_interpreter_is_found():
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = find_interpreter(wanted)
    said = subprocess.run([found, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith(wanted)


def test_a_missing_interpreter_is_named_with_the_places_and_the_way_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(InterpreterNotFoundError) as caught:
        find_interpreter("3.99")
    message = str(caught.value)
    assert "Python 3.99 was not found" in message
    assert "PATH" in message
    assert str(tmp_path) in message
    assert "uv python install 3.99" in message
    assert "pyenv install 3.99" in message


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for an interpreter")
def test_an_interpreter_that_only_claims_its_version_is_not_believed(monkeypatch, tmp_path):
    liar = tmp_path / "python3.99"
    liar.write_text("#!/bin/sh\necho 3.7\n")
    liar.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    with pytest.raises(InterpreterNotFoundError):
        find_interpreter("3.99")


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for an interpreter")
def test_the_newest_patch_release_of_pyenv_is_taken(monkeypatch, tmp_path):
    for patch in ("3.99.2", "3.99.10"):
        binary = tmp_path / "versions" / patch / "bin" / "python"
        binary.parent.mkdir(parents=True)
        binary.write_text("#!/bin/sh\necho 3.99\n")
        binary.chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert "3.99.10" in find_interpreter("3.99")


def test_too_little_disk_is_said_before_anything_is_installed():
    with pytest.raises(DiskSpaceError, match=r"torchvision 0.12.0 needs about 1000000.0 GB and .* GB are free in"):
        check_space(RELEASE, 10**9)


def test_leftovers_of_a_run_that_was_killed_are_removed():
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    parent = paths.cache() / "environments"
    leftover = parent / f"0.9.0-{dead.pid}"
    alive = parent / f"0.10.0-{os.getppid()}"
    for folder in (leftover, alive):
        (folder / "lib").mkdir(parents=True)
    with environment_folder(RELEASE) as folder:
        folder.mkdir()
        assert not leftover.exists()
        assert alive.exists()
    assert not folder.exists()


def test_an_environment_goes_away_when_measuring_fails():
    with pytest.raises(KeyboardInterrupt), environment_folder(RELEASE) as folder:
        folder.mkdir()
        raise KeyboardInterrupt
    assert not folder.exists()


def test_the_download_cache_is_bounded(monkeypatch):
    monkeypatch.setenv("TVCOMPAT_CACHE_MB", "1")
    notes = []
    installer = Installer(notes.append)
    installer.uv = "uv"
    installer.cache.mkdir(parents=True)
    (installer.cache / "wheel").write_bytes(b"x" * 900_000)
    installer.bound_cache()
    assert installer.cache.exists()
    (installer.cache / "second").write_bytes(b"x" * 2_000_000)
    assert folder_mb(installer.cache) == 2
    installer.bound_cache()
    assert not installer.cache.exists()
    assert "emptied" in notes[0]


def test_a_torch_that_does_not_exist_is_blamed_on_the_list():
    output = "  x No solution found when resolving dependencies:\n  because there is no version of torch==1.11.0"
    message = Installer._explain(RELEASE, output)
    assert "mend the `torch` of 0.12.0 in matrix/releases.toml" in message
    assert "no version of torch==1.11.0" in message


@pytest.mark.network
def test_a_torch_that_does_not_exist_really_asked_for(tmp_path):
    """Fetches the index page of torch and nothing else."""
    need("uv")
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    release = ListedRelease("0.22.0", "99.0.0", wanted)
    with pytest.raises(InstallError, match=r"mend the `torch` of 0\.22\.0|can't|could not be installed"):
        Installer(silent).install(release, find_interpreter(wanted), tmp_path / "env")


def test_a_torch_backend_needs_uv(monkeypatch):
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    with pytest.raises(InstallError, match="needs uv"):
        Installer(silent, "cpu")


def test_a_probe_that_fails_is_reported_with_its_last_lines(tmp_path):
    venv.create(str(tmp_path / "empty"), with_pip=False)
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with pytest.raises(ProbeError, match="No module named 'torch'"):
        run_probe(python, None, silent, tmp_path)


def test_without_uv_pip_makes_the_environment_and_lists_it(monkeypatch, tmp_path):
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    installer = Installer(silent)
    venv.create(str(tmp_path / "own"), with_pip=True)
    python = tmp_path / "own" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    before = installer.packages(python)
    with pytest.raises(InstallError, match=r"no-such-file\.whl could not be installed"):
        installer.add(python, str(tmp_path / "no-such-file.whl"))
    # An index that does not exist: nothing is fetched, and what failed is said.
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "index").as_uri())
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with pytest.raises(InstallError, match=r"torchvision 0\.12\.0 could not be installed with torch 1\.11\.0"):
        installer.install(RELEASE, sys.executable, tmp_path / "made")
    assert (tmp_path / "made" / "pyvenv.cfg").exists()
    assert all("==" in line for line in before)


def test_uv_is_asked_for_a_backend_and_explains_what_does_not_fit(tmp_path):
    need("uv")
    installer = Installer(silent, "no-such-backend")
    with pytest.raises(InstallError, match="no-such-backend"):
        installer.install(RELEASE, sys.executable, tmp_path / "env")
    message = Installer._explain(RELEASE, "we can conclude that your\nrequirements are unsatisfiable.")
    assert "do not fit each other" in message


def test_a_step_that_is_interrupted_ends_what_it_started(tmp_path):
    import time

    started = []

    def interrupt(text):
        started.append(text)
        raise KeyboardInterrupt

    code = "import sys, time; print('  1.0 s  begun', file=sys.stderr, flush=True); time.sleep(600)"
    since = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        environment.run_watched([sys.executable, "-c", code], dict(os.environ), interrupt, "the probe")
    assert started == ["  1.0 s  begun"]
    assert time.monotonic() - since < 60


def test_raw_facts_are_kept_where_that_was_asked(tmp_path):
    measured = environment.Measurement({"b": 1, "a": 2}, [], {}, 0, None)
    environment.keep_facts(measured, tmp_path / "deep" / "0.12.0.json")
    assert (tmp_path / "deep" / "0.12.0.json").read_text() == '{"a": 2, "b": 1}'


@pytest.mark.skipif(os.name == "nt", reason="a file without a known form stands for an interpreter")
def test_what_can_not_be_started_is_no_interpreter(monkeypatch, tmp_path):
    broken = tmp_path / "python3.99"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    (tmp_path / "versions" / "3.99.x" / "bin").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    with pytest.raises(InterpreterNotFoundError):
        find_interpreter("3.99")
