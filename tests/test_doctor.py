"""Every mismatch that people meet, by what the two packages say of themselves and what importing them printed.

The error texts are those of real environments: each case was tried once with the packages it names.
"""

import json
import sys

import pytest

from tvcompat.catalog import catalog
from tvcompat.cli import main
from tvcompat.commands import doctor
from tvcompat.commands.doctor import Diagnosis, Package, build_of, diagnose, judge, text

KNOWN = catalog()


def judged(torch, torchvision, works=False, error=""):
    found = Diagnosis("3.11.7", torch, torchvision)
    judge(KNOWN, found, works, error)
    return found


def test_a_pair_that_fits():
    found = judged(Package("2.5.1", "cu124"), Package("0.20.1", "cu124", "==2.5.1"), works=True)
    assert found.fits
    assert not found.remedy


def test_torchvision_of_another_torch():
    error = "RuntimeError: dets must be a CUDA tensor"
    found = judged(Package("2.5.1", "cu124"), Package("0.19.1", "cu121", "==2.4.1"), error=error)
    assert not found.fits
    assert "compiled for torch ==2.4.1, and torch 2.5.1 is installed" in found.problem
    assert found.remedy == 'pip install "torchvision==0.20.1"'


def test_torchvision_of_another_torch_does_not_fit_even_if_it_imports():
    assert not judged(Package("2.5.1"), Package("0.19.1", "", "==2.4.1"), works=True).fits


def test_cpu_torch_with_a_cuda_torchvision():
    error = "RuntimeError: operator torchvision::nms does not exist"
    found = judged(Package("2.13.0+cpu", "cpu"), Package("0.28.0", "cu130", "==2.13.0"), error=error)
    assert "torch is a cpu build and torchvision a cu130 build" in found.problem
    assert found.remedy.startswith("uv pip install --torch-backend cpu")
    assert '"torchvision==0.28.0" "torch==2.13.0"' in found.remedy


def test_operators_that_do_not_load_for_no_visible_reason():
    error = "RuntimeError: operator torchvision::nms does not exist"
    found = judged(Package("2.5.1"), Package("0.20.1", "", "==2.5.1"), error=error)
    assert found.remedy == 'pip install --force-reinstall "torch==2.5.1" "torchvision==0.20.1"'


def test_an_image_extension_that_does_not_load_is_a_note():
    warning = "UserWarning: Failed to load image Python extension: libjpeg.so.62: cannot open shared object file"
    found = judged(Package("1.11.0"), Package("0.12.0", "", "==1.11.0"), works=True, error=warning)
    assert found.fits
    assert "can't decode images here" in found.notes[0]


def test_custom_operators_that_could_not_be_loaded():
    error = "RuntimeError: Couldn't load custom C++ ops. This can happen if your PyTorch and torchvision versions are"
    assert "--force-reinstall" in judged(Package("1.11.0"), Package("0.12.0", "", "==1.11.0"), error=error).remedy


def test_nothing_installed():
    found = judged(Package(), Package())
    assert (found.fits, found.remedy) == (False, 'pip install "torchvision"')


def test_torch_alone():
    assert judged(Package("2.5.1"), Package()).remedy == 'pip install "torchvision==0.20.1"'


def test_torch_older_than_every_release():
    found = judged(Package("1.4.0"), Package())
    assert "No torchvision from 0.9 on is made for torch 1.4.0" in found.problem


def test_torchvision_alone():
    assert judged(Package(), Package("0.20.1", "", "==2.5.1")).remedy == 'pip install "torch==2.5.1"'


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("ImportError: numpy.core.multiarray failed to import", 'pip install "numpy<2"'),
        ("AttributeError: module 'PIL.Image' has no attribute 'LINEAR'", 'pip install "pillow<10"'),
        ("ModuleNotFoundError: No module named 'pkg_resources'", 'pip install "setuptools<70"'),
    ],
)
def test_pins_that_old_releases_need(error, remedy):
    assert judged(Package("1.10.2"), Package("0.11.3", "", "==1.10.2"), error=error).remedy == remedy


def test_the_newest_torchvision_takes_a_range_of_torch():
    assert judged(Package("2.15.0"), Package("0.29.2", "", ">=2.14.0"), works=True).fits


def test_a_release_newer_than_the_catalog_is_noted():
    found = judged(Package("9.9"), Package("99.0.0", "", "==9.9"), works=True)
    assert found.fits
    assert "newer than" in found.notes[0]


@pytest.mark.parametrize(
    ("source", "version", "build"),
    [
        ("__version__ = '2.13.0+cpu'\ncuda: Optional[str] = None\n", "2.13.0+cpu", "cpu"),
        ("__version__ = '1.8.0'\ncuda = '10.2'\n", "1.8.0", "cu102"),
        ("__version__ = '2.0.1'\ncuda: Optional[str] = '11.7'\n", "2.0.1", "cu117"),
        ("", "0.12.0+cu113", "cu113"),
        ("", "0.12.0", ""),
    ],
)
def test_build(source, version, build):
    assert build_of(source, version) == build


def test_this_environment_gets_an_answer():
    found = diagnose(KNOWN)
    assert found.python == ".".join(map(str, sys.version_info[:3]))
    assert "\n".join(text(found))


def test_neither_fits_anything_known():
    found = judged(Package("1.7.1"), Package("0.8.2", "", "==1.7.1"), error="ImportError: libcudart")
    assert found.problem == "importing the two fails."
    assert "older than 0.9" in found.notes[0]
    assert found.remedy == 'pip install --force-reinstall "torch==1.7.1" "torchvision==0.8.2"'
    old = judged(Package("1.5.0"), Package("0.12.0", "", "==1.11.0"), error="ImportError: x")
    assert old.remedy == 'pip install "torch==1.11.0"'
    assert "No torchvision from 0.9 on is made for torch 1.5.0" in old.problem


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "ended by signal 15"),
        ("import sys; sys.exit(3)", "exit code 3"),
        ("raise ImportError('libjpeg.so.8')", "ImportError: libjpeg.so.8"),
        ("import time; time.sleep(60)", "no answer within 1 s"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_what_an_import_does_that_goes_wrong(code, said, monkeypatch):
    monkeypatch.setattr(doctor, "CHECK", code)
    monkeypatch.setattr(doctor, "IMPORT_SECONDS", 1 if "sleep" in code else 60)
    works, error = doctor.import_both()
    assert not works
    assert said in error


def test_the_command(capsys):
    code = main(["doctor", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert found["fits"] == (code == 0)
    assert main(["doctor"]) == code
    printed = capsys.readouterr().out
    assert f"torchvision  {found['torchvision']['version'] or 'not installed'}" in printed


def test_what_went_wrong_is_shown_with_what_mends_it():
    found = judged(Package("2.5.1"), Package("0.20.1", "", "==2.5.1"), error="ValueError: odd")
    shown = "\n".join(text(found))
    assert "Problem: importing the two fails." in shown
    assert "Importing said: ValueError: odd" in shown
    assert "Mend it with:\n    pip install" in shown
