"""TVC404: a release that the program itself rejects."""

from typing import Iterator

from tvcompat.check.analysis.uses import RefusalUse
from tvcompat.check.rules import Context, Report, Rule
from tvcompat.release_sets import ReleaseSet


def check(use: RefusalUse, context: Context) -> Iterator[Report]:
    allowed = ReleaseSet(context.facts.order, use.allowed)
    refused = context.failing(allowed)
    if not refused:
        return
    first, last = refused.first, refused.last
    which = f"torchvision {first}" if first == last else f"torchvision {first} to {last}"
    yield Report(
        "breaks",
        f"The program refuses {which} here. What follows is held against the other releases alone.",
        breaks_in=context.breaks_in(allowed),
    )


RULE = Rule(
    code="TVC404",
    name="refused-release",
    uses=(RefusalUse,),
    summary="A module that raises, asserts or exits on a release asked for.",
    explanation="""\
`assert`, `raise` and `sys.exit` under a condition on torchvision's version, while a module is imported, mean that the
program does not run on some releases. Where such a bound is older than what it was made for, take it away and see what
else is reported; where it still holds, ask for the releases that are left.""",
    bad='if Version(torchvision.__version__) >= Version("0.15"): raise RuntimeError("too new")',
    good='if Version(torchvision.__version__) < Version("0.9"): raise RuntimeError("too old")',
    check=check,
)
