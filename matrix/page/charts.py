"""The pictures of the report, as SVG that follows the reader's light or dark scheme."""

import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from tvcompat.catalog.availability import describe_builder
from tvcompat.catalog.diff import Change
from tvcompat.catalog.queries import Catalog

_FONT = 'font-family="system-ui, sans-serif"'

STYLE = """<style>
text { fill: #1b1f24; } .soft { fill: #57606a; } .line { stroke: #d0d7de; } .none { fill: #eaeef2; }
.pretrained { fill: #b35900; } .both { fill: #1a7f37; } .weights { fill: #0969da; }
.breaks { fill: #b3261e; } .deprecated { fill: #8a5a00; } .behaviour { fill: #6639ba; } .added { fill: #1a7f37; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .soft { fill: #9198a1; } .line { stroke: #30363d; }
.none { fill: #21262d; } .pretrained { fill: #f0883e; } .both { fill: #3fb950; } .weights { fill: #58a6ff; }
.breaks { fill: #ff7b72; } .deprecated { fill: #d29922; } .behaviour { fill: #bc8cff; } .added { fill: #3fb950; } }
</style>
"""


def _picture(width: float, height: float, title: str, description: str, parts: Iterable[str], generated: str) -> str:
    return (
        f"<!-- {generated} -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="t d" {_FONT} font-size="11">\n'
        f'<title id="t">{escape(title)}</title>\n<desc id="d">{escape(description)}</desc>\n'
        f"{STYLE}" + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, *, kind: str = "", anchor: str = "start", turned: bool = False) -> str:
    classes = f' class="{kind}"' if kind else ""
    turn = f' transform="rotate(-90 {x:g} {y:g})"' if turned else ""
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}"{classes}{where}{turn}>{escape(text)}</text>'


def _rectangle(x: float, y: float, width: float, height: float, kind: str, title: str = "") -> str:
    inside = f"<title>{escape(title)}</title></rect>" if title else "</rect>"
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" class="{kind}">{inside}'


def _legend(x: float, y: float, kinds: Sequence[tuple[str, str]]) -> list[str]:
    parts = []
    for kind, words in kinds:
        parts += [_rectangle(x, y - 9, 10, 10, kind), _text(x + 14, y, words)]
        x += 26 + 6.1 * len(words)
    return parts


# ---------------------------------------------------------------------------------------------------------------------
# Which families of models exist where


def availability(known: Catalog, generated: str) -> str:
    """Draw families of builders against releases: how many builders each family has, and how they accept weights."""
    families: dict[str, list[str]] = {}
    for path, builder in known.builders.items():
        families.setdefault(builder.module[len("torchvision.models.") :], []).append(path)

    def first(family: str) -> tuple[int, str]:
        return min(known.releases.index(known.builders[path].spans[0].first) for path in families[family]), family

    left, top, cell = 190, 78, 15
    parts = [_text(0, 16, "Model builders of torchvision, by family and release")]
    parts += _legend(
        0, 36, [("pretrained", "takes pretrained="), ("both", "takes weights= and pretrained="), ("none", "absent")]
    )
    for column, release in enumerate(known.releases):
        parts.append(_text(left + column * cell + 11, top - 4, release, kind="soft", turned=True))
    for row, family in enumerate(sorted(families, key=first)):
        y = top + row * cell
        count = len(families[family])
        parts.append(_text(left - 6, y + 11, f"{family} ({count})" if count > 1 else family, anchor="end"))
        states = [_state(known, families[family], release) for release in known.releases]
        for (kind, there), columns in groupby(range(len(states)), key=states.__getitem__):
            run = list(columns)
            first_one, last_one = known.releases[run[0]], known.releases[run[-1]]
            title = f"{family}, {first_one} to {last_one}: {there} of {count}" if there else ""
            parts.append(_rectangle(left + run[0] * cell, y, len(run) * cell - 1, cell - 1, kind, title))
    width, height = left + len(known.releases) * cell, top + len(families) * cell
    description = (
        f"{len(known.builders)} builders in {len(families)} families, {known.releases[0]} to {known.newest}. "
        f"Every family that came has stayed."
    )
    return _picture(width, height, "Availability of torchvision's model builders", description, parts, generated)


def _state(known: Catalog, paths: Sequence[str], release: str) -> tuple[str, int]:
    """Return how the builders of a family accept weights in a release, and how many there are."""
    found = [known.value(known.builders[path].accepts, release) for path in paths]
    there = [words.split() for words in found if words is not None]
    if not there:
        return "none", 0
    return "both" if any("weights" in words for words in there) else "pretrained", len(there)


# ---------------------------------------------------------------------------------------------------------------------
# What each release changed


