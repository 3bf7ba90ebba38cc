"""Functions that also accept the calls of other releases, without being replaced by another object.

A wrapper in the place of a function is seen by whoever looks at the function and doesn't call it: TorchScript compiles
the wrapper's source, ``torch.compile`` traces it, pickle and torchvision's registries compare its identity. So the
function stays the object it is, and only its ``__code__`` is exchanged, for code that

- claims the file and line of the original, where TorchScript and ``inspect`` read the source,
- passes a call that mentions no argument of another release straight on to a copy of the original, in a way that
  ``torch.compile`` can trace,
- hands any other call to whoever asked for it.
"""

import functools
import inspect
from types import CodeType, FunctionType
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple
from weakref import WeakKeyDictionary

from tvcompat.legacy import originals

Function = Callable[..., Any]
Handler = Callable[[Tuple[Any, ...], Dict[str, Any]], Any]


class Calls(NamedTuple):
    """The calls that a handler takes over.

    Attributes:
        keywords: those with one of these keywords.
        positional: also those with any positional argument.
        marked: also those whose first argument has this attribute, and it is true; empty for none. For methods alone.
        exchanged: also those where a class attribute of the first argument with one of these names is not one that has
            the attribute ``mark``. For methods alone.
        mark: the attribute.
    """

    keywords: Tuple[str, ...]
    positional: bool = False
    marked: str = ""
    exchanged: Tuple[str, ...] = ()
    mark: str = ""


class PatchedFunction(NamedTuple):
    """A function that was changed.

    Attributes:
        calls: the calls that are taken over.
        original: a copy of the function from before.
        before: the function's code.
        after: the code that it has instead.
        signature: what ``inspect`` is to see of the function, ``None`` if it finds that by itself.
    """

    calls: Calls
    original: Function
    before: CodeType
    after: CodeType
    signature: Optional[inspect.Signature]


# Kept when the guard is turned off: turning it on again is quicker, and makes no further copies.
_CHANGES: "WeakKeyDictionary[FunctionType, PatchedFunction]" = WeakKeyDictionary()

# Copy of a function -> the handler that currently takes over its calls.
_HANDLERS: Dict[Function, Handler] = {}


def can_change(function: object) -> bool:
    """Return whether this is a function of torchvision whose code is its own.

    What somebody else put in a function's place is theirs, and a function is changed by one guard at a time.
    """
    if not isinstance(function, FunctionType) or not _is_of(function.__module__, "torchvision"):
        return False
    # Those decorated with torch.no_grad() have the variables of a module of torch.
    if not _is_of(function.__globals__.get("__name__"), "torchvision", "torch"):
        return False
    known = _CHANGES.get(function)
    return known is None or function.__code__ is not known.after


def _is_of(module: object, *packages: str) -> bool:
    return isinstance(module, str) and module.partition(".")[0] in packages


def change(function: FunctionType, calls: Calls, make: Callable[[Function], Handler]) -> Callable[[], None]:
    """Let a handler take over some calls of a function.

    Args:
        make: called with a copy of the function, which behaves as before; returns the handler, which is called with the
            positional arguments and a dictionary of the keywords, its own to change.

    Returns:
        What undoes it; code that somebody else gave the function in the meantime stays.
    """
    found = _CHANGES.get(function)
    if found is None or found.before is not function.__code__ or found.calls != calls:
        found = _CHANGES[function] = _changed(function, calls)
    known = found

    def undo() -> None:
        if function.__code__ is known.after:
            function.__code__ = known.before
        if known.signature is not None and vars(function).get("__signature__") is known.signature:
            del function.__signature__  # type: ignore[attr-defined]
        _HANDLERS.pop(known.original, None)

    _HANDLERS[known.original] = make(known.original)
    if known.signature is not None:
        function.__signature__ = known.signature  # type: ignore[attr-defined]
    function.__code__ = known.after
    return undo


def taken_over(original: Function, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
    """Call the handler of a function; call the function itself if another thread has turned the guard off by now."""
    handler = _HANDLERS.get(original)
    return original(*args, **kwargs) if handler is None else handler(args, kwargs)


def _changed(function: FunctionType, calls: Calls) -> PatchedFunction:
    # inspect follows __wrapped__, unless there is a signature before it.
    follows = not vars(function).keys().isdisjoint(("__wrapped__", "__signature__"))
    signature = None if follows else inspect.signature(function)
    original = _copied(function)
    name = f"{function.__name__}_{len(vars(originals))}"
    setattr(originals, name, original)
    code = function.__code__
    template = _template(calls, code.co_freevars)
    after = template.replace(
        co_filename=code.co_filename,
        co_firstlineno=code.co_firstlineno,
        co_name=code.co_name,
        co_names=tuple(name if each == _PLACE else each for each in template.co_names),
    )
    if hasattr(code, "co_qualname"):
        after = after.replace(co_qualname=code.co_qualname)
    return PatchedFunction(calls, original, code, after, signature)


def _copied(function: FunctionType) -> FunctionType:
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__ and dict(function.__kwdefaults__)
    functools.update_wrapper(copy, function)
    del copy.__wrapped__  # type: ignore[attr-defined]
    vars(copy).update(vars(function))
    return copy


# What stands for the name of the copy in the code below, until a function is changed.
_PLACE = "_place"


@functools.lru_cache(maxsize=None)
def _template(calls: Calls, free: Tuple[str, ...]) -> CodeType:
    """Return the code for a changed function with these free variables, which a function's code has to keep."""
    conditions = [*(["args"] if calls.positional else []), *(f"{keyword!r} in kwargs" for keyword in calls.keywords)]
    if calls.marked:
        conditions.append(f"args[0].{calls.marked}")
    conditions += [f"not hasattr(type(args[0]).{name}, {calls.mark!r})" for name in calls.exchanged]
    # All that torch.compile has to trace is an import of a loaded module, tests of a dictionary and a call.
    source = f"""
def around({", ".join(free)}):
    def function(*args, **kwargs):
        from tvcompat.legacy.originals import {_PLACE} as _original
        if {" or ".join(conditions)}:
            from tvcompat.legacy.in_place import taken_over as _taken_over
            return _taken_over(_original, args, kwargs)
        return _original(*args, **kwargs)
        {", ".join(free)}
    return function
"""
    variables: Dict[str, Any] = {}
    exec(source, variables)
    function = variables["around"](*free)
    code: CodeType = function.__code__
    # Code that inspects closures relies on the order.
    return code if code.co_freevars == free else code.replace(co_freevars=free)
