"""What the guard does to a process, and that it takes all of it back."""

import importlib
import json
import os
import subprocess
import sys
import threading
import types
import warnings
import zipapp
from pathlib import Path

import pytest
import torch
import torchvision

from tests.needs import need, need_module
from tvcompat import legacy
from tvcompat.releases import installed_version

from ... import files

pytestmark = pytest.mark.since("0.17")

ROOT = Path(__file__).parents[3]

OLD = """
import sys
from torchvision.transforms.functional_tensor import rgb_to_grayscale
from torchvision.models.resnet import model_urls
print("done", len(model_urls), *sys.argv[1:])
"""


def python(*arguments, cwd=None, **variables):
    """What a Python with tvcompat prints, its errors, and its exit code."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    environment.pop("TVCOMPAT_OFFLINE", None)
    found = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )
    return found.stdout, found.stderr, found.returncode


@pytest.fixture
def program(tmp_path):
    """Writes a program; its path."""

    def write(text, name="old.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def state():
    """Everything the guard may have changed."""
    modules = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "torchvision"}
    return (
        list(sys.meta_path),
        modules,
        {name: dict(vars(module)) for name, module in modules.items()},
        {
            (name, key): dict(vars(value))
            for name, module in modules.items()
            for key, value in vars(module).items()
            if isinstance(value, type) and value.__module__ == name
        },
        {
            (name, key): (value.__code__, dict(vars(value)))
            for name, module in modules.items()
            for holder in (module, *(each for each in vars(module).values() if isinstance(each, type)))
            for key, value in vars(holder).items()
            if isinstance(value, types.FunctionType)
        },
    )


def use_everything():
    """A good deal of what is gone: modules, names, arguments, classes that pickles name."""
    from torchvision.transforms.functional_tensor import rgb_to_grayscale

    importlib.import_module("torchvision.datapoints")
    importlib.import_module("torchvision.models.segmentation.segmentation")
    assert torchvision.models.resnet.model_urls
    assert torchvision.transforms.Scale
    assert torchvision.models.resnet18(pretrained=False)
    return rgb_to_grayscale


def test_disable_leaves_everything_as_it_was():
    importlib.import_module("torchvision.tv_tensors")
    with legacy.enable(warn=False):
        # What stands in for names is imported now; that stays, like any import.
        use_everything()
    before = state()
    with legacy.enable(warn=False):
        use_everything()
        assert "torchvision.transforms.functional_tensor" in sys.modules
        assert torchvision.models.resnet50.__code__ is not before[4]["torchvision.models", "resnet50"][0]
    assert state() == before
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("torchvision.transforms.functional_tensor")


def test_on_until_the_last_one_turns_it_off():
    first = legacy.enable(warn=False)
    with legacy.enable(warn=False) as second:
        assert second is first
    assert legacy.current() is first
    use_everything()
    legacy.disable()
    assert legacy.current() is None
    legacy.disable()


def test_forward_can_not_be_added_later():
    from tvcompat.errors import GuardError

    with legacy.enable(warn=False), pytest.raises(GuardError, match="forward=True"):
        legacy.enable(forward=True)


def test_others_that_patch_are_left_alone():
    # As people do by hand: a module of one's own in the place of the one that is gone.
    name = "torchvision.transforms.functional_tensor"
    try:
        sys.modules[name] = torchvision.transforms.functional
        with legacy.enable(warn=False) as guard:
            from torchvision.transforms.functional_tensor import rgb_to_grayscale

            assert rgb_to_grayscale is torchvision.transforms.functional.rgb_to_grayscale
            torchvision.models.vgg.model_urls = {"mine": 1}
            assert torchvision.models.vgg.model_urls == {"mine": 1}
            torchvision.models.resnet18, kept = (lambda: "mine"), torchvision.models.resnet18
            assert len(guard.ledger) == 0
        assert sys.modules[name] is torchvision.transforms.functional
        assert torchvision.models.vgg.model_urls == {"mine": 1}
        assert torchvision.models.resnet18() == "mine"
    finally:
        sys.modules.pop(name, None)
        del torchvision.models.vgg.model_urls
        torchvision.models.resnet18 = kept


@pytest.mark.parametrize(
    "text",
    [
        "F.rotate(x, 30.0, {}=InterpolationMode.BILINEAR)|resample|interpolation",
        "F.affine(x, 30.0, [1, 2], 1.1, [3.0, 4.0], {}=InterpolationMode.BILINEAR)|resample|interpolation",
        "F.affine(x, 30.0, [1, 2], 1.1, [3.0, 4.0], {}=7)|fillcolor|fill",
        "transforms.RandomAffine((20, 20), {}=7)(x)|fillcolor|fill",
        "transforms.RandomRotation((20, 20), {}=InterpolationMode.BILINEAR)(x)|resample|interpolation",
        "make_grid(x, normalize=True, {}=(0, 9))|range|value_range",
        "FrozenBatchNorm2d({}=4).weight|n|num_features",
    ],
)
def test_parameters_that_were_renamed(text):
    import torch

    program, old, new = text.split("|")
    given = {"x": torch.arange(3 * 8 * 8).remainder(9).float().reshape(3, 8, 8)}
    begin = """
