"""What the guard changes in a class: which member gets a stand-in, and which overrides are passed on."""

from __future__ import annotations

from types import ModuleType
from typing import Dict, Iterator, List, NamedTuple, Tuple

from tvcompat.catalog.legacy import LegacyMember
from tvcompat.legacy.state import State

# Below it are the functions and attributes that the hand-written table names.
REBUILT = "tvcompat.legacy.rebuilt.members"


class Change(NamedTuple):
    """One member that the installed release lacks, seen from a class.

    Attributes:
        name: what programs call the member.
        present: what the installed release calls it, empty if it has nothing of the kind.
        path, gone, instead, words: for the ledger.
        kind: what the member was.
        passed_on: whether the class calls ``present`` where it would call ``name``.
        stand_in: full path of what the guard gives, empty for ``present`` itself.
        submodule: the name under which instances have a submodule that the member was, empty for anything else.
        caller, calls: the method that would call the member, and full path of what it does for classes that override
            the member.
        arguments: keywords that the class gives to the member, which is there, and that overrides may lack.
    """

    name: str
    present: str
    path: str
    gone: str
    instead: str
    words: str
    kind: str
    passed_on: bool
    stand_in: str
    submodule: str
    caller: str
    calls: str
    arguments: Tuple[str, ...]

    @property
    def is_overridden(self) -> bool:
        """Whether overrides in subclasses have to be called."""
        return self.passed_on or bool(self.calls)


def changes_of(state: State, module: ModuleType) -> Iterator[Tuple[type, List[Change]]]:
    """Yield the classes of a module that lack members, each with those."""
    found: Dict[str, List[Change]] = {}
    for name, members in state.names.members(module.__name__).items():
        found[name] = [_older(state, member) for member in members]
    if state.forward:
        for name, members in state.names.newer_members(module.__name__).items():
            found.setdefault(name, []).extend(_newer(member) for member in members)
    for name, changes in found.items():
        owner = vars(module).get(name)
        # What somebody else put in the place of a class is theirs.
        if isinstance(owner, type) and owner.__module__ == module.__name__:
            yield owner, changes


def _older(state: State, member: LegacyMember) -> Change:
    instead, words = state.names.advice(member)
    if member.arguments:
        keywords = ", ".join(f"{name}=" for name in member.arguments)
        path, gone, words = f"{member.path}({keywords})", "", f"Since torchvision {member.gone}: {words}"
    else:
        path, gone = member.path, member.gone
    return Change(
        name=member.name,
        present=member.instead,
        path=path,
        gone=gone,
        instead=f"{member.path.rpartition('.')[0]}.{instead}" if instead.isidentifier() else "",
        words=words,
        kind=member.kind,
        passed_on=member.passed_on,
        submodule=member.submodule,
        stand_in=f"{REBUILT}.{member.stand_in}" if member.stand_in else "",
        caller=member.caller,
        calls=f"{REBUILT}.{member.calls}" if member.calls else "",
        arguments=member.arguments,
    )


def _newer(member: LegacyMember) -> Change:
    """Return the change that gives the newer name of a member to a release that has only the older one."""
    return Change(
        name=member.instead,
        present=member.name,
        path=f"{member.path.rpartition('.')[0]}.{member.instead}",
        gone="",
        instead="",
        words=f"It came with torchvision {member.since}; the installed release calls it {member.name}.",
        kind=member.kind,
        passed_on=member.passed_on,
        stand_in="",
        submodule=member.submodule,
        caller="",
        calls="",
        arguments=(),
    )
