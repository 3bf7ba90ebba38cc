"""``tvcompat fix``: rewrite code for the target release, and say what can't be rewritten and why."""

import argparse
import difflib
import sys
from pathlib import Path
from typing import Dict, List

from tvcompat.check.fixes import Fixed, fix_files, write
from tvcompat.check.observed_uses import ObservedUses
from tvcompat.check.rules import Style
from tvcompat.commands.inputs import not_checked, paths_of
from tvcompat.commands.output import counted, message
from tvcompat.commands.request import add_rules, add_target, request
from tvcompat.errors import FileChangedError

EXAMPLES = """examples:
  tvcompat fix src --diff                what would be written
  tvcompat fix src --to latest           pretrained=True becomes weights="IMAGENET1K_V1", removed imports move
  tvcompat fix src --style tvcompat      tvcompat.get_model(...), for one code base on all releases
  tvcompat fix src --enum                weights=ResNet50_Weights.IMAGENET1K_V1, with its import

exit code: 0 nothing is left to do, 1 something is (with --diff also: something would be changed), 2 usage error,
nothing to fix, or a file that can't be read or written"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], help="files and folders")
    add_target(parser)
    parser.add_argument("--diff", action="store_true", help="show what would be written, and write nothing")
    parser.add_argument(
        "--style", choices=("torchvision", "tvcompat"), default="torchvision", help="whose calls to write"
    )
    parser.add_argument("--enum", action="store_true", help="members of weights enums instead of names of entries")
    parser.add_argument(
        "--ledger",
        type=Path,
        metavar="FILE",
        help="what `tvcompat run --ledger` wrote, for calls that reading can't follow",
    )
    parser.add_argument("--unsafe", action="store_true", help="also what may change behaviour")
    add_rules(parser)


def run(arguments: argparse.Namespace) -> int:
    asked = request(arguments)
    paths, unlisted = paths_of(arguments.paths, asked.exclude)
    style = Style(arguments.style == "tvcompat", arguments.enum, arguments.unsafe)
    ledger = ObservedUses(arguments.ledger) if arguments.ledger is not None else None
    fixes = fix_files(paths, asked.target, asked.codes, style, ledger)
    # Path -> why it could not be written; the others are written all the same.
    failed: Dict[str, str] = {}
    found: List[Fixed] = []
    for fixed in fixes.files:
        if arguments.diff:
            sys.stdout.writelines(difference(fixed))
        else:
            try:
                fixed = write(fixes, fixed)
            except OSError as error:
                changing = isinstance(error, FileChangedError)
                failed[fixed.path] = "it keeps changing" if changing else error.strerror or str(error)
                continue
        found.append(fixed)
    unreadable = [*fixes.unreadable, *unlisted]
    for each in unreadable:
        message(not_checked(each))
    changed = [fixed for fixed in found if fixed.before != fixed.after]
    left = sum(each.finding is not None for each in unreadable)
    for fixed in found:
        for finding, reason in fixed.left:
            left += 1
            message(f"{finding.path}:{finding.line}:{finding.column}: {finding.code} left: {reason}")
        for seen in fixed.seen:
            left += 1
            message(f"{fixed.path}:{seen.line}: left: seen at run time: {seen.text}")
    if ledger is not None:
        count, files = ledger.outside(paths)
        if count:
            message(f"the ledger has {counted(count, 'more use')} in {counted(files, 'file')} that were not given")
    mended = sum(len(fixed.mended) for fixed in found)
    verb = "would be mended" if arguments.diff else "mended"
    not_written = f", {counted(len(failed), 'file')} not written" if failed else ""
    message(f"{mended} {verb} in {counted(len(changed), 'file')}, {left} left{not_written}")
    for path, reason in failed.items():
        message(f"{path}: not written: {reason}")
    if failed or any(not each.opened for each in unreadable):
        return 2
    return 1 if left or (arguments.diff and changed) else 0


def difference(fixed: Fixed) -> List[str]:
    """Return a unified diff."""
    lines = list(
        difflib.unified_diff(
            fixed.before.splitlines(keepends=True), fixed.after.splitlines(keepends=True), fixed.path, fixed.path
        )
    )
    return [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
