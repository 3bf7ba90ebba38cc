"""Dictionaries that a call may unpack: what is written down of them, and what a program does to them later."""

from typing import Callable, Iterable, List, Optional
from typing import Collection as Of

from tvcompat.check.analysis.conditions import Condition
from tvcompat.check.analysis.definitions import UserFunction
from tvcompat.check.analysis.values import (
    Collection,
    DictItem,
    DynamicMember,
    KnownDict,
    Partial,
    Ref,
    Union,
    Value,
    alternatives,
    union_of,
)

# Methods after which a dictionary may hold something else.
CHANGING = ("pop", "popitem", "clear", "update", "setdefault")

# Ways that are told apart when a dictionary is made of others which may be one or the other.
WAYS = 16


def made_of(parts: Iterable[Optional[Value]], condition: Condition) -> Optional[Value]:
    """Return the value of ``{**base, "pretrained": True}``.

    Args:
        parts: its items, as dictionaries of their own, and the dictionaries in it, in their order.
        condition: what holds where it stands.
    """
    ways = [KnownDict({}, condition)]
    for part in parts:
        # An unknown dictionary may hold anything; known items count all the same.
        found = [each for each in alternatives(part) if isinstance(each, Collection)]
        if found and len(ways) * len(found) <= WAYS:
            ways = [_merged(way, each) for way in ways for each in found]
    return union_of(ways)


def updated(value: Optional[Value], given: Optional[Value]) -> Value:
    """Return the value of a name after ``kwargs.update(pretrained=True)``; the argument may be unknown."""
    ways = [each if isinstance(each, KnownDict) else None for each in alternatives(given)]
    if len(ways) * len(alternatives(value)) > WAYS:
        ways = [None]

    def change(each: KnownDict) -> Optional[Value]:
        found = [None if way is None else _merged(each, way) for way in ways]
        return union_of(found)

    return _each(value, change)


def put(value: Optional[Value], key: Optional[str], item: DictItem, condition: Condition) -> Optional[Value]:
    """Return the value of a name after ``kwargs["pretrained"] = True`` or ``zoo[name] = models.resnet18``.

    Args:
        value: what it stood for.
        key: the key, ``None`` if it is not known.
        item: what is under it now.
        condition: what holds there.
    """
    news = any(
        isinstance(each, (Ref, DynamicMember, Partial, UserFunction, KnownDict)) for each in alternatives(item.value)
    )
    found: List[Optional[Value]] = []
    for each in alternatives(value):
        if not isinstance(each, Collection) or len(each.values) >= Collection.LIMIT:
            # Each one more would make a copy of all before it.
            found.append(each)
        elif isinstance(each, KnownDict) and key is not None:
            found.append(_merged(each, KnownDict({key: item}, condition)))
        else:
            found.append(Collection([*each.values, *([item.value] if news else ())]))
    if news and not any(isinstance(each, Collection) for each in found):
        found.append(Collection([item.value]))
    return union_of(found)


def pairs(value: Optional[Value]) -> Optional[Value]:
    """Return what ``dict(...)`` makes of a dictionary, or of pairs of keys and values."""
    found: List[Optional[Value]] = []
    for each in alternatives(value):
        if isinstance(each, Collection) and not isinstance(each, KnownDict):
            elements = [one for inner in each.values for one in alternatives(inner)]
            each = Collection([_second(one) for one in elements])
        found.append(each)
    return union_of(found)


def _second(value: Optional[Value]) -> Optional[Value]:
    return value.values[1] if isinstance(value, Collection) and len(value.values) == 2 else value


def without(value: Optional[Value], key: Optional[str]) -> Optional[Value]:
    """Return the value of a name after a key was removed from its dictionary; an unknown key may be any."""
    return _each(value, lambda each: Collection(each.values) if key is None else _taken(each, {key}))


def has_keywords(value: Optional[Value]) -> bool:
    return value is not None and any(isinstance(each, KnownDict) for each in alternatives(value))


def with_default(value: Optional[Value], key: str, item: DictItem, condition: Condition) -> Value:
    """Return the value of a name after ``kwargs.setdefault("pretrained", True)``."""
    default = KnownDict({key: item}, condition)
    return _each(value, lambda each: _merged(default, each) if len(each.values) < Collection.LIMIT else each)


def _merged(base: KnownDict, more: Collection) -> KnownDict:
    """Return ``{**base, **more}``."""
    if not isinstance(more, KnownDict):
        return KnownDict(base.items, base.condition, [*base.others, *more.values], base.rest)
    rest = _taken(base, more.items).rest or more.rest
    return KnownDict({**base.items, **more.items}, base.condition & more.condition, [*base.others, *more.others], rest)


def _taken(base: KnownDict, keys: Of[str]) -> KnownDict:
    """Return a dictionary with some keys removed."""
    kept = {name: item for name, item in base.items.items() if name not in keys}
    rest = base.rest and base.rest._replace(taken=base.rest.taken.union(keys))
    return KnownDict(kept, base.condition, base.others, rest)


def _each(value: Optional[Value], change: Callable[[KnownDict], Optional[Value]]) -> Value:
    return Union([change(each) if isinstance(each, KnownDict) else each for each in alternatives(value)])
