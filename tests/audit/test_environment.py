"""Environments: interpreters, disk, installers that fail, leftovers."""

import os
import subprocess
import sys
import venv

import pytest

from tvcompat.audit import environment, places
from tvcompat.audit.environment import Installer, check_space, environment_folder, folder_mb, run_probe
from tvcompat.audit.interpreters import find_interpreter
from tvcompat.audit.release_list import Release
from tvcompat.errors import DiskSpaceError, InstallError, InterpreterNotFoundError, ProbeError

RELEASE = Release("0.12.0", "1.11.0", "3.9")


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
    parent = places.cache() / "environments"
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
@pytest.mark.skipif(environment.shutil.which("uv") is None, reason="asks the index through uv")
def test_a_torch_that_does_not_exist_really_asked_for(tmp_path):
    """Fetches the index page of torch and nothing else."""
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    release = Release("0.22.0", "99.0.0", wanted)
    with pytest.raises(InstallError, match=r"mend the `torch` of 0\.22\.0|can't|could not be installed"):
        Installer(silent).install(release, find_interpreter(wanted), tmp_path / "env")


def test_a_torch_backend_needs_uv(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    with pytest.raises(InstallError, match="needs uv"):
        Installer(silent, "cpu")


def test_a_probe_that_fails_is_reported_with_its_last_lines(tmp_path):
    venv.create(str(tmp_path / "empty"), with_pip=False)
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with pytest.raises(ProbeError, match="No module named 'torch'"):
        run_probe(python, None, silent, tmp_path)
