"""Convert rows of the tables to the objects of ``history``.

Loaded by the first query that needs one of these objects: defining their classes takes longer than a call of the
shim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Sequence, Tuple

from tvcompat.catalog.facts import Span, map_values
from tvcompat.catalog.history import Builder, Description, Entry, Outcome, Release, Setting, WeightsEnum

if TYPE_CHECKING:
    from tvcompat.catalog import rows
    from tvcompat.catalog.timeline import Timeline


def release(version: str, row: rows.ReleaseRow) -> Release:
    """Return a release from its row."""
    return Release(
        version,
        row.get("torch", ""),
        row.get("python", ""),
        row.get("era", ""),
        row.get("requires_torch", ""),
        row.get("requires_python", ""),
        {platform: tuple(names) for platform, names in row.get("wheels", {}).items()},
        row.get("measured", False),
        row.get("yanked", ""),
        row.get("checks", 0),
        tuple(row.get("failures", ())),
    )


def builder(
    path: str,
    row: rows.BuilderRow,
    timeline: Timeline,
    outcomes: Callable[[Sequence[rows.SpanRow[int]]], Tuple[Span[Outcome], ...]],
) -> Builder:
    """Return a builder from its row; ``outcomes`` looks up what calls did."""
    spans = timeline.spans
    return Builder(
        path,
        row["name"],
        row["module"],
        spans(row["spans"]),
        spans(row["signature"]),
        spans(row["accepts"]),
        spans(row.get("parameters", [])),
        spans(row.get("schema", [])),
        spans(row.get("renames", [])),
        outcomes(row.get("plain", [])),
        outcomes(row.get("pretrained", [])),
        outcomes(row.get("quantized", [])),
        spans(row.get("enum", [])),
        spans(row.get("outputs", [])),
    )


def outcome(row: rows.OutcomeRow) -> Outcome:
    """Return what a call did from its row."""
    return Outcome(
        tuple(row.get("asks", ())),
        row.get("error", ""),
        tuple(Setting(*each) for each in row.get("settings", ())),
        row.get("schema"),
        tuple(row.get("loads", ())),
    )


def weights_enum(name: str, table: rows.WeightsTable, timeline: Timeline) -> WeightsEnum:
    """Return a weights enum with its entries; ``KeyError`` where the table has none of that name."""
    row, spans = table["enums"][name], timeline.spans
    entries = {
        entry: Entry(
            name,
            entry,
            spans(found["url"]),
            map_values(spans(found["metadata"]), table["metadata"].__getitem__),
            map_values(spans(found["preprocessing"]), table["preprocessing"].__getitem__),
        )
        for entry, found in row["entries"].items()
    }
    return WeightsEnum(
        name,
        row["namespace"],
        row["module"],
        tuple(row["builders"]),
        spans(row["spans"]),
        spans(row["aliases"]),
        entries,
    )


def description(stored: object) -> Description:
    """Return what a name is, as a record has it: a text, or a class with its inside."""
    if isinstance(stored, dict):
        return Description("class", stored.get("parameters", ""), tuple(stored.get("bases", ())))
    text = str(stored)
    if text.startswith("= "):
        return Description("import", text)
    for start, kind in (("def", "function"), ("class", "class")):
        if text.startswith(start):
            return Description(kind, text[len(start) :])
    return Description("module" if text.startswith("module") else "data", text)
