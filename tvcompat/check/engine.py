"""Check files: parse each once, find its uses, and run every rule on those of its kinds."""

import ast
import re
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple, Type

from tvcompat.check import pins
from tvcompat.check.analysis.uses import AttributeUse, ImportUse, UnparsedUse, Use
from tvcompat.check.files.source import Source, parse
from tvcompat.check.files.syntax import Unparsed, UnreadableError
from tvcompat.check.findings import Finding, Target
from tvcompat.check.project import Project
from tvcompat.check.release_facts import ReleaseFacts, release_facts
from tvcompat.check.rules import Context, Report, Rule, rules
from tvcompat.release_sets import ReleaseSet

IGNORE = re.compile(r"#\s*(?:tvcompat:\s*ignore(?:\[([^\]]*)\])?|noqa(?::\s*([A-Z0-9, ]+))?(?![\w:]))", re.IGNORECASE)


class Unreadable(NamedTuple):
    """A file, or a cell of a notebook, that could not be checked, and why.

    Attributes:
        opened: whether it could be read, and only not be parsed.
        finding: what is reported of it, ``None`` if nothing is: the rule was not chosen, or a comment silences it.
    """

    path: str
    line: int
    text: str
    opened: bool = True
    finding: Optional[Finding] = None


class Result:
    """The result of checking files.

    Attributes:
        findings: by path, line and column.
        unreadable: what could not be read or parsed.
        checked: how many files were checked.
        exporting: module of the tree -> names under which it re-exports something of torchvision.
        held: the checker, with the syntax trees of some files: freeing so many objects takes a while.
    """

    def __init__(self) -> None:
        self.findings: List[Finding] = []
        self.unreadable: List[Unreadable] = []
        self.checked: int = 0
        self.exporting: Dict[str, Set[str]] = {}
        self.held: Any = None


class Reported(NamedTuple):
    """A finding, its line in the source as it was parsed, and what it came from."""

    finding: Finding
    line: int
    report: Report
    use: Use


