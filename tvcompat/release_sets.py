"""Sets of releases, out of an ordered list of them: which have a name, which a program has to work on.

The checker combines thousands of them, so a set is one integer with a bit for each release, oldest first.
"""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, Optional, Tuple


class ReleaseOrder:
    """The releases that sets are made of, oldest first.

    Attributes:
        names: the releases.
        index: release -> its position.
        all, none: the set of all of them and the empty one.
    """

    __slots__ = ("all", "index", "names", "none")

    def __init__(self, names: Iterable[str]) -> None:
        self.names: Tuple[str, ...] = tuple(names)
        self.index: Dict[str, int] = {name: number for number, name in enumerate(self.names)}
        self.all: ReleaseSet = ReleaseSet(self, (1 << len(self.names)) - 1)
        self.none: ReleaseSet = ReleaseSet(self, 0)

    def only(self, *releases: str) -> ReleaseSet:
        """Return the set of the given releases.

        Raises:
            KeyError: one of them is not in the order.
        """
        bits = 0
        for release in releases:
            bits |= 1 << self.index[release]
        return ReleaseSet(self, bits)

    def between(self, first: str, last: str) -> ReleaseSet:
        """Return the releases from ``first`` to ``last``, both included."""
        low, high = self.index[first], self.index[last]
        return ReleaseSet(self, ((1 << (high - low + 1)) - 1) << low if low <= high else 0)

    def following(self, release: str) -> str:
        """Return the release after another.

        Raises:
            IndexError: it is the newest.
        """
        return self.names[self.index[release] + 1]


class ReleaseSet:
    """An immutable set of releases; sets of different orders do not mix.

    Args:
        order: the releases it is chosen from.
        bits: one bit for each release, the oldest the lowest; bits beyond the newest are dropped.
    """

    __slots__ = ("_bits", "_order")

    def __init__(self, order: ReleaseOrder, bits: int) -> None:
        self._order: ReleaseOrder = order
        self._bits: int = bits & ((1 << len(order.names)) - 1)

    @property
    def order(self) -> ReleaseOrder:
        """The releases it is chosen from."""
        return self._order

    @property
    def bits(self) -> int:
        """One bit for each release, the oldest the lowest: ``ReleaseSet(order, bits)`` gives the set back."""
        return self._bits

    def __reduce__(self) -> Tuple[object, ...]:
        # An order holds sets of its own; other processes make both anew.
        return _restored, (self._order.names, self._bits)

    # Combining

    def _bits_of(self, other: object) -> int:
        if not isinstance(other, ReleaseSet):
            raise TypeError(f"a ReleaseSet combines with another, not with {type(other).__name__}")
        if other._order is not self._order and other._order.names != self._order.names:
            raise ValueError("sets out of different lists of releases can't be combined")
        return other._bits

    def __and__(self, other: ReleaseSet) -> ReleaseSet:
        return ReleaseSet(self._order, self._bits & self._bits_of(other))

    def __or__(self, other: ReleaseSet) -> ReleaseSet:
        return ReleaseSet(self._order, self._bits | self._bits_of(other))

    def __sub__(self, other: ReleaseSet) -> ReleaseSet:
        return ReleaseSet(self._order, self._bits & ~self._bits_of(other))

    def __invert__(self) -> ReleaseSet:
        return ReleaseSet(self._order, ~self._bits)

    def before(self, release: str) -> ReleaseSet:
        """Return its releases that are older than ``release``."""
        return ReleaseSet(self._order, self._bits & ((1 << self._order.index[release]) - 1))

    def from_(self, release: str) -> ReleaseSet:
        """Return its releases from ``release`` on."""
        return ReleaseSet(self._order, self._bits & (-1 << self._order.index[release]))

    # Asking

    def __contains__(self, release: object) -> bool:
        position = self._order.index.get(release) if isinstance(release, str) else None
        return position is not None and bool(self._bits >> position & 1)

    def __bool__(self) -> bool:
        return self._bits != 0

    def __len__(self) -> int:
        return bin(self._bits).count("1")

    def __iter__(self) -> Iterator[str]:
        return (name for number, name in enumerate(self._order.names) if self._bits >> number & 1)

    @property
    def first(self) -> Optional[str]:
        """The oldest of its releases, ``None`` if it has none."""
        return self._order.names[(self._bits & -self._bits).bit_length() - 1] if self._bits else None

    @property
    def last(self) -> Optional[str]:
        """The newest of its releases, ``None`` if it has none."""
        return self._order.names[self._bits.bit_length() - 1] if self._bits else None

    def spans(self) -> Tuple[str, ...]:
        """Return its unbroken runs as text: ``("0.9.0 to 0.12.0", "0.14.0")``."""
        found = []
        position, bits = 0, self._bits
        while bits:
            gap = (bits & -bits).bit_length() - 1
            bits >>= gap
            length = (~bits & (bits + 1)).bit_length() - 1
            first, last = position + gap, position + gap + length - 1
            names = self._order.names
            found.append(names[first] if first == last else f"{names[first]} to {names[last]}")
            position, bits = last + 1, bits >> length
        return tuple(found)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ReleaseSet):
            return NotImplemented
        return self._bits == other._bits and (self._order is other._order or self._order.names == other._order.names)

    def __hash__(self) -> int:
        return hash((ReleaseSet, self._bits))

    def __str__(self) -> str:
        return ", ".join(self.spans()) or "no release"

    def __repr__(self) -> str:
        return f"<ReleaseSet {self}>"


def _restored(names: Tuple[str, ...], bits: int) -> ReleaseSet:
    return ReleaseSet(ReleaseOrder(names), bits)
