"""What happened over the releases, as data classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from tvcompat.catalog.facts import Span

if TYPE_CHECKING:
    from tvcompat.catalog import rows
    from tvcompat.catalog.signatures import Signature


class Release(NamedTuple):
    """One torchvision release.

    Attributes:
        version: ``0.12.0``.
        torch: the torch it was measured with.
        python: the Python it was measured with, ``major.minor``.
        era: ``pretrained``, ``weights`` or ``registry``.
        requires_torch: the specifier its wheel states, ``==1.11.0``.
        requires_python: the specifier its wheel states.
        wheels: platform -> interpreters, ``linux x86_64`` -> ``cp37``, ...
        measured: whether it was installed and run.
        yanked: why it was yanked, empty if it was not.
        checks: how many checks of the shim were run inside it, 0 where it was not verified.
        failures: the checks that failed.
    """

    version: str
    torch: str
    python: str
    era: str
    requires_torch: str
    requires_python: str
    wheels: Mapping[str, Tuple[str, ...]]
    measured: bool
    yanked: str = ""
    checks: int = 0
    failures: Tuple[str, ...] = ()


class Builder(NamedTuple):
    """A function that builds a model.

    Attributes:
        path: full public path, ``torchvision.models.detection.ssd300_vgg16``.
        name: its name in torchvision's registry, ``quantized_resnet50``.
        module: where it is defined (in the newest release that has it).
        spans: releases that have it.
        signatures: how it is written, by release.
        accepts: which of ``keyword``, ``positional`` (both of ``pretrained``) and ``weights`` it takes, by release.
        parameters: number of parameters of the model that the plain call builds.
        schemas: number of the state-dict schema of that model.
        renames: number of the table of parameter names that differ from the newest release's.
        plain, pretrained: what the plain call and ``pretrained=True`` did.
        quantized: what ``pretrained=True, quantize=True`` did, for those that take it.
        enums: name of the weights enum.
        outputs: digest of what the model computes; equal digests mean equal numbers.
    """

    path: str
    name: str
    module: str
    spans: Tuple[Span[None], ...]
    signatures: Tuple[Span[str], ...]
    accepts: Tuple[Span[str], ...]
    parameters: Tuple[Span[int], ...] = ()
    schemas: Tuple[Span[int], ...] = ()
    renames: Tuple[Span[int], ...] = ()
    plain: Tuple[Span[Outcome], ...] = ()
    pretrained: Tuple[Span[Outcome], ...] = ()
    quantized: Tuple[Span[Outcome], ...] = ()
    enums: Tuple[Span[str], ...] = ()
    outputs: Tuple[Span[str], ...] = ()

    @property
    def same_outputs(self) -> bool:
        """Whether it was run, and computes the same in every release in which it was."""
        return len({span.value for span in self.outputs}) == 1

    @property
    def namespace(self) -> str:
        """``torchvision.models.detection``"""
        return self.path.rpartition(".")[0]

    @property
    def function(self) -> str:
        """The name of the function alone."""
        return self.path.rpartition(".")[2]


class Entry(NamedTuple):
    """One trained checkpoint with its metadata.

    Attributes:
        enum, name: ``ResNet50_Weights``, ``IMAGENET1K_V2``.
        urls: where the file is, by release.
        metadata: recipes, metrics and sizes, by release.
        preprocessing: the preset and its arguments, by release.
    """

    enum: str
    name: str
    urls: Tuple[Span[str], ...]
    metadata: Tuple[Span[rows.Metadata], ...]
    preprocessing: Tuple[Span[rows.Preprocessing], ...]

    @property
    def full_name(self) -> str:
        return f"{self.enum}.{self.name}"


class WeightsEnum(NamedTuple):
    """An enum of weights entries.

    Attributes:
        name: ``ResNet50_Weights``.
        namespace: where people import it from, ``torchvision.models``.
        module: where it is defined.
        builders: paths of the builders that take it.
        spans: releases that have it.
        aliases: alias -> entry (``DEFAULT``), by release.
        entries: by name, in the order of the newest release.
    """

    name: str
    namespace: str
    module: str
    builders: Tuple[str, ...]
    spans: Tuple[Span[None], ...]
    aliases: Tuple[Span[Dict[str, str]], ...]
    entries: Mapping[str, Entry]


class Description(NamedTuple):
    """What a name is in some releases.

    Attributes:
        kind: ``function``, ``class``, ``module``, ``import`` or ``data``.
        text: for what can be called its signature, empty if that is not known; else what the record says:
            ``= path`` for an import, ``module``, ``data``.
        bases: of a class, ``None`` where nothing is known of its inside.
    """

    kind: str
    text: str
    bases: Optional[Tuple[str, ...]] = None

    @property
    def target(self) -> str:
        """Full path of what is imported, empty for anything else."""
        return self.text[len("= ") :] if self.kind == "import" else ""

    @property
    def is_foreign(self) -> bool:
        """Whether it comes from another package, as far as a record says so."""
        return self.kind == "import" or self.text.startswith("foreign")

    @property
    def signature(self) -> Optional[Signature]:
        """How it is called, ``None`` if that is not known."""
        from tvcompat.catalog.signatures import parse

        return parse(self.text) if self.kind in ("function", "class") else None

    @property
    def shown(self) -> str:
        """What a caller passes as text, or what it is where it can't be called."""
        if self.kind not in ("function", "class"):
            return self.text
        return self.text.partition(" @")[0] or "(...)"