def timeline(steps: Sequence[tuple[str, Sequence[Change]]], generated: str) -> str:
    """Draw bars for each release: what it added above the line, what it broke, deprecated or changed below.

    Args:
        steps: releases, oldest first, with what each changed since the previous one.
    """
    left, middle, wide, above = 40, 190, 20, 130
    kinds = ("breaks", "behaviour", "deprecated")
    counts = [
        (release, {kind: sum(c.category == kind for c in found) for kind in (*kinds, "added")})
        for release, found in steps
    ]
    highest = max((count["added"] for _, count in counts), default=1) or 1
    lowest = max((sum(count[kind] for kind in kinds) for _, count in counts), default=1) or 1
    # Square roots, so that two changes remain visible beside two hundred.
    scale = above / max(highest, lowest) ** 0.5

    parts = [_text(0, 16, "What each torchvision release changed for its users, names and parameters")]
    parts += _legend(
        0, 36, [("added", "added"), ("breaks", "breaks"), ("behaviour", "behaves otherwise"), ("deprecated", "warns")]
    )
    for column, (release, count) in enumerate(counts):
        x = left + column * wide
        words = ", ".join(f"{count[kind]} {kind}" for kind in ("added", *kinds) if count[kind])
        if count["added"]:
            height = scale * count["added"] ** 0.5
            parts.append(_rectangle(x, middle - height, wide - 4, height, "added", f"{release}: {words}"))
            parts.append(_text(x + 8, middle - height - 3, str(count["added"]), kind="soft", anchor="middle"))
        total, y = sum(count[kind] for kind in kinds), float(middle)
        for kind in kinds:
            if count[kind]:
                height = scale * total**0.5 * count[kind] / total
                parts.append(_rectangle(x, y, wide - 4, height, kind, f"{release}: {words}"))
                y += height
        if total:
            parts.append(_text(x + 8, y + 12, str(total), kind="soft", anchor="middle"))
        parts.append(_text(x + 12, middle + above + 62, release, kind="soft", turned=True))
    right = left + len(counts) * wide
    parts.append(f'<line x1="{left - 6}" y1="{middle}" x2="{right}" y2="{middle}" class="line"></line>')
    description = "Square roots of the counts, so that small releases can be seen beside large ones."
    return _picture(
        right + 10, middle + above + 70, "What each torchvision release changed", description, parts, generated
    )


# ---------------------------------------------------------------------------------------------------------------------
# What weights are good for


class Point(NamedTuple):
    """An ImageNet checkpoint: accuracy in percent, operations in 10^9 multiply-adds, parameters in millions."""

    model: str
    entry: str
    accuracy: float
    gflops: float
    millions: float


def points(known: Catalog) -> list[Point]:
    """Return the entries of the newest release that state all three, by increasing accuracy."""
    found = []
    for builder in known.builders.values():
        for entry in describe_builder(known, builder)["weights"] if builder.namespace == "torchvision.models" else ():
            # The features-only weights of VGG16 state their accuracy as `nan`.
            top1 = float(entry["metrics"].get("ImageNet-1K", {}).get("acc@1") or "nan")
            if math.isfinite(top1) and entry["gflops"] and entry["parameters"]:
                name = entry["entry"].rpartition(".")[2]
                found.append(Point(builder.name, name, top1, entry["gflops"], entry["parameters"] / 1e6))
    return sorted(found, key=lambda point: point.accuracy)


def weights(found: Sequence[Point], generated: str) -> str:
    """Draw ImageNet accuracy against operations, with circles as large as the model; label the best for their cost."""
    left, top, wide, high = 46, 56, 760, 400
    lowest = min((point.accuracy for point in found), default=50) - 1
    highest = max((point.accuracy for point in found), default=90) + 1
    least = math.log10(min((point.gflops for point in found), default=0.01)) - 0.08
    most = math.log10(max((point.gflops for point in found), default=100)) + 0.08

    def place(point: Point) -> tuple[float, float]:
        x = left + wide * (math.log10(point.gflops) - least) / (most - least)
        return x, top + high * (highest - point.accuracy) / (highest - lowest)

    parts = [_text(0, 16, "ImageNet weights of torchvision: accuracy against cost")]
    parts.append(
        _text(
            0,
            34,
            "top-1 accuracy in percent; circles grow with the number of parameters; named: the best for their cost",
            kind="soft",
        )
    )
    for percent in range(60, 100, 5):
        if lowest < percent < highest:
            y = top + high * (highest - percent) / (highest - lowest)
            parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + wide}" y2="{y:.1f}" class="line"></line>')
            parts.append(_text(left - 6, round(y + 4, 1), str(percent), kind="soft", anchor="end"))
    for operations in (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000):
        if least < math.log10(operations) < most:
            x = left + wide * (math.log10(operations) - least) / (most - least)
            parts.append(_text(round(x, 1), top + high + 16, f"{operations:g}", kind="soft", anchor="middle"))
    parts.append(_text(left + wide, top + high + 32, "10^9 multiply-adds for one image", kind="soft", anchor="end"))
    best, named = 1e9, []
    for point in reversed(found):
        if point.gflops < best:
            best = point.gflops
            named.append(point)
    for point in found:
        x, y = place(point)
        kind = "both" if point in named else "weights"
        cost = f"{point.gflops:g} GFLOPs, {point.millions:.1f} M parameters"
        title = f"{point.model} {point.entry}: {point.accuracy} %, {cost}"
        radius = 2 + 0.35 * point.millions**0.5
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="{kind}" fill-opacity=".6">'
            f"<title>{escape(title)}</title></circle>"
        )
    last = 0.0
    for point in reversed(named):
        x, y = place(point)
        if y < last - 13 or not last:
            left_out = x < left + 130
            where = round(x + 6 if left_out else x - 8, 1)
            parts.append(_text(where, round(y - 6, 1), point.model, anchor="start" if left_out else "end"))
            last = y
    description = f"{len(found)} checkpoints. Named are models that no other beats at the same or lower cost."
    return _picture(
        left + wide + 14,
        top + high + 40,
        "Accuracy against cost of torchvision's weights",
        description,
        parts,
        generated,
    )
