"""The hand-written explanations of changed behaviour: the real file against what was measured, and wrong files."""

from pathlib import Path

import pytest
from packaging.version import Version

from matrix.errors import ExplanationError
from matrix.explanations import parse_explanations, read_explanations
from matrix.quirks import SOURCES
from matrix.release_list import read_release_list

MATRIX = Path(__file__).parents[2] / "matrix"
ENTRIES = read_explanations(MATRIX / "behaviour.toml")

ENTRY = """
[[change]]
release = "0.13.0"
names = ["torchvision.transforms*.functional.rotate", "torchvision.transforms.RandomRotation"]
kinds = ["type"]
calls = "expand=True"
when = "expand=True"
text = "the image is a pixel smaller"
source = "https://github.com/pytorch/vision/pull/5677"
"""


@pytest.mark.parametrize(
    ("release", "path", "kind", "call", "covered"),
    [
        pytest.param("0.13.0", "torchvision.transforms.functional.rotate", "type", "f(expand=True)", True, id="all"),
        pytest.param(
            "0.13.0", "torchvision.transforms.v2.functional.rotate", "type", "f(expand=True)", True, id="star"
        ),
        pytest.param(
            "0.13.1", "torchvision.transforms.functional.rotate", "type", "f(expand=True)", False, id="release"
        ),
        pytest.param("0.13.0", "torchvision.transforms.RandomAffine", "type", "f(expand=True)", False, id="name"),
        pytest.param("0.13.0", "torchvision.transforms.functional.rotate", "draws", "f(expand=True)", False, id="kind"),
        pytest.param("0.13.0", "torchvision.transforms.functional.rotate", "type", "f()", False, id="call"),
    ],
)
def test_an_entry_covers_what_it_names(release, path, kind, call, covered):
    (entry,) = parse_explanations(ENTRY)
    assert entry.covers(release, path, kind, call) is covered


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[[change]\n", "is not TOML", id="not-toml"),
        pytest.param("[[changes]]\n", "has tables begun by [[change]] and nothing else", id="other-table"),
        pytest.param("change = 3\n", "has tables begun by [[change]] and nothing else", id="no-table"),
        pytest.param("change = [3]\n", "change 1: must be a table, found 3", id="a-number"),
        pytest.param(ENTRY.replace('release = "0.13.0"', ""), "change 1: missing release", id="no-release"),
        pytest.param(ENTRY + "reason = ''", "unknown key reason", id="unknown-key"),
        pytest.param(ENTRY.replace('["type"]', '["kind"]'), "unknown kind kind; kinds: fails, works", id="kind"),
        pytest.param(ENTRY.replace('["type"]', '"type"'), "kinds must be a list of text, found 'type'", id="no-list"),
        pytest.param(ENTRY.replace('"expand=True"\nwhen', "3\nwhen"), "calls must be text, found 3", id="no-text"),
        pytest.param(ENTRY.replace('"expand=True"\nwhen', '"("\nwhen'), "calls is no regular expression", id="pattern"),
        pytest.param(ENTRY.replace("https:", "ftp:"), "source must be an address that begins with", id="source"),
        pytest.param(ENTRY + 'concerns = ["expand=True"]', "concerns must be a list of lists", id="concerns"),
        pytest.param(ENTRY + 'concerns = [["expand is True"]]', "no condition on a call", id="condition"),
        pytest.param(ENTRY + 'cause = "weather"', "unknown cause 'weather'; causes: torchvision", id="cause"),
    ],
)
def test_a_wrong_file_is_refused(text, words):
    with pytest.raises(ExplanationError) as raised:
        parse_explanations(text)
    assert words in str(raised.value)
    assert str(raised.value).startswith("behaviour.toml")


def test_entries_of_the_real_file_are_in_the_order_of_measured_releases():
    releases = [entry.release for entry in ENTRIES]
    assert releases
    assert releases == sorted(releases, key=Version)
    assert set(releases) <= {each.version for each in read_release_list(MATRIX / "releases.toml").measurable}


def test_each_source_of_the_real_file_is_an_address_of_torchvision_or_torch():
    assert [entry.where for entry in ENTRIES if entry.source and not entry.source.startswith(SOURCES)] == []


def test_texts_of_the_real_file_fit_into_a_sentence():
    texts = [text for entry in ENTRIES for text in (entry.text, entry.when) if text]
    assert [text for text in texts if text.endswith((".", ":")) or text != " ".join(text.split())] == []


def test_there_need_be_no_file(tmp_path):
    assert read_explanations(tmp_path / "behaviour.toml") == []


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "behaviour.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ExplanationError, match="can't be read"):
        read_explanations(path)


def test_conditions_for_the_checker():
    (entry,) = parse_explanations(ENTRY + 'concerns = [["expand=True", "img: PIL"], ["input: tensor"]]')
    assert entry.concerns == (("expand=True", "img: PIL"), ("input: tensor",))
