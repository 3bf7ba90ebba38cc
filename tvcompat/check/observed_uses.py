"""Uses that the guard observed at run time, for calls that static analysis can't follow.

``tvcompat run --ledger used.json train.py`` writes it, ``tvcompat fix --ledger used.json`` reads it.
"""

import ast
import os
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from tvcompat.check.analysis.conditions import ALWAYS
from tvcompat.check.analysis.uses import CallUse, Use
from tvcompat.ledger import Use as ObservedUse
from tvcompat.ledger import read_uses

ARGUMENTS = ("pretrained", "pretrained_backbone")


class ObservedUses:
    """The uses of a ledger by file.

    Raises:
        LedgerError: the file can't be read, or is no ledger.
    """

    def __init__(self, path: Path) -> None:
        self._by_file: Dict[str, List[ObservedUse]] = {}
        for use in read_uses(path):
            self._by_file.setdefault(os.path.abspath(use.file), []).append(use)

    def seen_in(self, path: str) -> List[ObservedUse]:
        """Return the uses observed in a file, by line."""
        return sorted(self._by_file.get(os.path.abspath(path), ()), key=lambda use: (use.line, use.name))

    def outside(self, paths: Sequence[str]) -> Tuple[int, int]:
        """Return how many uses, in how many files, lie outside ``paths``."""
        known = {os.path.abspath(path) for path in paths}
        others = [uses for path, uses in self._by_file.items() if path not in known]
        return sum(len(uses) for uses in others), len(others)

    def calls(self, path: str, tree: ast.AST, known: Sequence[Use]) -> Iterator[Use]:
        """Yield calls with ``pretrained=`` that only the run showed to be calls of a builder."""
        found = {id(use.call) for use in known if isinstance(use, CallUse) and not use.is_dynamic}
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and id(node) not in found]
        for seen in self.seen_in(path):
            builder, _, argument = seen.name.rstrip("=)").partition("(")
            if argument not in ARGUMENTS:
                continue
            for call in calls:
                last = getattr(call, "end_lineno", None) or call.lineno
                named = any(keyword.arg == argument for keyword in call.keywords)
                if named and call.lineno <= seen.line <= last:
                    yield CallUse(builder, call, ALWAYS, call, is_certain=False, was_observed=True)
