"""Read frames, sound and timestamps of a video, with TorchCodec where PyAV is missing."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

import torch
from torch import Tensor

from tvcompat.errors import MissingLibraryError
from tvcompat.legacy.video import torchcodec
from tvcompat.legacy.video.pyav import decoded, library, open_container, ticks


def _torchcodec() -> Any:
    """Return TorchCodec's decoders if they have to replace PyAV, else ``None``."""
    try:
        import av  # noqa: F401
    except ImportError:
        return torchcodec.decoders()
    return None


def read_video(
    filename: Union[str, Path],
    start_pts: Union[float, Fraction] = 0,
    end_pts: Optional[Union[float, Fraction]] = None,
    pts_unit: str = "pts",
    output_format: str = "THWC",
) -> Tuple[Tensor, Tensor, Dict[str, Any]]:
    """Read the frames and sound of a video.

    Args:
        filename: path of the file.
        start_pts, end_pts: where to begin and end, both included; to the end of the file where none is given.
        pts_unit: ``"pts"`` (ticks of the stream) or ``"sec"`` (seconds).
        output_format: ``"THWC"`` or ``"TCHW"``.

    Returns:
        ``(frames, sound, info)``: uint8 ``(T, H, W, 3)`` or ``(T, 3, H, W)``; ``(channels, samples)`` in the type of
        the file; ``video_fps`` and ``audio_fps``, where the file has them.

    A file that is not there or can't be read gives empty tensors, as it did.

    Raises:
        ValueError: an argument has none of the values above, or the end lies before the start.
        MissingLibraryError: neither PyAV nor TorchCodec is installed, or ticks are asked for without PyAV.
    """
    layout = output_format.upper()
    if layout not in ("THWC", "TCHW"):
        raise ValueError(f"output_format should be either 'THWC' or 'TCHW', got {layout}.")
    end = math.inf if end_pts is None else end_pts
    if end < start_pts:
        raise ValueError(f"end_pts should be larger than start_pts, got start_pts={start_pts} and end_pts={end_pts}")
    decoders = _torchcodec()
    if decoders is None:
        shown, heard, info = _read(str(filename), start_pts, end, pts_unit)
    elif pts_unit != "sec" and (start_pts != 0 or end_pts is not None):
        raise MissingLibraryError("av", "reading a part of a video by ticks; TorchCodec, which is here, takes seconds")
    else:
        until = None if end_pts is None else float(end_pts)
        shown, heard, info = torchcodec.read(decoders, str(filename), float(start_pts), until)
    return (shown.permute(0, 3, 1, 2) if layout == "TCHW" else shown), heard, info


def _read(filename: str, start_pts: Any, end: Any, pts_unit: str) -> Tuple[Tensor, Tensor, Dict[str, Any]]:
    av = library()
    info: Dict[str, Any] = {}
    frames: List[Any] = []
    heard = torch.empty((1, 0), dtype=torch.float32)
    try:
        with open_container(filename) as container:
            if container.streams.video:
                stream = container.streams.video[0]
                frames = decoded(container, stream, start_pts, end, pts_unit)
                if stream.average_rate is not None:
                    info["video_fps"] = float(stream.average_rate)
            if container.streams.audio:
                stream = container.streams.audio[0]
                samples = decoded(container, stream, start_pts, end, pts_unit)
                info["audio_fps"] = stream.rate
                if samples:
                    since, until = (
                        ticks(stream, start_pts, pts_unit, math.floor),
                        ticks(stream, end, pts_unit, math.ceil),
                    )
                    heard = _cut(samples, since, until)
    except av.error.FFmpegError:
        pass
    pictures = [torch.as_tensor(frame.to_rgb().to_ndarray()) for frame in frames]
    shown = torch.stack(pictures) if pictures else torch.empty((0, 1, 1, 3), dtype=torch.uint8)
    return shown, heard, info


def _cut(frames: List[Any], start: Any, end: Any) -> Tensor:
    """Return the samples of audio frames from ``start`` to ``end``, in ticks; cut where torchvision cut them."""
    heard = torch.cat([torch.as_tensor(frame.to_ndarray()) for frame in frames], 1)
    first, last = frames[0].pts, frames[-1].pts
    ticks_per_sample = (last - first + 1) / heard.shape[1]
    begin = int((start - first) / ticks_per_sample) if first < start else 0
    # Negative: counted from the end.
    stop = int((end - last) / ticks_per_sample) if last > end else heard.shape[1]
    return heard[:, begin:stop]


def read_video_timestamps(filename: Union[str, Path], pts_unit: str = "pts") -> Tuple[List[Any], Optional[float]]:
    """Return the times at which the frames of a video are shown.

    Args:
        filename: path of the file.
        pts_unit: ``"pts"`` (ticks of the stream) or ``"sec"`` (seconds, as fractions).

    Returns:
        ``(times, frames per second)``; the second is ``None`` if the file does not say.

    Raises:
        MissingLibraryError: neither PyAV nor TorchCodec is installed, or ticks are asked for without PyAV.
    """
    decoders = _torchcodec()
    if decoders is not None:
        if pts_unit != "sec":
            raise MissingLibraryError("av", "giving times in ticks; TorchCodec, which is here, gives seconds")
        return torchcodec.times(decoders, str(filename))
    av = library()
    times: List[int] = []
    rate: Optional[float] = None
    base = Fraction(1)
    try:
        with open_container(str(filename)) as container:
            if container.streams.video:
                stream = container.streams.video[0]
                base = stream.time_base
                rate = float(stream.average_rate) if stream.average_rate is not None else None
                times = _timestamps(container, stream)
    except av.error.FFmpegError:
        # As in torchvision: what can't be read has no frames.
        pass
    return ([time * base for time in times] if pts_unit == "sec" else times), rate


def _timestamps(container: Any, stream: Any) -> List[int]:
    """Return the ticks at which frames are shown; none if one of them is damaged, as in torchvision."""
    first = container.streams[0].codec_context
    # Packets written by FFmpeg's own encoders are trusted to be frames. All others are decoded.
    written_by_ffmpeg = b"Lavc" in (getattr(first, "extradata", None) or b"")
    items = container.demux(stream) if written_by_ffmpeg else container.decode(stream)
    return sorted(item.pts for item in items if item.pts is not None)


def frames_are_ticks(filename: str) -> bool:
    """Return whether, by its header, the first frame of a file is shown at tick 0 and each frame lasts one tick."""
    with open_container(filename) as container:
        stream = container.streams.video[0]
        if not stream.average_rate or stream.time_base * stream.average_rate != 1:
            return False
        first = next(container.decode(stream), None)
        return first is not None and first.pts == 0
