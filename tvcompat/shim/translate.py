"""What a call asks for: the arguments of both eras brought to one checkpoint, or none.

Pure: it reads the catalog and imports neither torch nor torchvision.
"""

import re
import warnings
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

from tvcompat.catalog import Builder, Catalog, Entry
from tvcompat.errors import (
    ConflictingArgumentsError,
    UnknownWeightsError,
    WeightsNotAvailableError,
    WeightsTypeError,
)


class TVCompatDeprecationWarning(UserWarning):
    """An argument of the ``pretrained=`` era was used; the message shows the call to write instead."""


@dataclass(frozen=True)
class Request:
    """A call in the terms of the newest release.

    Attributes:
        builder: what is to be built.
        entry: the checkpoint of the whole model, ``None`` for none.
        backbone: the checkpoint of the backbone alone, ``None`` for none.
        arguments: all other arguments, as given.
    """

    builder: Builder
    entry: Optional[Entry]
    backbone: Optional[Entry]
    arguments: Dict[str, Any] = field(default_factory=dict)


def translate(known: Catalog, builder: Builder, arguments: Dict[str, Any], *, stacklevel: int = 3) -> Request:
    """Take the arguments about weights out of a call.

    Args:
        arguments: keyword arguments of ``get_model``, those about weights in the form of either era.
        stacklevel: how far up the person's own line stands, for warnings.

    Raises:
        ConflictingArgumentsError, UnknownWeightsError, WeightsNotAvailableError, WeightsTypeError.
    """
    rest = dict(arguments)
    quantize = bool(rest.get("quantize", False))
    entry = _chosen(known, builder, rest, "weights", "pretrained", quantize, stacklevel + 1)
    default = backbone_default(known, builder.path)
    backbone: Optional[Entry] = None
    if default is not None:
        given = "weights_backbone" in rest or "pretrained_backbone" in rest
        chosen = _chosen(known, builder, rest, "weights_backbone", "pretrained_backbone", quantize, stacklevel + 1)
        backbone = chosen if given else default
        if entry is not None:
            # A checkpoint of the whole model holds the backbone too.
            backbone = None
    return Request(builder, entry, backbone, rest)


@lru_cache(maxsize=None)
def _backbone_of(signature: str) -> Optional[Tuple[str, str]]:
    match = re.search(r"weights_backbone: [^=]*= (\w+)\.(\w+)", signature)
    return (match.group(1), match.group(2)) if match else None


def backbone_default(known: Catalog, path: str) -> Optional[Entry]:
    """The backbone checkpoint that the newest release fetches for a call without arguments."""
    found = _backbone_of(known.builders[path].signatures[-1].value)
    return known.enum(found[0]).entries[found[1]] if found else None


def enum_name(known: Catalog, builder: Builder, argument: str, quantize: bool) -> Optional[str]:
    """The weights enum that an argument of a builder takes its entries from."""
    if argument == "weights_backbone":
        found = _backbone_of(builder.signatures[-1].value)
        return found[0] if found else None
    name = builder.enums[-1].value if builder.enums else None
    if name is None or not builder.quantized:
        return name
    plain = name.replace("_QuantizedWeights", "_Weights")
    quantized = plain.replace("_Weights", "_QuantizedWeights")
    return quantized if quantize else plain


def _chosen(
    known: Catalog, builder: Builder, rest: Dict[str, Any], argument: str, legacy: str, quantize: bool, stacklevel: int
) -> Optional[Entry]:
    """The entry that ``weights=`` or ``pretrained=`` means; both are taken out of ``rest``."""
    missing = object()
    new, old = rest.pop(argument, missing), rest.pop(legacy, missing)
    if new is not missing and old is not missing:
        if not (new is None and old is False):
            raise ConflictingArgumentsError(
                f"both {argument}={new!r} and {legacy}={old!r} were given to {builder.name}; {argument}= is enough"
            )
        return None
    if new is missing and old is missing:
        return None
    if old is not missing or isinstance(new, bool):
        value = new if old is missing else old
        entry = pretrained_entry(known, builder, argument, quantize, value)
        used = f"{argument if old is missing else legacy}={value!r}"
        instead = f"{argument}={entry.name!r}" if entry else f"{argument}=None"
        warnings.warn(
            f'{used} is of the era before torchvision 0.13; write get_model("{builder.name}", {instead})',
            TVCompatDeprecationWarning,
            stacklevel=stacklevel,
        )
        return entry
    return find_entry(known, builder, argument, quantize, new)


def pretrained_entry(known: Catalog, builder: Builder, argument: str, quantize: bool, value: Any) -> Optional[Entry]:
    """The entry that the newest release maps ``pretrained=True`` to.

    Raises:
        WeightsNotAvailableError: it maps it to none.
    """
    if not value:
        return None
    enum = enum_name(known, builder, argument, quantize)
    if argument == "weights_backbone":
        return backbone_default(known, builder.path)
    if value == "legacy" and enum is not None and "COCO_LEGACY" in known.enum(enum).entries:
        return known.enum(enum).entries["COCO_LEGACY"]
    spans = builder.quantized if quantize and builder.quantized else builder.pretrained
    outcome = known.outcome(spans[-1].value)
    if enum is not None and outcome.asks and not outcome.error:
        for entry in known.enum(enum).entries.values():
            if entry.urls[-1].value == outcome.asks[-1]:
                return entry
    names = ", ".join(entry_names(known, enum)) or "none exist"
    raise WeightsNotAvailableError(
        f"pretrained=True means no weights entry for {builder.name}; name one of them: {names}"
    )


def find_entry(known: Catalog, builder: Builder, argument: str, quantize: bool, value: Any) -> Optional[Entry]:
    """The entry that ``weights=value`` names.

    Args:
        value: ``None``, an entry name, ``Enum.ENTRY``, ``DEFAULT``, or a member of torchvision's or tvcompat's enum.

    Raises:
        UnknownWeightsError: the model has no such entry.
        WeightsTypeError: ``value`` is something else.
    """
    if value is None:
        return None
    enum = enum_name(known, builder, argument, quantize)
    if isinstance(value, Enum):
        owner, name = type(value).__name__, value.name
    elif isinstance(value, str):
        owner, _, name = value.rpartition(".")
        owner = owner.rpartition(".")[2]
    else:
        raise WeightsTypeError(
            f"{argument}={value!r} was given to {builder.name}: it takes None, the name of an entry or a member of "
            f"{enum or 'a weights enum'}, not {type(value).__name__}"
        )
    if enum is None or owner not in ("", enum):
        raise UnknownWeightsError(str(value), builder.name, entry_names(known, enum, full=True))
    table = known.enum(enum)
    name = default_name(known, enum) if name == "DEFAULT" else name
    if name not in table.entries or not table.entries[name].urls[-1].newest:
        raise UnknownWeightsError(str(value), builder.name, [*entry_names(known, enum), "DEFAULT"])
    return table.entries[name]


def default_name(known: Catalog, enum: str) -> str:
    """The entry that ``DEFAULT`` stands for in the newest release."""
    return str(known.enum(enum).aliases[-1].value["DEFAULT"])


def entry_names(known: Catalog, enum: Optional[str], *, full: bool = False) -> List[str]:
    """Names of the entries of an enum, in the newest release's order."""
    if enum is None:
        return []
    return [entry.full_name if full else entry.name for entry in known.enum(enum).entries.values()]
