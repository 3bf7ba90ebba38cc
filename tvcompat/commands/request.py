"""What to check or fix: the options of the command, or else the project's settings."""

import argparse
import os
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Set

from tvcompat.catalog import catalog
from tvcompat.check import settings
from tvcompat.check.findings import Target
from tvcompat.check.release_facts import release_facts
from tvcompat.check.rules import rules
from tvcompat.errors import SettingsError, UnknownRuleError

# The last release before weights; most code that is upgraded today was written for it or an older one.
DEFAULT_FROM = "0.12"


class Request(NamedTuple):
    """What is asked.

    Attributes:
        target: the releases that are meant.
        codes: codes of the rules to apply, ``None`` for all.
        exclude: patterns of files to leave out.
    """

    target: Target
    codes: Optional[List[str]]
    exclude: List[str]


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add the options for the target releases."""
    parser.add_argument("--from", dest="origin", metavar="X", help=f"the release it runs on (default {DEFAULT_FROM})")
    parser.add_argument("--to", dest="target", metavar="Y", help="the release it is to run on (default the newest)")
    parser.add_argument("--min", dest="lowest", metavar="X", help="it has to work on every release from this one ...")
    parser.add_argument("--max", dest="highest", metavar="Y", help="... to this one (default the newest)")


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Add the options for the rules to apply and the files to leave out."""
    parser.add_argument("--select", action="append", metavar="CODES", help="only these rules, or those that begin so")
    parser.add_argument("--ignore", action="append", metavar="CODES", help="without these rules")
    parser.add_argument("--exclude", action="append", metavar="PATTERN", help="files to leave out, as in .gitignore")


def request(arguments: argparse.Namespace) -> Request:
    """Return the request.

    Raises:
        SettingsError: options or settings contradict one another, or the settings can't be read.
        UnknownReleaseError: there is no such release.
        UnknownRuleError: there is no such rule.
    """
    # `Path.exists` raises where a name is too long or a folder can't be entered.
    named = arguments.paths[0]
    first = Path(named if named != "-" and os.path.exists(named) else ".")
    project = settings.find(first)
    chosen = settings.read(project) if project is not None else {}
    return Request(
        target(arguments, chosen),
        select(arguments.select or chosen.get("select"), arguments.ignore or chosen.get("ignore")),
        [*chosen.get("exclude", ()), *(arguments.exclude or ())],
    )


def target(arguments: argparse.Namespace, chosen: Dict[str, Any]) -> Target:
    """Return the target releases from the options, or else from the project's settings.

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
    """Return the codes of the rules to apply, ``None`` for all.

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
