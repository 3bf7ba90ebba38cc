"""TVC303: a function or class that does something else since some release, for calls like this one."""

from functools import lru_cache
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from tvcompat.catalog.behaviour import BehaviourWords
from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.call_conditions import CallCondition, all_met, parse_condition
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.check.rules import Context, Report, Rule

SEVERITIES = ("breaks", "deprecated", "behaviour")


class KnownChange(NamedTuple):
    """A change of behaviour with the calls that it concerns.

    Attributes:
        words: what is known of it.
        severity: ``breaks``, ``deprecated`` or ``behaviour``.
        conditions: what a call has to meet.
    """

    words: BehaviourWords
    severity: str
    conditions: Tuple[CallCondition, ...]


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.is_dynamic or not use.is_certain or use.is_partial or use.handles(Handled.VERSION):
        return
    first, last = context.target.origin or context.target.releases.first, context.target.newest
    if first is None or first == last:
        return
    if context.facts.order.index[first] > context.facts.order.index[last]:
        return
    changes = _changes(context.facts, first, last).get(context.facts.definition(use.path), ())
    for words, severity, conditions in changes:
        if all_met(conditions, use, context.facts, words.release):
            yield Report(
                severity,
                f"{use.path}: {words.text} (since torchvision {words.release}).",
                breaks_in=words.release if severity == "breaks" else None,
                deprecated_in=words.release if severity == "deprecated" else None,
            )


@lru_cache(maxsize=64)
def _changes(facts: ReleaseFacts, first: str, last: str) -> Dict[str, List[KnownChange]]:
    """Return the changes between two releases of which it is known what calls they concern, by what they changed."""
    found: Dict[str, List[KnownChange]] = {}
    for words, change in facts.catalog.behaviour.words_between(first, last):
        severity: Optional[str] = change.category if change.category in SEVERITIES else None
        if severity is not None:
            conditions = tuple(map(parse_condition, words.when))
            found.setdefault(facts.definition(words.path), []).append(KnownChange(words, severity, conditions))
    return found


RULE = Rule(
    code="TVC303",
    name="changed-behaviour",
    uses=(CallUse,),
    summary="A call that gives something else since some release, with the same arguments.",
    explanation="""\
Some functions and transforms compute something else since a release, draw random numbers in another order, or return
another type, while their signature stayed the same. Each change was measured by calling the function in every release.
Only calls are reported that it certainly concerns: where it depends on the type of an image or on an argument, the
program has to show it.""",
    link="https://github.com/pytorch/vision/releases",
    bad="functional.gaussian_blur(Image.open(path), 3)",
    good="functional.gaussian_blur(functional.pil_to_tensor(Image.open(path)), 3)",
    check=check,
)
