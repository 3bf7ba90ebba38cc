"""Time bases and what is known about a file, as ``torchvision.io`` had them."""

import math
from fractions import Fraction
from typing import Any

no_decoder = False

default_timebase: Fraction = Fraction(0, 1)


def no_video_opt() -> bool:
    """Return whether a video decoder was compiled in: not since 0.26."""
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


def pts_convert(pts: Any, timebase_from: Any, timebase_to: Any, round_func: Any = math.floor) -> Any:
    """Convert a timestamp to another time base, rounded."""
    return round_func(Fraction(pts, 1) * timebase_from / timebase_to)
