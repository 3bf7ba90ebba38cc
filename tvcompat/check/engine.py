"""Checking files: each is parsed once, its uses are found, and every rule looks at those of its kinds."""

import os
import re
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from tvcompat.check import files, pins
from tvcompat.check.findings import Finding, Target
from tvcompat.check.release_facts import ReleaseFacts, release_facts
from tvcompat.check.resolve import Analysis
from tvcompat.check.rules import Context, Report, Rule, rules
from tvcompat.check.uses import Use
from tvcompat.check.values import Class, Collection, Instance, Local, Member, Members, Partial, Ref, Value, flat
from tvcompat.release_sets import ReleaseSet

# So many syntax trees are kept for the turn of their file, the others are read again; much of them stays anyway, with
# the functions that a module exports.
KEPT_TREES = 512

IGNORE = re.compile(r"#\s*(?:tvcompat:\s*ignore(?:\[([^\]]*)\])?|noqa(?::\s*([A-Z0-9, ]+))?(?![\w:]))", re.IGNORECASE)


class Unreadable(NamedTuple):
    """A file that could not be checked, and why."""

    path: str
    line: int
    text: str


class Result:
    """What checking files gave.

    Attributes:
        findings: by path, line and column.
        unreadable: files that could not be parsed.
        checked: how many files were looked at.
        exporting: module of the tree -> names by which it hands something of torchvision on.
        held: what looked at the files, with the trees of some: letting go of so many objects takes a while.
    """

    def __init__(self) -> None:
        self.findings: List[Finding] = []
        self.unreadable: List[Unreadable] = []
        self.checked: int = 0
        self.exporting: Dict[str, Set[str]] = {}
        self.held: object = None


class Reported(NamedTuple):
    """A finding, its line in the source as it was parsed, and what it came from."""

    finding: Finding
    line: int
    report: Report
    use: Use


class Checker:
    """Checks the files of one tree.

    Args:
        target: which releases they are held against.
        codes: rules to apply; all when not given.
        paths: all files of the tree, for imports between them.
        concerned: those that name torchvision, or take something of it from one that does.
    """

    def __init__(
        self, target: Target, codes: Optional[Iterable[str]], paths: Iterable[str], concerned: Iterable[str] = ()
    ) -> None:
        self._codes, self._paths = codes, paths
        self.facts: ReleaseFacts = release_facts()
        self.context: Context = Context(self.facts, target)
        wanted = None if codes is None else set(codes)
        chosen = [rule for code, rule in rules().items() if wanted is None or code in wanted]
        self._by_kind: Dict[str, List[Rule]] = {}
        for rule in chosen:
            for kind in rule.kinds:
                self._by_kind.setdefault(kind, []).append(rule)
        self._tree = files.Tree(paths)
        self._concerned: Set[str] = set()
        # Packages with a module that names torchvision: their `__init__` may hand on what it has.
        self._handing: Set[str] = set()
        self._exports: Dict[str, Optional[Dict[str, Optional[Value]]]] = {}
        # Files that were read for what they export, until their turn comes.
        self._read: Dict[str, Tuple[files.Source, Analysis]] = {}
        self.add(concerned)

    def __reduce__(self) -> Tuple[object, ...]:
        # What another process can't share it finds out anew.
        return Checker, (self.context.target, self._codes, self._paths, list(self._concerned))

    def add(self, concerned: Iterable[str]) -> None:
        """More files that are known to use torchvision."""
        for path in concerned:
            self._concerned.add(path)
            name = self._tree.name(path)
            if not self._exports.get(name, True):
                # Nothing was expected in it when it was imported.
                del self._exports[name]
            while "." in name:
                name = name.rpartition(".")[0]
                self._handing.add(name)

    def analysis(self, path: str, source: files.Source, name: str) -> Analysis:
        """What the names of a file stand for, which is the module ``name``."""
        return Analysis(
            source.tree,
            source.text,
            module=name,
            package=os.path.basename(path) == "__init__.py",
            star=self.facts.star,
            exports=self.exports,
            model=self.facts.path_of,
            versions=self.facts.versions,
            there=self._there,
        )

    def _there(self, path: str) -> Optional[int]:
        # The analysis has sets of releases as their bits.
        found = self.facts.presence(path)
        return found.releases.bits if found.known else None

    def exports(self, name: str) -> Optional[Dict[str, Optional[Value]]]:
        """What a module of the tree binds, ``None`` where the tree has none of that name."""
        if name in self._exports:
            return self._exports[name]
        path = self._tree.find(name)
        if path is None:
            self._exports[name] = None
        else:
            # Modules that import one another see what there is so far.
            self._exports[name] = {}
            try:
                with open(path, "rb") as stream:
                    data = stream.read()
                # A package may hand on what one of its modules has; of one that was not given nothing is known.
                handing = name in self._handing or (not self._tree.name(path) and path.endswith("__init__.py"))
                if handing or path in self._concerned or files.concerns(path, data):
                    source = files.parse(path, data)
                    found = self.analysis(path, source, name)
                    self._exports[name] = found.module_scope.names
                    if self._tree.name(path) and len(self._read) < KEPT_TREES:
                        self._read[path] = source, found
            except (OSError, files.UnreadableError):
                pass
        return self._exports[name]

    def check(self, path: str, data: bytes, result: Result) -> None:
        """Check one file and add what was found."""
        read = self.read(path, data, result)
        if read is not None:
            result.findings += self.judge(*read, self.context.target)

    def read(self, path: str, data: bytes, result: Result) -> Optional[Tuple[files.Source, List[Use]]]:
        """A file and its uses; ``None`` where it can't be parsed, which is noted in the result."""
        try:
            source, found = self._read.pop(path, (None, None))
            if source is None or found is None:
                source = files.parse(path, data)
                result.unreadable += [Unreadable(path, line, text) for line, text in source.unread]
                if pins.holds_no_code(path):
                    return source, pins.uses(path, source.text)
                found = self.analysis(path, source, self._tree.name(path))
        except files.UnreadableError as error:
            result.unreadable.append(Unreadable(path, error.line, error.text))
            return None
        except RecursionError:
            result.unreadable.append(Unreadable(path, 1, "is nested too deeply"))
            return None
        name = self._tree.name(path)
        if name:
            self._exports.setdefault(name, found.module_scope.names)
            handed = {key for key, value in found.module_scope.names.items() if value is not None and _hands_on(value)}
            if handed:
                result.exporting[name] = handed
        return source, found.uses

    def judge(self, source: files.Source, uses: Sequence[Use], target: Target) -> List[Finding]:
        """What the rules say of the uses of a file."""
        return [finding for finding, _, _ in self.reports(source, uses, Context(self.facts, target))]

    def reports(self, source: files.Source, uses: Sequence[Use], context: Context) -> List[Tuple[Finding, Report, Use]]:
        """What the rules say of the uses of a file, with what they looked at."""
        reported = self._apply(source, uses, context)
        return self._unless_ignored(source, reported) if reported else []

    def _apply(self, source: files.Source, uses: Sequence[Use], context: Context) -> "List[Reported]":
        """Findings of a file, each with its line in the source as it was parsed."""
        lines = source.lines
        found: Dict[Tuple[object, ...], Reported] = {}
        # Imports that were reported: what is reached through them need not be said again.
        gone: List[str] = []
        for use in uses:
            if use.kind == "attribute" and any(f"{use.path}.".startswith(path) for path in gone):
                continue
            asked = self._where_it_runs(use, context) if use.guards else context
            if asked is None:
                continue
            for rule in self._by_kind.get(use.kind, ()):
                for report in rule.check(use, asked):
                    if use.kind == "import":
                        gone.append(use.path + ".")
                    line, column, end_line, end_column = _span(report.node, use)
                    place, cell = source.place(line)
                    finding = Finding(
                        source.path,
                        place,
                        _characters(lines, line, column) + 1,
                        place + end_line - line,
                        _characters(lines, end_line, end_column) + 1,
                        rule.code,
                        report.severity,
                        report.message,
                        report.breaks_in,
                        report.deprecated_in,
                        report.fix,
                        cell,
                    )
                    found.setdefault((line, column, rule.code, report.message), Reported(finding, line, report, use))
        return [found[key] for key in sorted(found)]

    def _where_it_runs(self, use: Use, context: Context) -> Optional[Context]:
        """The context without the releases on which a use is never reached; ``None`` if none is left."""
        wanted, origin, _ = context.target
        order = self.facts.order
        # The analysis has sets of releases as their bits.
        reached = ReleaseSet(order, use.runs_on(wanted.bits))
        if not reached:
            return None
        if origin is not None and not use.runs_on(order.only(origin).bits):
            # It has nothing that it did there.
            origin = None
        return context._replace(target=Target(reached, origin, str(reached.last)))

    @staticmethod
    def _unless_ignored(source: files.Source, reported: "Sequence[Reported]") -> List[Tuple[Finding, Report, Use]]:
        lines = source.lines
        kept = []
        for finding, line, report, use in reported:
            last = line + finding.end_line - finding.line
            comments = [IGNORE.search(lines[number - 1]) for number in {line, last} if number <= len(lines)]
            if not any(match and _covers(match, finding.code) for match in comments):
                kept.append((finding, report, use))
        return kept


