"""Hooks that subclasses override, and that the installed torchvision calls under another name or not at all.

If torchvision calls the hook under another name, a class that overrides only one of the two gets the other as well,
which calls the override. If it calls nothing of the kind, the method that used to call the hook is taken over for the
classes that override it. A class that overrides no hook is left alone, and so is one that defines both names: whoever
wrote it knows the installed release.
"""

from __future__ import annotations

import inspect
import sys
import weakref
from types import CodeType, FunctionType
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from tvcompat.legacy.dropped_names import look_up
from tvcompat.legacy.in_place import Calls, Handler
from tvcompat.legacy.members.changes import Change
from tvcompat.legacy.members.stand_ins import MARK, StandIn
from tvcompat.legacy.members.stand_ins import put as put_stand_in
from tvcompat.legacy.stack_frames import mentioned
from tvcompat.legacy.state import Place, State

# Set on a class whose method is taken over: the hooks that the class, or a subclass, overrides.
OVERRIDES = "tvcompat_overrides"

_MISSING = object()


class Override(NamedTuple):
    """Where a class has a method from.

    Attributes:
        owner: the class of its lineage that defines it.
        value: what that class defines.
    """

    owner: type
    value: Any


def watch(state: State, root: type, changes: List[Change]) -> None:
    """Call the overrides of hooks in the subclasses of a class, those that there are and those to come."""
    if not changes:
        return
    before = vars(root).get("__init_subclass__")

    def __init_subclass__(cls: Any, **options: Any) -> None:  # noqa: N807
        if before is not None:
            before.__get__(None, cls)(**options)
        else:
            base: Any = root
            super(base, cls).__init_subclass__(**options)
        if state.active:
            _look_at(state, root, cls, changes)

    function: Any = __init_subclass__
    state.put(root, "__init_subclass__", classmethod(function))
    _notice_later(state, root, changes)
    pending: List[type] = list(root.__subclasses__())
    while pending:
        cls = pending.pop()
        _look_at(state, root, cls, changes)
        pending += cls.__subclasses__()


def _look_at(state: State, root: type, cls: type, changes: List[Change]) -> None:
    with state.lock:
        for change in changes:
            if _is_torchvisions(cls) and change.passed_on and change.present in vars(cls):
                # So that `super()` reaches the method that this very class has today.
                put_stand_in(state, cls, change)
            if change.passed_on:
                _pass_on(state, root, cls, change, [each.present for each in changes if each.passed_on])
            else:
                _take_over(state, root, cls, changes, change)


