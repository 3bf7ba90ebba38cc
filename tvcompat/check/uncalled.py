"""Which methods of a class override a hook that torchvision does not call in a target release."""

import ast
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from tvcompat.check.analysis.definitions import FunctionNode, UserClass, UserFunction
from tvcompat.check.analysis.values import alternatives
from tvcompat.check.overrides import Overrides, is_undecided
from tvcompat.check.rules import Context
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


def uncalled(made: UserClass, context: Context) -> Iterator[Override]:
    """Yield the methods of a class that override a hook and do not run on some of the target releases."""
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
