"""What the page answers for any two releases is what ``tvcompat diff`` answers."""

import json
import random

import pytest

from matrix.page import pairs
from tvcompat.catalog import catalog
from tvcompat.catalog.diff import diff

KNOWN = catalog()
DOCUMENT = json.loads(pairs.render(KNOWN))


def told(first, last):
    """What the script of the page picks out of the document."""
    return sorted(
        (
            DOCUMENT["classes"][kind],
            DOCUMENT["paths"][path][0],
            DOCUMENT["texts"][text],
            DOCUMENT["releases"][release],
        )
        for kind, path, text, release, a, b, c, d in DOCUMENT["changes"]
        if a <= first <= b and c <= last <= d
    )


PAIRS = [(a, b) for b in range(len(KNOWN.releases)) for a in range(b)]


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, len(KNOWN.releases) - 1), *sorted(random.Random(7).sample(PAIRS, 80))],
    ids=lambda number: KNOWN.releases[number],
)
def test_any_pair(first, last):
    changes = diff(KNOWN, KNOWN.releases[first], KNOWN.releases[last])
    assert told(first, last) == sorted((c.category, c.path, c.text, c.release) for c in changes)


def test_nothing_of_it_ends_the_script_it_stands_in():
    assert "</" not in pairs.render(KNOWN)