class Module:
    """A module of torchvision, with its names in every release.

    Args:
        path: ``torchvision.ops.boxes``.
        spans: releases in which it can be imported.
        exported: its ``__all__``.
        names: names in the order of the module.
        member: gives what a name is, by release.
    """

    __slots__ = ("_member", "_names", "exported", "path", "spans")

    def __init__(
        self,
        path: str,
        spans: Tuple[Span[None], ...],
        exported: List[str],
        names: Mapping[str, object],
        member: Callable[[str], Tuple[Span[Description], ...]],
    ) -> None:
        self.path: str = path
        self.spans: Tuple[Span[None], ...] = spans
        self.exported: List[str] = exported
        self._names, self._member = names, member

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def member(self, name: str) -> Tuple[Span[Description], ...]:
        """Return what one of its names is, by release; empty if no release has it."""
        return self._member(name) if name in self._names else ()


class Name(NamedTuple):
    """A public or private name of torchvision: a module, function, class or other object.

    Attributes:
        path: ``torchvision.ops.boxes.nms``.
        kind: ``module``, ``function``, ``class``, ``data`` or ``import`` in the last release that has it.
        spans: the releases that have it.
        descriptions: what it is, by release; none for a module.
        deprecated: text of the warning in its source, by release.
        broken: modules only: why importing fails although the file is there, by release.
        exported: whether the ``__all__`` of its module had it.
    """

    path: str
    kind: str
    spans: Tuple[Span[object], ...]
    descriptions: Tuple[Span[Description], ...] = ()
    deprecated: Tuple[Span[str], ...] = ()
    broken: Tuple[Span[str], ...] = ()
    exported: bool = False


class Setting(NamedTuple):
    """An attribute with another value after loading a checkpoint than after the plain call.

    Attributes:
        attribute: its name.
        plain, value: its value in the model of the plain call and with the checkpoint.
        times: how many modules have it.
        module: the first of them.
    """

    attribute: str
    plain: rows.Json
    value: rows.Json
    times: int
    module: str


class Outcome(NamedTuple):
    """What a call did when it was tried with the downloader replaced.

    Attributes:
        asks: URLs it requested, in order.
        error: the exception it raised, ``""`` where it raised none.
        settings: attributes it sets to other values than the plain call does.
        schema: number of the state-dict schema of the model, ``None`` if that is unknown.
        loads: numbers of the schemas of the state dicts it loaded.
    """

    asks: Tuple[str, ...] = ()
    error: str = ""
    settings: Tuple[Setting, ...] = ()
    schema: Optional[int] = None
    loads: Tuple[int, ...] = ()
