"""``tvcompat show NAME``: one builder, weights entry or any other name: since when, until when, and how to call it."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING, Dict, List

from tvcompat.catalog.availability import availability
from tvcompat.catalog.queries import Catalog, catalog
from tvcompat.commands.output import add_format, message, print_json, terminal_width
from tvcompat.errors import UnknownNameError
from tvcompat.releases import OLDEST_SUPPORTED, installed_version

if TYPE_CHECKING:
    from tvcompat.catalog.answers import Answer, InstalledAnswer, SpanAnswer

EXAMPLES = """examples:
  tvcompat show resnet50
  tvcompat show detection.ssdlite320_mobilenet_v3_large
  tvcompat show ResNet50_Weights.DEFAULT
  tvcompat show torchvision.transforms.functional_tensor
  tvcompat show SSD --format json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", help="a builder, a weights entry, or any name; modules in front are optional"
    )
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    known = catalog()
    try:
        answer = availability(known, arguments.name)
    except UnknownNameError as error:
        if arguments.format == "json":
            nothing: Dict[str, object] = {
                "kind": None,
                "first": None,
                "last": None,
                "releases": [],
                "signatures": [],
                "weights": [],
            }
            print_json({"name": arguments.name, **nothing, "close": list(error.close)})
        message(str(error))
        return 2
    answer["installed"] = installed(known, answer)
    if arguments.format == "json":
        print_json(answer)
    else:
        print("\n".join(text(known, answer)))
    return 0


def installed(known: Catalog, answer: Answer) -> InstalledAnswer:
    """Return whether the installed torchvision has the thing, and how to get it there."""
    version = installed_version()
    if version is None:
        return {"version": None, "has_it": None, "how": ""}
    release = known.nearest(version)
    if release is None:
        return {
            "version": version,
            "has_it": None,
            "how": f"torchvision {version} is older than {OLDEST_SUPPORTED}, the oldest release known here",
        }
    if release not in answer["releases"]:
        return {"version": version, "has_it": False, "how": f"not in {release}; it is in {_range(answer)}"}
    return {"version": version, "has_it": True, "how": how_to_get(answer, release)}


def how_to_get(answer: Answer, release: str) -> str:
    """Return a line of code that gets the thing on a release that has it."""
    if answer["kind"] == "builder":
        holds = [s for s in answer["signatures"] if release in _between(answer, s)]
        weights = [w for w in answer["weights"] if w["default"]] or answer["weights"]
        if holds and "weights" in holds[-1]["accepts"]:
            argument = f'weights="{weights[0]["entry"].partition(".")[2]}"' if weights else "weights=None"
        elif holds and "keyword" in holds[-1]["accepts"]:
            argument = "pretrained=True"
        else:
            argument = ""
        return f"{answer['path']}({argument})"
    module, _, name = answer["path"].rpartition(".")
    if answer["kind"] == "weights" and "." in answer["name"]:
        return str(answer["path"])
    return f"import {answer['path']}" if answer["kind"] == "module" else f"from {module} import {name}"


def _between(answer: Answer, span: SpanAnswer) -> List[str]:
    releases: List[str] = answer["releases"]
    if span["first"] not in releases or span["last"] not in releases:
        return []
    return releases[releases.index(span["first"]) : releases.index(span["last"]) + 1]


def _range(answer: Answer) -> str:
    return str(answer["first"]) if answer["first"] == answer["last"] else f"{answer['first']} to {answer['last']}"


def text(known: Catalog, answer: Answer) -> List[str]:
    """Return the answer as lines of text."""
    lines = [f"{answer['name']}  ({answer['kind']})", f"  {answer['path']}"]
    if answer["first"] is None:
        lines.append("  in no release can it be imported")
    elif answer["in_newest"]:
        lines.append(f"  since {answer['first']}, still in the newest release ({known.newest})")
    else:
        following = known.releases[known.releases.index(str(answer["last"])) + 1]
        lines.append(f"  from {answer['first']} to {answer['last']}; gone since {following}")
    if answer.get("parameters"):
        lines.append(f"  {answer['parameters']:,} parameters")
    lines += _signatures(answer)
    lines += _weights(answer)
    for span in answer.get("pretrained", []):
        if span["asks"]:
            files = ", then ".join(url.rpartition("/")[2] for url in span["asks"])
            lines.append(f"  pretrained=True, {_span(span)}: {files}")
    if answer.get("builders"):
        lines.append(f"  taken by {', '.join(answer['builders'])}")
    if answer.get("names"):
        lines += _wrapped("defines " + ", ".join(answer["names"]))
    for note in answer["notes"]:
        lines += _wrapped(f"note: {note}")
    if answer["also"]:
        lines += _wrapped(f"also: {', '.join(answer['also'][:6])}" + (" ..." if len(answer["also"]) > 6 else ""))
    here = answer["installed"]
    if here["version"] is not None:
        lines += _wrapped(f"installed here: torchvision {here['version']}: {here['how']}")
    return lines


def _span(span: SpanAnswer) -> str:
    return span["first"] if span["first"] == span["last"] else f"{span['first']} - {span['last']}"


def _signatures(answer: Answer) -> List[str]:
    lines = []
    for span in answer["signatures"]:
        lines.append(f"  {_span(span)}")
        lines += _wrapped(span["signature"], indent="      ")
        accepts = span.get("accepts", [])
        if accepts and "weights" in accepts and "keyword" in accepts:
            first = ", also as first positional argument" if "positional" in accepts else ""
            lines.append(f"      takes pretrained= as well{first}")
        elif "weights" in accepts:
            lines.append("      does not take pretrained=")
    return lines


def _weights(answer: Answer) -> List[str]:
    lines = []
    for entry in answer["weights"]:
        default = "  DEFAULT" if entry["default"] else ""
        facts = []
        for group in (entry["metrics"] or {}).values():
            if isinstance(group, dict):
                facts += [f"{name} {value}" for name, value in group.items()]
        if entry["parameters"]:
            facts.append(f"{entry['parameters'] / 1e6:.1f} M parameters")
        lines.append(f"  {entry['entry']}{default}  {_span(entry)}")
        lines.append(f"      {entry['url'].rpartition('/')[2]}" + (f"  ({', '.join(facts)})" if facts else ""))
    return lines


def _wrapped(line: str, indent: str = "  ") -> List[str]:
    return textwrap.wrap(
        line, max(40, terminal_width() - 1), initial_indent=indent, subsequent_indent=indent + "    ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
