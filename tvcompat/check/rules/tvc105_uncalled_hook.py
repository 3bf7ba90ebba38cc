"""TVC105: a method that overrides a hook which torchvision does not call in a target release."""

import ast
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.definitions import FunctionNode, UserClass, UserFunction
from tvcompat.check.analysis.uses import ClassUse
from tvcompat.check.analysis.values import alternatives
from tvcompat.check.changes import Fix
from tvcompat.check.edits import Text
from tvcompat.check.overrides import Overrides, is_undecided
from tvcompat.check.renaming import HookRenaming
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.release_sets import ReleaseSet


class Override(NamedTuple):
    """A method that torchvision does not call.

    Attributes:
        name: the method.
        node: its definition.
        shown: where it is reported.
        works: the releases in which it runs.
        failing: target releases in which it does not.
        other: what the hook is called in the newest of them, ``None`` if there is none in its place.
    """

    name: str
    node: FunctionNode
    shown: Any
    works: ReleaseSet
    failing: ReleaseSet
    other: Optional[str]


def check(use: ClassUse, context: Context) -> Iterator[Report]:
    if use.handles(Handled.VERSION):
        return
    for found in uncalled(use.made, context):
        if not found.works.before(str(found.failing.last)) and use.handles(Handled.MINIMUM):
            continue
        yield _report(use, context, found)


def uncalled(made: UserClass, context: Context) -> Iterator[Override]:
    """Yield the methods of a class that override a hook and do not run on some of the target releases."""
    changing = context.facts.changing_hooks
    if all(changing.isdisjoint(each.bound) for each in made.lineage()):
        # Most classes override nothing that ever changed.
        return
    overrides = Overrides(made, context.facts)
    if not overrides.is_known:
        return
    found: Dict[str, UserClass] = {}
    for each in (made, *overrides.mixed_in):
        found.update((name, each) for name in each.bound if name not in found and overrides.is_hook(name))
    names = [name for name in found if overrides.releases & ~overrides.calls(name)]
    if not names or not overrides.keeps_entries:
        return
    for name in names:
        owner = found[name]
        node = next((node for bound in owner.bound[name] for node in _defined(bound.value)), None)
        if node is None or is_undecided(owner.bound[name]):
            continue
        dead = [release for release in overrides.releases if _is_dead(overrides, owner, name, release)]
        failing = context.target.releases & context.facts.order.only(*dead)
        works = overrides.releases - context.facts.order.only(*dead)
        if failing and works:
            shown = _name(node) if owner is made and _is_method(node, made) else _class_name(made)
            yield Override(name, node, shown, works, failing, overrides.other_name(name, str(failing.last)))


def _is_method(node: FunctionNode, made: UserClass) -> bool:
    """Return whether a function stands in the body of a class, and is not assigned to a name in it."""
    inside = made.node
    return inside is not None and inside.lineno <= node.lineno <= (inside.end_lineno or inside.lineno)


def _defined(value: Any) -> List[FunctionNode]:
    return [each.node for each in alternatives(value) if isinstance(each, UserFunction)]


def _is_dead(overrides: Overrides, owner: UserClass, name: str, release: str) -> bool:
    """Return whether a method has no effect on a release, and nothing else of the class takes its place."""
    bound = overrides.own(owner, name, release)
    nodes = [node for each in bound for node in _defined(each.value)]
    if not bound or len(nodes) < len(bound) or any(overrides.runs(node, release) for node in nodes):
        return False
    other = overrides.other_name(name, release)
    if other is None:
        return True
    if any(is_undecided(each.bound.get(other, ())) for each in (owner, overrides.made)):
        return False
    if any(overrides.own(each, other, release) for each in (owner, overrides.made)):
        return False
    # A base class whose subclasses define it.
    if any(overrides.own(each, other, release) for each in overrides.derived):
        return False
    # `@with_new_hooks` may define it.
    return not any(other in ast.dump(each.node) for one in overrides.classes for each in one.decorators)


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


class _Place(NamedTuple):
    """Where the name of a function stands, as a node of a syntax tree says it."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def _class_name(made: UserClass) -> _Place:
    assert made.node is not None
    column = made.node.col_offset + len("class ")
    return _Place(made.node.lineno, column, made.node.lineno, column + len(made.node.name.encode()))


def _name(node: Any) -> Any:
    if isinstance(node, ast.Lambda):
        return node
    column = node.col_offset + len("async def " if isinstance(node, ast.AsyncFunctionDef) else "def ")
    return _Place(node.lineno, column, node.lineno, column + len(node.name.encode()))


def fix(use: ClassUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Rename the hook, or define it under both names where releases call either."""
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
