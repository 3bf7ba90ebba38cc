"""Load names of a module when they are first used."""

from __future__ import annotations

# Stands for typing.TYPE_CHECKING, to avoid importing typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Mapping


def lazy_names(module: Dict[str, Any], homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module.

    Args:
        module: its ``globals()``, where a name is found directly once it was loaded.
        homes: name -> module that has it.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name not in homes:
            raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")
        from importlib import import_module

        found = module[name] = getattr(import_module(homes[name]), name)
        return found

    return __getattr__
