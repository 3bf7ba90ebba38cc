"""Reading videos with TorchCodec, where it is there and PyAV is not.

It knows times in seconds and no ticks, gives samples as float32 in [-1, 1], and cuts sound at the sample where
torchvision gave whole audio frames; frames are the same.
"""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

import torch
from torch import Tensor

if TYPE_CHECKING:
    from torchcodec.decoders import VideoDecoder

# A frame that begins exactly at the end is wanted, and TorchCodec leaves the end out.
_INCLUDED_SECONDS = 1e-6

# Frames decoded at once where only their times are wanted.
_CHUNK = 64

# Times of files are fractions of small numbers, which TorchCodec gives as floats.
_LARGEST_DENOMINATOR = 1_000_000


def decoders() -> Optional[ModuleType]:
    """``torchcodec.decoders``, ``None`` where it is not installed or does not find FFmpeg."""
    try:
        import torchcodec.decoders
    except (ImportError, RuntimeError, OSError):
        return None
    found: ModuleType = torchcodec.decoders
    return found


def read(
    library: ModuleType, filename: str, start: float, end: Optional[float]
) -> Tuple[Tensor, Tensor, Dict[str, float]]:
    """Frames and sound from ``start`` to ``end``, seconds; to the end of the file where that is ``None``.

    Returns:
        ``(frames, sound, info)`` as :func:`tvcompat.legacy.video.read_video` gives them, frames ``(T, H, W, 3)``.
    """
    info: Dict[str, float] = {}
    frames = torch.empty((0, 1, 1, 3), dtype=torch.uint8)
    heard = torch.empty((1, 0), dtype=torch.float32)
    # What can't be read, or is not there, has no frames and no sound, as in torchvision.
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


def _frames(video: VideoDecoder, start: float, end: Optional[float]) -> Tensor:
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


def times(library: ModuleType, filename: str) -> Tuple[List[Fraction], Optional[float]]:
    """When each frame is shown, seconds, and frames per second."""
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
