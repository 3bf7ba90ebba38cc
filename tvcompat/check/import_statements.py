"""Rewrite ``from module import names``: each name moves to its new module along with its comments."""

import ast
from typing import Dict, List, NamedTuple, Sequence, Set, Tuple, Union

from tvcompat.check.changes import MoveName, RemoveName
from tvcompat.check.edits import Edit, InsertionPoint, behind_import, block_of
from tvcompat.check.entries import ListEntry, entry, without
from tvcompat.check.rewriting import IN_THE_WAY
from tvcompat.check.tokens import ObstacleError, Tokens

DESCRIBED = "a comment describes the name that would be removed"
SHARED = "a comment describes several names, which are in different modules now"

# Longer new statements have one line per name.
LONGEST_LINE = 120


class Rewritten(NamedTuple):
    """The result of rewriting one statement.

    Attributes:
        edits: what changes in it.
        place: where statements are added.
        added: those statements.
        names: what is imported then, one name a statement, for whoever wants to import the same.
    """

    edits: Tuple[Edit, ...] = ()
    place: InsertionPoint = InsertionPoint(0, "", "")
    added: Tuple[str, ...] = ()
    names: Tuple[str, ...] = ()


def rewritten(tokens: Tokens, statement: ast.ImportFrom, changes: Sequence[Union[MoveName, RemoveName]]) -> Rewritten:
    """Return a statement rewritten with all changes of its names.

    Raises:
        ObstacleError: a comment would be lost, or be left beside other names.
    """
    return _Statement(tokens, statement, changes).rewritten()


