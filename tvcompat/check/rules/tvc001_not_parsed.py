"""TVC001: a file, or a cell of a notebook, that can't be parsed."""

import sys
from typing import Iterator

from tvcompat.check.analysis.uses import UnparsedUse
from tvcompat.check.rules import Context, Report, Rule


def check(use: UnparsedUse, context: Context) -> Iterator[Report]:
    version = ".".join(map(str, sys.version_info[:2]))
    yield Report("breaks", f"Python {version} can't parse this {use.what}, so nothing in it was checked: {use.error}")


RULE = Rule(
    "TVC001",
    "not-parsed",
    (UnparsedUse,),
    "A file that names torchvision, or a cell of such a notebook, that can't be parsed.",
    "What can't be parsed can't be checked, and `tvcompat range` gives no answer for it. The usual causes are\n"
    "Python 2 code, an unresolved merge conflict, a template, a wrong encoding, and syntax that is newer than the\n"
    "Python that runs tvcompat. Repair the file, run tvcompat with a newer Python, or leave the file out with\n"
    "`--exclude`.",
    'print "torchvision", torchvision.__version__',
    'print("torchvision", torchvision.__version__)',
    check,
)
