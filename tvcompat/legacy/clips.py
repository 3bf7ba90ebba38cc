"""Clips of videos: since 0.26 ``VideoClips`` and the datasets built on it need TorchCodec; here PyAV stands in for it.

TorchCodec is used where it works. Where it is missing, or does not find FFmpeg's libraries, frames, sound, timestamps
and rates are those that torchvision gave with PyAV up to 0.25.
"""

from __future__ import annotations

import functools
import os
import sys
from types import ModuleType
from typing import Any, Callable, Sequence

from tvcompat.legacy.in_place import Calls, Handler
from tvcompat.legacy.state import State

# The instance is given by position.
EVERY_CALL = Calls(("idx",), positional=True)

MODULE = "torchvision.datasets.video_utils"

# Options of decoders other than PyAV, which torchvision refused to combine with it.
_OTHER_DECODERS = (
    "_video_width",
    "_video_height",
    "_video_min_dimension",
    "_video_max_dimension",
    "_audio_samples",
)


def apply(guard: State, module: ModuleType) -> None:
    """Let the classes of ``torchvision.datasets.video_utils`` read with PyAV; before 0.26 they do so themselves."""
    if not hasattr(module, "_get_torchcodec"):
        return
    for owner, name, make in (
        (module._VideoTimestampsDataset, "__getitem__", _timestamps),
        (module.VideoClips, "get_clip", _clip),
    ):
        guard.take_over(vars(owner).get(name), EVERY_CALL, make)


def _timestamps(guard: State, own: Callable[..., Any]) -> Handler:
    def timestamps(self: Any, idx: int) -> Any:
        if not guard.active or _torchcodec_works():
            return own(self, idx)
        from tvcompat.legacy.video import read_video_timestamps

        return read_video_timestamps(self.video_paths[idx])

    return lambda args, kwargs: timestamps(*args, **kwargs)


def _clip(guard: State, own: Callable[..., Any]) -> Handler:
    def get_clip(self: Any, idx: int) -> Any:
        if not guard.active or idx >= self.num_clips():
            return own(self, idx)
        video_idx, clip_idx = self.get_clip_location(idx)
        # TorchCodec counts frames. Ticks come from PyAV, or from a cache that an older torchvision wrote.
        counted = self.video_pts[video_idx].tolist() == list(range(len(self.video_pts[video_idx])))
        if counted and _torchcodec_works():
            return own(self, idx)
        return (*_read(self, video_idx, clip_idx, counted), video_idx)

    return lambda args, kwargs: get_clip(*args, **kwargs)


def _torchcodec_works() -> bool:
    from tvcompat.legacy.video import torchcodec

    return torchcodec.decoders() is not None


def _read(clips: Any, video_idx: int, clip_idx: int, counted: bool) -> Any:
    """Read a clip with PyAV.

    Args:
        counted: whether the timestamps may be numbers of frames; otherwise they are ticks.

    Returns:
        ``(frames, sound, info)`` as :func:`tvcompat.legacy.video.read_video` gives them.

    Raises:
        ValueError: the clips were made with an option that PyAV does not have.
    """
    from tvcompat.legacy.video import read_video

    for option in _OTHER_DECODERS:
        if getattr(clips, option, 0) != 0:
            raise ValueError(f"pyav backend doesn't support {option} != 0")
    path, times = clips.video_paths[video_idx], clips.clips[video_idx][clip_idx]
    start, end = int(times[0]), int(times[-1])
    if counted:
        ticks = _ticks(str(path), os.stat(path).st_mtime_ns)
        start, end = ticks[start], ticks[end]
    # Up to 0.12 there was one layout.
    video, audio, info = read_video(path, start, end, output_format=getattr(clips, "output_format", "THWC"))
    if clips.frame_rate is not None:
        chosen = clips.resampling_idxs[video_idx][clip_idx]
        video = video[chosen if isinstance(chosen, slice) else chosen - chosen[0]]
        info["video_fps"] = clips.frame_rate
    assert len(video) == clips.num_frames, f"{path}: {len(video)} frames from {start} to {end}, not {clips.num_frames}"
    return video, audio, info


@functools.lru_cache(maxsize=256)
def _ticks(path: str, changed: int) -> Sequence[int]:
    """Return the tick at which each frame of a file is shown; ``changed`` says which state of the file is meant."""
    from tvcompat.legacy.video import frames_are_ticks, read_video_timestamps

    # The usual case in AVI files, which need not be read for that.
    return range(sys.maxsize) if frames_are_ticks(path) else read_video_timestamps(path)[0]
