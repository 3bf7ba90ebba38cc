"""Dictionaries that a call may unpack: what is written down of them, and what a program does to them later."""

from typing import Callable, Iterable, List, Optional
from typing import Collection as Of

from tvcompat.check.uses import Guards
from tvcompat.check.values import Collection, Item, Keywords, Local, Member, Partial, Ref, Several, Value, either, flat

# Methods after which a dictionary may hold something else.
CHANGING = ("pop", "popitem", "clear", "update", "setdefault")

# Ways that are told apart when a dictionary is made of others which may be one or the other.
WAYS = 16


def made_of(parts: Iterable[Optional[Value]], guards: Guards) -> Optional[Value]:
    """What ``{**base, "pretrained": True}`` stands for.

    Args:
        parts: its items, as dictionaries of their own, and the dictionaries in it, in their order.
        guards: what takes care where it stands.
    """
    ways = [Keywords({}, guards)]
    for part in parts:
        # What nobody knows may hold anything; what is written down holds all the same.
        found = [each for each in flat(part) if isinstance(each, Collection)]
        if found and len(ways) * len(found) <= WAYS:
            ways = [_merged(way, each) for way in ways for each in found]
    return either(ways)


def updated(value: Optional[Value], given: Optional[Value]) -> Value:
    """What a name stands for after ``kwargs.update(pretrained=True)``; what is given may be unknown."""
    ways = [each if isinstance(each, Keywords) else None for each in flat(given)]
    if len(ways) * len(flat(value)) > WAYS:
        ways = [None]

    def change(each: Keywords) -> Optional[Value]:
        found = [None if way is None else _merged(each, way) for way in ways]
        return either(found)

    return _each(value, change)


def put(value: Optional[Value], key: Optional[str], item: Item, guards: Guards) -> Optional[Value]:
    """What a name stands for after ``kwargs["pretrained"] = True`` or ``zoo[name] = models.resnet18``.

    Args:
        value: what it stood for.
        key: the key, ``None`` where it is not known.
        item: what is under it now.
        guards: what takes care there.
    """
    news = any(isinstance(each, (Ref, Member, Partial, Local, Keywords)) for each in flat(item.value))
    found: List[Optional[Value]] = []
    for each in flat(value):
        if not isinstance(each, Collection) or len(each.values) >= Collection.MOST:
            # Each one more would make a copy of all before it.
            found.append(each)
        elif isinstance(each, Keywords) and key is not None:
            found.append(_merged(each, Keywords({key: item}, guards)))
        else:
            found.append(Collection([*each.values, *([item.value] if news else ())]))
    if news and not any(isinstance(each, Collection) for each in found):
        found.append(Collection([item.value]))
    return either(found)


def pairs(value: Optional[Value]) -> Optional[Value]:
    """What ``dict(...)`` makes of something that is a dictionary, or has pairs of keys and values."""
    found: List[Optional[Value]] = []
    for each in flat(value):
        if isinstance(each, Collection) and not isinstance(each, Keywords):
            elements = [one for inner in each.values for one in flat(inner)]
            each = Collection([_second(one) for one in elements])
        found.append(each)
    return either(found)


def _second(value: Optional[Value]) -> Optional[Value]:
    return value.values[1] if isinstance(value, Collection) and len(value.values) == 2 else value


def without(value: Optional[Value], key: Optional[str]) -> Optional[Value]:
    """What a name stands for after a key left its dictionary; an unknown key may be any."""
    return _each(value, lambda each: Collection(each.values) if key is None else _taken(each, {key}))


def has_keywords(value: Optional[Value]) -> bool:
    return any(isinstance(each, Keywords) for each in flat(value))


def with_default(value: Optional[Value], key: str, item: Item, guards: Guards) -> Value:
    """What a name stands for after ``kwargs.setdefault("pretrained", True)``."""
    default = Keywords({key: item}, guards)
    return _each(value, lambda each: _merged(default, each) if len(each.values) < Collection.MOST else each)


def _merged(base: Keywords, more: Collection) -> Keywords:
    """``{**base, **more}``."""
    if not isinstance(more, Keywords):
        return Keywords(base.items, base.guards, [*base.others, *more.values], base.rest)
    rest = _taken(base, more.items).rest or more.rest
    return Keywords({**base.items, **more.items}, base.guards | more.guards, [*base.others, *more.others], rest)


def _taken(base: Keywords, keys: Of[str]) -> Keywords:
    """A dictionary from which keys were taken out."""
    kept = {name: item for name, item in base.items.items() if name not in keys}
    rest = base.rest and base.rest._replace(taken=base.rest.taken.union(keys))
    return Keywords(kept, base.guards, base.others, rest)


def _each(value: Optional[Value], change: Callable[[Keywords], Optional[Value]]) -> Value:
    return Several([change(each) if isinstance(each, Keywords) else each for each in flat(value)])
