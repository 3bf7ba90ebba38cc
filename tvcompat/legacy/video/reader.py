"""Go through a video frame by frame, with PyAV."""

import io
from typing import Any, Dict, Iterator

import torch
from torch import Tensor

from tvcompat.legacy.video.pyav import open_container


class VideoReader:
    """Goes through a stream frame by frame; ``torchvision.io.VideoReader``.

    Each item is ``{"data": tensor, "pts": seconds}``: uint8 ``(3, H, W)`` for video, ``(samples, channels)`` for
    audio.

    Args:
        src: path of the file, or its bytes.
        stream: ``"video"`` or ``"audio"``, with a number after a colon.
        path: an older name of ``src``.
        **options: of other decoders, which had no effect on the result.

    Attributes:
        is_cuda: whether a GPU decodes; none does here.
    """

    is_cuda = False

    def __init__(self, src: Any = "", stream: str = "video", *args: Any, path: str = "", **options: Any) -> None:
        source = path if isinstance(src, str) and not src else src
        if isinstance(source, Tensor):
            source = bytes(source.numpy())
        self.container: Any = open_container(io.BytesIO(source) if isinstance(source, bytes) else str(source))
        self.set_current_stream(stream)

    def set_current_stream(self, stream: str) -> bool:
        """Choose a stream; return whether there is one."""
        kind, _, number = stream.partition(":")
        found = getattr(self.container.streams, kind, ())
        if not found:
            raise ValueError(f"the file has no {kind} stream")
        self._stream = found[int(number or 0)]
        self._frames: Iterator[Any] = self.container.decode(self._stream)
        return True

    def seek(self, time_s: float, keyframes_only: bool = False) -> "VideoReader":
        """Seek to a time in seconds, or to the key frame before it if ``keyframes_only``."""
        base = self._stream.time_base
        self.container.seek(int(time_s / base), any_frame=False, backward=True, stream=self._stream)
        frames = self.container.decode(self._stream)
        self._frames = frames if keyframes_only else (f for f in frames if f.pts is None or f.pts * base >= time_s)
        return self

    def get_metadata(self) -> Dict[str, Any]:
        """Return ``duration`` (seconds) of each kind of stream, with ``fps`` or ``framerate``."""
        found: Dict[str, Any] = {}
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

    def __iter__(self) -> "VideoReader":
        return self

    def __next__(self) -> Dict[str, Any]:
        frame = next(self._frames)
        pts = float(frame.pts * frame.time_base)
        if self._stream.type == "video":
            return {"data": torch.as_tensor(frame.to_rgb().to_ndarray()).permute(2, 0, 1), "pts": pts}
        return {"data": torch.as_tensor(frame.to_ndarray()).t(), "pts": pts}
