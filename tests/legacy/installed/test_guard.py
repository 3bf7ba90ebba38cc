"""What the guard does to a process, and that it takes all of it back."""

import importlib
import sys
import threading
import types
import warnings
from pathlib import Path

import pytest
import torch
import torchvision

from tests.needs import need, need_module
from tvcompat import legacy

from .running import python

pytestmark = pytest.mark.since("0.17")


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
        pytest.param("F.rotate(x, 30.0, {}=InterpolationMode.BILINEAR)|resample|interpolation", id="rotate-resample"),
        pytest.param(
            "F.affine(x, 30.0, [1, 2], 1.1, [3.0, 4.0], {}=InterpolationMode.BILINEAR)|resample|interpolation",
            id="affine-resample",
        ),
        pytest.param("F.affine(x, 30.0, [1, 2], 1.1, [3.0, 4.0], {}=7)|fillcolor|fill", id="affine-fillcolor"),
        pytest.param("transforms.RandomAffine((20, 20), {}=7)(x)|fillcolor|fill", id="RandomAffine-fillcolor"),
        pytest.param(
            "transforms.RandomRotation((20, 20), {}=InterpolationMode.BILINEAR)(x)|resample|interpolation",
            id="RandomRotation-resample",
        ),
        pytest.param("make_grid(x, normalize=True, {}=(0, 9))|range|value_range", id="make_grid-range"),
        pytest.param("FrozenBatchNorm2d({}=4).weight|n|num_features", id="FrozenBatchNorm2d-n"),
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
