"""TVC402: comparing versions as text or as floating-point numbers."""

from typing import Iterator

from tvcompat.check.rules import Context, Report, Rule
from tvcompat.check.uses import Use


def check(use: Use, context: Context) -> Iterator[Report]:
    if use.extra.get("form") == "float":
        text = "float() of a version takes 0.10 for 0.1, which is less than 0.9."
    else:
        text = 'Versions compared as text: "0.10" comes before "0.9".'
    yield Report(
        "breaks",
        f"{text} Use packaging.version.Version.",
        breaks_in=context.knowledge.first_of(context.knowledge.between("0.10.0", context.knowledge.releases[-1])),
        fix="packaging.version.Version(...)",
    )


RULE = Rule(
    code="TVC402",
    name="version-test",
    kinds=("version",),
    summary="Comparing a version as text or as a floating-point number.",
    explanation="""\
`float(torchvision.__version__[:3])` and `torchvision.__version__ < "0.9"` were right up to 0.9 and are wrong from 0.10
on. `packaging.version.Version` compares versions.""",
    bad='if torchvision.__version__ < "0.9": ...',
    good='if Version(torchvision.__version__) < Version("0.9"): ...',
    check=check,
)
