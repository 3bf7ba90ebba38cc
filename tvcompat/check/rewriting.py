"""Make token-exact edits: everything that a change does not name stays as it is written.

Comments, brackets, blanks, line continuations and trailing commas are kept. A change that would remove a comment, or
leave it beside code that it was not written for, is refused with the reason.
"""

import ast
from typing import Any, Dict, List, Sequence

from tvcompat.check.changes import (
    AddArgument,
    AddFunction,
    Change,
    MoveName,
    RemoveArgument,
    RemoveName,
    RenameAttribute,
    RenameFunction,
    RenameModule,
    Replace,
    ReplaceCallee,
    SetArgument,
)
from tvcompat.check.edits import Edit
from tvcompat.check.entries import ListEntry, entry, without
from tvcompat.check.tokens import ObstacleError, Tokens

DESCRIBED = "a comment describes the argument that would be removed"
IN_THE_WAY = "a comment is in the way"

# Values that need brackets where they become a part of another expression.
_LOOSE = (ast.GeneratorExp, ast.IfExp, ast.Lambda, ast.NamedExpr)


def edits_of(tokens: Tokens, change: Change) -> List[Edit]:
    """Return the edits that make a change; none where it is made together with others of its statement or call.

    Raises:
        ObstacleError: it can't be made.
    """
    if isinstance(change, Replace):
        return [_replaced(tokens, tokens.first(change.node), tokens.last(change.node), change.source)]
    if isinstance(change, RenameAttribute):
        last = tokens.last(change.node)
        return [_replaced(tokens, last, last, change.name)]
    if isinstance(change, RenameFunction):
        name = tokens.first(change.node)
        while tokens.sources[name] != "def":
            name = tokens.following(name)
        name = tokens.following(name)
        return [Edit(tokens.start(name), tokens.end(name), change.name)]
    if isinstance(change, AddFunction):
        return [_add_function(tokens, change)]
    if isinstance(change, SetArgument):
        return _set_argument(tokens, change)
    if isinstance(change, AddArgument):
        return _add_argument(tokens, change)
    if isinstance(change, ReplaceCallee):
        return _replace_callee(tokens, change)
    if isinstance(change, RenameModule):
        first = last = tokens.first(change.alias)
        while tokens.sources[tokens.following(last)] == ".":
            last = tokens.following(tokens.following(last))
        return [_replaced(tokens, first, last, change.module)]
    if isinstance(change, RemoveArgument):
        _check_removed(tokens, change)
        return []
    assert isinstance(change, (MoveName, RemoveName))
    return []


def removed_arguments(tokens: Tokens, changes: Sequence[RemoveArgument]) -> List[Edit]:
    """Return the edits that remove arguments from their calls."""
    calls: Dict[int, Dict[int, ListEntry]] = {}
    comments = set(tokens.comments(0, len(tokens.names)))
    for change in changes:
        opening, _ = tokens.brackets(change.call)
        found = entry(tokens, *tokens.argument(change.argument))
        calls.setdefault(opening, {})[found.first] = found
    return [edit for gone in calls.values() for edit in without(tokens, [gone[key] for key in sorted(gone)], comments)]


def _check_removed(tokens: Tokens, change: RemoveArgument) -> None:
    """Raise where a comment belongs to an argument that goes."""
    found = entry(tokens, *tokens.argument(change.argument))
    _, closing = tokens.brackets(change.call)
    is_last = tokens.following(found.end) == closing
    # `aux_logits=False)  # no branch`, on a line of its own.
    behind_call = is_last and tokens.begins_line(found.first) and tokens.comment_behind(closing) is not None
    if found.comments or behind_call or tokens.comments(found.first, found.end):
        raise ObstacleError(DESCRIBED)


def _replaced(tokens: Tokens, first: int, last: int, source: str) -> Edit:
    if tokens.comments(first, last):
        raise ObstacleError(IN_THE_WAY)
    return Edit(tokens.start(first), tokens.end(last), source)


