"""Write a video with PyAV."""

from fractions import Fraction
from pathlib import Path
from typing import Any, Mapping, Optional, Union

import torch
from torch import Tensor

from tvcompat.legacy.video.pyav import library


def write_video(
    filename: Union[str, Path],
    video_array: Any,
    fps: float,
    video_codec: str = "libx264",
    options: Optional[Mapping[str, str]] = None,
    audio_array: Optional[Any] = None,
    audio_fps: Optional[float] = None,
    audio_codec: Optional[str] = None,
    audio_options: Optional[Mapping[str, str]] = None,
) -> None:
    """Write frames, and sound if given, to a video file.

    Args:
        filename: where to.
        video_array: uint8 ``(T, H, W, 3)``.
        fps: frames per second.
        video_codec, options: of the encoder.
        audio_array, audio_fps, audio_codec, audio_options: the sound, ``(channels, samples)``, likewise.

    Raises:
        MissingLibraryError: PyAV is not installed.
    """
    av = library()
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


def _write_sound(av: Any, container: Any, stream: Any, heard: Tensor) -> None:
    formats = {torch.float64: "dblp", torch.float32: "fltp", torch.int32: "s32p", torch.int16: "s16p"}
    layout = "stereo" if heard.shape[0] > 1 else "mono"
    frame = av.AudioFrame.from_ndarray(heard.numpy(), format=formats.get(heard.dtype, "fltp"), layout=layout)
    frame.sample_rate = stream.rate
    for packet in [*stream.encode(frame), *stream.encode()]:
        container.mux(packet)