class _Statement:
    def __init__(
        self, tokens: Tokens, statement: ast.ImportFrom, changes: Sequence[Union[MoveName, RemoveName]]
    ) -> None:
        self._tokens = tokens
        self._node = statement
        self._first, self._last = tokens.first(statement), tokens.last(statement)
        self._changes = {id(change.alias): change for change in changes}
        self._aliases = {id(alias): alias for alias in statement.names}
        self._entries = {
            key: entry(tokens, tokens.first(alias), tokens.last(alias)) for key, alias in self._aliases.items()
        }
        self._place = behind_import(tokens.text, statement)

    def rewritten(self) -> Rewritten:
        moves = [change for change in self._changes.values() if isinstance(change, MoveName)]
        groups: Dict[str, List[MoveName]] = {}
        for key in self._aliases:
            change = self._changes.get(key)
            if isinstance(change, MoveName):
                groups.setdefault(change.module, []).append(change)
        stays = len(self._changes) < len(self._aliases)
        if not moves and not stays:
            return self._replaced()
        # The statement itself goes to the first module where none of its names stays in the old one.
        own = [] if stays else groups.pop(next(iter(groups)))
        edits = [edit for change in own for edit in self._renamed(change)]
        if own:
            edits.append(self._module(own[0].module))
        moved = [change for group in groups.values() for change in group]
        removed = [change for change in self._changes.values() if isinstance(change, RemoveName)]
        leaving = {id(change.alias) for change in moved} | {id(change.alias) for change in removed}
        carried = self._carried(leaving)
        if carried and self._place.before == "; ":
            raise ObstacleError(IN_THE_WAY)
        if leaving:
            entries = [self._entries[key] for key in self._aliases if key in leaving]
            taken = {number for numbers in carried.values() for number in numbers}
            staying = set(self._tokens.comments(self._first, self._statement_end())) - taken
            edits += without(self._tokens, entries, staying)
        added = tuple(self._statement(module, group, carried) for module, group in groups.items())
        names = tuple(f"from {change.module} import {_bound(change)}" for change in moves)
        return Rewritten(tuple(edits), self._place, added, names)

    def _replaced(self) -> Rewritten:
        """Replace the whole statement by others."""
        if self._tokens.comments(self._first, self._last):
            raise ObstacleError(DESCRIBED)
        instead = dict.fromkeys(each for c in self._changes.values() if isinstance(c, RemoveName) for each in c.instead)
        start, end = self._tokens.start(self._first), self._tokens.end(self._last)
        if not instead and self._has_own_lines():
            return Rewritten((self._lines_removed(end),))
        first, *others = instead or {"pass": None}
        return Rewritten((Edit(start, end, first),), self._place, tuple(others), tuple(instead))

    def _lines_removed(self, end: int) -> Edit:
        """Return the edit that removes the lines of the statement, but not the place where others may add some."""
        text = self._tokens.text
        first, last = (text.line_of(self._tokens.start(number)) for number in (self._first, self._last))
        if first > 1:
            return Edit(text.line_end(text.line_start(first - 1)), end, "")
        # Behind the last import others may be added.
        is_last = self._node is text.first_imports[-1]
        return Edit(0, end if is_last else text.line_start(last + 1), "")

    def _has_own_lines(self) -> bool:
        """Return whether the statement shares its lines with nothing, and its block has other statements."""
        tokens, block = self._tokens, block_of(self._tokens.text.tree, self._node)
        # At the end of a file without a line break, an empty token stands for it.
        behind = tokens.sources[self._last + 1]
        return len(block) > 1 and tokens.begins_line(self._first) and (not behind or behind[0] in "\r\n")

    def _statement_end(self) -> int:
        """Return the token that ends the last line of the statement."""
        comment = self._tokens.comment_behind(self._last)
        return (self._last if comment is None else comment) + 1

    def _module(self, module: str) -> Edit:
        tokens = self._tokens
        first = tokens.following(self._first)
        behind = first
        while tokens.sources[behind] != "import":
            behind = tokens.following(behind)
        return Edit(tokens.start(first), tokens.end(tokens.preceding(behind)), module)

    def _renamed(self, change: MoveName) -> List[Edit]:
        """Return the edits that give the statement the new module and name, bound to the same name as before."""
        if change.alias.name == change.name:
            return []
        tokens, found = self._tokens, self._entries[id(change.alias)]
        if change.alias.asname in (None, change.name):
            if tokens.comments(found.first, found.last):
                raise ObstacleError(IN_THE_WAY)
            return [Edit(tokens.start(found.first), tokens.end(found.last), _bound(change))]
        return [Edit(tokens.start(found.first), tokens.end(found.first), change.name)]

    # Comments

    def _carried(self, leaving: Set[int]) -> Dict[int, Tuple[int, ...]]:
        """Return the comments that go with each name that leaves the statement."""
        tokens = self._tokens
        carried: Dict[int, Tuple[int, ...]] = {}
        for key in leaving:
            found = self._entries[key]
            if tokens.comments(found.first, found.last):
                raise ObstacleError(IN_THE_WAY)
        line = tokens.text.line_of
        keys = list(self._aliases)
        for number, key in enumerate(keys):
            found = self._entries[key]
            for comment in found.behind if key in leaving else ():
                if comment > self._last:
                    continue
                if isinstance(self._changes[key], RemoveName):
                    raise ObstacleError(DESCRIBED)
                place = line(tokens.start(comment))
                beside = [each for each in keys[:number] if self._line_of_last(each) == place]
                if leaving.issuperset(beside):
                    self._carry(carried, key, [comment], [*beside, key])
            if found.above:
                headed = [key]
                for before, each in zip(keys[number:], keys[number + 1 :]):
                    if self._entries[each].above or self._is_apart(self._entries[before], self._entries[each]):
                        break
                    headed.append(each)
                if not leaving.isdisjoint(headed):
                    self._carry(carried, key, found.above, headed, whole=True)
        return carried

    def _line_of_last(self, key: int) -> int:
        return self._tokens.text.line_of(self._tokens.start(self._entries[key].last))

    def _is_apart(self, before: ListEntry, behind: ListEntry) -> bool:
        """Return whether an empty line parts two names."""
        tokens = self._tokens
        lines = [tokens.text.line_of(tokens.start(number)) for number in (before.end, behind.first)]
        return lines[1] - lines[0] > 1

    def _carry(
        self,
        carried: Dict[int, Tuple[int, ...]],
        key: int,
        comments: Sequence[int],
        names: Sequence[int],
        *,
        whole: bool = False,
    ) -> None:
        """Let comments go with one of the names that they describe.

        Args:
            whole: they are above the names, and go with all of them only.
        """
        changes = [self._changes.get(each) for each in names]
        if any(isinstance(change, RemoveName) for change in changes):
            raise ObstacleError(DESCRIBED)
        if whole and len({change.module if isinstance(change, MoveName) else "" for change in changes}) > 1:
            raise ObstacleError(SHARED)
        carried[key] = (*carried.get(key, ()), *comments)

    def _statement(self, module: str, group: Sequence[MoveName], carried: Dict[int, Tuple[int, ...]]) -> str:
        """Return a statement for the names that go to one module, with their comments."""
        tokens = self._tokens
        indent = tokens.text.newline + tokens.indentation(self._first)
        plain = f"from {module} import {', '.join(_bound(change) for change in group)}"
        comments = [carried.get(id(change.alias), ()) for change in group]
        if not any(comments) and (len(indent + plain) <= LONGEST_LINE or self._place.before == "; " or len(group) == 1):
            return plain
        lines: List[str] = []
        step = "    " if len(group) > 1 else ""
        for change, numbers in zip(group, comments):
            found = self._entries[id(change.alias)]
            lines += [step + tokens.sources[number] for number in numbers if number in found.above]
            written = f"{step}{_bound(change)}," if step else plain
            behind = [tokens.sources[number] for number in numbers if number in found.behind]
            lines.append("  ".join([written, *behind[:1]]))
            lines += [step + each for each in behind[1:]]
        if step:
            lines = [f"from {module} import (", *lines, ")"]
        return indent.join(lines)


def _bound(change: MoveName) -> str:
    """Return a name as it is imported from its new module, bound as before."""
    bound = change.alias.asname or change.alias.name
    return change.name if bound == change.name else f"{change.name} as {bound}"
