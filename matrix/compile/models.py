"""The table that the shim reads: each model with its checkpoints, resolved from what the other tables say.

It adds nothing to them. It is small, so that the first call of a program is fast, and compiled in advance, so that
the shim need not work out at run time which default a signature states or which entry an address belongs to.
"""

import re
from collections.abc import Mapping
from typing import Any

from tvcompat.catalog import Builder, Catalog

Table = dict[str, Any]


def compile_models(known: Catalog, raw: Mapping[str, Table]) -> Table:
    """Compile the table ``models``.

    Args:
        known: the catalog of the tables in ``raw``.
        raw: the other tables as they are stored.
    """
    enums = {name: _enum(known, name) for name in raw["weights"]["enums"]}
    models = {builder.name: _model(known, raw, builder) for builder in known.builders.values()}
    return {"models": models, "enums": enums}


def _enum(known: Catalog, name: str) -> Table:
    """Return namespace and default of an enum, and address and number of classes of the newest release's entries."""
    enum = known.enum(name)
    entries: dict[str, list[Any]] = {}
    for entry in enum.entries.values():
        if not entry.urls[-1].newest:
            continue
        categories = entry.metadata[-1].value.get("categories")
        entries[entry.name] = [entry.urls[-1].value, categories["count"] if categories else None]
    return {"namespace": enum.namespace, "default": enum.aliases[-1].value["DEFAULT"], "entries": entries}


def _model(known: Catalog, raw: Mapping[str, Table], builder: Builder) -> Table:
    row = raw["builders"]["builders"][builder.path]
    signature = builder.signatures[-1].value
    backbone = re.search(r"weights_backbone: [^=]*= (\w+\.\w+)", signature)
    plain = builder.enums[-1].value.replace("_QuantizedWeights", "_Weights") if builder.enums else None
    quantized = plain.replace("_Weights", "_QuantizedWeights") if plain and builder.quantized else None
    described: Table = {
        "path": builder.path,
        "module": builder.module,
        "spans": row["spans"],
        "enum": plain,
        "quantized_enum": quantized,
        "backbone": backbone.group(1) if backbone else None,
        "pretrained": _pretrained(known, builder, plain, quantize=False),
        "pretrained_quantized": _pretrained(known, builder, quantized, quantize=True),
        "fetches": _fetching(known, row.get("pretrained", [])),
        "fetches_quantized": _fetching(known, row.get("quantized", [])),
        "older": _older(known, builder, quantize=False),
        "older_quantized": _older(known, builder, quantize=True),
        "renames": row.get("renames", []),
        "settings": _settings(known, builder),
    }
    return {key: value for key, value in described.items() if value not in (None, [], {})}


def _pretrained(known: Catalog, builder: Builder, enum: str | None, *, quantize: bool) -> str | None:
    """Return the entry whose file the newest release fetches for ``pretrained=True``, or ``None``."""
    spans = builder.quantized if quantize else builder.pretrained
    if enum is None or not spans:
        return None
    outcome = spans[-1].value
    if outcome.error or not outcome.asks:
        return None
    found = [name for name, entry in known.enum(enum).entries.items() if entry.urls[-1].value == outcome.asks[-1]]
    return found[0] if found else None


def _fetching(known: Catalog, spans: list[list[Any]]) -> list[list[Any]]:
    """Return the spans of releases in which ``pretrained=True`` fetches a checkpoint."""
    found: list[list[Any]] = []
    for first, last, number in spans:
        outcome = known.outcome(number)
        if not outcome.error and outcome.asks:
            if found and known.releases.index(found[-1][1]) + 1 == known.releases.index(first):
                found[-1][1] = last
            else:
                found.append([first, last])
    return found


def _older(known: Catalog, builder: Builder, *, quantize: bool) -> list[str]:
    """Return other addresses from which older releases fetched the ``pretrained=True`` checkpoint, newest first."""
    spans = builder.quantized if quantize else builder.pretrained
    if not spans:
        return []
    newest = spans[-1].value.asks
    asked = [span.value.asks for span in reversed(spans)]
    return list(dict.fromkeys(asks[-1] for asks in asked if asks and newest and asks[-1] != newest[-1]))


def _settings(known: Catalog, builder: Builder) -> Table:
    """Return entry -> settings of its checkpoint: ``image_size``, ``transform_input``, ``eps`` (usual, its own)."""
    found: dict[str, Table] = {}
    for entry, spans in known.checkpoints(builder.path).items():
        settings: Table = {}
        for attribute, before, after, _, path in spans[-1].value.settings:
            if path == "" and attribute in ("image_size", "transform_input"):
                settings[attribute] = after
            elif path and attribute == "eps":
                settings["eps"] = [before, after]
        if settings:
            found[entry] = settings
    return found
