"""The guard: programs written for older torchvision releases run unchanged on the installed one.

>>> import tvcompat.legacy
>>> guard = tvcompat.legacy.enable()
>>> from torchvision.transforms.functional_tensor import rgb_to_grayscale
>>> from torchvision.models.resnet import model_urls

:func:`enable` keeps the names alive that torchvision dropped since 0.9 (and those of 0.8), gives ``pretrained=`` the
meaning it had, and records what was used in a :class:`~tvcompat.ledger.Ledger`. :func:`disable` undoes all of
it. ``tvcompat run SCRIPT`` does the same for a program you cannot edit.
"""

from typing import TYPE_CHECKING, Any, Callable, List

from tvcompat.lazy import lazy_names

if TYPE_CHECKING:
    from tvcompat.ledger import Ledger as Ledger
    from tvcompat.ledger import LegacyNameWarning as LegacyNameWarning
    from tvcompat.ledger import Use as Use
    from tvcompat.legacy.guard import Guard as Guard
    from tvcompat.legacy.guard import current as current
    from tvcompat.legacy.guard import disable as disable
    from tvcompat.legacy.guard import enable as enable

# Name -> module that has it. Loaded when used: pytest imports this package at every start, for its plugin.
_LAZY = {
    "Guard": "tvcompat.legacy.guard",
    "Ledger": "tvcompat.ledger",
    "LegacyNameWarning": "tvcompat.ledger",
    "Use": "tvcompat.ledger",
    "current": "tvcompat.legacy.guard",
    "disable": "tvcompat.legacy.guard",
    "enable": "tvcompat.legacy.guard",
}

__all__ = ["Guard", "Ledger", "LegacyNameWarning", "Use", "current", "disable", "enable"]


__getattr__: Callable[[str], Any] = lazy_names(globals(), _LAZY)


def __dir__() -> List[str]:
    return sorted(__all__)
