"""The same torchvision calls on every release from 0.9 on, and measured data on what each release has.

Names are loaded when they are first used: importing this package imports neither torch nor a table of the catalog.
"""

from __future__ import annotations

from tvcompat._version import __version__
from tvcompat.lazy import lazy_names

# Stands for typing.TYPE_CHECKING: importing typing alone takes longer than everything else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List

    # Generated, with model names and weights entries as literals; what runs is in tvcompat.shim.
    from tvcompat._typed import get_model as get_model
    from tvcompat._typed import get_model_builder as get_model_builder
    from tvcompat._typed import get_model_weights as get_model_weights
    from tvcompat._typed import get_weight as get_weight
    from tvcompat._typed import list_models as list_models
    from tvcompat.errors import TVCompatError as TVCompatError
    from tvcompat.shim.registry import register_model as register_model
    from tvcompat.shim.state_dicts import convert_state_dict as convert_state_dict
    from tvcompat.shim.translate import TVCompatDeprecationWarning as TVCompatDeprecationWarning

# Name -> module that has it.
_LAZY = {
    "TVCompatDeprecationWarning": "tvcompat.shim.translate",
    "TVCompatError": "tvcompat.errors",
    "convert_state_dict": "tvcompat.shim.state_dicts",
    "get_model": "tvcompat.shim.models",
    "get_model_builder": "tvcompat.shim.models",
    "get_model_weights": "tvcompat.shim.weights",
    "get_weight": "tvcompat.shim.weights",
    "list_models": "tvcompat.shim.registry",
    "register_model": "tvcompat.shim.registry",
}

__all__ = [
    "TVCompatDeprecationWarning",
    "TVCompatError",
    "__version__",
    "availability",
    "convert_state_dict",
    "get_model",
    "get_model_builder",
    "get_model_weights",
    "get_weight",
    "list_models",
    "register_model",
]


def availability(name: str) -> Dict[str, Any]:
    """Return which releases of torchvision have a name, how it is called, and which weights it has.

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
    from tvcompat.catalog.availability import availability as answer

    return {**answer(catalog(), name)}


__getattr__: Callable[[str], Any] = lazy_names(globals(), _LAZY)


def __dir__() -> List[str]:
    return sorted(__all__)
