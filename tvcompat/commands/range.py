"""``tvcompat range``: the releases that a program supports, and the line that sets each end."""

import argparse
from dataclasses import replace
from typing import Any, Dict, List

from tvcompat.check.findings import Finding
from tvcompat.check.supported_range import Supported, supported
from tvcompat.commands.inputs import not_checked, paths_of
from tvcompat.commands.output import add_format, counted, message, print_json

EXAMPLES = """examples:
  tvcompat range src
  tvcompat range . --format json

exit code: 0 an answer, 1 no answer since a file can't be parsed, 2 usage error, or a file that can't be read"""

# How many lines are shown for each bound.
SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], help="files and folders")
    parser.add_argument("--exclude", action="append", metavar="PATTERN", help="files to leave out, as in .gitignore")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    paths, unlisted = paths_of(arguments.paths, arguments.exclude or [])
    found = supported(paths)
    found.unreadable += unlisted
    for unreadable in found.unreadable:
        message(not_checked(unreadable))
    if arguments.format == "json":
        print_json(described(found))
    else:
        print("\n".join(lines(found)))
    if not found.unreadable:
        return 0
    return 1 if all(unreadable.opened for unreadable in found.unreadable) else 2


def described(found: Supported) -> Dict[str, Any]:
    """Return the answer for ``--format json``; it names no releases if some files were not checked."""
    answered = not found.unreadable
    return {
        "first": found.first if answered else None,
        "last": found.last if answered else None,
        "releases": found.releases if answered else [],
        "unreadable": [{"path": each.path, "line": each.line, "message": each.text} for each in found.unreadable],
        "below": [finding.as_json() for finding in found.below()],
        "above": [finding.as_json() for finding in found.above()],
        "changing": [finding.as_json() for finding in found.changing] if answered else [],
        "breaking": {release: len(findings) for release, findings in found.breaking.items()},
    }


def lines(found: Supported) -> List[str]:
    """Return the answer as lines of text."""
    if found.unreadable:
        names = list(dict.fromkeys(each.path for each in found.unreadable))
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        answer = [f"No answer for the whole: {', '.join(names[:SHOWN])}{more} could not be checked."]
        rest = found.checked - len({each.path for each in found.unreadable if each.opened})
        if rest <= 0:
            return answer
        found = replace(found, unreadable=[], checked=rest)
        return [*answer, "Of all the rest:", *lines(found)]
    if found.first is None:
        fewest = min(found.breaking, key=lambda release: len(found.breaking[release]))
        head = [f"No release from {next(iter(found.breaking))} on runs all of it; the fewest lines break on {fewest}:"]
        return head + shown(found.breaking[fewest])
    answer = [f"It runs on torchvision {found.first} to {found.last} ({counted(found.checked, 'file')})."]
    holes = [r for r in found.breaking if r not in found.releases]
    order = list(found.breaking)
    between = [r for r in holes if order.index(found.first) < order.index(r) < order.index(str(found.last))]
    if between:
        answer.append(f"Not on {', '.join(between)} in between:")
        answer += shown(found.breaking[between[0]])
    for text, findings in (("The lower end is set by:", found.below()), ("The upper end is set by:", found.above())):
        if findings:
            answer += [text, *shown(findings)]
    if found.changing:
        answer += ["Not with the same results on all of them:", *shown(found.changing)]
    return answer


def shown(findings: List[Finding]) -> List[str]:
    text = [f"  {f.path}:{f.line}:{f.column}: {f.message}" for f in findings[:SHOWN]]
    return text + ([f"  and {len(findings) - SHOWN} more"] if len(findings) > SHOWN else [])
