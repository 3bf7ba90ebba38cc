"""Open and decode videos with PyAV."""

import math
from typing import Any, Dict, List

from tvcompat.errors import MissingLibraryError

# How many frames past the end are read: frames may lie in the file in another order than they are shown.
REORDERED = 5


def library() -> Any:
    """Return PyAV.

    Raises:
        MissingLibraryError: it is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingLibraryError("av", "reading and writing videos, which torchvision dropped in 0.26") from error
    return av


def open_container(source: Any) -> Any:
    """Open a container, whatever encoding its titles and comments are in."""
    av = library()
    try:
        return av.open(source, metadata_errors="ignore")
    except TypeError:
        # PyAV 19 removed the argument and accepts such text as it is.
        return av.open(source)


def ticks(stream: Any, time: Any, unit: str, rounded: Any) -> Any:
    """Convert a time to ticks of a stream."""
    return rounded(time * (1 / stream.time_base)) if unit == "sec" and time != math.inf else time


def decoded(container: Any, stream: Any, start: Any, end: Any, unit: str) -> List[Any]:
    """Return the frames of a stream shown from ``start`` to ``end``, both included, in the order of their times.

    Where none begins exactly at ``start``, the one before it comes first.
    """
    start, end = ticks(stream, start, unit, math.floor), ticks(stream, end, unit, math.ceil)
    found: Dict[int, Any] = {}
    beyond = 0
    try:
        # To the key frame before the start, and a little earlier, since frames may lie in the file in another order.
        container.seek(int(max(start - 1 - REORDERED, 0)), any_frame=False, backward=True, stream=stream)
        for frame in container.decode(stream):
            found[frame.pts] = frame
            beyond += frame.pts >= end
            if beyond > REORDERED:
                break
    except library().error.FFmpegError:
        # A damaged end: what was read so far counts, as it did in torchvision.
        pass
    times = [time for time in sorted(found) if start <= time <= end]
    if start > 0 and start not in found:
        times = [time for time in sorted(found) if time < start][-1:] + times
    return [found[time] for time in times]
