"""``tvcompat fix``: combine the fixes that the rules propose for their findings, and write them."""

import ast
import json
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from tvcompat import writing
from tvcompat.check import edits, pins
from tvcompat.check.analysis.uses import CallUse, NameUse
from tvcompat.check.changes import Fix
from tvcompat.check.engine import Checker, Result, Unreadable
from tvcompat.check.files.magics import TIMED_MAGIC, without_timing
from tvcompat.check.files.notebooks import code_cells, code_of
from tvcompat.check.files.source import Source
from tvcompat.check.files.syntax import encoding_of
from tvcompat.check.findings import Finding, Target
from tvcompat.check.observed_uses import ObservedUses
from tvcompat.check.project_scan import ProjectScan
from tvcompat.check.proposals import Proposal, Rewriting
from tvcompat.check.rules import Style, rules
from tvcompat.check.safety import Judged, Safety
from tvcompat.check.tokens import ObstacleError
from tvcompat.errors import FileChangedError
from tvcompat.ledger import Use as ObservedUse


@dataclass
class Fixed:
    """The result of fixing one file.

    Attributes:
        path: the file.
        before, after: its source; for a notebook that of its code cells.
        mended: findings that were fixed.
        left: findings that were not fixed, each with the reason.
        data: what is to be written.
        original: what was read; where the file holds something else by now, ``data`` is not what belongs there.
        seen: what a ledger holds about lines where nothing was found.
    """

    path: str
    before: str
    after: str
    mended: List[Finding] = field(default_factory=list)
    left: List[Tuple[Finding, str]] = field(default_factory=list)
    data: bytes = b""
    original: bytes = b""
    seen: List[ObservedUse] = field(default_factory=list)


@dataclass
class Fixes:
    """What fixing files would do, and what is needed to redo one of them.

    Attributes:
        files: those with something to fix or to report.
        unreadable: files that could not be read or parsed.
    """

    files: List[Fixed]
    unreadable: List[Unreadable]
    checker: Checker
    style: Style
    ledger: Optional[ObservedUses] = None


def fix_files(
    paths: Sequence[str],
    target: Target,
    codes: Optional[Sequence[str]],
    style: Style,
    ledger: Optional[ObservedUses] = None,
) -> Fixes:
    """Compute the fixes of files without writing anything.

    Args:
        ledger: what the program was seen to use, for calls that reading alone can't follow.
    """
    result = Result()
    scan, checker = ProjectScan(paths, result), Checker(target, codes, paths)
    if ledger is not None:
        # A file that does not name torchvision may call an object it got from another file.
        scan.concerned.update({path: Path(path).read_bytes() for path in scan.others if ledger.seen_in(path)})
    fixed = [
        fix(checker, path, data, style, result, ledger) for work in scan.rounds(checker, result) for path, data in work
    ]
    found = [each for each in fixed if each is not None and (each.mended or each.left or each.seen)]
    return Fixes(found, result.unreadable, checker, style, ledger)


def fix(
    checker: Checker, path: str, data: bytes, style: Style, result: Result, ledger: Optional[ObservedUses] = None
) -> Optional[Fixed]:
    """Fix one file as far as possible."""
    read = checker.read(path, data, result)
    if read is None:
        return None
    source, uses = read
    if ledger is not None and not pins.holds_no_code(path):
        uses = [*uses, *ledger.calls(path, source.tree, uses)]
    # Places are those of the source with the line ends that it has.
    context = checker.context._replace(is_read_elsewhere=partial(checker.project.is_read_elsewhere, path))
    text = edits.Text(_decoded(data)[0] if not source.cells else source.text, source.tree, context.facts.star)
    fixed = Fixed(path, text.text, text.text, data=data, original=data)
    proposals: List[Proposal] = []
    for finding, report, use in checker.reports(source, uses, context):
        rule = rules()[finding.code]
        if isinstance(use, (CallUse, NameUse)) and use.indirect:
            proposal = Fix(reason=use.indirect)
        elif rule.fix is None:
            proposal = Fix(reason="by hand")
        else:
            proposal = rule.fix(use, report, context, style, text)
        if isinstance(use, CallUse) and use.was_observed:
            # It was one of torchvision's builders when observed; it may be something else at other times.
            proposal = proposal._replace(safe=False)
        proposals.append(Proposal(finding, proposal, use))
    if ledger is not None:
        reported = {line for each in proposals for line in range(each.finding.line, each.finding.end_line + 1)}
        fixed.seen = [seen for seen in ledger.seen_in(path) if seen.line not in reported]
    accepted = _accepted(proposals, Safety(text, context.facts, style), fixed)
    if accepted:
        try:
            _rewrite(fixed, text, accepted, source)
        except ObstacleError as error:
            fixed.left += [(proposal.finding, str(error)) for proposal, _ in accepted]
    return fixed


