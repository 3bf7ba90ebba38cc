"""Reading and writing videos as ``torchvision.io`` did up to 0.25, with PyAV, which it used by default.

Frames, samples and timestamps are those that the same file gave there. Where PyAV is not installed and TorchCodec is,
that one reads. ``matrix/replacements.toml`` names functions and classes by the path they have here.
"""

from tvcompat.legacy.video.metadata import (
    Timebase,
    VideoMetaData,
    default_timebase,
    no_decoder,
    no_video_opt,
    pts_convert,
)
from tvcompat.legacy.video.reader import VideoReader
from tvcompat.legacy.video.reading import frames_are_ticks, read_video, read_video_timestamps
from tvcompat.legacy.video.writer import write_video

__all__ = [
    "Timebase",
    "VideoMetaData",
    "VideoReader",
    "default_timebase",
    "frames_are_ticks",
    "no_decoder",
    "no_video_opt",
    "pts_convert",
    "read_video",
    "read_video_timestamps",
    "write_video",
]
