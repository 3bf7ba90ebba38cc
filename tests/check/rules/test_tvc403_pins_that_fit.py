"""TVC403: a torch and a torchvision that do not fit each other."""

import subprocess

import pytest

from tests.needs import need

from ..conftest import findings
from ..programs import check_reported, check_silent

MISFITS = {
    "both-pinned": """
        torch==2.1.0
        torchvision==0.15.2
        ^^^^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.15.2] torchvision 0.15.2 was built for torch==2.0.1, and torch==2.1.0 is asked for beside it => torchvision==0.16.0
    """,
    "range-and-comment": """
        torch>=2.4
        torchvision<0.16  # old
        ^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.9.0] torchvision 0.15.2 was built for torch==2.0.1, and torch>=2.4 is asked for beside it => torch==2.0.1
    """,
}


@pytest.mark.parametrize("program", MISFITS.values(), ids=MISFITS)
def test_pins_that_do_not_fit_are_reported(program):
    check_reported(program, path="requirements.txt")


FITS = {
    "both-pinned": """
        torch==2.1.0
        torchvision==0.16.0
    """,
    "lower-bounds": """
        torch>=1.8
        torchvision>=0.9
    """,
    "torch-without-a-bound": """
        torch
        torchvision==0.15.2
    """,
    "newest": """
        torch>=2.15
        torchvision>=0.29.2
    """,
    "local-versions-and-an-option": """
        torch==2.0.1+cu118
        torchvision==0.15.2+cu118
        --index-url x
    """,
    "for-different-pythons": """
        torch==2.1.0; python_version < '3.9'
        torchvision==0.15.2; python_version >= '3.9'
    """,
    "packages-of-similar-names": """
        torchmetrics==2.1.0
        torchvision==0.15.2
        torch-x==1
    """,
}


@pytest.mark.parametrize("program", FITS.values(), ids=FITS)
def test_pins_that_fit_are_not_reported(program):
    check_silent(program, path="requirements.txt")


OTHER_FILES = {
    "any-text-of-requirements": (
        "deps/gpu.txt",
        """
            torch==2.1.0
            torchvision==0.15.2
            ^^^^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.15.2] torchvision 0.15.2 was built for torch==2.0.1, and torch==2.1.0 is asked for beside it => torchvision==0.16.0
        """,
    ),
    "pyproject": (
        "pyproject.toml",
        """
            [project]
            dependencies = [
              "torch==1.8.0",
              "torchvision==0.12.0",
               ^^^^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.12.0] torchvision 0.12.0 was built for torch==1.11.0, and torch==1.8.0 is asked for beside it => torchvision==0.9.0
            ]
        """,
    ),
    "setup.cfg": (
        "setup.cfg",
        """
            [options]
            install_requires =
                numpy
                torch==1.8.0
                torchvision==0.12.0
                ^^^^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.12.0] torchvision 0.12.0 was built for torch==1.11.0, and torch==1.8.0 is asked for beside it => torchvision==0.9.0
        """,
    ),
    "conda": (
        "environment.yml",
        """
            dependencies:
              - python=3.8
              - pytorch::pytorch=1.8.0=py3.8_cuda11
              - torchvision=0.12 # x
                ^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.12.0] torchvision 0.12.0 was built for torch==1.11.0, and torch==1.8.0 is asked for beside it => torchvision==0.9.0
        """,
    ),
    "pip-inside-conda": (
        "environment.yml",
        """
            dependencies:
              - pip:
                - torch==1.8.0
                - 'torchvision==0.12.0'
                   ^^^^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.12.0] torchvision 0.12.0 was built for torch==1.11.0, and torch==1.8.0 is asked for beside it => torchvision==0.9.0
        """,
    ),
    "Pipfile": (
        "Pipfile",
        """
            [packages]
            torch = "==1.8.0"
            torchvision = "==0.12.0"
            ^^^^^^^^^^^^^^^^^^^^^^^^ TVC403 [breaks in 0.12.0] torchvision 0.12.0 was built for torch==1.11.0, and torch==1.8.0 is asked for beside it => torchvision==0.9.0
            numpy = "*"
        """,
    ),
}


@pytest.mark.parametrize(("path", "text"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_pins_are_read_in_other_files(path, text):
    check_reported(text, path=path)


OTHER_FILES_THAT_FIT = {
    "extras-of-pyproject": (
        "pyproject.toml",
        """
            [project.optional-dependencies]
            a = ["torch==1.8.0"]
            b = ["torchvision==0.12.0"]
        """,
    ),
    "extras-of-setup.cfg": (
        "setup.cfg",
        """
            [options.extras_require]
            a = torch==1.8.0
            b =
                torchvision==0.12.0
        """,
    ),
    "conda-with-a-wildcard": (
        "environment-gpu.yaml",
        """
            dependencies:
              - python=3.8
              - pytorch::pytorch=1.8.0=py3.8_cuda11
              - torchvision=0.9.* # x
        """,
    ),
    "Pipfile": (
        "Pipfile",
        """
            [packages]
            torch = "==1.8.0"
            torchvision = "==0.9.0"
            numpy = "*"
        """,
    ),
}


@pytest.mark.parametrize(("path", "text"), OTHER_FILES_THAT_FIT.values(), ids=OTHER_FILES_THAT_FIT)
def test_pins_of_other_files_that_fit_are_not_reported(path, text):
    check_silent(text, path=path)


INSTALLED = {
    "torchvision-too-new": "torch==1.8.0\ntorchvision==0.13.1\n",
    "torchvision-too-old": "torch==2.0.1\ntorchvision==0.14.1\n",
    "the-rules-example": "torch==2.1.0\ntorchvision==0.15.2",
}


def resolves(text):
    command = [need("uv"), "pip", "compile", "--quiet", "--python-version", "3.8", "-"]
    done = subprocess.run(command, input=text, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0 or "No solution found" in done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("pins", INSTALLED.values(), ids=INSTALLED)
def test_an_installer_refuses_what_the_rule_reports_and_takes_what_it_writes(pins):
    (finding,) = findings(pins, path="requirements.txt")
    mended = pins.replace(pins.split("\n")[finding.line - 1], finding.fix)
    assert not resolves(pins)
    assert resolves(mended)
    assert findings(mended, path="requirements.txt") == []
