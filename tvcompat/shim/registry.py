"""Which models there are: ``list_models`` and ``register_model``."""

from __future__ import annotations

from fnmatch import filter as filter_names
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Callable, Dict, Iterable, List, Optional, TypeVar, Union

from tvcompat.catalog import catalog
from tvcompat.shim.installed import installed, note_newer

if TYPE_CHECKING:
    from torch import nn

    Builder = Callable[..., nn.Module]

F = TypeVar("F", bound="Builder")

# The user's own models on releases without a registry; if torchvision has one, they go there.
OWN: Dict[str, Builder] = {}


@lru_cache(maxsize=None)
def torchvision_registry() -> Optional[Dict[str, Builder]]:
    """Return torchvision's own table of models, ``None`` before 0.14."""
    if installed().era != "registry":
        return None
    from importlib import import_module

    found: Dict[str, Builder] = import_module("torchvision.models._api").BUILTIN_MODELS
    return found


def find_own(name: object) -> Optional[Builder]:
    """Return the function registered under a name that the catalog does not have, ``None`` if there is none."""
    if not isinstance(name, str):
        return None
    key = name.lower()
    shared = torchvision_registry()
    found = (OWN if shared is None else shared).get(key)
    if found is None or catalog().model(key) is not None:
        return None
    if installed().newer and found.__module__.startswith("torchvision."):
        note_newer(installed())
    return found


def own_models() -> Dict[str, Builder]:
    """Return the models that are not in the catalog: registry name -> function."""
    shared = torchvision_registry()
    if shared is None:
        return OWN
    known = _homes(installed().release)
    # Nothing was registered, which is the usual case and needs no look at each name.
    if len(shared) == len(known):
        return {}
    return {name: function for name, function in shared.items() if catalog().model(name) is None}


@lru_cache(maxsize=None)
def _homes(release: str) -> Dict[str, str]:
    """Return the models that a release has, sorted by name: registry name -> namespace."""
    known = catalog()
    models = (known.model(name) for name in sorted(known.model_names))
    return {m.name: m.namespace for m in models if m is not None and known.at(m.spans, release) is not None}


def register_model(name: Optional[str] = None) -> Callable[[F], F]:
    """Register a function that builds a model, so that ``get_model`` and ``list_models`` know it.

    Where torchvision has a registry the model is in it, and torchvision's own functions know it too.

    Args:
        name: the registry name; the function's name by default.

    Raises:
        ValueError: the name is already taken.
    """

    def wrapper(function: F) -> F:
        key = name if name is not None else function.__name__
        shared = torchvision_registry()
        table = OWN if shared is None else shared
        if key in table or (shared is None and catalog().model(key) is not None):
            raise ValueError(f"An entry is already registered under the name '{key}'.")
        table[key] = function
        return function

    return wrapper


def list_models(
    module: Optional[Union[ModuleType, str]] = None,
    include: Union[Iterable[str], str, None] = None,
    exclude: Union[Iterable[str], str, None] = None,
    *,
    release: Optional[str] = None,
) -> List[str]:
    """Return the names of the models that the installed release can build, sorted.

    Args:
        module: only those of a namespace: ``torchvision.models.detection`` or ``"detection"``.
        include: patterns, one or several, as of :mod:`fnmatch`: names that fit none are left out.
        exclude: patterns of names that are left out.
        release: ask the catalog about another release, which needs no torchvision: ``"0.12"``, ``"latest"``.

    Raises:
        UnknownReleaseError: there is no such release.
        TorchvisionImportError: torchvision is needed and can't be imported.
    """
    homes = _homes(catalog().find_release(release) if release is not None else installed().release)
    own = own_models() if release is None else {}
    namespace = _namespace(module)
    if namespace is None:
        found = set(homes)
        found.update(own)
    else:
        found = {name for name, home in homes.items() if home == namespace}
        found.update(name for name, function in own.items() if function.__module__.rpartition(".")[0] == namespace)
    if include:
        patterns = [include] if isinstance(include, str) else include
        found = {name for pattern in patterns for name in filter_names(found, pattern)}
    if exclude:
        patterns = [exclude] if isinstance(exclude, str) else exclude
        found.difference_update([name for pattern in patterns for name in filter_names(found, pattern)])
    return sorted(found)


def _namespace(module: Optional[Union[ModuleType, str]]) -> Optional[str]:
    if module is None or isinstance(module, ModuleType):
        return None if module is None else module.__name__
    if module.startswith("torchvision."):
        return module
    return "torchvision.models" if module in ("models", "classification") else f"torchvision.models.{module}"
