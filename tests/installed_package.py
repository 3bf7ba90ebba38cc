"""Uses an installed tvcompat as its user would, in an environment that has nothing else: run by `nox -s package`."""

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import files
from pathlib import Path

import tvcompat

PROGRAM = "from torchvision.models import resnet50\nnet = resnet50(pretrained=True)\n"
FIXED = PROGRAM.replace("pretrained=True", 'weights="IMAGENET1K_V1"')


def run(*arguments, code=0):
    """The command as it was installed."""
    folder = Path(sys.executable).parent
    command = folder / ("tvcompat.exe" if os.name == "nt" else "tvcompat")
    done = subprocess.run([str(command), *arguments], capture_output=True, text=True)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def main(extra):
    os.chdir(tempfile.mkdtemp())
    assert "site-packages" in str(Path(tvcompat.__file__)), "it is the checkout that is imported"
    assert "tvcompat" in run("--version")
    found = json.loads(run("show", "resnet50", "--format", "json"))
    assert found["first"] == "0.9.0"
    assert "resnet50" in tvcompat.list_models(release="0.12")
    assert json.loads(run("diff", "0.16.2", "0.17.0", "--format", "json"))
    # Without torchvision it says so, in one line.
    said = ""
    try:
        tvcompat.get_model("resnet50", weights=None)
    except tvcompat.TVCompatError as error:
        said = str(error)
    assert "torchvision" in said
    Path("a.py").write_text(PROGRAM)
    if sys.version_info >= (3, 10):
        # A tree without .gitignore needs nothing but the core.
        assert "TVC201" in run("check", "a.py", code=1)
        run("fix", "a.py", code=0 if extra == "check" else 2)
        assert Path("a.py").read_text() == (FIXED if extra == "check" else PROGRAM)
        Path(".gitignore").write_text("b.py\n")
        Path("b.py").write_text(PROGRAM)
        run("check", ".", code=0 if extra == "check" else 2)
    else:
        run("check", "a.py", code=2)
    run("completion", "bash", code=0 if extra == "completion" else 2)
    shipped = {str(path.parts[0]) for path in files("tvcompat") if path.suffix in (".py", ".pyi")}
    assert shipped == {"tvcompat"}, f"{shipped} is shipped; what measures releases is not"
    typed = Path(tvcompat.__file__).with_name("py.typed")
    assert typed.exists()


main(sys.argv[1] if len(sys.argv) > 1 else "")