from torchvision import transforms
from torchvision.ops.misc import FrozenBatchNorm2d
from torchvision.transforms import InterpolationMode, functional as F
from torchvision.utils import make_grid
"""

    def result(name):
        variables = dict(given)
        exec(begin + "result = " + program.format(name), variables)
        return variables["result"]

    with pytest.raises(TypeError, match=old):
        result(old)
    with legacy.enable(warn=False) as guard:
        found = result(old)
        assert torch.equal(found, result(new))
        assert [use.name.endswith(f"({old}=)") for use in guard.ledger.uses] == [True]
    assert torch.equal(found, result(new))


def test_refused_names_say_so():
    with legacy.enable(warn=False):
        with pytest.raises(ImportError, match=r"torchvision.extension.lib_path is gone since torchvision 0.26"):
            exec("from torchvision.extension import lib_path")
        with pytest.raises(AttributeError, match="and the guard has nothing for it"):
            torchvision.extension.lib_path  # noqa: B018
        assert not hasattr(torchvision.extension, "lib_path")
        with pytest.raises(AttributeError, match=r"module 'torchvision.models' has no attribute 'resnet51'"):
            torchvision.models.resnet51  # noqa: B018
        with pytest.raises(ModuleNotFoundError, match=r"No module named 'torchvision.nothing'"):
            importlib.import_module("torchvision.nothing")


@pytest.mark.since("0.26")
def test_video_without_a_library_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setitem(sys.modules, "torchcodec", None)
    with legacy.enable(warn=False):
        from torchvision.io import read_video

        with pytest.raises(ImportError, match="pip install av"):
            read_video("a.mp4")


@pytest.mark.since("0.26")
def test_torchcodec_gives_what_pyav_gives(tmp_path, monkeypatch):
    need_module("av")
    need("FFmpeg")
    from tvcompat.legacy import video

    path = str(tmp_path / "made.mp4")
    frames = (torch.arange(25 * 32 * 48 * 3) // 700 % 200).to(torch.uint8).reshape(25, 32, 48, 3)
    sound = torch.sin(torch.arange(0, 2.5, 1 / 16000) * 440 * 6.28).repeat(2, 1)
    video.write_video(path, frames, fps=10, audio_array=sound, audio_fps=16000, audio_codec="aac")
    ranges = [(0, None), (0.5, None), (0.5, 1.2), (0, 0), (0, 1), (100, None), (0.55, 0.56), (2.4, 2.5)]
    seconds = [{"start_pts": start, "end_pts": end, "pts_unit": "sec"} for start, end in ranges]
    asked = [{}, {"output_format": "TCHW"}, *seconds]
    expected = [video.read_video(path, **options) for options in asked]
    times = video.read_video_timestamps(path, pts_unit="sec")
    monkeypatch.setitem(sys.modules, "av", None)
    for options, (shown, heard, info) in zip(asked, expected):
        found = video.read_video(path, **options)
        assert found[0].shape == shown.shape, options
        assert torch.equal(found[0], shown), options
        assert found[2] == info, options
        # torchvision cut sound only roughly where it was asked to; how much of the last frame of 1024 samples is given
        # differs among versions of FFmpeg.
        if options.get("start_pts", 0) == 0 and options.get("end_pts") is None:
            both = min(found[1].shape[1], heard.shape[1])
            assert both >= 2.5 * 16000, options
            assert torch.allclose(found[1][:, :both], heard[:, :both], atol=1e-5), options
        assert abs(found[1].shape[1] - heard.shape[1]) <= 1200, options
    assert video.read_video_timestamps(path, pts_unit="sec") == times
    (tmp_path / "text.mp4").write_text("no video")
    assert [part.numel() for part in video.read_video(str(tmp_path / "text.mp4"))[:2]] == [0, 0]
    assert video.read_video_timestamps(str(tmp_path / "text.mp4"), pts_unit="sec") == ([], None)
    with pytest.raises(ImportError, match=r"ticks.*pip install av"):
        video.read_video(path, start_pts=512)
    with pytest.raises(ImportError, match=r"ticks.*pip install av"):
        video.read_video_timestamps(path)


def test_warnings_come_once_a_place():
    code = compile("import torchvision\nfor _ in range(3):\n    torchvision.models.vgg.model_urls", "loop.py", "exec")
    with legacy.enable() as guard, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            exec(code, {"__name__": "loop"})
    assert [(Path(each.filename).name, each.lineno) for each in caught] == [("loop.py", 3)]
    assert [(use.line, use.times) for use in guard.ledger.uses] == [(3, 6)]


def test_reload_keeps_legacy_names():
    with legacy.enable(warn=False):
        importlib.reload(torchvision.ops.misc)
        assert torchvision.ops.misc.ConvTranspose2d
        import torchvision.transforms.functional_tensor as module

        assert importlib.reload(module).rgb_to_grayscale
    assert not hasattr(torchvision.ops.misc, "ConvTranspose2d")


def test_import_star_takes_what_the_program_mentions():
    def run(text):
        variables = {"__name__": "star"}
        exec(compile(text, "star.py", "exec"), variables)
        return variables

    with legacy.enable(warn=False) as guard:
        assert "Scale" in run("from torchvision.transforms import *\nScale(4)")
        assert "Scale" not in run("from torchvision.transforms import *\nResize(4)")
        assert run("from torchvision.transforms.functional_tensor import *\nhflip")["hflip"]
        assert sorted({use.name for use in guard.ledger.uses}) == [
            "torchvision.transforms.Scale",
            "torchvision.transforms.functional_tensor.hflip",
        ]


def test_threads_that_import_at_once(program):
    text = """
