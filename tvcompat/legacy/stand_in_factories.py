"""Functions that make a stand-in for each legacy name, where one object can't serve several names.

The guard usually gives the object that a path names, such as ``tvcompat.legacy.rebuilt.ConvBNReLU``. Where the stand-in
depends on the legacy name (each module has its own table of addresses), the path names a function that is marked by
:func:`made_for_each`, and the guard calls it with the path of the legacy name.
"""

from typing import Callable, TypeVar

F = TypeVar("F", bound=Callable[[str], object])


def made_for_each(function: F) -> F:
    """Mark a function that makes the stand-in for a legacy name from the path of that name."""
    function.tvcompat_made_for_each = True  # type: ignore[attr-defined]
    return function
