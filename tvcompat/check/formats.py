"""Output formats of findings: text, JSON, SARIF and GitHub annotations."""

import json
from functools import lru_cache
from typing import Any, Dict, List, Optional, Sequence

from tvcompat._version import __version__
from tvcompat.check.files.syntax import UnreadableError
from tvcompat.check.findings import Finding
from tvcompat.check.rules import rules

FORMATS = ("text", "json", "sarif", "github")

LEVELS = {"breaks": "error", "deprecated": "warning", "behaviour": "note"}


# How a terminal shows them: red, yellow, magenta.
COLOURS = {"breaks": "31", "deprecated": "33", "behaviour": "35"}


def render(
    findings: Sequence[Finding], form: str, given: Optional[Dict[str, str]] = None, *, colour: bool = False
) -> str:
    """Return findings in an output format.

    Args:
        form: one of ``FORMATS``.
        given: path -> source, for what is in no file.
        colour: whether text is for a terminal that shows colours.
    """
    if form == "json":
        return json.dumps([finding.as_json() for finding in findings], indent=2, ensure_ascii=False) + "\n"
    if form == "sarif":
        return json.dumps(sarif(findings), indent=2, ensure_ascii=False) + "\n"
    if form == "github":
        return "".join(annotation(finding) + "\n" for finding in findings)
    return "".join(_text(finding, given or {}, colour) for finding in findings)


def _text(finding: Finding, given: Dict[str, str], colour: bool) -> str:
    """Return the place, code and message of a finding, then its line with a caret under the code in question."""
    cell = f":cell {finding.cell}" if finding.cell is not None else ""
    place = f"{finding.path}{cell}:{finding.line}:{finding.column}"

    def painted(text: str, kind: str) -> str:
        return f"\033[{kind}m{text}\033[0m" if colour else text

    kind = COLOURS[finding.severity]
    head = f"{painted(place, '1')}: {finding.code} {painted(f'[{finding.severity}]', kind)} {finding.message}\n"
    line = _line(finding, given)
    if line is None:
        return head
    shown = line.lstrip()
    start = finding.column - 1 - (len(line) - len(shown))
    end = finding.end_column - 1 - (len(line) - len(shown)) if finding.end_line == finding.line else len(shown)
    carets = painted("^" * max(1, min(end, len(shown)) - start), kind)
    return f"{head}    {shown}\n    {' ' * start}{carets}\n"


def _line(finding: Finding, given: Dict[str, str]) -> Optional[str]:
    lines = _lines(finding.path, finding.cell, given.get(finding.path))
    return lines[finding.line - 1] if finding.line <= len(lines) else None


@lru_cache(maxsize=64)
def _lines(path: str, cell: Optional[int], text: Optional[str]) -> List[str]:
    try:
        if text is None:
            with open(path, "rb") as stream:
                data = stream.read()
        else:
            data = text.encode()
        if cell is None:
            return data.decode("utf-8", errors="replace").lstrip("\ufeff").splitlines()
        # Imported here: few trees have notebooks with findings.
        from tvcompat.check.files.notebooks import notebook

        source, cells, _ = notebook(data)
        first = next(line for line, number in cells if number == cell)
        return source.split("\n")[first - 1 :]
    except (OSError, UnreadableError, StopIteration):
        return []


def forget() -> None:
    """Drop the cached sources, so that files are read again."""
    _lines.cache_clear()


def annotation(finding: Finding) -> str:
    """Return a workflow command that makes GitHub show a finding beside its line."""
    level = {"error": "error", "warning": "warning"}.get(LEVELS[finding.severity], "notice")
    place = (
        f"file={_escaped(finding.path, True)},line={finding.line},endLine={finding.end_line},"
        f"col={finding.column},endColumn={finding.end_column},title={finding.code}"
    )
    return f"::{level} {place}::{_escaped(finding.message)}"


def _escaped(text: str, value: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if value else text


def sarif(findings: Sequence[Finding]) -> Dict[str, Any]:
    """Return a log in SARIF 2.1.0."""
    table = rules()
    order = {code: number for number, code in enumerate(table)}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "tvcompat",
                        "version": __version__,
                        "rules": [
                            {
                                "id": rule.code,
                                "name": rule.name,
                                "shortDescription": {"text": rule.summary},
                                "fullDescription": {"text": rule.explanation},
                                **({"helpUri": rule.link} if rule.link else {}),
                            }
                            for rule in table.values()
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(finding, order) for finding in findings],
            }
        ],
    }


def _sarif_result(finding: Finding, order: Dict[str, int]) -> Dict[str, Any]:
    more = {"breaks_in": finding.breaks_in, "deprecated_in": finding.deprecated_in, "cell": finding.cell}
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": order[finding.code],
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": finding.path.replace("\\", "/")}, "region": region}}
        ],
        "properties": {key: value for key, value in more.items() if value is not None},
    }
