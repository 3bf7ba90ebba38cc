"""The same torchvision call on every release from 0.9 on, and a measured account of what exists where.

Names are loaded when they are first used: importing this package imports neither torch nor a table of the catalog.
"""

from __future__ import annotations

from tvcompat._version import __version__

# What typing.TYPE_CHECKING says, without importing typing, which alone takes longer than everything else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from tvcompat.errors import TVCompatError as TVCompatError

__all__ = ["TVCompatError", "__version__", "availability"]


def availability(name: str) -> Dict[str, Any]:
    """Since when and until when torchvision has something, how it is called, and which weights it has.

    Args:
        name: a builder (``resnet50``, ``quantized_resnet50``, ``detection.ssd300_vgg16``), a weights entry
            (``ResNet50_Weights.DEFAULT``) or any other name of torchvision, with or without the modules in front.

    Returns:
        What ``tvcompat show NAME --format json`` prints, without what concerns the installed release: ``name``,
        ``kind``, ``path``, ``first``, ``last``, ``in_newest``, ``releases``, ``signatures``, ``weights``, ``notes``,
        ``also``, and more by kind.

    Raises:
        UnknownNameError: no release from 0.9 on has it; the message holds names that look like it.
    """
    from tvcompat.catalog import catalog
    from tvcompat.catalog.answers import availability as answer

    return answer(catalog(), name)


def __getattr__(name: str) -> Any:
    if name == "TVCompatError":
        from tvcompat.errors import TVCompatError

        return TVCompatError
    raise AttributeError(f"module 'tvcompat' has no attribute {name!r}")


def __dir__() -> List[str]:
    return sorted(__all__)