def _rewrite(fixed: Fixed, text: edits.Text, accepted: Sequence[Tuple[Proposal, Judged]], source: Source) -> None:
    """Make the changes that were accepted.

    Raises:
        ObstacleError: nothing can be changed in this source.
    """
    chosen = Rewriting(text, accepted)
    if chosen.made and not _parses(text.apply(chosen.edits)):
        # Usually only one of them is to blame.
        good = []
        for each in accepted:
            if _parses(text.apply(Rewriting(text, [each]).edits)):
                good.append(each)
            else:
                fixed.left.append((each[0].finding, "the result would not parse"))
        chosen = Rewriting(text, good)
        if not _parses(text.apply(chosen.edits)):
            fixed.left += [(each.finding, "the result would not parse") for each, _ in good]
            return
    fixed.left += [(proposal.finding, reason) for proposal, reason in chosen.left]
    if not chosen.made:
        return
    after = text.apply(chosen.edits)
    if source.cells:
        notebook = _notebook(fixed.original, source, text, chosen.edits)
        if notebook is None:
            reason = "the notebook is written in a way that could not be kept"
            fixed.left += [(proposal.finding, reason) for proposal in chosen.made]
            return
        fixed.data = notebook
    else:
        fixed.data = after.encode(_decoded(fixed.original)[1])
    fixed.mended = [proposal.finding for proposal in chosen.made]
    fixed.after = after


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _accepted(proposals: Sequence[Proposal], safety: Safety, fixed: Fixed) -> List[Tuple[Proposal, Judged]]:
    """Return the proposals that may be written, and note why the others may not."""
    # A name that may stand for several models is fixed only if the same fix is right for all of them.
    variants: Dict[Tuple[int, int, str], Set[Any]] = {}
    for finding, proposal, _ in proposals:
        variants.setdefault((finding.line, finding.column, finding.code), set()).add(_content(proposal.changes))
    accepted = []
    for each in proposals:
        finding = each.finding
        judged = safety.judge(each.use, each.fix)
        if len(variants[finding.line, finding.column, finding.code]) > 1:
            fixed.left.append((finding, "it may be one of several models, which need different entries"))
        elif judged.reason:
            fixed.left.append((finding, judged.reason))
        else:
            accepted.append((each, judged))
    return accepted


def _content(changed: Any) -> Any:
    """Return changes in comparable form, with positions instead of nodes."""
    if isinstance(changed, tuple):
        return (type(changed).__name__, *map(_content, changed))
    if isinstance(changed, ast.AST):
        return tuple(getattr(changed, name, 0) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"))
    return changed


def _decoded(data: bytes) -> Tuple[str, str]:
    encoding = encoding_of(data)
    return data.decode(encoding), encoding


def _notebook(data: bytes, source: Source, text: edits.Text, chosen: Sequence[edits.Edit]) -> Optional[bytes]:
    """Return a notebook with new code and everything else unchanged; ``None`` if its formatting can't be kept."""
    written = data.decode("utf-8")
    document, cells = code_cells(data)
    end = written[len(written.rstrip()) :]
    forms: List[Dict[str, Any]] = [
        {"indent": indent, "ensure_ascii": ascii_only, "separators": separators}
        for indent in (1, 2, None, 4, "\t")
        for ascii_only in (False, True)
        for separators in (None, (",", ":"), (",", ": "))
    ]
    form = next((form for form in forms if json.dumps(document, **form) == written.rstrip()), None)
    if form is None:
        return None
    # Only lines that change are taken from the code: in the others magics were replaced to parse it; a magic that times
    # a statement is put back before it.
    changed = sorted(text.changed_lines(chosen), reverse=True)
    for (first, _), (cell, key) in reversed(list(zip(source.cells, cells))):
        if not changed or changed[0][0] < first:
            continue
        lines = code_of(cell, key).split("\n")
        while changed and changed[0][0] >= first:
            begin, last, new = changed.pop(0)
            if last >= first + len(lines):
                return None
            timed = TIMED_MAGIC.match(lines[begin - first])
            if timed and new.startswith(without_timing(lines[begin - first])[: timed.end()]):
                new = timed[0] + new[timed.end() :]
            lines[begin - first : last - first + 1] = new.split("\n")
        joined = "\n".join(lines)
        cell[key] = joined.splitlines(keepends=True) if isinstance(cell[key], list) else joined
    return (json.dumps(document, **form) + end).encode()


# How many times a file that is being edited is read and fixed again before giving up.
ATTEMPTS = 5
# How long, and how many times, to wait for an editor that truncates a file before writing it.
SETTLE_SECONDS, SETTLE_READS = 0.05, 20


def write(fixes: Fixes, fixed: Fixed) -> Fixed:
    """Write a fixed file. If it changed since it was read, its new content is fixed and written instead.

    Returns:
        What was done: ``fixed`` itself, unless the file had changed.

    Raises:
        FileChangedError: the file changes all the time.
        OSError: it can't be written, or is gone; what is there stays.
    """
    for _ in range(ATTEMPTS):
        if fixed.before == fixed.after:
            return fixed
        try:
            writing.write(Path(fixed.path), fixed.data, fixed.original)
            return fixed
        except FileChangedError:
            fixed = _again(fixes, fixed.path)
    raise FileChangedError(fixed.path)


def _again(fixes: Fixes, path: str) -> Fixed:
    """Fix the current content of a file."""
    data = _settled(path)
    result = Result()
    found = fix(fixes.checker, path, data, fixes.style, result, fixes.ledger)
    fixes.unreadable += result.unreadable
    return Fixed(path, "", "", data=data, original=data) if found is None else found


def _settled(path: str) -> bytes:
    """Return the content of a file as soon as it stays the same for a moment."""
    data = Path(path).read_bytes()
    for _ in range(SETTLE_READS):
        time.sleep(SETTLE_SECONDS)
        before, data = data, Path(path).read_bytes()
        if data == before:
            break
    return data
