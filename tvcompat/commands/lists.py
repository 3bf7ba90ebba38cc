"""``tvcompat models`` and ``tvcompat weights``: what a release has, with filters."""

import argparse
from fnmatch import fnmatch
from typing import Any, Dict, List

from tvcompat.catalog.availability import builder_enums, find, weights_of
from tvcompat.catalog.queries import Catalog, catalog
from tvcompat.commands.output import add_format, message, print_json, table
from tvcompat.releases import OLDEST_SUPPORTED, installed_version

MODELS_EXAMPLES = """examples:
  tvcompat models --release 0.12
  tvcompat models "*mobilenet*" --module detection
  tvcompat models --release 0.9.0 --format json
"""
WEIGHTS_EXAMPLES = """examples:
  tvcompat weights resnet50
  tvcompat weights --release 0.13 --module segmentation
  tvcompat weights "*V2" --format json
"""


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--module", help="only of this namespace: detection, segmentation, ... or models for the rest")
    parser.add_argument("--release", help="a release such as 0.12.0, 0.12 or latest; the installed one when not given")
    add_format(parser)


def add_models_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pattern", nargs="?", default="*", metavar="PATTERN", help="names to list, * stands for anything"
    )
    _add_common(parser)


def add_weights_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pattern", nargs="?", default="*", metavar="MODEL|PATTERN", help="a model, or entries to list")
    _add_common(parser)


def chosen_release(known: Catalog, asked: "str | None") -> str:
    """Return the requested release, else the installed one, else the newest; the latter two are noted on stderr."""
    if asked:
        return known.find_release(asked)
    version = installed_version()
    release = known.nearest(version) if version else None
    if release is None:
        missing = f"no torchvision from {OLDEST_SUPPORTED} on is installed here"
        message(f"{missing}: the newest release, {known.newest}, is listed")
        return known.newest
    message(f"torchvision {version} is installed here: {release} is listed")
    return release


def _in_module(namespace: str, asked: "str | None") -> bool:
    last = namespace.rpartition(".")[2]
    return asked is None or asked in (namespace, last, namespace[len("torchvision.") :])


def run_models(arguments: argparse.Namespace) -> int:
    known = catalog()
    release = chosen_release(known, arguments.release)
    found: List[Dict[str, Any]] = []
    for builder in known.builders.values():
        if known.at(builder.spans, release) is None or not _in_module(builder.namespace, arguments.module):
            continue
        if not any(fnmatch(name, arguments.pattern) for name in (builder.name, builder.function, builder.path)):
            continue
        entries = [w for name in builder_enums(known, builder) for w in weights_of(known, known.enum(name))]
        found.append(
            {
                "name": builder.name,
                "path": builder.path,
                "first": builder.spans[0].first,
                "last": builder.spans[-1].last,
                "parameters": known.value(builder.parameters, release),
                "accepts": (known.value(builder.accepts, release) or "").split(),
                "weights": [w["entry"] for w in entries if release in known.between(w["first"], w["last"])],
            }
        )
    if arguments.format == "json":
        print_json(found)
        return 0
    rows = []
    for item in found:
        millions = f"{item['parameters'] / 1e6:.1f} M" if item["parameters"] else ""
        rows.append([item["name"], item["path"].rpartition(".")[0][len("torchvision.") :], item["first"], millions])
    if rows:
        print(table(["name", "namespace", "since", "parameters"], rows, right=[3]))
    message(f"{len(found)} models in {release}")
    return 0


def run_weights(arguments: argparse.Namespace) -> int:
    known = catalog()
    release = chosen_release(known, arguments.release)
    names = [path for path in find(known, arguments.pattern) if path in known.builders]
    wanted = [name for path in names for name in builder_enums(known, known.builders[path])]
    found: List[Dict[str, Any]] = []
    for enum in known.enums.values():
        if (wanted and enum.name not in wanted) or not _in_module(enum.namespace, arguments.module):
            continue
        aliases = known.value(enum.aliases, release) or {}
        for entry in weights_of(known, enum):
            short = entry["entry"].partition(".")[2]
            url = known.value(enum.entries[short].urls, release)
            if url is None or not (
                wanted or fnmatch(entry["entry"], arguments.pattern) or fnmatch(enum.name, arguments.pattern)
            ):
                continue
            default = aliases.get("DEFAULT") == short
            found.append({**entry, "default": default, "url": url, "builders": list(enum.builders)})
    if arguments.format == "json":
        print_json(found)
        return 0
    rows = []
    for item in found:
        metrics = [
            f"{name} {value}"
            for group in item["metrics"].values()
            if isinstance(group, dict)
            for name, value in group.items()
        ]
        rows.append(
            [
                item["entry"] + (" *" if item["default"] else ""),
                item["first"],
                item["url"].rpartition("/")[2],
                ", ".join(metrics),
            ]
        )
    if rows:
        print(table(["entry (* is DEFAULT)", "since", "file", "metrics"], rows))
    era = known.all_releases[release].era
    if not rows and era == "pretrained":
        first = next(name for name, facts in known.all_releases.items() if facts.era != "pretrained")
        message(f"{release} has no weights enums; they came with {first}. `tvcompat show MODEL` names its files.")
    message(f"{len(found)} weights entries in {release}")
    return 0
