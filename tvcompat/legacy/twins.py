"""Where the guard's own stand-ins are found: ``tvcompat.legacy.rebuilt.ConvBNReLU``.

A stand-in that depends on the legacy name it stands in for (the addresses of a module) is a function marked by
:func:`made_for_each`, which is called with the path of that name.
"""

from typing import Callable, TypeVar

F = TypeVar("F", bound=Callable[[str], object])


def made_for_each(function: F) -> F:
    """Mark a function as one that makes the stand-in for the path of a legacy name."""
    function.tvcompat_made_for_each = True  # type: ignore[attr-defined]
    return function