def _covers(match: "re.Match[str]", code: str) -> bool:
    """Whether a comment silences a rule: without codes it silences all."""
    codes = match.group(1) or match.group(2)
    return codes is None or code in [each.strip().upper() for each in codes.split(",")]


def _hands_on(value: Value) -> bool:
    """Whether a file that imports it may use torchvision by that alone."""
    # Classes may hold one another, in lists as long as one likes: no recursion.
    pending: List[Optional[Value]] = [value]
    seen: Set[int] = set()
    while pending:
        for each in flat(pending.pop()):
            if isinstance(each, Ref):
                if each.path.startswith("torchvision"):
                    return True
            elif isinstance(each, (Member, Members)):
                return True
            elif isinstance(each, Collection):
                pending += each.values
            elif isinstance(each, Partial):
                pending.append(each.function)
            elif isinstance(each, Local):
                if each.forwards and any(each.reached()):
                    return True
                if each.gives is not None and id(each) not in seen:
                    seen.add(id(each))
                    # Whoever uses what it returns by a class or function knows that one, mostly.
                    pending += [one for one in flat(each.gives) if not isinstance(one, (Local, Class, Instance))]
            elif isinstance(each, (Class, Instance)):
                for owner in each.of.lineage():
                    if owner.outside:
                        return True
                    if id(owner) not in seen:
                        seen.add(id(owner))
                        for table in (owner.names, owner.attributes):
                            pending += [
                                v for v in table.values() if v is not None and not isinstance(v, (Class, Instance))
                            ]
    return False


def _span(node: Any, use: Use) -> Tuple[int, int, int, int]:
    if node is None or not hasattr(node, "lineno"):
        return use.span
    end_line = getattr(node, "end_lineno", None) or node.lineno
    end_column = getattr(node, "end_col_offset", None)
    return node.lineno, node.col_offset, end_line, node.col_offset + 1 if end_column is None else end_column


def _characters(lines: Sequence[str], line: int, column: int) -> int:
    """A column in characters, where the tree counts bytes."""
    text = lines[line - 1] if line <= len(lines) else ""
    if text.isascii():
        return column
    return len(text.encode()[:column].decode(errors="replace"))
