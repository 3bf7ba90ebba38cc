"""Translate the arguments of either era into the requested checkpoint, or none.

Pure: it reads the catalog and imports neither torch nor torchvision.
"""

from dataclasses import dataclass
from enum import Enum
from typing import List, Mapping, Optional, Tuple

from tvcompat.catalog import Catalog, Checkpoint, Model
from tvcompat.errors import (
    ConflictingArgumentsError,
    UnknownWeightsError,
    WeightsNotAvailableError,
    WeightsTypeError,
)
from tvcompat.releases import line_of

# The arguments that are translated; all others are the builder's.
WEIGHTS_ARGUMENTS = ("weights", "pretrained", "weights_backbone", "pretrained_backbone")

_UNSET: object = object()


class TVCompatDeprecationWarning(UserWarning):
    """An argument of the ``pretrained=`` era was used; the message shows the call to write instead."""


@dataclass(frozen=True)
class Request:
    """A call in the terms of the newest release.

    Attributes:
        model: what is to be built.
        checkpoint: the checkpoint of the whole model, ``None`` for none.
        backbone: the checkpoint of the backbone alone, ``None`` for none.
        quantize: whether the quantized model is requested.
        outdated: the arguments of an older era, as they were written, ``pretrained=True``.
    """

    model: Model
    checkpoint: Optional[Checkpoint]
    backbone: Optional[Checkpoint]
    quantize: bool = False
    outdated: Tuple[str, ...] = ()

    def advice(self, known: Catalog, arguments: Mapping[str, object]) -> str:
        """Return what to write instead of a call with arguments of an older era."""
        call = [f'"{self.model.name}"', f"weights={_entry(self.checkpoint)}"]
        if "weights_backbone" in arguments or "pretrained_backbone" in arguments:
            call.append(f"weights_backbone={_entry(self.backbone)}")
        call += [f"{name}={value!r}" for name, value in arguments.items() if name not in WEIGHTS_ARGUMENTS]
        return (
            f"{' and '.join(self.outdated)} {'is' if len(self.outdated) == 1 else 'are'} of the time before "
            f"torchvision {line_of(known.weights_since)}; for the same model write: get_model({', '.join(call)})"
        )


def _entry(checkpoint: Optional[Checkpoint]) -> str:
    return f'"{checkpoint.name}"' if checkpoint else "None"


def translate(known: Catalog, model: Model, arguments: Mapping[str, object]) -> Request:
    """Translate the arguments about weights into a request.

    Args:
        arguments: keyword arguments of ``get_model``, those about weights in the form of either era.

    Raises:
        ConflictingArgumentsError, UnknownWeightsError, WeightsNotAvailableError, WeightsTypeError.
    """
    quantize = bool(arguments.get("quantize", False))
    outdated: List[str] = []
    checkpoint = _chosen(known, model, arguments, "weights", "pretrained", quantize, outdated)
    backbone: Optional[Checkpoint] = None
    if model.backbone is not None:
        if "weights_backbone" in arguments or "pretrained_backbone" in arguments:
            backbone = _chosen(known, model, arguments, "weights_backbone", "pretrained_backbone", quantize, outdated)
        else:
            backbone = backbone_default(known, model)
        if checkpoint is not None:
            # A checkpoint of the whole model holds the backbone too.
            backbone = None
    return Request(model, checkpoint, backbone, quantize, tuple(outdated))


def backbone_default(known: Catalog, model: Model) -> Optional[Checkpoint]:
    """Return the backbone checkpoint that the newest release loads for a call without arguments."""
    if model.backbone is None:
        return None
    enum, _, entry = model.backbone.partition(".")
    return known.checkpoint(enum, entry)


def enum_name(model: Model, argument: str, quantize: bool) -> Optional[str]:
    """Return the weights enum that an argument of a builder takes its entries from."""
    if argument == "weights_backbone":
        return model.backbone.partition(".")[0] if model.backbone else None
    return model.quantized_enum if quantize and model.quantized_enum else model.enum


def _chosen(
    known: Catalog,
    model: Model,
    arguments: Mapping[str, object],
    argument: str,
    legacy: str,
    quantize: bool,
    outdated: List[str],
) -> Optional[Checkpoint]:
    """Return the checkpoint that ``weights=`` or ``pretrained=`` means."""
    new, old = arguments.get(argument, _UNSET), arguments.get(legacy, _UNSET)
    if new is not _UNSET and old is not _UNSET:
        if not (new is None and old is False):
            raise ConflictingArgumentsError(
                f"both {argument}={new!r} and {legacy}={old!r} were given to {model.name}; {argument}= is enough"
            )
        return None
    if new is _UNSET and old is _UNSET:
        return None
    if old is not _UNSET or isinstance(new, bool):
        value = new if old is _UNSET else old
        checkpoint = pretrained_checkpoint(known, model, argument, quantize, value)
        outdated.append(f"{argument if old is _UNSET else legacy}={value!r}")
        return checkpoint
    return find_checkpoint(known, model, argument, quantize, new)


def pretrained_checkpoint(
    known: Catalog, model: Model, argument: str, quantize: bool, value: object
) -> Optional[Checkpoint]:
    """Return the checkpoint that the newest release maps ``pretrained=True`` to.

    Raises:
        WeightsNotAvailableError: it maps it to none.
    """
    if not value:
        return None
    enum = enum_name(model, argument, quantize)
    if argument == "weights_backbone":
        return backbone_default(known, model)
    name = model.pretrained_quantized if enum == model.quantized_enum else model.pretrained
    if value is not True:
        name = known.quirks.pretrained_entry(model.name, value) or name
    if enum is not None and name is not None:
        return known.checkpoint(enum, name)
    names = ", ".join(entry_names(known, enum)) or "none exist"
    raise WeightsNotAvailableError(
        f"pretrained=True means no weights entry for {model.name}; name one of them: {names}"
    )


def find_checkpoint(known: Catalog, model: Model, argument: str, quantize: bool, value: object) -> Optional[Checkpoint]:
    """Return the checkpoint that ``weights=value`` names.

    Args:
        value: ``None``, an entry name, ``Enum.ENTRY``, ``DEFAULT``, or a member of torchvision's or tvcompat's enum.

    Raises:
        UnknownWeightsError: the model has no such entry.
        WeightsTypeError: ``value`` is something else.
    """
    if value is None:
        return None
    enum = enum_name(model, argument, quantize)
    if isinstance(value, Enum):
        owner, name = type(value).__name__, value.name
    elif isinstance(value, str):
        owner, _, name = value.rpartition(".")
        owner = owner.rpartition(".")[2]
    else:
        raise WeightsTypeError(
            f"{argument}={value!r} was given to {model.name}: it takes None, the name of an entry or a member of "
            f"{enum or 'a weights enum'}, not {type(value).__name__}"
        )
    if enum is None:
        raise UnknownWeightsError(str(value), model.name, [])
    if owner not in ("", enum):
        raise UnknownWeightsError(str(value), model.name, entry_names(known, enum, full=True))
    checkpoint = known.checkpoint(enum, name)
    if checkpoint is None:
        raise UnknownWeightsError(str(value), model.name, [*entry_names(known, enum), "DEFAULT"])
    return checkpoint


def entry_names(known: Catalog, enum: Optional[str], *, full: bool = False) -> List[str]:
    """Return the names of an enum's entries, in the newest release's order."""
    if enum is None:
        return []
    return [f"{enum}.{name}" if full else name for name in known.entry_names(enum)]
