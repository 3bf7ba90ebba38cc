"""What happened over the releases, as data classes."""

from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

from tvcompat.catalog.facts import Span


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
        yanked: why it was taken back, empty where it was not.
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
        plain, pretrained: number of the outcome of the plain call and of ``pretrained=True``.
        quantized: number of the outcome of ``pretrained=True, quantize=True``, for those that take it.
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
    plain: Tuple[Span[int], ...] = ()
    pretrained: Tuple[Span[int], ...] = ()
    quantized: Tuple[Span[int], ...] = ()
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
        metadata: number of recipes, metrics and sizes, by release.
        preprocessing: number of the preset and its arguments, by release.
    """

    enum: str
    name: str
    urls: Tuple[Span[str], ...]
    metadata: Tuple[Span[int], ...]
    preprocessing: Tuple[Span[int], ...]

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


class Name(NamedTuple):
    """A public or private name of torchvision: a module, function, class or other object.

    Attributes:
        path: ``torchvision.ops.boxes.nms``.
        kind: ``module``, ``function``, ``class``, ``data`` or ``import`` in the last release that has it.
        spans: what it is, by release, as the catalog's tables describe it.
        deprecated: text of the warning in its source, by release.
        broken: modules only: why importing fails although the file is there, by release.
    """

    path: str
    kind: str
    spans: Tuple[Span[Any], ...]
    deprecated: Tuple[Span[str], ...] = ()
    broken: Tuple[Span[str], ...] = ()
    exported: bool = False


class Outcome(NamedTuple):
    """What a call did when it was tried with the downloader replaced.

    Attributes:
        asks: addresses it asked for, in order.
        error: the exception it raised, ``""`` where it raised none.
        settings: ``[attribute, plain value, value, how often, first module]`` it sets otherwise than the plain call.
        schema: number of the state-dict schema of the model, ``None`` where that is unknown.
    """

    asks: Tuple[str, ...] = ()
    error: str = ""
    settings: Sequence[Any] = []
    schema: Optional[int] = None
