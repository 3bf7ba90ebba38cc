"""Members of classes that left, rebuilt: what they did on the releases that had them, with what instances have today.

``matrix/replacements.toml`` names them by the path that they have here. What stands in for a method is a function with
the instance as its first argument; for an attribute, a :class:`Rebuilt`. What does the same as a method that called a
hook is called with that method, the name of the hook, and the arguments.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple


class Rebuilt(NamedTuple):
    """An attribute that instances no longer have.

    Attributes:
        get: returns its value for an instance.
        set: does what setting it did; called with the instance and the value.
    """

    get: Callable[[Any], Any]
    set: Callable[[Any, Any], None]


def keep(name: str) -> Callable[[Any, Any], None]:
    """Return a function that only keeps what an attribute is set to."""

    def set_value(instance: Any, value: Any) -> None:
        vars(instance)[name] = value

    return set_value


def alias(name: str, present: str) -> Rebuilt:
    """Return an attribute that had the same value as another when the instance was made, and no effect of its own."""
    return Rebuilt(lambda instance: getattr(instance, present), keep(name))


def submodule(present: str) -> Rebuilt:
    """Return an attribute that is a submodule under another name."""

    def set_value(instance: Any, value: Any) -> None:
        setattr(instance, present, value)

    return Rebuilt(lambda instance: getattr(instance, present), set_value)
