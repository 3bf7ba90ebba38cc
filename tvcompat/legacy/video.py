"""Reading and writing videos as ``torchvision.io`` did up to 0.25, with PyAV, which it used by default.

Frames, samples and timestamps are those that the same file gave there. Where PyAV is not installed and TorchCodec is,
that one reads.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Protocol,
    Sequence,
    Tuple,
    Union,
)

import torch
from torch import Tensor

from tvcompat.errors import MissingLibraryError
from tvcompat.legacy import video_torchcodec

if TYPE_CHECKING:
    from numpy import ndarray
    from numpy.typing import ArrayLike

    # PyAV's own types leave open what a stream that was opened has; these say what is used of them.
    class Frame(Protocol):
        pts: int
        time_base: Fraction

        def to_rgb(self) -> Frame: ...
        def to_ndarray(self) -> ndarray[Any, Any]: ...

    class Stream(Protocol):
        type: str
        time_base: Fraction
        rate: int
        average_rate: Optional[Fraction]
        duration: Optional[int]

        def encode(self, frame: Optional[Frame] = None) -> List[object]: ...

    class Streams(Protocol):
        def __iter__(self) -> Iterator[Stream]: ...

    class InputContainer(Protocol):
        streams: Streams

        def seek(self, offset: int, *, any_frame: bool, backward: bool, stream: Stream) -> None: ...
        def decode(self, stream: Stream) -> Iterator[Frame]: ...

    class OutputContainer(Protocol):
        def mux(self, packet: object) -> None: ...


# Ticks of a stream, or seconds.
Time = Union[float, Fraction]

no_decoder = False

default_timebase: Fraction = Fraction(0, 1)

# How many frames past the end are read: frames may lie in the file in another order than they are shown.
_REORDERED = 5


def _av() -> ModuleType:
    try:
        import av
    except ImportError as error:
        raise MissingLibraryError("av", "reading and writing videos, which torchvision dropped in 0.26") from error
    return av


def _torchcodec() -> Optional[ModuleType]:
    """TorchCodec's decoders where they have to stand in for PyAV, else ``None``."""
    try:
        import av  # noqa: F401
    except ImportError:
        return video_torchcodec.decoders()
    return None


def no_video_opt() -> bool:
    """Whether a video decoder was compiled in: not since 0.26."""
    return False


class Timebase:
    """A fraction of a second; ``torchvision.io.Timebase``."""

    def __init__(self, numerator: int, denominator: int) -> None:
        self.numerator: int = numerator
        self.denominator: int = denominator


class VideoMetaData:
    """What is known about a file without decoding it; ``torchvision.io.VideoMetaData``."""

    def __init__(self) -> None:
        self.has_video = self.has_audio = False
        self.video_timebase: Timebase = Timebase(0, 1)
        self.audio_timebase: Timebase = Timebase(0, 1)
        self.video_duration: float = 0.0
        self.video_fps: float = 0.0
        self.audio_duration: float = 0.0
        self.audio_sample_rate: float = 0.0


def pts_convert(
    pts: int, timebase_from: Fraction, timebase_to: Fraction, round_func: Callable[[Fraction], int] = math.floor
) -> int:
    """A timestamp in another time base, rounded."""
    return round_func(Fraction(pts, 1) * timebase_from / timebase_to)


def _ticks(stream: Stream, time: Time, unit: str, rounded: Callable[[Time], int]) -> Time:
    """A time in ticks of a stream."""
    return rounded(time * (1 / stream.time_base)) if unit == "sec" and time != math.inf else time


def _decoded(container: InputContainer, stream: Stream, start: Time, end: Time, unit: str) -> List[Frame]:
    """The frames of a stream that are shown from ``start`` to ``end``, both included, in the order of their times.

    Where none begins exactly at ``start``, the one before it comes first.
    """
    start, end = _ticks(stream, start, unit, math.floor), _ticks(stream, end, unit, math.ceil)
    found: Dict[int, Frame] = {}
    beyond = 0
    try:
        # To the key frame before the start, and a little earlier, since frames may lie in the file in another order.
        container.seek(int(max(start - 1 - _REORDERED, 0)), any_frame=False, backward=True, stream=stream)
        for frame in container.decode(stream):
            found[frame.pts] = frame
            beyond += frame.pts >= end
            if beyond > _REORDERED:
                break
    except _av().error.FFmpegError:
        # A damaged end: what was read so far counts, as it did in torchvision.
        pass
    times = [time for time in sorted(found) if start <= time <= end]
    if start > 0 and start not in found:
        times = [time for time in sorted(found) if time < start][-1:] + times
    return [found[time] for time in times]


