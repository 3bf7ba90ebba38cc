"""Every mismatch that people meet, by what the two packages say of themselves and what importing them printed.

The error texts are those of real environments: each case was tried once with the packages it names.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import need
from tvcompat.catalog import catalog
from tvcompat.cli import main
from tvcompat.commands import doctor
from tvcompat.commands.doctor import diagnose, text
from tvcompat.commands.doctor.diagnosis import Diagnosis, judge
from tvcompat.commands.doctor.packages import InstalledPackage, build_of
from tvcompat.commands.doctor.trial import PROGRAM, Trial, try_both

KNOWN = catalog()
ROOT = Path(__file__).parents[1]


def judged(torch, torchvision, works=False, error="", errors=None, **more):
    found = Diagnosis("3.11.7", torch, torchvision)
    judge(KNOWN, found, Trial(works, error, errors or {}, **more))
    return found


def test_a_pair_that_fits():
    found = judged(InstalledPackage("2.5.1", "cu124"), InstalledPackage("0.20.1", "cu124", "==2.5.1"), works=True)
    assert found.fits
    assert not found.remedy


def test_torchvision_of_another_torch():
    error = "RuntimeError: dets must be a CUDA tensor"
    found = judged(InstalledPackage("2.5.1", "cu124"), InstalledPackage("0.19.1", "cu121", "==2.4.1"), error=error)
    assert not found.fits
    assert "compiled for torch ==2.4.1, and torch 2.5.1 is installed" in found.problem
    assert found.remedy == 'pip install "torchvision==0.20.1"'


def test_torchvision_of_another_torch_does_not_fit_even_if_it_imports():
    assert not judged(InstalledPackage("2.5.1"), InstalledPackage("0.19.1", "", "==2.4.1"), works=True).fits


def test_cpu_torch_with_a_cuda_torchvision():
    error = "RuntimeError: operator torchvision::nms does not exist"
    found = judged(InstalledPackage("2.13.0+cpu", "cpu"), InstalledPackage("0.28.0", "cu130", "==2.13.0"), error=error)
    assert "torch is a cpu build and torchvision a cu130 build" in found.problem
    assert found.remedy.startswith("uv pip install --torch-backend cpu")
    assert '"torchvision==0.28.0" "torch==2.13.0"' in found.remedy


def test_operators_that_do_not_load_for_no_visible_reason():
    error = "RuntimeError: operator torchvision::nms does not exist"
    found = judged(InstalledPackage("2.5.1"), InstalledPackage("0.20.1", "", "==2.5.1"), error=error)
    assert found.remedy == 'pip install --force-reinstall "torch==2.5.1" "torchvision==0.20.1"'


# What real environments said: torch 2.2.2 with torchvision 0.17.2 and numpy 2.2.6, and without `image.so`.
NO_NUMPY = {"numpy": "RuntimeError: Numpy is not available", "ToTensor": "RuntimeError: Numpy is not available"}
NO_PNG = "AttributeError: '_OpNamespace' 'image' object has no attribute 'encode_png'"
NO_JPEG = "AttributeError: '_OpNamespace' 'image' object has no attribute 'encode_jpeg'"
CUDA = {"torch_cuda": "12.1", "torchvision_cuda": 12010, "hip": False, "numpy": "1.26.4"}
FITTING = (InstalledPackage("2.2.2", "cu121"), InstalledPackage("0.17.2", "cu121", "==2.2.2"))


def used(errors=None, torch=FITTING[0], extension="", **facts):
    return judged(torch, FITTING[1], works=True, errors=errors, extension=extension, facts={**CUDA, **facts})


def test_a_pair_that_does_all_that_was_tried():
    found = used({"numpy": "", "ToTensor": "", "png": "", "jpeg": ""})
    assert found.fits
    assert text(found)[3:] == ["They fit: the compiled operators, numpy, ToTensor, PNG and JPEG work."]


def test_numpy_2_with_a_torch_for_numpy_1():
    found = used(NO_NUMPY, numpy="2.2.6")
    assert not found.fits
    assert "numpy 2.2.6 is installed, and torch 2.2.2 was compiled against numpy 1" in found.problem
    assert found.remedy == 'pip install "numpy<2"'
    assert "ToTensor: RuntimeError: Numpy is not available" in text(found)


def test_numpy_that_is_not_there():
    found = judged(*FITTING, works=True, errors={"numpy": "ModuleNotFoundError: No module named 'numpy'"})
    assert (found.fits, found.remedy) == (False, 'pip install "numpy<2"')


def test_an_image_extension_that_is_missing():
    found = used({"numpy": "", "ToTensor": "", "png": NO_PNG, "jpeg": NO_JPEG}, extension="image.so: file too short")
    assert not found.fits
    assert "torchvision.io can't read or write PNG and JPEG images" in found.problem
    assert "(image.so: file too short)" in found.problem
    assert found.remedy == 'pip install --force-reinstall --no-deps "torchvision==0.17.2"'


def test_a_torch_with_cuda_and_a_torchvision_without():
    found = used(torchvision_cuda=0)
    assert not found.fits
    assert "torch is built for CUDA 12.1 and torchvision without CUDA" in found.problem
    assert found.remedy == 'pip install --force-reinstall --no-deps "torchvision==0.17.2"'
    local = used(torch=InstalledPackage("2.2.2+cu121", "cu121"), torchvision_cuda=0)
    assert local.remedy.startswith("uv pip install --torch-backend cu121 --reinstall-package torchvision")


def test_a_torch_for_rocm_has_a_torchvision_without_cuda():
    assert used(torch_cuda="", torchvision_cuda=0, hip=True).fits
    assert used(torch_cuda="", torchvision_cuda=0).fits


def test_operators_that_fail_on_a_gpu():
    error = "NotImplementedError: Could not run 'torchvision::nms' with arguments from the 'CUDA' backend."
    found = used({"nms on cuda:0": "", "nms on cuda:1": error})
    assert not found.fits
    assert "operators fail on cuda:1." in found.problem


def test_a_device_that_torchvision_has_no_operators_for_is_a_note():
    found = used({"nms on mps": "NotImplementedError: The operator 'torchvision::nms' is not implemented for MPS"})
    assert found.fits
    assert found.notes == ["mps is there, and this torchvision's nms does not run on it"]


def test_all_that_is_wrong_is_said_with_a_command_for_each():
    found = used({**NO_NUMPY, "png": NO_PNG, "jpeg": NO_JPEG}, numpy="2.2.6", torchvision_cuda=0)
    assert found.remedy.splitlines() == [
        'pip install --force-reinstall --no-deps "torchvision==0.17.2"',
        'pip install "numpy<2"',
    ]
    assert [line for line in text(found) if line.startswith("    ")] == [
        '    pip install --force-reinstall --no-deps "torchvision==0.17.2"',
        '    pip install "numpy<2"',
    ]


def test_an_environment_without_pip_is_told_of_uv(monkeypatch):
    monkeypatch.setattr(doctor, "try_both", lambda: Trial(error="ValueError: odd"))
    monkeypatch.setattr(
        doctor, "look_at", lambda name: InstalledPackage("0.20.1" if name == "torchvision" else "2.5.1")
    )
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    assert diagnose(KNOWN).remedy.startswith("uv pip install --force-reinstall")


def test_custom_operators_that_could_not_be_loaded():
    error = "RuntimeError: Couldn't load custom C++ ops. This can happen if your PyTorch and torchvision versions are"
    assert (
        "--force-reinstall"
        in judged(InstalledPackage("1.11.0"), InstalledPackage("0.12.0", "", "==1.11.0"), error=error).remedy
    )


def test_nothing_installed():
    found = judged(InstalledPackage(), InstalledPackage())
    assert (found.fits, found.remedy) == (False, 'pip install "torchvision"')


def test_torch_alone():
    assert judged(InstalledPackage("2.5.1"), InstalledPackage()).remedy == 'pip install "torchvision==0.20.1"'


def test_torch_older_than_every_release():
    found = judged(InstalledPackage("1.4.0"), InstalledPackage())
    assert "No torchvision from 0.9 on is made for torch 1.4.0" in found.problem


def test_torchvision_alone():
    assert judged(InstalledPackage(), InstalledPackage("0.20.1", "", "==2.5.1")).remedy == 'pip install "torch==2.5.1"'


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        pytest.param("ImportError: numpy.core.multiarray failed to import", 'pip install "numpy<2"', id="numpy-2"),
        pytest.param(
            "AttributeError: module 'PIL.Image' has no attribute 'LINEAR'", 'pip install "pillow<10"', id="pillow-10"
        ),
        pytest.param(
            "ModuleNotFoundError: No module named 'pkg_resources'", 'pip install "setuptools<70"', id="setuptools-70"
        ),
    ],
)
def test_pins_that_old_releases_need(error, remedy):
    assert judged(InstalledPackage("1.10.2"), InstalledPackage("0.11.3", "", "==1.10.2"), error=error).remedy == remedy


def test_the_newest_torchvision_takes_a_range_of_torch():
    assert judged(InstalledPackage("2.15.0"), InstalledPackage("0.29.2", "", ">=2.14.0"), works=True).fits


def test_a_release_newer_than_the_catalog_is_noted():
    found = judged(InstalledPackage("9.9"), InstalledPackage("99.0.0", "", "==9.9"), works=True)
    assert found.fits
    assert "newer than" in found.notes[0]


@pytest.mark.parametrize(
    ("source", "version", "build"),
    [
        pytest.param(
            "__version__ = '2.13.0+cpu'\ncuda: Optional[str] = None\n", "2.13.0+cpu", "cpu", id="version-file"
        ),
        pytest.param("__version__ = '1.8.0'\ncuda = '10.2'\n", "1.8.0", "cu102", id="cuda-without-a-type"),
        pytest.param("__version__ = '2.0.1'\ncuda: Optional[str] = '11.7'\n", "2.0.1", "cu117", id="cuda"),
        pytest.param("", "0.12.0+cu113", "cu113", id="no-version-file"),
        pytest.param("", "0.12.0", "", id="no-version-file-and-no-build"),
    ],
)
def test_build(source, version, build):
    assert build_of(source, version) == build


def test_this_environment_gets_an_answer():
    found = diagnose(KNOWN)
    assert found.python == ".".join(map(str, sys.version_info[:3]))
    assert "\n".join(text(found))


def test_neither_fits_anything_known():
    found = judged(InstalledPackage("1.7.1"), InstalledPackage("0.8.2", "", "==1.7.1"), error="ImportError: libcudart")
    assert found.problem == "importing the two fails."
    assert "older than 0.9" in found.notes[0]
    assert found.remedy == 'pip install --force-reinstall "torch==1.7.1" "torchvision==0.8.2"'
    old = judged(InstalledPackage("1.5.0"), InstalledPackage("0.12.0", "", "==1.11.0"), error="ImportError: x")
    assert old.remedy == 'pip install "torch==1.11.0"'
    assert "No torchvision from 0.9 on is made for torch 1.5.0" in old.problem


@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "ended by signal 15", id="signal"),
        pytest.param("import sys; sys.exit(3)", "exit code 3", id="exit"),
        pytest.param("raise ImportError('libjpeg.so.8')", "ImportError: libjpeg.so.8", id="error"),
        pytest.param("import time; time.sleep(60)", "no answer within 1 s", id="no-answer"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_what_an_import_does_that_goes_wrong(code, said):
    tried = try_both(code, 1 if "sleep" in code else 60)
    assert not tried.works
    assert said in tried.error


def test_the_command(capsys):
    code = main(["doctor", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert found["fits"] == (code == 0)
    assert main(["doctor"]) == code
    printed = capsys.readouterr().out
    assert f"torchvision  {found['torchvision']['version'] or 'not installed'}" in printed


def test_what_went_wrong_is_shown_with_what_mends_it():
    found = judged(InstalledPackage("2.5.1"), InstalledPackage("0.20.1", "", "==2.5.1"), error="ValueError: odd")
    shown = "\n".join(text(found))
    assert "Problem: importing the two fails." in shown
    assert "Importing said: ValueError: odd" in shown
    assert "To fix this, run:\n    pip install" in shown


def test_a_check_that_ends_the_process_is_named():
    tried = try_both(PROGRAM.read_text().replace("    import numpy\n    import torch\n", "    import os; os.abort()\n"))
    if not tried.works:
        pytest.skip("torchvision does not import here")
    assert tried.errors == {"numpy": "the process was ended by signal 6"}


# ---------------------------------------------------------------------------------------------------------------------
# Real installs with something wrong


def said_by(*folders):
    """What the command says where these folders come before all others."""
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    done = subprocess.run(
        [sys.executable, "-m", "tvcompat", "doctor", "--format", "json"], stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path}, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["fits"] == (done.returncode == 0)
    return found


@pytest.fixture
def copied(tmp_path):
    """The installed torchvision once more, made of links, in which files can be changed."""
    specification = importlib.util.find_spec("torchvision")
    if specification is None or os.name == "nt":
        pytest.skip("needs torchvision, and a right to make links")
    package = Path(specification.origin).parent
    for entry in package.parent.glob("torchvision[.-]*"):
        (tmp_path / entry.name).symlink_to(entry)
    folder = tmp_path / "torchvision"
    folder.mkdir()
    for entry in package.iterdir():
        (folder / entry.name).symlink_to(entry)
    return folder


def extensions(folder):
    found = list(folder.glob("image*.so"))
    assert found
    return found


def test_the_installed_pair_does_all_that_is_tried(copied):
    found = said_by(copied.parent)
    assert found["problem"] == ""
    assert found["checks"] == dict.fromkeys(["numpy", "ToTensor", "png", "jpeg"], "")


def test_a_real_torchvision_without_its_image_extension(copied):
    for path in extensions(copied):
        path.unlink()
    found = said_by(copied.parent)
    assert "can't read or write PNG and JPEG images" in found["problem"]
    assert [name for name, error in found["checks"].items() if error] == ["png", "jpeg"]
    assert "--force-reinstall --no-deps" in found["remedy"]


def test_a_real_torchvision_with_a_damaged_image_extension(copied):
    for path in extensions(copied):
        path.unlink()
        path.write_bytes(b"no library")
    found = said_by(copied.parent)
    assert "can't read or write PNG and JPEG images" in found["problem"]
    assert [name for name, error in found["checks"].items() if error] == ["png", "jpeg"]


def test_a_real_torchvision_that_says_it_is_built_without_cuda(copied):
    """A build without CUDA is on no index that tests may ask; its ``version.py`` is what is the same here."""
    import torch

    if not torch.version.cuda:
        pytest.skip("this torch is built without CUDA")
    path = copied / "version.py"
    version = path.read_text().partition("\n")[0].partition("+")[0].rstrip("'") + "+cpu'"
    path.unlink()
    path.write_text(f"{version}\nfrom torchvision.extension import _check_cuda_version\n")
    found = said_by(copied.parent)
    assert found["torchvision"]["build"] == "cpu"
    assert "and torchvision without CUDA" in found["problem"]


@pytest.mark.skipif(sys.version_info[:2] != (3, 10), reason="tried with torch 1.12.1, on Python 3.10")
def test_a_real_torch_for_numpy_1_beside_numpy_2():
    found = said_by(need("numpy 2"))
    assert "numpy 2." in found["problem"]
    assert found["checks"]["numpy"] == "RuntimeError: Numpy is not available"
    assert found["remedy"].endswith('pip install "numpy<2"')
