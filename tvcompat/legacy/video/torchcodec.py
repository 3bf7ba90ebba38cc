"""Read videos with TorchCodec, if it is installed and PyAV is not.

It knows times in seconds and no ticks, gives samples as float32 in [-1, 1], and cuts sound at the sample where
torchvision gave whole audio frames; frames are the same.
"""

from fractions import Fraction
from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

# A frame that begins exactly at the end is wanted, and TorchCodec leaves the end out.
_INCLUDED_SECONDS = 1e-6

# Frames decoded at once where only their times are wanted.
_CHUNK = 64

# Times of files are fractions of small numbers, which TorchCodec gives as floats.
_LARGEST_DENOMINATOR = 1_000_000


# Whether TorchCodec is installed and did not find FFmpeg: trying each of its libraries again would take long.
_does_not_load = False


def decoders() -> Any:
    """Return ``torchcodec.decoders``, ``None`` if it is not installed or does not find FFmpeg."""
    global _does_not_load
    if _does_not_load:
        return None
    try:
        import torchcodec.decoders
    except ImportError:
        return None
    except (RuntimeError, OSError):
        _does_not_load = True
        return None
    # Since 0.16 it can be imported without FFmpeg, for images, and fails with the first video.
    return None if getattr(torchcodec, "ffmpeg_major_version", "unknown") is None else torchcodec.decoders


def read(library: Any, filename: str, start: float, end: Optional[float]) -> Tuple[Tensor, Tensor, Dict[str, Any]]:
    """Read frames and sound from ``start`` to ``end``, in seconds; to the end of the file if ``end`` is ``None``.

    Returns:
        ``(frames, sound, info)`` as :func:`tvcompat.legacy.video.read_video` gives them, frames ``(T, H, W, 3)``.
    """
    info: Dict[str, Any] = {}
    frames = torch.empty((0, 1, 1, 3), dtype=torch.uint8)
    heard = torch.empty((1, 0), dtype=torch.float32)
    # A missing or unreadable file has no frames and no sound, as in torchvision.
    try:
        video = library.VideoDecoder(filename, dimension_order="NHWC")
        info["video_fps"] = float(video.metadata.average_fps)
        frames = _frames(video, start, end)
    except (RuntimeError, ValueError):
        pass
    try:
        audio = library.AudioDecoder(filename)
        info["audio_fps"] = audio.metadata.sample_rate
        first = audio.metadata.begin_stream_seconds or 0.0
        heard = audio.get_samples_played_in_range(max(start, first), end).data
    except (RuntimeError, ValueError):
        pass
    return frames, heard, info


def _frames(video: Any, start: float, end: Optional[float]) -> Tensor:
    first, last = video.metadata.begin_stream_seconds, video.metadata.end_stream_seconds
    if start >= last:
        # As in torchvision: where none begins at the start, the one before it comes first.
        shown: Tensor = video[-1:]
    elif end is not None and end < first:
        shown = video[:0]
    else:
        until = last if end is None else min(end + _INCLUDED_SECONDS, last)
        shown = video.get_frames_played_in_range(max(start, first), until).data
    return shown


def times(library: Any, filename: str) -> Tuple[List[Fraction], Optional[float]]:
    """Return when each frame is shown, in seconds, and the frames per second."""
    try:
        video = library.VideoDecoder(filename)
    except (RuntimeError, ValueError):
        return [], None
    found: List[Fraction] = []
    for begin in range(0, len(video), _CHUNK):
        batch = video.get_frames_in_range(begin, min(begin + _CHUNK, len(video)))
        found += [Fraction(time).limit_denominator(_LARGEST_DENOMINATOR) for time in batch.pts_seconds.tolist()]
    rate = video.metadata.average_fps
    return found, None if rate is None else float(rate)