class Checker:
    """Checks the files of one tree.

    Args:
        target: which releases they are checked against.
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
        self._by_use: Dict[Type[Use], List[Rule]] = {}
        for rule in chosen:
            for kind in rule.uses:
                self._by_use.setdefault(kind, []).append(rule)
        self.project: Project = Project(paths, self.facts)
        self.project.add(concerned)

    def __reduce__(self) -> Tuple[Any, ...]:
        # Another process recomputes what can't be shared with it.
        return Checker, (self.context.target, self._codes, self._paths, self.project.concerned)

    def check(self, path: str, data: bytes, result: Result) -> None:
        """Check one file and add what was found."""
        read = self.read(path, data, result)
        if read is not None:
            result.findings += self.judge(*read, self.context.target)

    def read(self, path: str, data: bytes, result: Result) -> Optional[Tuple[Source, List[Use]]]:
        """Return a file and its uses; ``None`` if it can't be parsed, which is noted in the result."""
        try:
            if pins.holds_no_code(path):
                source = parse(path, data)
                return source, pins.uses(path, source.text)
            source, found = self.project.analyse(path, data)
        except UnreadableError as error:
            self._note(path, error.unparsed, result)
            return None
        except RecursionError:
            text = data.decode("utf-8", errors="replace")
            self._note(path, Unparsed("it is nested too deeply", source=text), result)
            return None
        for cell in source.unread:
            self._note(path, cell, result)
        result.exporting.update(self.project.re_exported(path, found))
        return source, found.uses

    def _note(self, path: str, unparsed: Unparsed, result: Result) -> None:
        """Report a file that can't be parsed, and remember that it was not checked."""
        line, column = unparsed.line, unparsed.column
        what = "file" if unparsed.cell is None else "cell"
        place = pins.Location(line, column - 1, line, column)
        use = UnparsedUse(place, what, unparsed.text)
        lines = unparsed.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")[line - 1 : line]
        comments = [IGNORE.search(text) for text in lines]
        finding = None
        for rule in self._by_use.get(UnparsedUse, ()):
            if not any(match and _covers(match, rule.code) for match in comments):
                for report in rule.check(use, self.context):
                    finding = Finding(
                        path, line, column, line, column + 1, rule.code, report.severity, report.message,
                        cell=unparsed.cell,
                    )  # fmt: skip
                    result.findings.append(finding)
        cell = "" if unparsed.cell is None else f"cell {unparsed.cell}: "
        result.unreadable.append(Unreadable(path, line, cell + unparsed.text, finding=finding))

    def judge(self, source: Source, uses: Sequence[Use], target: Target) -> List[Finding]:
        """Return the findings of the rules for the uses in a file."""
        return [finding for finding, _, _ in self.reports(source, uses, Context(self.facts, target))]

    def reports(self, source: Source, uses: Sequence[Use], context: Context) -> List[Tuple[Finding, Report, Use]]:
        """Return the findings of the rules for the uses in a file, each with its report and the use it is about."""
        reported = self._apply(source, uses, context)
        return self._unless_ignored(source, reported) if reported else []

    def _apply(self, source: Source, uses: Sequence[Use], context: Context) -> "List[Reported]":
        """Return the findings in a file, each with its line in the source as it was parsed."""
        found: Dict[Tuple[Any, ...], Reported] = {}
        # Imports that were reported; uses through them are not reported again.
        gone: Dict[str, Set[str]] = {}
        for use in uses:
            if isinstance(use, AttributeUse) and gone and _leads_through(use, gone):
                continue
            asked = self._where_it_runs(use, context) if use.condition else context
            if asked is None:
                continue
            for rule in self._by_use.get(type(use), ()):
                for report in rule.check(use, asked):
                    if isinstance(use, ImportUse):
                        gone.setdefault(f"{use.path}.", set()).add(_bound_by(use))
                    lines = source.lines
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
        """Return the context without the releases on which a use is never reached, ``None`` if none is left."""
        wanted, origin, _ = context.target
        order = self.facts.order
        # The analysis represents sets of releases as bits.
        reached = ReleaseSet(order, use.condition.runs_on(wanted.bits))
        if not reached:
            return None
        if origin is not None and not use.condition.runs_on(order.only(origin).bits):
            # The use does not run there, so no earlier behaviour has to be kept.
            origin = None
        return context._replace(target=Target(reached, origin, str(reached.last)))

    @staticmethod
    def _unless_ignored(source: Source, reported: "Sequence[Reported]") -> List[Tuple[Finding, Report, Use]]:
        lines = source.lines
        kept = []
        for finding, line, report, use in reported:
            last = line + finding.end_line - finding.line
            comments = [IGNORE.search(lines[number - 1]) for number in {line, last} if number <= len(lines)]
            if not any(match and _covers(match, finding.code) for match in comments):
                kept.append((finding, report, use))
        return kept


def _bound_by(use: ImportUse) -> str:
    """Return the name that an import binds, empty if nothing tells."""
    alias = use.node
    if not isinstance(alias, ast.alias):
        return ""
    if alias.asname is not None or isinstance(use.statement, ast.ImportFrom):
        return alias.asname or alias.name
    return alias.name.partition(".")[0]


def _leads_through(use: AttributeUse, gone: Dict[str, Set[str]]) -> bool:
    """Return whether an attribute is reached through an import that was reported, and not in another way."""
    root: Any = use.node
    while isinstance(root, ast.Attribute):
        root = root.value
    name = root.id if isinstance(root, ast.Name) else ""
    return any(
        f"{use.path}.".startswith(path) and (not name or name in bound or not bound.isdisjoint(("", "*")))
        for path, bound in gone.items()
    )


def _covers(match: "re.Match[str]", code: str) -> bool:
    """Return whether a comment silences a rule; a comment without codes silences all."""
    codes = match.group(1) or match.group(2)
    return codes is None or code in [each.strip().upper() for each in codes.split(",")]


def _span(node: Any, use: Use) -> Tuple[int, int, int, int]:
    if node is None or not hasattr(node, "lineno"):
        return use.span
    end_line = getattr(node, "end_lineno", None) or node.lineno
    end_column = getattr(node, "end_col_offset", None)
    return node.lineno, node.col_offset, end_line, node.col_offset + 1 if end_column is None else end_column


def _characters(lines: Sequence[str], line: int, column: int) -> int:
    """Convert a column of the syntax tree, which counts bytes, to one in characters."""
    text = lines[line - 1] if line <= len(lines) else ""
    if text.isascii():
        return column
    return len(text.encode()[:column].decode(errors="replace"))
