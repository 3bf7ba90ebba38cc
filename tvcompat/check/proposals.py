"""Combine the changes of several fixes in one file."""

import ast
import bisect
from typing import Dict, List, NamedTuple, Sequence, Set, Tuple, Union

from tvcompat.check.analysis.uses import Use
from tvcompat.check.changes import Fix, MoveName, RemoveArgument, RemoveName
from tvcompat.check.edits import Edit, InsertionPoint, Text, overlap
from tvcompat.check.findings import Finding
from tvcompat.check.import_statements import Rewritten, rewritten
from tvcompat.check.rewriting import edits_of, removed_arguments
from tvcompat.check.safety import Judged
from tvcompat.check.tokens import ObstacleError, Tokens

OVERLAPS = "overlaps another change; run fix again"


class Proposal(NamedTuple):
    """What a rule proposes for a finding."""

    finding: Finding
    fix: Fix
    use: Use


class _Taken:
    """The edits that are going to be made, in their order: only neighbours can overlap."""

    def __init__(self) -> None:
        self._edits: List[Edit] = []

    def add(self, edits: Sequence[Edit]) -> None:
        """Add edits that overlap none of the present ones."""
        for edit in edits:
            bisect.insort(self._edits, edit)

    def meets(self, edit: Edit) -> bool:
        """Return whether an edit touches the same characters as a present one."""
        number = bisect.bisect_left(self._edits, edit)
        for other in reversed(self._edits[max(0, number - 8) : number]):
            if overlap(edit, other):
                return True
            if other.end < edit.start:
                break
        while number < len(self._edits) and self._edits[number].start <= edit.end:
            if overlap(edit, self._edits[number]):
                return True
            number += 1
        return False


class Rewriting:
    """The edits of one file that make the changes of fixes.

    Each fix is made as a whole or not at all. Names of one import statement and arguments of one call are taken out
    together, since neighbours share commas and lines.

    Args:
        text: the source.
        accepted: what may be written.

    Attributes:
        made: proposals that are made.
        left: proposals that are not, each with the reason.
        edits: all edits.

    Raises:
        MissingToolError: tokenize-rt is not installed.
        ObstacleError: nothing can be changed in this source.
    """

    def __init__(self, text: Text, accepted: Sequence[Tuple[Proposal, Judged]]) -> None:
        self._tokens = Tokens(text)
        self.left: List[Tuple[Proposal, str]] = []
        self._edits: Dict[int, List[Edit]] = {}
        kept: List[Tuple[Proposal, Judged]] = []
        taken = _Taken()
        for proposal, judged in accepted:
            try:
                edits = [edit for change in proposal.fix.changes for edit in edits_of(self._tokens, change)]
            except ObstacleError as error:
                self.left.append((proposal, str(error)))
                continue
            if any(taken.meets(edit) for edit in edits):
                self.left.append((proposal, OVERLAPS))
                continue
            self._edits[id(proposal)] = edits
            taken.add(edits)
            kept.append((proposal, judged))
        statements = self._statements([proposal for proposal, _ in kept])
        kept = [(proposal, judged) for proposal, judged in kept if id(proposal) in self._edits]
        self.made: List[Proposal] = [proposal for proposal, _ in kept]
        removed = [
            change for proposal in self.made for change in proposal.fix.changes if isinstance(change, RemoveArgument)
        ]
        self.edits: List[Edit] = [
            *(edit for edits in self._edits.values() for edit in edits),
            *removed_arguments(self._tokens, removed),
            *statements,
            *self._imports(kept),
        ]

    def _statements(self, proposals: Sequence[Proposal]) -> List[Edit]:
        """Return the rewritten ``from`` statements; fixes that a comment prevents are dropped."""
        self._written: Set[str] = set()
        self._added: Dict[InsertionPoint, List[str]] = {}
        concerned: Dict[int, List[Proposal]] = {}
        nodes: Dict[int, ast.ImportFrom] = {}
        for proposal in proposals:
            for change in proposal.fix.changes:
                if isinstance(change, (MoveName, RemoveName)):
                    nodes[id(change.statement)] = change.statement
                    concerned.setdefault(id(change.statement), []).append(proposal)
        edits: List[Edit] = []
        for key, node in nodes.items():
            found = self._rewritten(node, concerned[key])
            edits += found.edits
            self._written.update(found.names)
            if found.added:
                self._added.setdefault(found.place, []).extend(found.added)
        return edits

    def _rewritten(self, node: ast.ImportFrom, proposals: Sequence[Proposal]) -> Rewritten:
        """Return a statement rewritten with as many of the proposals as possible."""
        try:
            return rewritten(self._tokens, node, _changes_of(node, proposals))
        except ObstacleError:
            pass
        # Try one name after another: some have to stay, and others may have to because of them.
        found = Rewritten()
        made: List[Proposal] = []
        for proposal in proposals:
            try:
                found = rewritten(self._tokens, node, _changes_of(node, [*made, proposal]))
                made.append(proposal)
            except ObstacleError as error:
                del self._edits[id(proposal)]
                self.left.append((proposal, str(error)))
        return found

    def _imports(self, kept: Sequence[Tuple[Proposal, Judged]]) -> List[Edit]:
        """Return the edits that add import statements."""
        for _, judged in kept:
            for place, statement in judged.imports:
                if statement not in self._written:
                    self._added.setdefault(place, []).append(statement)
        return [place.edit(statements) for place, statements in self._added.items()]


def _changes_of(node: ast.ImportFrom, proposals: Sequence[Proposal]) -> List[Union[MoveName, RemoveName]]:
    """Return what proposals change in one statement."""
    return [
        change
        for proposal in proposals
        for change in proposal.fix.changes
        if isinstance(change, (MoveName, RemoveName)) and change.statement is node
    ]
