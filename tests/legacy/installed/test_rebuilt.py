"""What the guard builds again, beside what torchvision's own did: readers of videos and helpers of datasets."""

import gzip
import lzma

import pytest
import torch

# torchvision has its own before.
pytestmark = pytest.mark.since("0.26")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A video of 12 frames with sound, at 6 frames a second."""
    pytest.importorskip("av")
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
    pytest.importorskip("tqdm")
    update = rebuilt.gen_bar_updater()
    update(1, 10, 100)
    update(2, 10, 100)
    assert "20" in capsys.readouterr().err
