"""What the guard builds again, beside what torchvision's own did: readers of videos and helpers of datasets."""

import functools
import gzip
import lzma
import shutil
import tarfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch

from tests.needs import need_module

# torchvision has its own before.
pytestmark = pytest.mark.since("0.26")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A video of 12 frames with sound, at 6 frames a second."""
    need_module("av")
    from tvcompat.legacy import video

    path = str(tmp_path_factory.mktemp("video") / "made.mp4")
    frames = (torch.arange(12 * 32 * 48 * 3) // 700 % 200).to(torch.uint8).reshape(12, 32, 48, 3)
    sound = torch.sin(torch.arange(0, 2, 1 / 16000) * 440 * 6.28).repeat(2, 1)
    video.write_video(path, frames, fps=6.0, audio_array=sound, audio_fps=16000, audio_codec="aac")
    return path


def test_a_reader_goes_frame_by_frame(made):
    from tvcompat.legacy.video import VideoReader, read_video

    reader = VideoReader(made)
    items = list(reader)
    assert len(items) == 12
    frames, _, _ = read_video(made, output_format="TCHW")
    assert torch.equal(torch.stack([item["data"] for item in items]), frames)
    assert [round(item["pts"], 3) for item in items[:3]] == [0.0, 0.167, 0.333]


def test_a_reader_seeks(made):
    from tvcompat.legacy.video import VideoReader

    reader = VideoReader(made, "video")
    assert next(reader.seek(1.0))["pts"] == pytest.approx(1.0, abs=0.01)
    # To the key frame before it: there is one alone, the first.
    assert next(reader.seek(1.0, keyframes_only=True))["pts"] == 0.0


def test_a_reader_of_sound_and_of_bytes(made):
    from tvcompat.legacy.video import VideoReader

    with open(made, "rb") as stream:
        data = stream.read()
    reader = VideoReader(data, "audio:0")
    assert next(reader)["data"].shape[1] == 2
    assert reader.set_current_stream("video")
    assert next(reader.seek(0.0))["data"].shape == (3, 32, 48)
    with pytest.raises(ValueError, match="no subtitles stream"):
        reader.set_current_stream("subtitles")
    tensor = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    metadata = VideoReader(tensor).get_metadata()
    assert metadata["video"]["fps"] == [6.0]
    assert metadata["audio"]["framerate"] == [16000.0]
    assert metadata["video"]["duration"][0] == pytest.approx(2.0, abs=0.1)


def test_times_in_both_units(made):
    from tvcompat.legacy.video import read_video, read_video_timestamps

    ticks, rate = read_video_timestamps(made)
    seconds, _ = read_video_timestamps(made, pts_unit="sec")
    assert rate == 6.0
    assert len(ticks) == len(seconds) == 12
    assert [float(time) for time in seconds[:2]] == pytest.approx([0, 1 / 6], abs=1e-3)
    frames, _, _ = read_video(made, start_pts=ticks[3], end_pts=ticks[5])
    assert len(frames) == 3
    with pytest.raises(ValueError, match="THWC"):
        read_video(made, output_format="CTHW")
    with pytest.raises(ValueError, match="should be larger"):
        read_video(made, start_pts=5, end_pts=1)


def test_helpers_of_datasets(tmp_path, capsys):
    from tvcompat.legacy import rebuilt

    for name, opened in (("a.gz", gzip.open), ("a.xz", lzma.open), ("a", open)):
        with opened(tmp_path / name, "wb") as stream:
            stream.write(b"content")
        with rebuilt.open_maybe_compressed_file(str(tmp_path / name)) as stream:
            assert stream.read() == b"content"
    stream = object()
    assert rebuilt.open_maybe_compressed_file(stream) is stream
    need_module("tqdm")
    update = rebuilt.gen_bar_updater()
    update(1, 10, 100)
    # It is drawn again after a tenth of a second.
    time.sleep(0.2)
    update(2, 10, 100)
    assert "20/100" in capsys.readouterr().err


def test_the_oldest_loss_and_operator():
    from tvcompat.legacy import rebuilt

    given, target = torch.tensor([0.0, 1.0, 3.0]), torch.tensor([0.05, 1.0, 1.0])
    # Below a ninth the square, above it the distance, as 0.9 counted.
    each = torch.tensor([0.5 * 0.05**2 * 9, 0.0, 2.0 - 0.5 / 9])
    assert torch.allclose(rebuilt.smooth_l1_loss(given, target), each.mean())
    assert torch.allclose(rebuilt.smooth_l1_loss(given, target, size_average=False), each.sum())
    made = rebuilt.new_empty_tensor(given.double(), [2, 0, 3])
    assert (made.shape, made.dtype) == ((2, 0, 3), torch.float64)


def test_tensors_are_resized_without_a_filter_unless_told():
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.functional import resize

    from tvcompat.legacy import rebuilt

    image = torch.arange(3 * 16 * 16).reshape(3, 16, 16).float() % 37
    for filtered in (False, True):
        expected = resize(image, [5, 7], InterpolationMode.BILINEAR, antialias=filtered)
        assert torch.equal(rebuilt.resize_tensor(image, [5, 7], antialias=filtered), expected)
        # In the place where 0.13 had it.
        assert torch.equal(rebuilt.resize_tensor(image, [5, 7], "bilinear", filtered), expected)
    assert rebuilt.resize_tensor(image, [4], "nearest", 6).shape == (3, 4, 4)


@pytest.mark.parametrize("name", ["BICUBIC", "LANCZOS", "FLIP_LEFT_RIGHT", "AFFINE", "LINEAR", "NEAREST"], ids=str)
def test_constants_of_pillow(name):
    import PIL.Image

    from tvcompat.legacy.rebuilt import pil_constants

    places = (PIL.Image.Resampling, PIL.Image.Transpose, PIL.Image.Transform)
    found = [getattr(place, name) for place in places if hasattr(place, name)]
    assert getattr(pil_constants, name) == (found[0] if found else PIL.Image.Resampling.BILINEAR)
    assert callable(pil_constants.open)


def test_videos_of_400_classes_by_folder(made, tmp_path):
    from tvcompat.legacy.rebuilt import Kinetics400

    for label in ("archery", "yoga"):
        (tmp_path / label).mkdir()
        shutil.copy(made, tmp_path / label / "a.mp4")
    from tvcompat import legacy

    with legacy.enable(warn=False):
        # Arguments in the order they had.
        dataset = Kinetics400(str(tmp_path), 4, 4, None, ("mp4",))
        assert dataset.classes == ["archery", "yoga"]
        video, sound, label = dataset[3]
    assert (len(dataset), len(video), label) == (6, 4, 1)
    assert sound.dim() == 2


def test_an_archive_is_fetched_and_unpacked(tmp_path):
    from tvcompat.legacy.rebuilt import download_extract

    (tmp_path / "inner.txt").write_text("content")
    with tarfile.open(tmp_path / "made.tar", "w") as archive:
        archive.add(tmp_path / "inner.txt", "inner.txt")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/made.tar"
        download_extract(address, str(tmp_path / "root"), "other.tar", None)
        server.shutdown()
    assert (tmp_path / "root" / "inner.txt").read_text() == "content"


@pytest.mark.parametrize(
    ("channels", "between"),
    [
        pytest.param(16, 8, id="eight-at-least"),
        pytest.param(96, 24, id="exact"),
        pytest.param(72, 24, id="rounded-up"),
        pytest.param(104, 24, id="rounded-down"),
    ],
)
def test_a_block_has_as_many_channels_between_as_it_had(channels, between):
    from tvcompat.legacy.rebuilt import SqueezeExcitation

    block = SqueezeExcitation(channels)
    assert block.fc1.weight.shape[:2] == (between, channels)
    assert block(torch.ones(2, channels, 3, 3)).shape == (2, channels, 3, 3)
