"""What the shim needs of the catalog, as data classes; what happened over the releases is in ``history``.

They are named tuples because defining one at import takes a fifth of the time of a ``dataclass``, and a checker command
takes no longer than a few dozen of those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Generic, Iterable, Mapping, NamedTuple, Optional, Tuple, TypeVar

if TYPE_CHECKING:
    from tvcompat.catalog.rows import CheckpointSettings

A = TypeVar("A")
B = TypeVar("B")
T_co = TypeVar("T_co", covariant=True)


class Replacement(NamedTuple):
    """The replacement for a removed name.

    Attributes:
        instead: full path, empty if there is none.
        words: the explanation shown to people.
        any_name: whether the entry covers all names of a module, not just this one.
    """

    instead: str
    words: str
    any_name: bool = False


class Span(Generic[T_co]):
    """A value that holds from one release to another.

    Attributes:
        first, last: the first and the last release, both included.
        value: what holds there.
        newest: whether it still holds in the newest release.
    """

    __slots__ = ("first", "last", "newest", "value")

    def __init__(self, first: str, last: str, value: T_co, newest: bool = False) -> None:
        self.first: str = first
        self.last: str = last
        self.value: T_co = value
        self.newest: bool = newest

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return (self.first, self.last, self.value, self.newest) == (other.first, other.last, other.value, other.newest)

    def __hash__(self) -> int:
        return hash((self.first, self.last, self.value, self.newest))

    def __repr__(self) -> str:
        return f"Span({self.first!r}, {self.last!r}, {self.value!r}, newest={self.newest!r})"

    @property
    def text(self) -> str:
        """``0.13.0 - 0.29.2``, or ``0.12.0`` alone."""
        return self.first if self.first == self.last else f"{self.first} - {self.last}"


def map_values(spans: Iterable[Span[A]], look_up: Callable[[A], B]) -> Tuple[Span[B], ...]:
    """Return spans of what ``look_up`` gives for the values of other spans."""
    return tuple(Span(span.first, span.last, look_up(span.value), span.newest) for span in spans)


class Checkpoint(NamedTuple):
    """A weights entry as the newest release has it, with what loading it takes.

    Attributes:
        enum, name: ``ResNet50_Weights``, ``IMAGENET1K_V2``.
        namespace: where people import the enum from, ``torchvision.models``.
        url: URL of its file.
        classes: number of classes it was trained for, ``None`` if it has none.
    """

    enum: str
    name: str
    namespace: str
    url: str
    classes: Optional[int] = None

    @property
    def full_name(self) -> str:
        return f"{self.enum}.{self.name}"


class Model(NamedTuple):
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
        older, older_quantized: URLs that older releases have for what ``pretrained=True`` means.
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
    settings: Mapping[str, CheckpointSettings] = {}

    @property
    def namespace(self) -> str:
        """``torchvision.models.detection``"""
        return self.path.rpartition(".")[0]

    @property
    def function(self) -> str:
        """The name of the builder alone."""
        return self.path.rpartition(".")[2]
