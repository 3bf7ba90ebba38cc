"""``tvcompat fix``: what mends each finding is said by its rule; here it is put together and written."""

import ast
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from tvcompat import writing
from tvcompat.check import edits, files, pins
from tvcompat.check.engine import Checker, Result, Unreadable
from tvcompat.check.findings import Finding, Target
from tvcompat.check.ledger import Ledger
from tvcompat.check.rules import Style, rules
from tvcompat.check.safety import Safety
from tvcompat.check.sweep import Sweep
from tvcompat.check.uses import Use
from tvcompat.legacy.ledger import Use as Seen


@dataclass
class Fixed:
    """What became of one file.

    Attributes:
        path: the file.
        before, after: its source; for a notebook that of its code cells.
        mended: findings that are gone.
        left: findings that are still there, each with why.
        data: what is to be written.
        seen: what a ledger holds about lines where nothing was found.
    """

    path: str
    before: str
    after: str
    mended: List[Finding] = field(default_factory=list)
    left: List[Tuple[Finding, str]] = field(default_factory=list)
    data: bytes = b""
    seen: List[Seen] = field(default_factory=list)


def fix_files(
    paths: Sequence[str],
    target: Target,
    codes: Optional[Sequence[str]],
    style: Style,
    ledger: Optional[Ledger] = None,
) -> Tuple[List[Fixed], List[Unreadable]]:
    """What fixing files would do; nothing is written.

    Args:
        ledger: what the program was seen to use, for calls that reading alone can't follow.
    """
    result = Result()
    sweep, checker = Sweep(paths, result), Checker(target, codes, paths)
    if ledger is not None:
        # A file that does not name torchvision may call what it was given by another.
        sweep.concerned.update({path: Path(path).read_bytes() for path in sweep.others if ledger.seen_in(path)})
    fixed = [
        fix(checker, path, data, style, result, ledger) for work in sweep.rounds(checker, result) for path, data in work
    ]
    return [each for each in fixed if each is not None and (each.mended or each.left or each.seen)], result.unreadable


def fix(
    checker: Checker, path: str, data: bytes, style: Style, result: Result, ledger: Optional[Ledger] = None
) -> Optional[Fixed]:
    """Mend one file as far as it can be done."""
    read = checker.read(path, data, result)
    if read is None:
        return None
    source, uses = read
    if ledger is not None and not pins.holds_no_code(path):
        uses = [*uses, *ledger.calls(path, source.tree, uses)]
    # Places are those of the source with the line ends that it has.
    context = checker.context
    text = edits.Text(_decoded(data)[0] if not source.cells else source.text, source.tree, context.facts.star)
    safety = Safety(text, context.facts, style)
    fixed = Fixed(path, text.text, text.text, data=data)
    chosen: List[edits.Edit] = []
    imports: Dict[edits.Place, List[str]] = {}
    proposals: List[Tuple[Finding, edits.Fix, Use]] = []
    for finding, report, use in checker.reports(source, uses, context):
        rule = rules()[finding.code]
        if "out_of_place" in use.extra:
            proposal = edits.Fix(reason=use.extra["out_of_place"])
        elif rule.fix is None:
            proposal = edits.Fix(reason="by hand")
        else:
            proposal = rule.fix(use, report, context, style, text)
        if "seen" in use.extra:
            # It was one of torchvision's builders when it was seen; what it is at other times nobody knows.
            proposal = proposal._replace(safe=False)
        proposals.append((finding, proposal, use))
    # A name that may stand for several models is mended only where the same is right for all of them.
    variants: Dict[Tuple[int, int, str], Set[Tuple[edits.Edit, ...]]] = {}
    for finding, proposal, _ in proposals:
        variants.setdefault((finding.line, finding.column, finding.code), set()).add(proposal.edits)
    for finding, proposal, use in proposals:
        judged = safety.judge(use, proposal)
        if len(variants[finding.line, finding.column, finding.code]) > 1:
            fixed.left.append((finding, "it may be one of several models, which need different entries"))
        elif judged.reason:
            fixed.left.append((finding, judged.reason))
        elif any(text.overlap(one, other) for one in proposal.edits for other in chosen):
            fixed.left.append((finding, "overlaps another change; run fix again"))
        else:
            chosen += [edit for edit in proposal.edits if edit not in chosen]
            for place, statement in judged.imports:
                imports.setdefault(place, []).append(statement)
            fixed.mended.append(finding)
    if ledger is not None:
        reported = {line for finding, _, _ in proposals for line in range(finding.line, finding.end_line + 1)}
        fixed.seen = [seen for seen in ledger.seen_in(path) if seen.line not in reported]
    if not chosen:
        return fixed
    written = {line for edit in chosen if not edit.column for line in edit.text.split("\n")}
    for place, statements in imports.items():
        missing = [statement for statement in statements if statement not in written]
        if missing:
            chosen.append(place.edit(text, missing))
    fixed.after = text.apply(chosen)
    try:
        ast.parse(fixed.after)
    except SyntaxError:
        return Fixed(
            path, text.text, text.text, left=[(f, "the result would not parse") for f in fixed.mended], data=data
        )
    if source.cells:
        notebook = _notebook(data, source, text, chosen)
        if notebook is None:
            reason = "the notebook is written in a way that could not be kept"
            return Fixed(path, text.text, text.text, left=[(f, reason) for f in fixed.mended], data=data)
        fixed.data = notebook
    else:
        _, encoding = _decoded(data)
        fixed.data = fixed.after.encode(encoding)
    return fixed


def _decoded(data: bytes) -> Tuple[str, str]:
    encoding = files.encoding_of(data)
    return data.decode(encoding), encoding


def _notebook(data: bytes, source: files.Source, text: edits.Text, chosen: Sequence[edits.Edit]) -> Optional[bytes]:
    """A notebook with new code, everything else as it was; ``None`` where its formatting can't be kept."""
    written = data.decode("utf-8")
    document, cells = files.code_cells(data)
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
        lines = files.code_of(cell, key).split("\n")
        while changed and changed[0][0] >= first:
            begin, last, new = changed.pop(0)
            if last >= first + len(lines):
                return None
            timed = files.TIMED_MAGIC.match(lines[begin - first])
            if timed and new.startswith(files.without_timing(lines[begin - first])[: timed.end()]):
                new = timed[0] + new[timed.end() :]
            lines[begin - first : last - first + 1] = new.split("\n")
        joined = "\n".join(lines)
        cell[key] = joined.splitlines(keepends=True) if isinstance(cell[key], list) else joined
    return (json.dumps(document, **form) + end).encode()


def write(fixed: Fixed) -> None:
    """Write a file that was mended."""
    writing.write(Path(fixed.path), fixed.data)