def read_video(
    filename: Union[str, Path],
    start_pts: Union[float, Fraction] = 0,
    end_pts: Optional[Union[float, Fraction]] = None,
    pts_unit: str = "pts",
    output_format: str = "THWC",
) -> Tuple[Tensor, Tensor, Dict[str, float]]:
    """Frames and sound of a video.

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
    library = _torchcodec()
    if library is None:
        shown, heard, info = _read(str(filename), start_pts, end, pts_unit)
    elif pts_unit != "sec" and (start_pts != 0 or end_pts is not None):
        raise MissingLibraryError("av", "reading a part of a video by ticks; TorchCodec, which is here, takes seconds")
    else:
        until = None if end_pts is None else float(end_pts)
        shown, heard, info = video_torchcodec.read(library, str(filename), float(start_pts), until)
    return (shown.permute(0, 3, 1, 2) if layout == "TCHW" else shown), heard, info


def _read(filename: str, start_pts: Time, end: Time, pts_unit: str) -> Tuple[Tensor, Tensor, Dict[str, float]]:
    av = _av()
    info: Dict[str, float] = {}
    frames: List[Frame] = []
    heard = torch.empty((1, 0), dtype=torch.float32)
    try:
        with av.open(filename) as container:
            if container.streams.video:
                stream = container.streams.video[0]
                frames = _decoded(container, stream, start_pts, end, pts_unit)
                if stream.average_rate is not None:
                    info["video_fps"] = float(stream.average_rate)
            if container.streams.audio:
                stream = container.streams.audio[0]
                samples = _decoded(container, stream, start_pts, end, pts_unit)
                info["audio_fps"] = stream.rate
                if samples:
                    since, until = (
                        _ticks(stream, start_pts, pts_unit, math.floor),
                        _ticks(stream, end, pts_unit, math.ceil),
                    )
                    heard = _cut(samples, since, until)
    except av.error.FFmpegError:
        pass
    pictures = [torch.as_tensor(frame.to_rgb().to_ndarray()) for frame in frames]
    shown = torch.stack(pictures) if pictures else torch.empty((0, 1, 1, 3), dtype=torch.uint8)
    return shown, heard, info


def _cut(frames: List[Frame], start: Time, end: Time) -> Tensor:
    """The samples of audio frames from ``start`` to ``end``, ticks; cut where torchvision cut them."""
    heard = torch.cat([torch.as_tensor(frame.to_ndarray()) for frame in frames], 1)
    first, last = frames[0].pts, frames[-1].pts
    ticks_per_sample = (last - first + 1) / heard.shape[1]
    begin = int((start - first) / ticks_per_sample) if first < start else 0
    # Negative: counted from the end.
    stop = int((end - last) / ticks_per_sample) if last > end else heard.shape[1]
    return heard[:, begin:stop]


def read_video_timestamps(filename: Union[str, Path], pts_unit: str = "pts") -> Tuple[Sequence[Time], Optional[float]]:
    """The times at which the frames of a video are shown.

    Args:
        filename: path of the file.
        pts_unit: ``"pts"`` (ticks of the stream) or ``"sec"`` (seconds, as fractions).

    Returns:
        ``(times, frames per second)``; the second is ``None`` where the file does not say.

    Raises:
        MissingLibraryError: neither PyAV nor TorchCodec is installed, or ticks are asked for without PyAV.
    """
    library = _torchcodec()
    if library is not None:
        if pts_unit != "sec":
            raise MissingLibraryError("av", "giving times in ticks; TorchCodec, which is here, gives seconds")
        return video_torchcodec.times(library, str(filename))
    av = _av()
    times: List[int] = []
    rate: Optional[float] = None
    base = Fraction(1)
    try:
        with av.open(str(filename)) as container:
            if container.streams.video:
                stream = container.streams.video[0]
                base = stream.time_base
                times = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
                rate = float(stream.average_rate) if stream.average_rate is not None else None
    except av.error.FFmpegError:
        # As in torchvision: what can't be read has no frames.
        pass
    return ([time * base for time in times] if pts_unit == "sec" else times), rate


def write_video(
    filename: Union[str, Path],
    video_array: ArrayLike,
    fps: float,
    video_codec: str = "libx264",
    options: Optional[Mapping[str, str]] = None,
    audio_array: Optional[ArrayLike] = None,
    audio_fps: Optional[float] = None,
    audio_codec: Optional[str] = None,
    audio_options: Optional[Mapping[str, str]] = None,
) -> None:
    """Write frames, and sound, into a video file.

    Args:
        filename: where to.
        video_array: uint8 ``(T, H, W, 3)``.
        fps: frames per second.
        video_codec, options: of the encoder.
        audio_array, audio_fps, audio_codec, audio_options: the sound, ``(channels, samples)``, likewise.

    Raises:
        MissingLibraryError: PyAV is not installed.
    """
    av = _av()
    pictures = torch.as_tensor(video_array, dtype=torch.uint8).numpy()
    with av.open(str(filename), mode="w") as container:
        rate = Fraction(fps).limit_denominator(65535) if isinstance(fps, float) else fps
        stream = container.add_stream(video_codec, rate=rate)
        stream.width, stream.height = pictures.shape[2], pictures.shape[1]
        stream.pix_fmt = "yuv420p" if video_codec != "libx264rgb" else "rgb24"
        stream.options = dict(options or {})
        sound = None
        if audio_array is not None:
            sound = container.add_stream(audio_codec, rate=int(audio_fps or 0))
            sound.options = dict(audio_options or {})
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        if sound is not None:
            _write_sound(av, container, sound, torch.as_tensor(audio_array))


def _write_sound(av: ModuleType, container: OutputContainer, stream: Stream, heard: Tensor) -> None:
    formats = {torch.float64: "dblp", torch.float32: "fltp", torch.int32: "s32p", torch.int16: "s16p"}
    layout = "stereo" if heard.shape[0] > 1 else "mono"
    frame = av.AudioFrame.from_ndarray(heard.numpy(), format=formats.get(heard.dtype, "fltp"), layout=layout)
    frame.sample_rate = stream.rate
    for packet in [*stream.encode(frame), *stream.encode()]:
        container.mux(packet)


class VideoReader:
    """Goes through a stream frame by frame; ``torchvision.io.VideoReader``.

    Each item is ``{"data": tensor, "pts": seconds}``: uint8 ``(3, H, W)`` for video, ``(samples, channels)`` for
    audio.

    Args:
        src: path of the file, or its bytes.
        stream: ``"video"`` or ``"audio"``, with a number after a colon.
        path: an older name of ``src``.
        **options: of other decoders, which had no effect on the result.
    """

    def __init__(
        self,
        src: Union[str, bytes, Tensor] = "",
        stream: str = "video",
        *args: object,
        path: str = "",
        **options: object,
    ) -> None:
        import io

        self._av = _av()
        source = path if isinstance(src, str) and not src else src
        if isinstance(source, Tensor):
            source = bytes(source.numpy())
        self.container: InputContainer = self._av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source))
        self.set_current_stream(stream)

    def set_current_stream(self, stream: str) -> bool:
        """Choose a stream; returns whether there is one."""
        kind, _, number = stream.partition(":")
        found = getattr(self.container.streams, kind, ())
        if not found:
            raise ValueError(f"the file has no {kind} stream")
        self._stream = found[int(number or 0)]
        self._frames: Iterator[Frame] = self.container.decode(self._stream)
        return True

    def seek(self, time_s: float, keyframes_only: bool = False) -> VideoReader:
        """Go on at a time, seconds; at the key frame before it where asked for."""
        base = self._stream.time_base
        self.container.seek(int(time_s / base), any_frame=False, backward=True, stream=self._stream)
        frames = self.container.decode(self._stream)
        self._frames = frames if keyframes_only else (f for f in frames if f.pts is None or f.pts * base >= time_s)
        return self

    def get_metadata(self) -> Dict[str, Dict[str, List[Optional[float]]]]:
        """``duration`` (seconds) of each kind of stream, with ``fps`` or ``framerate``."""
        found: Dict[str, Dict[str, List[Optional[float]]]] = {}
        for stream in self.container.streams:
            duration = float(stream.duration * stream.time_base) if stream.duration else 0.0
            table = found.setdefault(
                stream.type, {"fps" if stream.type == "video" else "framerate": [], "duration": []}
            )
            rate = float(stream.average_rate) if stream.type == "video" and stream.average_rate else None
            table["fps" if stream.type == "video" else "framerate"].append(
                rate if stream.type == "video" else float(getattr(stream, "rate", 0) or 0)
            )
            table["duration"].append(duration)
        return found

    def __iter__(self) -> VideoReader:
        return self

    def __next__(self) -> Dict[str, Union[Tensor, float]]:
        frame = next(self._frames)
        pts = float(frame.pts * frame.time_base)
        if self._stream.type == "video":
            return {"data": torch.as_tensor(frame.to_rgb().to_ndarray()).permute(2, 0, 1), "pts": pts}
        return {"data": torch.as_tensor(frame.to_ndarray()).t(), "pts": pts}
