"""Programs under the guard: scripts, modules, archives, child processes, and those that a file turns it on in."""

import json
import os
import zipapp

import pytest

from ... import files
from .running import OLD, python

pytestmark = pytest.mark.since("0.17")


def test_run_a_script(program, tmp_path):
    ledger = tmp_path / "used.json"
    path = program(OLD + "raise SystemExit(7)")
    out, err, code = python("-m", "tvcompat", "run", "--summary", "--ledger", ledger, path, "-m", "--summary")
    assert out == "done 9 -m --summary\n"
    assert code == 7
    assert (
        f"{path}:3: LegacyNameWarning: torchvision.transforms.functional_tensor.rgb_to_grayscale is gone since" in err
    )
    assert "2 legacy names of torchvision in 2 places:" in err
    uses = json.loads(ledger.read_text())["uses"]
    assert [(use["name"].rpartition(".")[2], use["file"], use["line"], use["times"]) for use in uses] == [
        ("rgb_to_grayscale", str(path), 3, 1),
        ("model_urls", str(path), 4, 1),
    ]


def test_run_a_module(program, tmp_path):
    program(OLD)
    out, err, code = python("-m", "tvcompat", "run", "--no-warnings", "-m", "old", "a", "-b", cwd=tmp_path)
    assert (out, err, code) == ("done 9 a -b\n", "", 0)


def test_run_tells_of_errors_as_python_does(program, tmp_path):
    path = program("def f():\n    raise KeyError('x')\nf()\n")
    out, err, code = python("-m", "tvcompat", "run", path)
    assert (out, code) == ("", 1)
    assert err.splitlines()[0] == "Traceback (most recent call last):"
    assert err.splitlines()[1].strip() == f'File "{path}", line 3, in <module>'
    assert python("-m", "tvcompat", "run", "nothing.py", cwd=tmp_path)[1:] == (
        "tvcompat run: there is no file 'nothing.py'\n",
        2,
    )
    assert python("-m", "tvcompat", "run")[2] == 2


def test_warnings_as_errors_do_not_end_a_program(program):
    out, err, code = python("-W", "error", "-m", "tvcompat", "run", program(OLD))
    assert (out, err, code) == ("done 9\n", "", 0)
    strict = "import warnings\nfrom tvcompat.legacy import LegacyNameWarning\n"
    strict += "warnings.simplefilter('error', LegacyNameWarning)\n"
    out, err, code = python("-m", "tvcompat", "run", program(strict + OLD))
    assert code == 1
    assert "LegacyNameWarning" in err


def test_zipapp(program, tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "__main__.py").write_text(OLD + "import inner\n")
    (folder / "inner.py").write_text("from torchvision.models.utils import load_state_dict_from_url\nprint('inner')\n")
    zipapp.create_archive(folder, tmp_path / "app.pyz")
    out, err, code = python("-W", "ignore", "-m", "tvcompat", "run", tmp_path / "app.pyz", "x")
    assert (out, code) == ("done 9 x\ninner\n", 0), err


CHILDREN = """
import multiprocessing
def child(number):
    from torchvision.models.vgg import model_urls
    return len(model_urls) + number
if __name__ == "__main__":
    from torchvision.models.resnet import model_urls
    with multiprocessing.get_context({!r}).Pool(2) as pool:
        print(pool.map(child, [1, 2]))
"""


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"], ids=str)
def test_children(program, tmp_path, method):
    ledger = tmp_path / "used.json"
    path = program(CHILDREN.format(method))
    out, err, code = python("-W", "ignore", "-m", "tvcompat", "run", "--ledger", ledger, path)
    assert (out, code) == ("[9, 10]\n", 0), err
    names = {use["name"] for use in json.loads(ledger.read_text())["uses"]}
    assert names == {"torchvision.models.resnet.model_urls", "torchvision.models.vgg.model_urls"}
    assert [path.name for path in tmp_path.glob("*.child")] == []


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
@pytest.mark.parametrize("how", ["option", "variable"], ids=str)
def test_a_ledger_for_a_device_leaves_the_device_and_its_folder(how, program, tmp_path):
    from tvcompat.legacy import startup

    folder = tmp_path / "dev"
    folder.mkdir()
    device = files.null_device(folder / "null")
    if how == "option":
        path = program(CHILDREN.format("spawn"))
        out, err, code = python("-W", "ignore", "-m", "tvcompat", "run", "--ledger", device, path)
    else:
        text = startup.LINE + CHILDREN.format("fork")
        out, err, code = python("-W", "ignore", "-c", text, TVCOMPAT_LEGACY="1", TVCOMPAT_LEDGER=str(device))
    assert (out, code) == ("[9, 10]\n", 0), err
    assert files.is_special(device)
    assert [entry.name for entry in folder.iterdir()] == ["null"]


def test_children_of_a_program_that_turns_it_on_itself(program):
    text = "import tvcompat.legacy\ntvcompat.legacy.enable()\n" + CHILDREN.format("spawn")
    out, err, code = python("-W", "ignore", program(text))
    assert (out, code) == ("[9, 10]\n", 0), err


def test_startup_file(program, tmp_path):
    from tvcompat.legacy import startup

    site = tmp_path / "site"
    site.mkdir()
    (site / startup.FILE).write_text(startup.LINE)
    # Where Python looks for such files cannot be set from outside; site reads a folder that it is told in the same way.
    begin = f"import site; site.addsitedir({str(site)!r}); import sys; "
    off = begin + "print('tvcompat' in sys.modules)"
    assert python("-c", off)[0] == "False\n"
    assert python("-c", off, TVCOMPAT_LEGACY="0")[0] == "False\n"
    on = begin + "from torchvision.models.vgg import model_urls; print(len(model_urls))"
    ledger = tmp_path / "used.json"
    out, err, code = python("-W", "ignore", "-c", on, TVCOMPAT_LEGACY="1", TVCOMPAT_LEDGER=str(ledger))
    assert (out, code) == ("8\n", 0), err
    assert json.loads(ledger.read_text())["uses"][0]["name"] == "torchvision.models.vgg.model_urls"
