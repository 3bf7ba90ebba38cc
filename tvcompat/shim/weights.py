"""Weights entries on every release: enums like torchvision's, with the newest release's files and metadata.

``from tvcompat.shim.weights import ResNet50_Weights`` works for every enum of the newest release. Each class is created
when it is first used.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Type, Union

from tvcompat.catalog import Model, catalog
from tvcompat.errors import UnknownWeightsError, WeightsNotAvailableError, WeightsTypeError
from tvcompat.shim import presets
from tvcompat.shim.installed import installed, note_newer
from tvcompat.shim.names import find_model
from tvcompat.shim.registry import find_own

if TYPE_CHECKING:
    from torch import Tensor
    from typing_extensions import TypeGuard

    from tvcompat.catalog import Entry


@dataclass(frozen=True)
class Weights:
    """The value of an entry, read from the catalog on demand.

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
        """The file's URL in the newest release."""
        checkpoint = catalog().checkpoint(self.enum, self.entry)
        assert checkpoint is not None
        return checkpoint.url

    @property
    def meta(self) -> Dict[str, Any]:
        """Metadata as torchvision gives it, class names included."""
        return _meta(self.enum, self.entry)

    @property
    def transforms(self) -> Callable[..., presets.Preset]:
        """A callable that returns the preprocessing."""
        found = self._entry.preprocessing[-1].value
        return partial(presets.make, found["preset"], found["values"])


@lru_cache(maxsize=None)
def _meta(enum: str, entry: str) -> Dict[str, Any]:
    known = catalog()
    stored = known.enum(enum).entries[entry].metadata[-1].value
    found: Dict[str, Any] = {**stored}
    categories = stored.get("categories")
    if categories is not None:
        found["categories"] = list(known.categories(categories["list"]))
    for name in ("min_size", "min_temporal_size"):
        if isinstance(found.get(name), list):
            found[name] = tuple(found[name])
    return found


class WeightsEnum(Enum):
    """Base of the enums of weights entries."""

    @classmethod
    def verify(cls, obj: object) -> Optional[WeightsEnum]:
        """Return the member that ``obj`` is or names, ``None`` for ``None``.

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
        """The file's URL in the newest release."""
        return str(self.value.url)

    @property
    def meta(self) -> Dict[str, Any]:
        """Metadata: ``categories``, ``num_params``, ``recipe``, ``_metrics``, ..."""
        found: Dict[str, Any] = self.value.meta
        return found

    @property
    def transforms(self) -> Callable[..., presets.Preset]:
        """A callable that returns the preprocessing, with the same results on every release."""
        found: Callable[..., presets.Preset] = self.value.transforms
        return found

    def get_state_dict(self, progress: bool = True, check_hash: bool = True, **options: object) -> Dict[str, Tensor]:
        """Load the checkpoint: name -> tensor, under the newest release's parameter names. It is always verified."""
        from tvcompat.shim import checkpoints

        return checkpoints.load(self.url, progress=progress, map_location=options.get("map_location") or "cpu")

    def to_torchvision(self) -> Enum:
        """Return the installed torchvision's own member for this entry.

        Raises:
            WeightsNotAvailableError: it has none; tvcompat.get_model takes this one.
        """
        from tvcompat.shim.eras import torchvision_member

        here, checkpoint = installed(), catalog().checkpoint(type(self).__name__, self.name)
        member = None if checkpoint is None else torchvision_member(checkpoint)
        if member is None:
            raise WeightsNotAvailableError(
                f"torchvision {here.version} has no {self!r}; "
                f"tvcompat.get_model(..., weights={str(self.name)!r}) takes it"
            )
        return member


@lru_cache(maxsize=None)
def enum_class(name: str) -> Type[WeightsEnum]:
    """Return tvcompat's weights enum of a name.

    Raises:
        AttributeError: the newest release has none of that name.
    """
    known = catalog()
    if name not in known.enum_names:
        raise AttributeError(f"torchvision has no weights enum {name!r}")
    members = {entry: Weights(name, entry) for entry in known.entry_names(name)}
    default = known.checkpoint(name, "DEFAULT")
    if default is not None:
        members["DEFAULT"] = members[default.name]
    # The functional API of enums; type checkers disagree, since WeightsEnum itself has no members.
    make: Any = WeightsEnum
    found: Type[WeightsEnum] = make(name, members, module=__name__)
    return found


