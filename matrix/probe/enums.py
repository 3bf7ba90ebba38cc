"""The weights enums of the installed release."""

import importlib
import inspect
import typing
from typing import Any, Callable, Optional


def weights_base() -> Any:
    """Return the class ``WeightsEnum``, or ``None`` before 0.13."""
    try:
        return importlib.import_module("torchvision.models._api").WeightsEnum
    except (ImportError, AttributeError):
        return None


def weights_enum_of(builder: Callable[..., Any]) -> Optional[str]:
    """Return the name of the weights enum in the annotation of ``weights``, or the first if it names several."""
    base = weights_base()
    if base is None or "weights" not in inspect.signature(builder).parameters:
        return None
    annotation = inspect.signature(builder).parameters["weights"].annotation
    for candidate in (annotation, *typing.get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, base):
            return candidate.__name__
    return None