def _notice_later(state: State, root: type, changes: List[Change]) -> None:
    """Look again when an instance is made: methods may have been assigned to its class, or to torchvision's."""
    built = vars(root).get("__init__")
    if built is None:
        return
    names = tuple(each.name for each in changes if isinstance(vars(root).get(each.name), StandIn))
    called = [each for each in changes if each.caller == "__init__"]
    calls = Calls((), any(each.arguments for each in changes), OVERRIDES if called else "", names, MARK)
    if called:
        state.put(root, OVERRIDES, ())

    def make(state: State, function: Callable[..., Any]) -> Handler:
        call = _calling(state, function, {each.name: each.calls for each in called})

        def build(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
            if state.active:
                _look_at(state, root, type(args[0]), changes)
            return call(args, kwargs)

        return build

    state.take_over(built, calls, make)


def _is_torchvisions(cls: type) -> bool:
    return cls.__module__ == "torchvision" or cls.__module__.startswith("torchvision.")


# ---------------------------------------------------------------------------------------------------------------------
# Called under another name


def _pass_on(state: State, root: type, cls: type, change: Change, present: List[str]) -> None:
    """Give a class the method that torchvision calls, if it overrides the one that it does not call.

    Args:
        present: all methods that torchvision calls under another name; who defines one of them knows the installed
            release, and has the other names for something else.
    """
    override, called = find(cls, change.name), find(cls, change.present)
    lineage = cls.__mro__
    if override is None:
        return
    place = lineage.index(override.owner)
    if _is_torchvisions(override.owner):
        # The program has given it to a class of torchvision's.
        cls = override.owner
        if hasattr(vars(cls).get(change.present), MARK):
            return
    elif called is not None and lineage.index(called.owner) <= place:
        return
    for number, each in enumerate(lineage):
        knows = not _is_torchvisions(each) and any(_defines(each, name) for name in present)
        if knows and (number <= place or _defines(each, change.name)):
            return
    hook = getattr(root, change.present)
    if not _can_be_called(override, cls, len(_parameters(hook))):
        return
    native = vars(cls).get(change.present)
    made = _forwarding(cls, change, hook, plain=isinstance(override.value, FunctionType))
    setattr(made, MARK, getattr(native, MARK, native) or hook)
    _give(state, cls, change.present, made)
    _record(state, cls, override, change)


def find(cls: type, name: str) -> Optional[Override]:
    """Return the definition of a method that a class has, stand-ins aside; ``None`` if there is none."""
    for each in cls.__mro__:
        value = vars(each).get(name, _MISSING)
        if value is not _MISSING and not is_stand_in(value):
            return Override(each, value)
    return None


def is_stand_in(value: Any) -> bool:
    """Return whether something stands in for a member, as the class has it or as the class gives it."""
    return isinstance(value, StandIn) or getattr(value, MARK, None) is value


def _defines(cls: type, name: str) -> bool:
    """Return whether a class itself defines a method, rather than having been given it here."""
    value = vars(cls).get(name, _MISSING)
    return value is not _MISSING and not isinstance(value, StandIn) and not hasattr(value, MARK)


def _parameters(function: Callable[..., Any]) -> List[str]:
    return list(inspect.signature(function).parameters)


def _can_be_called(override: Override, cls: type, parameters: int) -> bool:
    """Return whether an override takes what the hook is given; what takes something else is no override of it."""
    get = getattr(override.value, "__get__", None)
    try:
        function = get(object(), cls) if get is not None else override.value
        inspect.signature(function).bind(*[None] * (parameters - 1))
    except TypeError:
        return False
    except ValueError:
        # It has no signature.
        return True
    return True


def _forwarding(cls: type, change: Change, hook: Callable[..., Any], *, plain: bool) -> FunctionType:
    """Return a method with the name that torchvision calls, which calls the one that a class overrides.

    The override is looked up at each call, since an instance may have one of its own and a class may exchange it. Only
    if a subclass defines both methods, and calls this one, is the override of ``cls`` meant. torch.compile and torch.fx
    can trace the source.
    """
    own, *others = _parameters(hook)
    given = ", ".join(others)
    in_class = f"owner.{change.name}({own}, {given})" if plain else f"bound({own})({given})"
    source = f"""
def {change.present}({own}, {given}):
    if type({own}).{change.present} is owner.{change.present}:
        return {own}.{change.name}({given})
    return {in_class}
"""

    def bound(instance: Any) -> Any:
        value = (find(cls, change.name) or Override(cls, None)).value
        return value.__get__(instance, type(instance)) if hasattr(value, "__get__") else value

    variables: Dict[str, Any] = {"__name__": __name__, "owner": cls, "bound": bound}
    exec(source, variables)
    made: FunctionType = variables[change.present]
    made.__module__ = cls.__module__
    made.__qualname__ = f"{cls.__qualname__}.{change.present}"
    made.__doc__ = f"Call :meth:`{change.name}`, which this class overrides."
    made.__annotations__ = dict(getattr(hook, "__annotations__", {}))
    return made


def _give(state: State, cls: type, name: str, value: Any) -> None:
    """Give a class of the program an attribute until the guard is turned off, without keeping the class alive."""
    before = vars(cls).get(name, _MISSING)
    setattr(cls, name, value)
    known = weakref.ref(cls)
    # A method knows its class.
    given: Callable[[], Any] = weakref.ref(value) if isinstance(value, FunctionType) else lambda: value

    def undo() -> None:
        found = known()
        if found is not None and vars(found).get(name) is given():
            if before is _MISSING:
                delattr(found, name)
            else:
                setattr(found, name, before)

    state.at_the_end(undo)


# ---------------------------------------------------------------------------------------------------------------------
# No longer called


def _take_over(state: State, root: type, cls: type, changes: List[Change], change: Change) -> None:
    """Let the method that called a hook do so for a class that overrides the hook."""
    override = find(cls, change.name)
    if override is None or _is_native(override.value):
        return
    if change.arguments and takes(override.value, change.arguments):
        return
    if change.caller == "__init__" and not change.arguments and _calls_itself(cls, change.name):
        return
    if change.name not in getattr(cls, OVERRIDES, ()) and _begin(state, root, changes, change):
        holder = override.owner if _is_torchvisions(override.owner) else cls
        _give(state, holder, OVERRIDES, (*getattr(cls, OVERRIDES), change.name))
        _record(state, cls, override, change)


def _begin(state: State, root: type, changes: List[Change], change: Change) -> bool:
    """Take over the method that called a hook; return whether there is one."""
    if OVERRIDES in vars(root):
        return True
    # From 0.16 to 0.20 the methods of transforms.v2 had an underscore.
    named = [vars(root).get(name) for name in (change.caller, f"_{change.caller}")]
    function = next((each for each in named if isinstance(each, FunctionType)), None)
    if function is None:
        return False
    state.put(root, OVERRIDES, ())
    hooks = {each.name: each.calls for each in changes if each.caller == change.caller}
    state.take_over(function, Calls((), marked=OVERRIDES), _calling, hooks)
    return True


def _is_native(value: Any) -> bool:
    """Return whether a method is torchvision's own."""
    module = getattr(getattr(value, "__func__", value), "__module__", None) or ""
    return module.partition(".")[0] == "torchvision"


def _calling(state: State, function: Callable[..., Any], hooks: Mapping[str, str]) -> Handler:
    """Return a method that calls hooks, for the instances whose class overrides them."""

    def call(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        for name in getattr(args[0], OVERRIDES, ()):
            if state.active and name in hooks:
                rebuilt: Any = look_up(hooks[name])
                return rebuilt(function, name, *args, **kwargs)
        return function(*args, **kwargs)

    return call


def takes(override: Any, keywords: Sequence[str]) -> bool:
    """Return whether an override takes some keywords."""
    try:
        parameters = inspect.signature(getattr(override, "__func__", override)).parameters.values()
    except (TypeError, ValueError):
        return True
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return True
    names = {each.name for each in parameters if each.kind not in (each.POSITIONAL_ONLY, each.VAR_POSITIONAL)}
    return names.issuperset(keywords)


def _calls_itself(cls: type, name: str) -> bool:
    """Return whether a constructor of the program calls a method itself, so that nobody else has to."""
    constructors = [vars(each).get("__init__") for each in cls.__mro__ if not _is_torchvisions(each)]
    return any(isinstance(each, FunctionType) and name in mentioned(each.__code__) for each in constructors)


# ---------------------------------------------------------------------------------------------------------------------
# On one instance


def set_on_instance(state: State, instance: Any, change: Change, value: Any) -> None:
    """Let torchvision call what a program has put in the place of a hook on one instance."""
    if not change.passed_on:
        return
    called = find(type(instance), change.present)
    if called is not None and _is_torchvisions(called.owner):
        vars(instance)[change.present] = value
        _record(state, type(instance), Override(type(instance), value), change)


def deleted_from_instance(instance: Any, change: Change, value: Any) -> None:
    """Undo what :func:`set_on_instance` did."""
    if change.passed_on and vars(instance).get(change.present, _MISSING) is value:
        del vars(instance)[change.present]


def _record(state: State, cls: type, override: Override, change: Change) -> None:
    """Record an override, at the line where it is defined."""
    function = inspect.unwrap(getattr(override.value, "__func__", override.value))
    code = getattr(function, "__code__", None)
    if isinstance(code, CodeType):
        state.use_at(
            change.path,
            change.gone,
            change.instead,
            change.words,
            Place(code.co_filename, code.co_firstlineno, function.__globals__),
        )
    else:
        state.use(change.path, change.gone, change.instead, change.words, sys._getframe(1))
