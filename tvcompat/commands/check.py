"""``tvcompat check``: which lines do not work on the releases asked for."""

import argparse
import gc
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

from tvcompat.catalog import catalog
from tvcompat.check import settings
from tvcompat.check.engine import Checker, Result, Unreadable
from tvcompat.check.findings import Finding, Target
from tvcompat.check.formats import FORMATS, forget, render
from tvcompat.check.release_facts import release_facts
from tvcompat.check.rules import rules
from tvcompat.check.sweep import check_files, without_collecting
from tvcompat.commands.output import counted, message, table, wants_colour
from tvcompat.errors import MissingToolError, SettingsError, UnknownRuleError
from tvcompat.writing import write

EXAMPLES = """examples:
  tvcompat check src                         it runs on 0.12; what breaks on the newest release
  tvcompat check src --from 0.9 --to 0.15    other releases
  tvcompat check src --min 0.9 --max latest  it has to work on every release between
  tvcompat check - --stdin-filename app.py   one file from standard input
  tvcompat check src --format sarif > tvcompat.sarif

exit code: 0 nothing found, 1 findings (a file that can't be parsed is one, TVC001), 2 usage error, nothing to check, or
a file or folder that can't be read (with --strict also a file that can't be parsed)"""

# The last release before weights; most code that is upgraded today was written for it or an older one.
DEFAULT_FROM = "0.12"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], help="files and folders; - for standard input")
    add_target(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed")
    parser.add_argument("--select", action="append", metavar="CODES", help="only these rules, or those that begin so")
    parser.add_argument("--ignore", action="append", metavar="CODES", help="without these rules")
    parser.add_argument("--exclude", action="append", metavar="PATTERN", help="files to leave out, as in .gitignore")
    parser.add_argument("--baseline", metavar="FILE", help="report only what is not in this file")
    parser.add_argument("--write-baseline", metavar="FILE", help="write what is found to a file, for --baseline")
    parser.add_argument("--stdin-filename", metavar="NAME", help="what standard input is called in findings")
    parser.add_argument("--statistics", action="store_true", help="how often each rule was broken, instead of where")
    parser.add_argument("--strict", action="store_true", help="exit with 2 when a file can't be parsed")


def add_target(parser: argparse.ArgumentParser) -> None:
    """The options that say which releases are meant."""
    parser.add_argument("--from", dest="origin", metavar="X", help=f"the release it runs on (default {DEFAULT_FROM})")
    parser.add_argument("--to", dest="target", metavar="Y", help="the release it is to run on (default the newest)")
    parser.add_argument("--min", dest="lowest", metavar="X", help="it has to work on every release from this one ...")
    parser.add_argument("--max", dest="highest", metavar="Y", help="... to this one (default the newest)")


def run(arguments: argparse.Namespace) -> int:
    forget()
    first = Path(arguments.paths[0]) if arguments.paths[0] != "-" else Path()
    project = settings.find(first if os.path.exists(first) else Path())
    chosen = settings.read(project) if project is not None else {}
    target = ask(arguments, chosen)
    codes = select(arguments.select or chosen.get("select"), arguments.ignore or chosen.get("ignore"))
    result, given = look(arguments, target, codes, [*chosen.get("exclude", ()), *(arguments.exclude or ())])
    for unreadable in result.unreadable:
        # What is a finding is told with the others.
        if unreadable.finding is None:
            message(not_checked(unreadable))
    found = result.findings
    if arguments.write_baseline:
        write_baseline(Path(arguments.write_baseline), found, given)
    if arguments.baseline:
        found = new_ones(found, read_baseline(Path(arguments.baseline)), given)
    if arguments.statistics:
        sys.stdout.write(statistics(found, arguments.format))
    else:
        sys.stdout.write(render(found, arguments.format, given, colour=wants_colour()))
    if arguments.format == "text":
        message(summary(found, result.checked, target))
    if any(arguments.strict or not unreadable.opened for unreadable in result.unreadable):
        return 2
    return 1 if found and not arguments.write_baseline else 0


def ask(arguments: argparse.Namespace, chosen: Dict[str, Any]) -> Target:
    """Which releases are meant, by the options or else by the project's settings.

    Raises:
        SettingsError: both questions at once, or bounds the wrong way round.
        UnknownReleaseError: there is no such release.
    """
    known, knows = catalog(), release_facts()
    options = {
        "from": arguments.origin, "to": arguments.target, "min": arguments.lowest, "max": arguments.highest,
    }  # fmt: skip
    given = {key: value for key, value in options.items() if value is not None}
    given = given or {key: chosen[key] for key in options if key in chosen}
    if ("from" in given or "to" in given) and ("min" in given or "max" in given):
        raise SettingsError("--from and --to ask about an upgrade, --min and --max about a range; give one pair")
    ranged = "min" in given or "max" in given
    low, high = ("min", "max") if ranged else ("from", "to")
    lowest = given.get(low, known.releases[0] if ranged else DEFAULT_FROM)
    first = known.find_release(lowest)
    if ranged and lowest.count(".") == 1 and lowest + ".0" in known.releases:
        # "from 0.9 on" begins with the first of that line, where "the release 0.9" is its last.
        first = lowest + ".0"
    last = known.find_release(given.get(high, "latest"))
    if knows.order.index[first] > knows.order.index[last]:
        raise SettingsError(f"--{low} {first} is newer than --{high} {last}")
    if ranged:
        return Target(knows.order.between(first, last), None, last)
    return Target(knows.order.only(last), first, last)


def select(chosen: Optional[List[str]], ignored: Optional[List[str]]) -> Optional[List[str]]:
    """Codes of the rules to apply, ``None`` for all.

    Raises:
        UnknownRuleError: a code is none, nor the beginning of one.
    """

    def matching(given: List[str]) -> Set[str]:
        found: Set[str] = set()
        for code in ",".join(given).replace(" ", "").upper().split(","):
            codes = {known for known in rules() if code and known.startswith(code)}
            if not codes:
                raise UnknownRuleError(code, list(rules()))
            found |= codes
        return found

    if not chosen and not ignored:
        return None
    kept = matching(chosen) if chosen else set(rules())
    return sorted(kept - (matching(ignored) if ignored else set()))


def look(
    arguments: argparse.Namespace, target: Target, codes: Optional[List[str]], exclude: List[str]
) -> Tuple[Result, Dict[str, str]]:
    """Check what was asked for; with the text of what is in no file."""
    if arguments.paths == ["-"]:
        require_python()
        name = arguments.stdin_filename or "<stdin>"
        data = sys.stdin.buffer.read()
        result = Result()
        result.checked = 1
        Checker(target, codes, [name]).check(name, data, result)
        return result, {name: data.decode("utf-8", errors="replace")}
    paths, unlisted = paths_of(arguments.paths, exclude)
    with without_collecting():
        result = check_files(paths, target, codes)
        result.unreadable += unlisted
        # What is there now stays until the process ends. The first collection afterwards would visit all of it: 25
        # files take 365 ms of processor time instead of 239.
        gc.freeze()
    return result, {}


def require_python() -> None:
    """Syntax trees have the places of all that is reported since Python 3.10.

    Raises:
        SettingsError: an older one runs this; the code that is checked may be for any.
    """
    if sys.version_info < (3, 10):
        version = ".".join(map(str, sys.version_info[:2]))
        raise SettingsError(
            f"check, fix and range run on Python 3.10 or newer, and this is {version}. The program that is checked may "
            f"be for any; install tvcompat beside it: uvx --from 'tvcompat[check]' tvcompat check ..."
        )


def paths_of(given: List[str], exclude: List[str]) -> Tuple[List[str], List[Unreadable]]:
    """Return the files that are meant, and the folders that can't be listed.

    Raises:
        SettingsError: a path does not exist, or there is nothing to check.
        MissingToolError: pathspec is not installed.
    """
    require_python()
    # `Path.exists` raises where a name is too long or a folder can't be entered.
    missing = [path for path in given if not os.path.exists(path)]
    if missing:
        raise SettingsError(f"there is no {', '.join(missing)}")
    unlisted: List[Unreadable] = []

    def failed(path: str, error: OSError) -> None:
        unlisted.append(Unreadable(path, 1, f"can't be read: {error.strerror}", opened=False))

    try:
        from tvcompat.check.files import find

        found = find(given, exclude, failed)
    except ModuleNotFoundError as error:
        raise MissingToolError("pathspec", "check", "tvcompat check") from error
    if not found and not unlisted:
        raise SettingsError(
            f"nothing to check: no Python file, notebook or requirement file in {', '.join(given)} "
            f"(hidden files, virtual environments and what .gitignore or --exclude name are left out)"
        )
    return found, unlisted


def not_checked(unreadable: Unreadable) -> str:
    """Return the line that says what was not checked, and why."""
    return f"{unreadable.path}:{unreadable.line}: not checked: {unreadable.text}"


# ---------------------------------------------------------------------------------------------------------------------
# Baselines


def fingerprints(findings: List[Finding], given: Dict[str, str]) -> List[str]:
    """One for each finding: it stays when lines move, and goes when the line itself changes."""
    import hashlib

    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        line = "".join(render([finding], "text", given).splitlines()[1:2]).strip()
        key = hashlib.sha256(f"{finding.path}\0{finding.code}\0{line}".encode()).hexdigest()[:16]
        seen[key] += 1
        found.append(f"{key}-{seen[key]}")
    return found


def write_baseline(path: Path, findings: List[Finding], given: Dict[str, str]) -> None:
    """Write what was found.

    Raises:
        SettingsError: the file can't be written; what was there stays.
    """
    text = json.dumps({"tvcompat": 1, "findings": sorted(fingerprints(findings, given))}, indent=1) + "\n"
    try:
        write(path, text.encode())
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror}") from error


def read_baseline(path: Path) -> Set[str]:
    """The fingerprints in a file.

    Raises:
        SettingsError: it is no baseline.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return set(document["findings"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{path} is no baseline: {error}") from error


def new_ones(findings: List[Finding], before: Set[str], given: Dict[str, str]) -> List[Finding]:
    return [finding for finding, key in zip(findings, fingerprints(findings, given)) if key not in before]


# ---------------------------------------------------------------------------------------------------------------------


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