def _set_argument(tokens: Tokens, change: SetArgument) -> List[Edit]:
    edits: List[Edit] = []
    value, name = change.argument, f"{change.name}="
    if isinstance(value, ast.keyword):
        keyword = tokens.first(value)
        edits.append(Edit(tokens.start(keyword), tokens.end(keyword), change.name))
        value, name = value.value, ""
    first, last = tokens.argument(value)
    if change.source and not change.chosen:
        # Brackets around the old value stay around the new one.
        inner = (first, last) if isinstance(value, ast.GeneratorExp) else (tokens.first(value), tokens.last(value))
        replaced = _replaced(tokens, *inner, change.source)
        start = tokens.start(first)
        if name and replaced.start != start:
            edits.append(Edit(start, start, name))
            name = ""
        return [*edits, replaced._replace(text=name + replaced.text)]
    before, behind = (f"{change.source} if ", " else None") if change.chosen else ("", "")
    own = tokens.first(value)
    is_bare = first > own if isinstance(value, ast.GeneratorExp) else first == own
    if is_bare and isinstance(value, _LOOSE if change.chosen else ast.NamedExpr):
        before, behind = f"{before}(", f"){behind}"
    if name + before:
        edits.append(Edit(tokens.start(first), tokens.start(first), name + before))
    if behind:
        edits.append(Edit(tokens.end(last), tokens.end(last), behind))
    return edits


def _add_argument(tokens: Tokens, change: AddArgument) -> List[Edit]:
    opening, closing = tokens.brackets(change.call)
    last = tokens.preceding(closing)
    if last == opening:
        return [Edit(tokens.end(opening), tokens.end(opening), change.source)]
    arguments: List[Any] = [*change.call.args, *change.call.keywords]
    behind = max(arguments, key=lambda node: (node.lineno, node.col_offset))
    first_of_last, _ = tokens.argument(behind)
    if first_of_last > tokens.first(behind):
        # A generator whose brackets were those of the call needs its own beside others.
        start, end = tokens.start(first_of_last), tokens.end(last)
        return [Edit(start, start, "("), Edit(end, end, f"), {change.source}")]
    comma = last if tokens.sources[last] == "," else None
    if comma is not None:
        last = tokens.preceding(comma)
    if not tokens.begins_line(first_of_last):
        return [Edit(tokens.end(last), tokens.end(last), f", {change.source}")]
    # On a new line, after a comment that belongs to the previous argument.
    end = last if comma is None else comma
    comment = tokens.comment_behind(end)
    line = tokens.text.newline + tokens.indentation(first_of_last) + change.source
    place = tokens.end(end if comment is None else comment)
    if comma is not None:
        return [Edit(place, place, f"{line},")]
    if comment is None:
        return [Edit(place, place, f",{line}")]
    return [Edit(tokens.end(last), tokens.end(last), ","), Edit(place, place, line)]


def _add_function(tokens: Tokens, change: AddFunction) -> Edit:
    first, statement = tokens.first(change.node), tokens.first(change.node.body[0])
    outer = tokens.indentation(first)
    inner = tokens.indentation(statement)
    if not tokens.begins_line(statement) or not inner.startswith(outer) or inner == outer:
        inner = outer + "    "
    text = tokens.text
    place = text.line_end(text.offset(change.node.end_lineno or 0, change.node.end_col_offset or 0))
    lines = ["", "", outer + change.head, inner + change.body]
    return Edit(place, place, text.newline.join(lines))


def _replace_callee(tokens: Tokens, change: ReplaceCallee) -> List[Edit]:
    function = change.call.func
    edits = [_replaced(tokens, tokens.first(function), tokens.last(function), change.source)]
    if not change.first:
        return edits
    opening, closing = tokens.brackets(change.call)
    following = tokens.following(opening)
    comma = "" if following == closing else ","
    comment = tokens.comment_behind(opening)
    end = tokens.line_end(opening if comment is None else comment)
    if end is not None and comma:
        # The arguments begin on the next line, and so does the new one.
        place, line = tokens.start(end), tokens.text.newline + tokens.indentation(following) + change.first
        return [*edits, Edit(place, place, f"{line},")]
    blank = " " if comma and tokens.names[opening + 1] != "UNIMPORTANT_WS" else ""
    return [*edits, Edit(tokens.start(opening), tokens.end(opening), f"({change.first}{comma}{blank}")]
