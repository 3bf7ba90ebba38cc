"""Clips of videos are read with PyAV where torchvision reads them so, and where it asks for a TorchCodec that is missing.

On releases before 0.26 the guard's readers are held against torchvision's own, on the same files.
Over 400 lines, since all of it is tried on the same videos, which take long to make.
"""

import json
import os
import sys
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from tests.legacy.installed.running import ROOT, python
from tests.needs import need, need_module
from tvcompat import legacy
from tvcompat.legacy import clips

av = need_module("av")

from torchvision.datasets.video_utils import VideoClips, _VideoTimestampsDataset  # noqa: E402

from tvcompat.legacy import video  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore:There aren't enough frames"),
    # What old releases say of their own ways, and numpy and PyAV of theirs.
    pytest.mark.filterwarnings("ignore:The pts_unit 'pts' gives wrong results"),
    pytest.mark.filterwarnings("ignore:Failed (decoding frames|to open container) for"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

FRAMES = 24
MADE = {
    "h264.mp4": {"codec": "libx264", "sound": "aac"},
    "reordered.mp4": {"codec": "libx264", "options": {"bf": "3", "g": "8"}},
    "29.97.mp4": {"codec": "libx264", "rate": Fraction(30000, 1001), "sound": "aac"},
    "mpeg4.avi": {"codec": "mpeg4", "sound": "mp2"},
    "reordered.avi": {"codec": "mpeg4", "options": {"bf": "2", "g": "8"}},
    "h264.mkv": {"codec": "libx264", "options": {"bf": "3"}, "sound": "aac"},
}
FILES = [*MADE, "latin-1.mp4", "damaged.mp4", "cut.avi", "text.mp4"]


def make(path, codec, rate=10, options=None, sound=None, title=""):
    """Write a video whose frames all differ."""
    with av.open(str(path), mode="w") as container:
        if title:
            container.metadata["title"] = title
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
        stream.options = options or {}
        heard = container.add_stream(sound, rate=16000) if sound else None
        values = [at // 700 % 200 for at in range(FRAMES * 32 * 48 * 3)]
        pictures = torch.tensor(values, dtype=torch.uint8).reshape(FRAMES, 32, 48, 3)
        for picture in pictures.numpy():
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        if heard is not None:
            samples = torch.sin(torch.arange(0, FRAMES / float(rate), 1 / 16000) * 440 * 6.28).repeat(2, 1)
            form = heard.format.name
            if form.startswith("s16"):
                samples = (samples * 32000).to(torch.int16)
            if not form.endswith("p"):
                samples = samples.t().reshape(1, -1).contiguous()
            frame = av.AudioFrame.from_ndarray(samples.numpy(), format=form, layout="stereo")
            frame.sample_rate = 16000
            for packet in [*heard.encode(frame), *heard.encode()]:
                container.mux(packet)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with every file of ``FILES``."""
    folder = tmp_path_factory.mktemp("videos")
    for name, options in MADE.items():
        make(folder / name, **options)
    make(folder / "latin-1.mp4", "libx264", title="cafe")
    whole = (folder / "latin-1.mp4").read_bytes()
    (folder / "latin-1.mp4").write_bytes(whole.replace(b"cafe", b"caf\xe9"))
    damaged = bytearray((folder / "reordered.mp4").read_bytes())
    begin = damaged.index(b"mdat") + len(damaged) // 3
    damaged[begin : begin + len(damaged) // 3] = bytes(len(damaged) // 3)
    (folder / "damaged.mp4").write_bytes(damaged)
    (folder / "cut.avi").write_bytes((folder / "reordered.avi").read_bytes()[: -len(whole) // 3])
    (folder / "text.mp4").write_text("no video")
    return folder


def equal(found, wanted):
    """Whether two results of ``read_video`` or ``get_clip`` are the same, types included."""
    return (
        [part.dtype for part in found[:2]] == [part.dtype for part in wanted[:2]]
        and all(torch.equal(one, other) for one, other in zip(found[:2], wanted[:2]))
        and tuple(found[2:]) == tuple(wanted[2:])
    )


# What torchvision gave


@pytest.fixture
def _renamed_error(monkeypatch):
    # PyAV 14 renamed the class that these releases catch.
    if not hasattr(av, "AVError"):
        monkeypatch.setattr(av, "AVError", av.FFmpegError, raising=False)


@pytest.mark.before("0.26")
@pytest.mark.usefixtures("_renamed_error")
@pytest.mark.parametrize("unit", ["pts", "sec"], ids=str)
@pytest.mark.parametrize("name", FILES, ids=str)
def test_timestamps_are_those_of_torchvision(files, name, unit):
    from torchvision.io import read_video_timestamps

    path = str(files / name)
    assert video.read_video_timestamps(path, unit) == read_video_timestamps(path, unit)


@pytest.mark.before("0.26")
@pytest.mark.usefixtures("_renamed_error")
@pytest.mark.parametrize("name", FILES, ids=str)
def test_frames_and_sound_are_those_of_torchvision(files, name):
    from torchvision.io import read_video

    path = str(files / name)
    times = video.read_video_timestamps(path)[0]
    parts = [(0, None), *((times[at], times[min(at + 5, len(times) - 1)]) for at in range(0, len(times), 4))]
    assert [part for part in parts if not equal(video.read_video(path, *part), read_video(path, *part))] == []


@pytest.mark.before("0.26")
@pytest.mark.usefixtures("_renamed_error")
@pytest.mark.parametrize("rate", [None, 5, 7], ids=["rate-of-the-file", "5-per-second", "7-per-second"])
@pytest.mark.parametrize("name", [*MADE, "latin-1.mp4"], ids=str)
def test_clips_are_those_of_torchvision(files, name, rate):
    made = VideoClips([str(files / "h264.mp4"), str(files / name)], 4, 3, rate)
    assert made.num_clips() >= 4
    for number in range(made.num_clips()):
        place = made.get_clip_location(number)
        assert equal(clips._read(made, *place, counted=False), made.get_clip(number)[:3]), number


# What the guard gives


@pytest.fixture
def _no_torchcodec(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchcodec", None)


def without_torchcodec(test):
    """Mark a test as one of releases that ask for TorchCodec, and of a machine that does not have it."""
    return pytest.mark.since("0.26")(pytest.mark.usefixtures("_no_torchcodec")(test))


@without_torchcodec
@pytest.mark.parametrize("layout", ["THWC", "TCHW"], ids=str)
@pytest.mark.parametrize("name", MADE, ids=str)
def test_clips_are_cut_from_the_whole(files, name, layout):
    path = str(files / name)
    with legacy.enable(warn=False):
        made = VideoClips([path], 4, 3, output_format=layout)
        found = [made.get_clip(number) for number in range(made.num_clips())]
    times, rate = video.read_video_timestamps(path)
    frames, _, info = video.read_video(path, output_format=layout)
    assert (made.video_pts[0].tolist(), made.video_fps) == (times, [rate])
    assert len(found) == (FRAMES - 4) // 3 + 1
    for number, (shown, heard, told, file) in enumerate(found):
        begin = 3 * number
        assert torch.equal(shown, frames[begin : begin + 4]), number
        assert torch.equal(heard, video.read_video(path, times[begin], times[begin + 3])[1]), number
        assert (told, file) == (info, 0)


@without_torchcodec
@pytest.mark.parametrize(
    ("rate", "chosen"),
    [
        pytest.param(5, [0, 2, 4, 6], id="half"),
        pytest.param(20, [0, 0, 1, 1], id="faster"),
        pytest.param(7.5, [0, 1, 2, 4], id="fraction"),
    ],
)
def test_clips_at_another_rate(files, rate, chosen):
    path = str(files / "h264.mp4")
    with legacy.enable(warn=False):
        shown, _, told, _ = VideoClips([path], 4, 4, rate).get_clip(0)
    assert torch.equal(shown, video.read_video(path)[0][chosen])
    assert told["video_fps"] == rate


@without_torchcodec
def test_files_without_frames_have_no_clips(files):
    paths = [str(files / name) for name in ("text.mp4", "damaged.mp4", "h264.mp4", "latin-1.mp4")]
    with legacy.enable(warn=False):
        made = VideoClips(paths, 4, 4)
        found = made.get_clip(0)
    assert [len(times) for times in made.video_pts] == [0, 0, FRAMES, FRAMES]
    assert found[3] == 2


@without_torchcodec
@pytest.mark.parametrize("name", MADE, ids=str)
def test_clips_counted_by_torchcodec_are_read_with_pyav(files, name):
    path = str(files / name)
    # As TorchCodec gives it on another machine: the numbers of the frames.
    counted = {"video_paths": [path], "video_pts": [torch.arange(FRAMES)], "video_fps": [10.0]}
    with legacy.enable(warn=False):
        made = VideoClips([path], 3, 5, _precomputed_metadata=counted)
        found = [made.get_clip(number)[0] for number in range(made.num_clips())]
    frames = video.read_video(path)[0]
    assert [torch.equal(shown, frames[5 * at : 5 * at + 3]) for at, shown in enumerate(found)] == [True] * 5


@without_torchcodec
def test_a_clip_that_is_not_there(files):
    with legacy.enable(warn=False):
        made = VideoClips([str(files / "h264.mp4")], 4, 4)
        with pytest.raises(IndexError, match="Index 6 out of range"):
            made.get_clip(6)


@without_torchcodec
@pytest.mark.parametrize("option", clips._OTHER_DECODERS, ids=str)
def test_options_of_other_decoders_are_refused_as_they_were(files, option):
    with legacy.enable(warn=False):
        made = VideoClips([str(files / "h264.mp4")], 4, 4, **{option: 8})
        with pytest.raises(ValueError, match=f"pyav backend doesn't support {option} != 0"):
            made.get_clip(0)


@without_torchcodec
def test_without_pyav_either_it_says_what_to_install(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with legacy.enable(warn=False), pytest.raises(ImportError, match="pip install av"):
        VideoClips([str(files / "h264.mp4")], 4, 4)


@without_torchcodec
def test_off_it_asks_for_torchcodec_as_before(files):
    functions = [vars(VideoClips)["get_clip"], vars(_VideoTimestampsDataset)["__getitem__"]]
    before = [function.__code__ for function in functions]
    with legacy.enable(warn=False):
        made = VideoClips([str(files / "h264.mp4")], 4, 4)
        assert [function.__code__ for function in functions] != before
    assert [function.__code__ for function in functions] == before
    assert functions == [vars(VideoClips)["get_clip"], vars(_VideoTimestampsDataset)["__getitem__"]]
    with pytest.raises(ImportError, match="install TorchCodec"):
        made.get_clip(0)
    with pytest.raises(ImportError, match="install TorchCodec"):
        VideoClips([str(files / "h264.mp4")], 4, 4)


def kinetics(root, file):
    from torchvision.datasets import Kinetics

    for label in ("archery", "yoga"):
        (root / "train" / label).mkdir(parents=True)
        (root / "train" / label / "a.mp4").write_bytes(file.with_suffix(".mp4").read_bytes())
    return Kinetics(root, 4, step_between_clips=4, num_workers=0)


def named(root, file, names):
    for name in names:
        (root / "videos" / name.partition("/")[0]).mkdir(parents=True, exist_ok=True)
        (root / "videos" / name).write_bytes(file.with_suffix(".avi").read_bytes())
    (root / "splits").mkdir()


def hmdb51(root, file):
    from torchvision.datasets import HMDB51

    names = ["clap/a.avi", "wave/b.avi"]
    named(root, file, names)
    for name in names:
        label, _, last = name.partition("/")
        (root / "splits" / f"{label}_test_split1.txt").write_text(f"{last} 1\n")
    return HMDB51(str(root / "videos"), str(root / "splits"), 4, 4, num_workers=0, output_format="TCHW")


def ucf101(root, file):
    from torchvision.datasets import UCF101

    names = ["Archery/a.avi", "YoYo/b.avi"]
    named(root, file, names)
    (root / "splits" / "trainlist01.txt").write_text("".join(f"{name} {at}\n" for at, name in enumerate(names, 1)))
    return UCF101(str(root / "videos"), str(root / "splits"), 4, 4, num_workers=0, output_format="TCHW")


@without_torchcodec
@pytest.mark.parametrize("dataset", [kinetics, hmdb51, ucf101], ids=lambda dataset: dataset.__name__)
def test_datasets_of_videos(files, tmp_path, dataset):
    file = files / ("h264.mp4" if dataset is kinetics else "mpeg4.avi")
    with legacy.enable(warn=False):
        made = dataset(tmp_path, file)
        found = [made[number] for number in range(len(made))]
    frames = video.read_video(str(file), output_format="TCHW")[0]
    assert [label for _, _, label in found] == [0] * 6 + [1] * 6
    for number, (shown, heard, _) in enumerate(found):
        assert torch.equal(shown, frames[4 * (number % 6) : 4 * (number % 6) + 4]), number
        assert heard.shape[0] == 2


SPAWNED = """
import multiprocessing, sys
from tvcompat import legacy
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    legacy.enable(warn=False)
    from torchvision.datasets.video_utils import VideoClips
    clips = VideoClips([sys.argv[1]], 4, 4, num_workers=1)
    print("av" in sys.modules, len(clips))
"""


@pytest.mark.since("0.26")
def test_spawned_workers_read_with_pyav(files, tmp_path, hidden):
    program = tmp_path / "program.py"
    program.write_text(SPAWNED)
    # Only the worker reads.
    out, err, code = python(program, files / "h264.mp4", PYTHONPATH=os.pathsep.join([str(hidden), str(ROOT)]))
    assert (out.split("\n")[-2:], code) == (["False 6", ""], 0), err


@pytest.mark.since("0.26")
def test_pyav_is_not_loaded_before_a_video_is_read():
    code = "import sys; from tvcompat import legacy; legacy.enable(); import torchvision; print('av' in sys.modules)"
    assert python("-c", code)[0] == "False\n"


# TorchCodec that is installed


@pytest.fixture
def hidden(tmp_path):
    """A folder to put on the path, where TorchCodec is not installed."""
    folder = tmp_path / "path" / "torchcodec"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise ImportError('not installed')")
    return folder.parent


@pytest.fixture
def without_ffmpeg(tmp_path):
    """A folder to put on the path: TorchCodec as installed, but for the libraries that need FFmpeg's."""
    own = Path(need_module("torchcodec").__file__).parent
    folder = tmp_path / "path" / "torchcodec"
    folder.mkdir(parents=True)
    for item in own.iterdir():
        if not item.name.startswith(("libtorchcodec_core", "libtorchcodec_custom_ops")):
            (folder / item.name).symlink_to(item)
    return folder.parent


READ = """
import json, sys
from tvcompat import legacy
legacy.enable(warn=False)
from torchvision.datasets.video_utils import VideoClips
import torchcodec
clips = VideoClips([sys.argv[1]], 4, 4)
print(json.dumps([torchcodec.__file__, clips.video_pts[0].tolist(), clips.get_clip(1)[0].tolist()]))
"""


@pytest.mark.since("0.26")
@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_torchcodec_that_does_not_find_ffmpeg(files, without_ffmpeg):
    path = files / "h264.mp4"
    out, err, code = python("-c", READ, path, PYTHONPATH=os.pathsep.join([str(without_ffmpeg), str(ROOT)]))
    assert code == 0, err
    place, times, shown = json.loads(out.split("\n")[-2])
    assert place.startswith(str(without_ffmpeg))
    assert times == video.read_video_timestamps(str(path))[0]
    assert torch.equal(torch.tensor(shown, dtype=torch.uint8), video.read_video(str(path))[0][4:8])


@pytest.mark.since("0.26")
@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_torchcodec_that_does_not_find_ffmpeg_gives_no_empty_videos(files, without_ffmpeg):
    code = "import sys; sys.modules['av'] = None; from tvcompat.legacy.video import read_video; read_video(sys.argv[1])"
    path = os.pathsep.join([str(without_ffmpeg), str(ROOT)])
    _, err, status = python("-c", code, files / "h264.mp4", PYTHONPATH=path)
    assert status == 1
    assert "pip install av" in err.strip().split("\n")[-1]


@pytest.mark.since("0.26")
def test_torchcodec_is_preferred_where_it_works(files):
    need("FFmpeg")
    path = str(files / "h264.mp4")
    own = VideoClips([path], 4, 4)
    wanted = own.get_clip(2)
    with legacy.enable(warn=False):
        made = VideoClips([path], 4, 4)
        found = made.get_clip(2)
    assert made.video_pts[0].tolist() == list(range(FRAMES))
    assert equal(found, wanted)


@pytest.mark.since("0.26")
def test_ticks_of_an_older_release_are_read_with_pyav_beside_torchcodec(files):
    need("FFmpeg")
    path = str(files / "h264.mp4")
    ticks, rate = video.read_video_timestamps(path)
    cached = {"video_paths": [path], "video_pts": [torch.tensor(ticks)], "video_fps": [rate]}
    with legacy.enable(warn=False):
        shown, _, info, _ = VideoClips([path], 4, 4, _precomputed_metadata=cached).get_clip(2)
    assert torch.equal(shown, video.read_video(path)[0][8:12])
    assert info == {"video_fps": 10.0, "audio_fps": 16000}
