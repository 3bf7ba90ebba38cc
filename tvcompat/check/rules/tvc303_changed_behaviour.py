"""TVC303: a function or class that does something else since some release, for calls like this one."""

from typing import Iterator

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.rules import Context, Report, Rule


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.is_dynamic or not use.is_certain or use.is_partial or use.handles(Handled.VERSION):
        return
    first, last = context.target.origin or context.target.releases.first, context.target.newest
    if first is None or first == last:
        return
    if context.facts.order.index[first] > context.facts.order.index[last]:
        return
    defined = context.facts.definition(use.path)
    if defined not in context.facts.changing_behaviour:
        return
    from tvcompat.check.call_conditions import all_met
    from tvcompat.check.known_changes import known_changes

    for change, severity, calls in known_changes(context.facts, first, last).get(defined, ()):
        if any(all_met(conditions, use, context.facts, change.release) for conditions in calls):
            where = f" ({change.when})" if change.when else ""
            yield Report(
                severity,
                f"{use.path} does something else since torchvision {change.release}{where}: {change.words}",
                breaks_in=change.release if severity == "breaks" else None,
                deprecated_in=change.release if severity == "deprecated" else None,
            )


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
