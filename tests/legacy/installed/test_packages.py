"""Published packages that fail on the newest torchvision run under the guard as they are: ``nox -s legacy``.

They are installed by that session, which sets ``TVCOMPAT_TEST_PACKAGES``; nothing here changes them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACKAGES = tomllib.loads(Path(__file__).parents[1].joinpath("packages.toml").read_text(encoding="utf-8"))["package"]

pytestmark = pytest.mark.skipif(
    not os.environ.get("TVCOMPAT_TEST_PACKAGES"), reason="nox -s legacy installs the packages"
)


def run(*arguments):
    return subprocess.run([sys.executable, "-W", "ignore", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["package"])
def test_runs_as_it_is(package, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(package["program"], encoding="utf-8")
    without = run(str(path))
    assert without.returncode == 1
    assert package["error"] in without.stderr
    guarded = run("-m", "tvcompat", "run", str(path))
    assert guarded.returncode == 0, guarded.stderr
    assert guarded.stdout.splitlines()[-1] == package["result"]


def test_there_are_enough():
    assert len(PACKAGES) >= 10
