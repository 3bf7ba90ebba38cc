"""Every page has a place in the documentation's navigation, and a new one needs no entry."""

import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
try:
    from navigation import expand
finally:
    sys.path.remove(str(DOCS))


def written():
    """The ``nav`` of mkdocs.yml; no test needs more of YAML than its lists."""
    text = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    nav = []
    for indent, entry in re.findall(r"^( +)- (.+)$", text, re.MULTILINE):
        if len(indent) == 2 and entry.endswith(":"):
            nav.append({entry[:-1]: []})
        else:
            title, _, page = entry.rpartition(": ")
            value = {title: page} if title else page.strip('"')
            (nav if len(indent) == 2 else next(iter(nav[-1].values()))).append(value)
    return nav


def pages():
    return sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def listed(nav):
    for entry in nav:
        for value in entry.values() if isinstance(entry, dict) else [entry]:
            yield from listed(value) if isinstance(value, list) else [value]


def test_every_page_is_there_once():
    found = [page for page in listed(expand(written(), pages())) if not page.startswith("report/")]
    assert sorted(found) == pages()


def test_no_rule_is_named_in_it():
    assert [page for page in listed(written()) if re.search(r"TVC\d", page)] == []


@pytest.mark.parametrize(
    ("page", "section"),
    [
        ("rules/TVC999.md", "Rules of the checker"),
        ("reference/new.md", "Reference"),
        ("howto/new.md", "How to"),
        ("howto/add-a-thing.md", "Contribute"),
        ("new.md", "Background"),
    ],
    ids=["rule", "reference", "how-to", "how-to-for-contributors", "background"],
)
def test_a_new_page_has_its_place(page, section):
    nav = expand(written(), [*pages(), page])
    parts = {title: list(listed(value)) for entry in nav if isinstance(entry, dict) for title, value in entry.items()}
    assert [title for title, found in parts.items() if page in found] == [section]
