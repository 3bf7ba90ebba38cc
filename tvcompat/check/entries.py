"""Remove entries from a comma-separated list: arguments of a call, names of an import statement."""

from typing import AbstractSet, List, NamedTuple, Optional, Sequence, Tuple

from tvcompat.check.edits import Edit
from tvcompat.check.tokens import Tokens


class ListEntry(NamedTuple):
    """One entry, all by the numbers of tokens.

    Attributes:
        first, last: its own tokens.
        comma: the comma after it, if there is one.
        above: comments on lines of their own right above it, or above the comma before it.
        behind: comments on its last line, before and after its comma.
    """

    first: int
    last: int
    comma: Optional[int]
    above: Tuple[int, ...]
    behind: Tuple[int, ...]

    @property
    def end(self) -> int:
        """The last token of it and its comma."""
        return self.last if self.comma is None else self.comma

    @property
    def comments(self) -> Tuple[int, ...]:
        """The comments at it."""
        return (*self.above, *self.behind)


def entry(tokens: Tokens, first: int, last: int) -> ListEntry:
    """Return the entry that consists of some tokens."""
    following = tokens.following(last)
    comma = following if tokens.sources[following] == "," else None
    before = tokens.preceding(first)
    between = tokens.comments((tokens.preceding(before) if tokens.sources[before] == "," else before) + 1, first)
    above = tuple(number for number in between if tokens.begins_line(number))
    behind = {tokens.comment_behind(last), tokens.comment_behind(last if comma is None else comma)}
    return ListEntry(first, last, comma, above, tuple(sorted(number for number in behind if number is not None)))


def without(tokens: Tokens, gone: Sequence[ListEntry], staying: AbstractSet[int]) -> List[Edit]:
    """Return the edits that remove entries, with their comments and the lines left empty.

    Args:
        gone: the entries, in order; at least one that stays is in the list, or brackets are around it.
        staying: comments that are not taken away.
    """
    runs: List[List[ListEntry]] = []
    for each in gone:
        before = runs[-1][-1] if runs else None
        together = before is not None and before.comma == tokens.preceding(each.first)
        if together and before is not None and staying.isdisjoint(tokens.comments(before.first, each.first)):
            runs[-1].append(each)
        else:
            runs.append([each])
    spans = sorted(span for run in runs for span in _spans(tokens, run[0], run[-1], staying) if span[0] < span[1])
    # A comma may be removed with the entry before it and with the one after it.
    merged: List[Tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return [Edit(start, end, "") for span in merged for start, end in _around(tokens, span, staying) if start < end]


def _around(tokens: Tokens, span: Tuple[int, int], staying: AbstractSet[int]) -> List[Tuple[int, int]]:
    """Return the parts of a span outside the comments that stay and the ends of their lines."""
    start, end = span
    found: List[Tuple[int, int]] = []
    for number in sorted(staying):
        if start <= tokens.start(number) < end:
            before = number - 1 if tokens.names[number - 1] == "UNIMPORTANT_WS" else number
            if tokens.begins_line(number):
                # It needs the end of the line before, unless what goes is the beginning of a line.
                line = tokens.text.text[tokens.text.line_start(tokens.text.line_of(start)) : start]
                before = before - 1 if line.strip() else number
            found.append((start, max(start, tokens.start(before))))
            start = tokens.end(number + 1)
    return [*found, (start, end)]


def _spans(tokens: Tokens, first: ListEntry, last: ListEntry, staying: AbstractSet[int]) -> List[Tuple[int, int]]:
    """Return the spans to remove with neighbouring entries, as positions in the source."""
    found: List[Tuple[int, int]] = []
    before = tokens.preceding(first.first)
    has_comma_before = tokens.sources[before] == ","
    tail = max([last.end, *(number for number in last.behind if number not in staying)])
    following = tokens.following(last.end)
    is_last = tokens.sources[following] == ")"
    start = tokens.start(first.first)
    for number in first.above:
        if number not in staying:
            found.append((tokens.line_start(number), tokens.end(number + 1)))
    if last.comma is None and has_comma_before:
        if staying.isdisjoint(tokens.comments(before, first.first)):
            return [*found, (tokens.start(before), tokens.end(tail))]
        # A comment after a comma that begins its line belongs to the entry above: the comma keeps it on that line.
        if not tokens.begins_line(before) or tokens.comment_behind(before) is None:
            found.append((tokens.start(before), tokens.end(before)))
    if tokens.begins_line(first.first):
        line_end = tokens.line_end(tail)
        if line_end is not None:
            found.append((tokens.line_start(first.first), tokens.end(line_end)))
        else:
            found.append((start, tokens.end(tail) if is_last else tokens.start(following)))
    elif is_last or tokens.line_end(tail) is not None or tokens.comment_behind(tail) is not None:
        if has_comma_before:
            # The comma before it stays where the list ends with one.
            found.append((tokens.end(before), tokens.end(tail)))
        elif tokens.comments(tail + 1, following):
            found.append((start, tokens.end(tail)))
        else:
            found.append((tokens.end(before) if is_last else start, tokens.start(following)))
    else:
        found.append((start, tokens.start(following)))
    return found