import threading
failed = []
def work():
    try:
        from torchvision.transforms.functional_tensor import rgb_to_grayscale
        from torchvision.models.vgg import model_urls
        from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.mobilenetv2 import ConvBNReLU
    except BaseException as error:
        failed.append(error)
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("failed", failed)
"""
    out, err, code = python("-W", "ignore", "-m", "tvcompat", "run", program(text))
    assert (out, code) == ("failed []\n", 0), err


def test_threads_count_every_use():
    with legacy.enable(warn=False) as guard:

        def work():
            for _ in range(200):
                torchvision.models.vgg.model_urls  # noqa: B018

        threads = [threading.Thread(target=work) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert sum(use.times for use in guard.ledger.uses) == 1600


# Programs


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


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_children(program, tmp_path, method):
    ledger = tmp_path / "used.json"
    path = program(CHILDREN.format(method))
    out, err, code = python("-W", "ignore", "-m", "tvcompat", "run", "--ledger", ledger, path)
    assert (out, code) == ("[9, 10]\n", 0), err
    names = {use["name"] for use in json.loads(ledger.read_text())["uses"]}
    assert names == {"torchvision.models.resnet.model_urls", "torchvision.models.vgg.model_urls"}
    assert [path.name for path in tmp_path.glob("*.child")] == []


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
@pytest.mark.parametrize("how", ["option", "variable"])
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


# pytest

TESTS = """
import pytest
import torch
def test_new():
    import torchvision
def test_old():
    from torchvision.models.vgg import model_urls
def test_swallows():
    try:
        from torchvision.models.resnet import model_urls
    except Exception:
        pass
"""

# Where tvcompat is installed, its entry point is there; a checkout on the path has none.
BY_NAME = () if installed_version("tvcompat") else ("-p", "tvcompat.legacy.pytest_plugin")
PLUGIN = (*BY_NAME, "-p", "no:cacheprovider", "-q", "-W", "ignore")


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_pytest_record(program, tmp_path, more):
    if more:
        need_module("xdist")
    program(TESTS, "test_it.py")
    ledger = tmp_path / "used.json"
    out, _, code = python(
        "-m", "pytest", *PLUGIN, "--tvcompat=record", "--tvcompat-ledger", ledger, *more, cwd=tmp_path
    )
    assert code == 0, out
    assert "2 legacy names of torchvision in 2 places:" in out
    assert len(json.loads(ledger.read_text())["uses"]) == 2


def test_pytest_error(program, tmp_path):
    program(TESTS, "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, "--tvcompat=error", cwd=tmp_path)
    assert code == 1
    assert "2 failed, 1 passed" in out
    assert "legacy names of torchvision were used:" in out
    assert "FAILED test_it.py::test_old" in out


def test_pytest_error_while_collecting(program, tmp_path):
    program("from torchvision.models.vgg import model_urls\ndef test_it(): pass\n", "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, "--tvcompat=error", cwd=tmp_path)
    assert code == 2
    assert "torchvision.models.vgg.model_urls is gone since torchvision 0.15" in out


def test_pytest_is_inert_unless_asked(program, tmp_path):
    text = (
        "import sys\ndef test_it():\n    assert not [n for n in sys.modules if n.startswith('tvcompat.') and n not in"
    )
    text += " ('tvcompat._version', 'tvcompat.lazy', 'tvcompat.legacy', 'tvcompat.legacy.pytest_plugin')]\n"
    program(text, "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, cwd=tmp_path)
    assert code == 0, out
    program(TESTS, "test_it.py")
    out, _, code = python("-m", "pytest", *PLUGIN, cwd=tmp_path)
    assert code == 1
    assert "1 failed, 2 passed" in out
