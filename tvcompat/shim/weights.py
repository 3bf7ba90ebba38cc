"""Weights entries on every release: enums like torchvision's, with the newest release's files and metadata.

``from tvcompat.shim.weights import ResNet50_Weights`` works for every enum of the newest release; the classes are made
when they are first asked for.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, partial
from typing import Any, Callable, Dict, List, Optional, Type, Union

from tvcompat.catalog import catalog
from tvcompat.catalog.facts import Entry
from tvcompat.errors import UnknownWeightsError, WeightsNotAvailableError, WeightsTypeError
from tvcompat.shim import presets
from tvcompat.shim.installed import installed
from tvcompat.shim.names import find_builder


@dataclass(frozen=True)
class Weights:
    """What stands behind an entry, read from the catalog when it is asked for.

    Attributes:
        enum, entry: ``ResNet50_Weights``, ``IMAGENET1K_V2``.
    """

    enum: str
    entry: str

    @property
    def _entry(self) -> Entry:
        return catalog().enum(self.enum).entries[self.entry]

    @property
    def url(self) -> str:
        """Where the newest release has the file."""
        return self._entry.urls[-1].value

    @property
    def meta(self) -> Dict[str, Any]:
        """Metadata as torchvision gives it, class names included."""
        return _meta(self.enum, self.entry)

    @property
    def transforms(self) -> Callable[..., Any]:
        """Called, it gives the preprocessing."""
        found = catalog().preprocessing(self._entry.preprocessing[-1].value)
        return partial(presets.make, found["preset"], found["values"])


@lru_cache(maxsize=None)
def _meta(enum: str, entry: str) -> Dict[str, Any]:
    known = catalog()
    found = dict(known.metadata(known.enum(enum).entries[entry].metadata[-1].value))
    if "categories" in found:
        found["categories"] = list(known.categories(found["categories"]["list"]))
    for name in ("min_size", "min_temporal_size"):
        if isinstance(found.get(name), list):
            found[name] = tuple(found[name])
    return found


class WeightsEnum(Enum):
    """Base of the enums of weights entries."""

    @classmethod
    def verify(cls, obj: Any) -> Any:
        """The member that ``obj`` is or names, ``None`` for ``None``.

        Raises:
            KeyError: it names none.
            TypeError: it is something else.
        """
        if obj is None or isinstance(obj, cls):
            return obj
        if isinstance(obj, str):
            name = obj.replace(cls.__name__ + ".", "")
            if name not in cls.__members__:
                raise UnknownWeightsError(obj, cls.__name__, list(cls.__members__))
            return cls[name]
        raise WeightsTypeError(f"expected a member of {cls.__name__}, its name or None, got {type(obj).__name__}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    @property
    def url(self) -> str:
        """Where the newest release has the file."""
        return str(self.value.url)

    @property
    def meta(self) -> Dict[str, Any]:
        """Metadata: ``categories``, ``num_params``, ``recipe``, ``_metrics``, ..."""
        found: Dict[str, Any] = self.value.meta
        return found

    @property
    def transforms(self) -> Callable[..., Any]:
        """Called, it gives the preprocessing: the same numbers on every release."""
        found: Callable[..., Any] = self.value.transforms
        return found

    def get_state_dict(self, progress: bool = True, check_hash: bool = True, **options: Any) -> Dict[str, Any]:
        """The checkpoint: name -> tensor, under the newest release's parameter names. Always checked."""
        from tvcompat.shim import checkpoints

        return checkpoints.load(self.url, progress=progress, map_location=options.get("map_location") or "cpu")

    def to_torchvision(self) -> Any:
        """The installed torchvision's own member for this entry.

        Raises:
            WeightsNotAvailableError: it has none; tvcompat.get_model takes this one.
        """
        from importlib import import_module

        here = installed()
        enum = getattr(import_module(catalog().enum(type(self).__name__).namespace), type(self).__name__, None)
        member = getattr(enum, self.name, None)
        if member is None:
            raise WeightsNotAvailableError(
                f"torchvision {here.version} has no {self!r}; "
                f"tvcompat.get_model(..., weights={str(self.name)!r}) takes it"
            )
        return member


@lru_cache(maxsize=None)
def enum_class(name: str) -> Type[WeightsEnum]:
    """tvcompat's enum of a name.

    Raises:
        AttributeError: the newest release has none of that name.
    """
    known = catalog()
    if name not in known.table("weights")["enums"]:
        raise AttributeError(f"torchvision has no weights enum {name!r}")
    enum = known.enum(name)
    members = {entry: Weights(name, entry) for entry, found in enum.entries.items() if found.urls[-1].newest}
    for alias, entry in enum.aliases[-1].value.items():
        members[alias] = members[entry]
    # The functional way of making an enum; its type says otherwise, since WeightsEnum itself has no members.
    make: Any = WeightsEnum
    found: Type[WeightsEnum] = make(name, members, module=__name__)
    return found


def __getattr__(name: str) -> Any:
    if name.endswith("Weights") and not name.startswith("_"):
        return enum_class(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> List[str]:
    return sorted([*globals(), *catalog().table("weights")["enums"]])


def preferred(name: str) -> Any:
    """torchvision's own enum where it is the newest release's, else tvcompat's."""
    from importlib import import_module

    here, known = installed(), catalog()
    if here.newer or here.release == known.newest:
        found = getattr(import_module(known.enum(name).namespace), name, None)
        if found is not None:
            return found
    return enum_class(name)


def get_model_weights(name: Union[Callable[..., Any], str]) -> Any:
    """The weights enum of a model.

    Args:
        name: registry name, or a function that builds a model.

    Returns:
        torchvision's enum on the newest release, and tvcompat's with the same members elsewhere.

    Raises:
        UnknownModelError: there is no such model.
        ValueError: the function has no weights.
    """
    from tvcompat.shim.registry import own_models

    known = catalog()
    if isinstance(name, str) and name.lower() not in own_models():
        builder = find_builder(known, name)
        if not builder.enums:
            raise ValueError(f"{builder.name} has no weights")
        return preferred(builder.enums[-1].value)
    function = own_models()[name.lower()] if isinstance(name, str) else name
    for builder in known.builders.values():
        if builder.function == function.__name__ and builder.module == function.__module__ and builder.enums:
            return preferred(builder.enums[-1].value)
    found = _annotated(function)
    if found is None:
        raise ValueError(f"{function.__name__} has no argument `weights` that is annotated with a weights enum")
    return found


def _annotated(function: Callable[..., Any]) -> Optional[Any]:
    import inspect
    from typing import get_args

    parameter = inspect.signature(function).parameters.get("weights")
    if parameter is None:
        return None
    candidates = (parameter.annotation, *get_args(parameter.annotation))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, Enum)), None)


def get_weight(name: str) -> Any:
    """The member that a full name means, ``ResNet50_Weights.IMAGENET1K_V2``.

    Raises:
        UnknownWeightsError: there is none; with those there are.
    """
    known = catalog()
    enum, _, entry = name.partition(".") if isinstance(name, str) else ("", "", "")
    if enum not in known.table("weights")["enums"]:
        import difflib

        close = difflib.get_close_matches(enum, list(known.table("weights")["enums"]), 3)
        raise UnknownWeightsError(name, "torchvision", close)
    found = preferred(enum)
    if entry not in found.__members__:
        raise UnknownWeightsError(name, enum, list(found.__members__))
    return found[entry]
