"""``tvcompat check``: report code that breaks on the target releases."""

import argparse
import gc
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Dict, List, Tuple

from tvcompat.check.engine import Checker, Result
from tvcompat.check.findings import Finding, Target
from tvcompat.check.formats import FORMATS, forget, render
from tvcompat.check.project_scan import check_files
from tvcompat.check.rules import rules
from tvcompat.collecting import without_collecting
from tvcompat.commands.inputs import not_checked, paths_of, require_python
from tvcompat.commands.output import counted, message, table, wants_colour
from tvcompat.commands.request import Request, add_rules, add_target, request

EXAMPLES = """examples:
  tvcompat check src                         it runs on 0.12; what breaks on the newest release
  tvcompat check src --from 0.9 --to 0.15    other releases
  tvcompat check src --min 0.9 --max latest  it has to work on every release between
  tvcompat check - --stdin-filename app.py   one file from standard input
  tvcompat check src --format sarif > tvcompat.sarif

exit code: 0 nothing found, 1 findings (a file that can't be parsed is one, TVC001), 2 usage error, nothing to check, or
a file or folder that can't be read (with --strict also a file that can't be parsed)"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], help="files and folders; - for standard input")
    add_target(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed")
    add_rules(parser)
    parser.add_argument("--baseline", metavar="FILE", help="report only what is not in this file")
    parser.add_argument("--write-baseline", metavar="FILE", help="write what is found to a file, for --baseline")
    parser.add_argument("--stdin-filename", metavar="NAME", help="what standard input is called in findings")
    parser.add_argument("--statistics", action="store_true", help="how often each rule was broken, instead of where")
    parser.add_argument("--strict", action="store_true", help="exit with 2 when a file can't be parsed")


def run(arguments: argparse.Namespace) -> int:
    forget()
    asked = request(arguments)
    result, given = look(arguments, asked)
    for unreadable in result.unreadable:
        # Those with a finding are reported with the others.
        if unreadable.finding is None:
            message(not_checked(unreadable))
    found = result.findings
    if arguments.write_baseline or arguments.baseline:
        # Imported here, like other modules that few runs need.
        from tvcompat.check import baseline

        if arguments.write_baseline:
            baseline.write(Path(arguments.write_baseline), found, given)
        if arguments.baseline:
            found = baseline.new_ones(found, baseline.read(Path(arguments.baseline)), given)
    if arguments.statistics:
        sys.stdout.write(statistics(found, arguments.format))
    else:
        sys.stdout.write(render(found, arguments.format, given, colour=wants_colour()))
    if arguments.format == "text":
        message(summary(found, result.checked, asked.target))
    if any(arguments.strict or not unreadable.opened for unreadable in result.unreadable):
        return 2
    return 1 if found and not arguments.write_baseline else 0


def look(arguments: argparse.Namespace, asked: Request) -> Tuple[Result, Dict[str, str]]:
    """Check what was requested; return the result and the source of input that is in no file."""
    if arguments.paths == ["-"]:
        require_python()
        name = arguments.stdin_filename or "<stdin>"
        data = sys.stdin.buffer.read()
        result = Result()
        result.checked = 1
        Checker(asked.target, asked.codes, [name]).check(name, data, result)
        return result, {name: data.decode("utf-8", errors="replace")}
    paths, unlisted = paths_of(arguments.paths, asked.exclude)
    with without_collecting():
        result = check_files(paths, asked.target, asked.codes)
        result.unreadable += unlisted
        # What is there now stays until the process ends. The first collection afterwards would visit all of it: 25
        # files take 365 ms of processor time instead of 239.
        gc.freeze()
    return result, {}


def statistics(findings: List[Finding], form: str) -> str:
    counts = Counter(finding.code for finding in findings)
    if form == "json":
        return json.dumps([{"code": code, "count": count} for code, count in counts.most_common()], indent=2) + "\n"
    rows = [[str(count), code, rules()[code].summary] for code, count in counts.most_common()]
    return table(["count", "code", "what"], rows, right=(0,)) + "\n" if rows else ""


def summary(findings: List[Finding], checked: int, target: Target) -> str:
    counts = Counter(finding.severity for finding in findings)
    if target.origin is None:
        asked = f"torchvision {target.releases.first} to {target.newest}"
    else:
        asked = f"torchvision {target.newest}, coming from {target.origin}"
    said = ", ".join(f"{count} {severity}" for severity, count in counts.items()) or "nothing found"
    return f"{counted(checked, 'file')} against {asked}: {said}"