def __getattr__(name: str) -> Type[WeightsEnum]:
    if name.endswith("Weights") and not name.startswith("_"):
        return enum_class(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> List[str]:
    return sorted([*globals(), *catalog().enum_names])


@lru_cache(maxsize=None)
def preferred(name: str) -> Type[WeightsEnum]:
    """Return torchvision's own enum if it is the newest release's, else tvcompat's."""
    from importlib import import_module

    here, known = installed(), catalog()
    if here.newer or here.release == known.newest:
        checkpoint = known.checkpoint(name, "DEFAULT")
        found: Optional[Type[WeightsEnum]] = (
            None if checkpoint is None else getattr(import_module(checkpoint.namespace), name, None)
        )
        if found is not None:
            base = import_module("torchvision.models").WeightsEnum
            if not hasattr(base, "to_torchvision"):
                # Lets code call `to_torchvision` on members of either enum.
                base.to_torchvision = lambda self: self
            return found
    return enum_class(name)


def get_model_weights(name: Union[Callable[..., object], str]) -> Type[WeightsEnum]:
    """Return the weights enum of a model.

    Args:
        name: registry name, or a function that builds a model.

    Returns:
        torchvision's enum on the newest release, and tvcompat's with the same members elsewhere.

    Raises:
        UnknownModelError: there is no such model.
        ValueError: the function has no weights.
    """
    try:
        return _ENUMS[name]
    except (KeyError, TypeError):
        pass
    model: Optional[Model] = None
    function: Optional[Callable[..., object]]
    if isinstance(name, str):
        function = find_own(name)
        if function is None:
            model = find_model(catalog(), name)
    else:
        function = name
        model = _model_of(function)
    if model is not None:
        enum = model.quantized_enum or model.enum
        if enum is None:
            raise ValueError(f"{model.name} has no weights")
        # For models newer than the catalog, and for the user's own, the installed release decides.
        _ENUMS[name] = preferred(enum)
        return _ENUMS[name]
    assert function is not None
    found = _annotated(function)
    if found is None:
        raise ValueError(f"{function.__name__} has no argument `weights` that is annotated with a weights enum")
    return found


# Model or its builder -> enum, for those of the catalog.
_ENUMS: Dict[object, Type[WeightsEnum]] = {}


def _model_of(function: Callable[..., object]) -> Optional[Model]:
    """Return the model that a function of torchvision builds."""
    known = catalog()
    module, name = getattr(function, "__module__", ""), getattr(function, "__name__", "")
    for key in (name, f"quantized_{name}"):
        model = known.model(key)
        if model is not None and model.module == module and model.function == name:
            return model
    return None


def _is_enum(found: object) -> TypeGuard[Type[WeightsEnum]]:
    """Return whether something is a weights enum; torchvision's have the members of ours."""
    return isinstance(found, type) and issubclass(found, Enum)


def _annotated(function: Callable[..., object]) -> Optional[Type[WeightsEnum]]:
    import inspect
    from typing import get_args

    parameter = inspect.signature(function).parameters.get("weights")
    if parameter is None:
        return None
    candidates = (parameter.annotation, *get_args(parameter.annotation))
    return next((c for c in candidates if _is_enum(c)), None)


def get_weight(name: str) -> WeightsEnum:
    """Return the member with a full name such as ``ResNet50_Weights.IMAGENET1K_V2``.

    Raises:
        UnknownWeightsError: there is none; with those there are.
    """
    enum, _, entry = name.partition(".") if isinstance(name, str) else ("", "", "")
    known = catalog()
    if known.checkpoint(enum, "DEFAULT") is None:
        found = _enum_of_newer(enum)
        if found is None:
            import difflib

            raise UnknownWeightsError(name, "torchvision", difflib.get_close_matches(enum, known.enum_names, 3))
    else:
        found = preferred(enum)
    try:
        return found[entry]
    except KeyError:
        raise UnknownWeightsError(name, enum, list(found.__members__)) from None


def _enum_of_newer(name: str) -> Optional[Type[WeightsEnum]]:
    """Return an enum that came after the catalog was made."""
    here = installed()
    if not here.newer:
        return None
    from importlib import import_module

    namespaces = {model.namespace for model in map(catalog().model, catalog().model_names) if model is not None}
    for namespace in sorted(namespaces):
        found = getattr(import_module(namespace), name, None)
        if _is_enum(found):
            note_newer(here)
            return found
    return None
