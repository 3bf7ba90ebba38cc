"""What the shim needs of the catalog, as data classes; what happened over the releases is in ``history``."""

from dataclasses import dataclass, field
from typing import Any, Generic, Mapping, Optional, Tuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Replacement:
    """What stands in for a name that is gone.

    Attributes:
        instead: full path, empty where nothing does.
        words: what a person reads.
        any_name: whether it was written for all names of a place, not for this one.
    """

    instead: str
    words: str
    any_name: bool = False


@dataclass(frozen=True)
class Span(Generic[T]):
    """A value that holds from one release to another.

    Attributes:
        first, last: the first and the last release, both included.
        value: what holds there.
        newest: whether it still holds in the newest release.
    """

    first: str
    last: str
    value: T
    newest: bool = False

    @property
    def text(self) -> str:
        """``0.13.0 - 0.29.2``, or ``0.12.0`` alone."""
        return self.first if self.first == self.last else f"{self.first} - {self.last}"


@dataclass(frozen=True)
class Checkpoint:
    """A weights entry as the newest release has it, with what loading it takes.

    Attributes:
        enum, name: ``ResNet50_Weights``, ``IMAGENET1K_V2``.
        namespace: where people import the enum from, ``torchvision.models``.
        url: address of its file.
        classes: number of classes it was trained for, ``None`` where it has none.
    """

    enum: str
    name: str
    namespace: str
    url: str
    classes: Optional[int] = None

    @property
    def full_name(self) -> str:
        return f"{self.enum}.{self.name}"


@dataclass(frozen=True)
class Model:
    """A model that ``get_model`` builds. Entries are those of the newest release.

    Attributes:
        name: its name in torchvision's registry, ``quantized_resnet50``.
        path: full public path of its builder.
        module: module that defines it.
        spans: releases that have it.
        enum: the weights enum its checkpoints are in; those of a quantized model are in ``quantized_enum``.
        backbone: ``Enum.ENTRY`` that is fetched for the backbone by default.
        pretrained, pretrained_quantized: name of the entry that ``pretrained=True`` means, with ``quantize=True``.
        fetches, fetches_quantized: releases in which ``pretrained=True`` fetches a checkpoint.
        older, older_quantized: addresses that older releases have for what ``pretrained=True`` means.
        renames: number of the parameter names that differ from the newest release's.
        settings: ``Enum.ENTRY`` -> what its checkpoint sets besides parameters.
    """

    name: str
    path: str
    module: str
    spans: Tuple[Span[None], ...]
    enum: Optional[str] = None
    quantized_enum: Optional[str] = None
    backbone: Optional[str] = None
    pretrained: Optional[str] = None
    pretrained_quantized: Optional[str] = None
    fetches: Tuple[Span[None], ...] = ()
    fetches_quantized: Tuple[Span[None], ...] = ()
    older: Tuple[str, ...] = ()
    older_quantized: Tuple[str, ...] = ()
    renames: Tuple[Span[int], ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """``torchvision.models.detection``"""
        return self.path.rpartition(".")[0]

    @property
    def function(self) -> str:
        """The name of the builder alone."""
        return self.path.rpartition(".")[2]
