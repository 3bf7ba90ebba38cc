"""TVC105: a method that overrides a hook which torchvision does not call in a target release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import ClassUse
from tvcompat.check.changes import Fix
from tvcompat.check.rules import Context, Report, Rule, Style

if TYPE_CHECKING:
    from tvcompat.check.edits import Text
    from tvcompat.check.uncalled import Override


def check(use: ClassUse, context: Context) -> Iterator[Report]:
    changing = context.facts.changing_hooks
    if use.handles(Handled.VERSION) or all(changing.isdisjoint(each.bound) for each in use.made.lineage()):
        # Most classes override nothing that ever changed.
        return
    # Imported here, as in the other rules about classes: most programs have no such class.
    from tvcompat.check.uncalled import uncalled

    for found in uncalled(use.made, context):
        if not found.works.before(str(found.failing.last)) and use.handles(Handled.MINIMUM):
            continue
        yield _report(use, context, found)


def _report(use: ClassUse, context: Context, found: Override) -> Report:
    path, since = f"{use.path}.{found.name}", found.failing.first
    before = found.works.before(str(found.failing.last))
    if before:
        since = context.facts.order.following(str(before.last))
        message = (
            f"{path} is not called since torchvision {since} (last in {before.last}), so this override has no effect."
        )
    else:
        message = f"{path} is called since torchvision {found.works.first}; before, this override has no effect."
    fix = None
    if found.other is not None:
        both = len(found.failing) < len(context.target.releases)
        message += f" Its {'new' if before else 'old'} name is {found.other}."
        fix = f"define {found.other} too, and call it from {found.name}" if both else f"rename it to {found.other}"
    return Report("breaks", message, breaks_in=since, fix=fix, node=found.shown)


def fix(use: ClassUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Rename the hook, or define it under both names where releases call either."""
    from tvcompat.check.overrides import Overrides
    from tvcompat.check.renaming import HookRenaming
    from tvcompat.check.uncalled import uncalled

    found = next((each for each in uncalled(use.made, context) if each.shown == report.node), None)
    if found is None or found.other is None:
        return Fix(reason="torchvision calls nothing in its place")
    overrides = Overrides(use.made, context.facts)
    lacking = (context.target.releases & overrides.releases) - overrides.calls(found.other)
    if not found.works.before(str(found.failing.last)):
        # It has the new name, and releases before call the old one.
        return Fix(reason=f"by hand: define {found.other} too, and let it call {found.name}")
    both = style.tvcompat or bool(lacking)
    return HookRenaming(overrides, found.name, found.other, both=both, context=context, text=text).fix()


RULE = Rule(
    code="TVC105",
    name="uncalled-hook",
    uses=(ClassUse,),
    summary="A method that overrides a hook which torchvision does not call in a target release.",
    explanation="""\
A subclass changes what a class of torchvision does by overriding its hooks, methods that the class calls on itself.
When torchvision renames a hook, nothing fails: the override is never called, and the class silently does what it would
do without it. torchvision 0.21 renamed those of `transforms.v2.Transform`, 0.10 that of `ImageFolder`.

To support releases of both kinds, define both names and let the old one call the new one. The rule knows from the
sources which methods each class calls in each release. It is silent where both are defined, where a method of yours
calls the old one, and where a base class is unknown.""",
    link="https://github.com/pytorch/vision/pull/8787",
    bad="""\
class Darker(v2.Transform):
    def _transform(self, inpt, params):
        return inpt * 0.5""",
    good="""\
class Darker(v2.Transform):
    def transform(self, inpt, params):
        return inpt * 0.5""",
    check=check,
    fix=fix,
)
