"""Which models there are: ``list_models`` and ``register_model``."""

from fnmatch import fnmatch
from types import ModuleType
from typing import Any, Callable, Dict, Iterable, List, Optional, TypeVar, Union

from tvcompat.catalog import catalog
from tvcompat.shim.installed import installed
from tvcompat.shim.names import registry

F = TypeVar("F", bound=Callable[..., Any])

# Models of the person's own on releases without a registry; where torchvision has one, they go there.
OWN: Dict[str, Callable[..., Any]] = {}


def torchvision_registry() -> Optional[Dict[str, Callable[..., Any]]]:
    """torchvision's own table of models, ``None`` before 0.14."""
    if installed().era != "registry":
        return None
    from importlib import import_module

    found: Dict[str, Callable[..., Any]] = import_module("torchvision.models._api").BUILTIN_MODELS
    return found


def own_models() -> Dict[str, Callable[..., Any]]:
    """Registry name -> function of the models that are not torchvision's."""
    shared = torchvision_registry()
    if shared is None:
        return dict(OWN)
    known = registry(catalog())
    return {name: function for name, function in shared.items() if name not in known}


def register_model(name: Optional[str] = None) -> Callable[[F], F]:
    """Register a function that builds a model, so that ``get_model`` and ``list_models`` know it.

    Where torchvision has a registry the model is in it, and torchvision's own functions know it too.

    Args:
        name: its name; that of the function when not given.

    Raises:
        ValueError: the name is taken.
    """

    def wrapper(function: F) -> F:
        key = name if name is not None else function.__name__
        shared = torchvision_registry()
        table = OWN if shared is None else shared
        if key in table or (shared is None and key in registry(catalog())):
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
    """Names of the models that the installed release can build, sorted.

    Args:
        module: only those of a namespace: ``torchvision.models.detection`` or ``"detection"``.
        include, exclude: patterns, one or several, as of :mod:`fnmatch`.
        release: ask the catalog about another release, which needs no torchvision: ``"0.12"``, ``"latest"``.

    Raises:
        UnknownReleaseError: there is no such release.
        TorchvisionImportError: torchvision is needed and does not import.
    """
    known = catalog()
    wanted = known.find_release(release) if release is not None else installed().release
    namespace = _namespace(module)
    names = {
        name: builder.namespace
        for name, builder in registry(known).items()
        if known.at(builder.spans, wanted) is not None
    }
    if release is None:
        names.update({name: function.__module__.rpartition(".")[0] for name, function in own_models().items()})
    found = [name for name, home in names.items() if namespace is None or home == namespace]
    if include is not None:
        patterns = [include] if isinstance(include, str) else list(include)
        found = [name for name in found if any(fnmatch(name, pattern) for pattern in patterns)]
    if exclude is not None:
        patterns = [exclude] if isinstance(exclude, str) else list(exclude)
        found = [name for name in found if not any(fnmatch(name, pattern) for pattern in patterns)]
    return sorted(found)


def _namespace(module: Optional[Union[ModuleType, str]]) -> Optional[str]:
    if module is None or isinstance(module, ModuleType):
        return None if module is None else module.__name__
    if module.startswith("torchvision."):
        return module
    return "torchvision.models" if module in ("models", "classification") else f"torchvision.models.{module}"
