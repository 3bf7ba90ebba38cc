"""TVC403: torch and torchvision requirements that do not match."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, List, Tuple

from tvcompat.check.analysis.uses import RequirementUse
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.check.rules import Context, Report, Rule

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet


def check(use: RequirementUse, context: Context) -> Iterator[Report]:
    from tvcompat.catalog.torch_pairs import satisfies, torchvision_for

    torch: SpecifierSet = use.torch
    torchvision: SpecifierSet = use.torchvision
    if not str(torch) or not str(torchvision):
        return
    pairs = _pairs(context.facts)
    wanted = [(release, needs) for release, needs in pairs if torchvision.contains(release, prereleases=True)]
    if not wanted:
        # An unknown release, or none: pip reports that.
        return
    versions = [v for v in sorted(_versions(context.facts) | _pinned(torch)) if torch.contains(v, prereleases=True)]
    if any(satisfies(version, needs) for _, needs in wanted for version in versions):
        return
    release, needs = wanted[-1]
    pinned = next(iter(_pinned(torch)), None)
    fitting = torchvision_for(context.facts.catalog, pinned) if pinned else None
    instead = f" torchvision=={fitting} belongs to torch {pinned}." if fitting else ""
    yield Report(
        "breaks",
        f"torchvision {release} was built for torch{needs}, and torch{torch} is asked for beside it.{instead}",
        breaks_in=wanted[0][0],
        fix=f"torchvision=={fitting}" if fitting else f"torch{needs}",
    )


@lru_cache(maxsize=2)
def _pairs(facts: ReleaseFacts) -> List[Tuple[str, str]]:
    """Return ``(release, torch requirement of its wheel)`` for every release."""
    known = facts.catalog.all_releases
    return [(name, re.sub(r"\+\w+", "", known[name].requires_torch)) for name in facts.releases]


@lru_cache(maxsize=2)
def _versions(facts: ReleaseFacts) -> "frozenset[str]":
    """Return the versions of torch that wheels require and those that releases were measured with."""
    asked = {needs.partition("==")[2] for _, needs in _pairs(facts) if needs.startswith("==")}
    return frozenset(asked | {release.torch for release in facts.catalog.all_releases.values() if release.torch})


def _pinned(specifiers: "SpecifierSet") -> "set[str]":
    versions = {each.version for each in specifiers if each.operator == "=="}
    return {re.sub(r"\+.*", "", version) for version in versions if "*" not in version}


RULE = Rule(
    code="TVC403",
    name="pins",
    uses=(RequirementUse,),
    summary="Requirements of torch and torchvision that do not fit each other.",
    explanation="""\
A torchvision wheel is compiled for one torch. Beside another one pip refuses to install it, or, where it was installed
without its requirements, operators are missing: "operator torchvision::nms does not exist".""",
    link="https://github.com/pytorch/vision#installation",
    bad="torch==2.1.0\ntorchvision==0.15.2",
    good="torch==2.1.0\ntorchvision==0.16.0",
    check=check,
)
