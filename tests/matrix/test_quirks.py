"""The hand-written quirks: the real list against the wheels, and wrong lists."""

from pathlib import Path

import pytest

from matrix.compile.quirks import compile_quirks
from matrix.errors import PackageIndexError, QuirksError
from matrix.quirks import KINDS, Evidence, parse_quirks, read_quirks
from matrix.release_list import read_release_list
from matrix.wheels.index import list_wheels, open_session
from matrix.wheels.sources import SourceCache, read_sources
from tvcompat.catalog import catalog

ROOT = Path(__file__).parents[2]
REAL = read_quirks(ROOT / "matrix" / "quirks.toml")
LISTED = read_release_list(ROOT / "matrix" / "releases.toml")

ENTRY = """\
[[momentum]]
what = "It has another momentum."
first = "0.14.0"
last = "0.17.2"
reason = "Nobody knows."
source = "https://github.com/pytorch/vision/pull/8312"
evidence = { file = "torchvision/models/maxvit.py", pattern = "momentum" }
model = "maxvit_t"
found = 0.99
right = 0.01
"""


def name_of(quirk):
    stated = quirk.values
    text = stated.get("model") or stated.get("file") or stated.get("argument") or stated.get("parameter")
    return f"{quirk.kind}-{text or stated['name'].rpartition('.')[2]}"


def test_an_entry_is_read():
    (quirk,) = parse_quirks(ENTRY)
    assert (quirk.kind, quirk.first, quirk.last) == ("momentum", "0.14.0", "0.17.2")
    assert quirk.values == {"model": "maxvit_t", "found": 0.99, "right": 0.01}
    assert quirk.evidence == Evidence("torchvision/models/maxvit.py", "momentum")


@pytest.mark.parametrize(
    ("release", "holds"),
    [
        pytest.param("0.13.1", False, id="before-first"),
        pytest.param("0.14.0", True, id="first"),
        pytest.param("0.17.2", True, id="last"),
        pytest.param("0.18.0", False, id="after-last"),
    ],
)
def test_an_entry_holds_from_its_first_to_its_last_release(release, holds):
    (quirk,) = parse_quirks(ENTRY)
    assert quirk.holds(release) is holds


def test_an_entry_without_a_last_release_still_holds():
    (quirk,) = parse_quirks(ENTRY.replace('last = "0.17.2"\n', ""))
    assert quirk.holds("99.0.0")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[[momentum]\n", "quirks.toml is not TOML", id="not-toml"),
        pytest.param("[[impetus]]\n", r"unknown kind \[\[impetus\]\]; kinds: momentum, ", id="unknown-kind"),
        pytest.param(
            "[momentum]\n", r"momentum must be a list of tables, each begun by \[\[momentum\]\]", id="one-table"
        ),
        pytest.param("momentum = [1]\n", "momentum number 1: must be a table, found 1", id="no-table"),
        pytest.param(ENTRY.replace("reason", "resaon"), "momentum number 1: missing reason", id="missing-key"),
        pytest.param(ENTRY.replace("right = 0.01\n", ""), "missing right", id="missing-key-of-the-kind"),
        pytest.param(ENTRY + "colour = 1\n", "unknown key colour", id="unknown-key"),
        pytest.param(ENTRY.replace("0.99", '"0.99"'), "found must be a number, found '0.99'", id="text-for-a-number"),
        pytest.param(ENTRY.replace("0.99", "true"), "found must be a number, found True", id="flag-for-a-number"),
        pytest.param(ENTRY.replace('"Nobody knows."', '" "'), "reason must be text, found ' '", id="empty-text"),
        pytest.param(ENTRY.replace("0.14.0", "x"), "first must be a release, found 'x'", id="no-release"),
        pytest.param(ENTRY.replace("0.17.2", "0.13.1"), "last, 0.13.1, is older than first, 0.14.0", id="backwards"),
        pytest.param(ENTRY.replace("github.com/pytorch", "example.org"), "source must be an address", id="source"),
        pytest.param(ENTRY.replace("evidence", "#"), "missing evidence", id="no-evidence"),
        pytest.param(ENTRY.replace("pattern =", "text ="), "evidence must have file and pattern", id="evidence-keys"),
        pytest.param(ENTRY.replace('"momentum"', '"("'), "no regular expression", id="evidence-pattern"),
        pytest.param(ENTRY + ENTRY.replace('"maxvit_t"', "3"), "momentum number 2: model must be text", id="number"),
    ],
)
def test_a_wrong_entry_is_refused(text, message):
    with pytest.raises(QuirksError, match=message):
        parse_quirks(text)


def test_no_file_says_nothing(tmp_path):
    assert read_quirks(tmp_path / "quirks.toml") == []


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "quirks.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(QuirksError, match=r"quirks\.toml can't be read"):
        read_quirks(path)


def compiled(text):
    return compile_quirks(catalog(), LISTED, parse_quirks(text))


def test_a_row_has_the_releases_that_can_be_installed():
    # 0.11.0 was yanked.
    text = ENTRY.replace('"0.14.0"', '"0.11.0"')
    assert compiled(text)["momentum"] == [
        {"releases": ["0.11.1", "0.17.2"], "model": "maxvit_t", "found": 0.99, "right": 0.01}
    ]


def test_what_still_holds_has_no_last_release():
    text = ENTRY.replace('last = "0.17.2"\n', "")
    assert compiled(text)["momentum"][0]["releases"] == ["0.14.0", None]


def test_what_begins_after_the_catalog_ends_is_left_out():
    text = ENTRY.replace('"0.14.0"', '"98.0.0"').replace('"0.17.2"', '"99.0.0"')
    assert compiled(text)["momentum"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(ENTRY.replace("0.14.0", "0.14.7"), "0.14.7 is not in releases.toml", id="unknown-release"),
        pytest.param(ENTRY.replace("maxvit_t", "maxvit_x"), "no release has a model maxvit_x", id="unknown-model"),
        pytest.param(
            ENTRY.replace("0.14.0", "0.15.0").replace("0.17.2", "0.15.0"),
            "no release that can be installed has it",
            id="yanked-release-alone",
        ),
    ],
)
def test_what_does_not_exist_is_refused(text, message):
    with pytest.raises(QuirksError, match=message):
        compiled(text)


def test_an_unknown_weights_entry_is_refused():
    text = (ROOT / "matrix" / "quirks.toml").read_text(encoding="utf-8").replace('"COCO_LEGACY"', '"COCO_OLD"')
    with pytest.raises(QuirksError, match="keypointrcnn_resnet50_fpn has no weights entry COCO_OLD"):
        compiled(text)


def test_every_kind_has_an_entry():
    assert {quirk.kind for quirk in REAL} == set(KINDS)


@pytest.mark.network
@pytest.mark.parametrize("quirk", [pytest.param(each, id=name_of(each)) for each in REAL if each.evidence])
def test_the_sources_of_the_releases_show_it(quirk, sources):
    """Fetches the sources of the first and last release of each entry and their neighbours, 1 MB each."""
    names = catalog().releases
    within = [release for release in names if quirk.holds(release)]
    first, last = names.index(within[0]), names.index(within[-1])
    tried = {names[first], names[last], names[max(first - 1, 0)], names[min(last + 1, len(names) - 1)]}
    shown = {release: quirk.evidence.holds(sources(release)) for release in tried}
    assert shown == {release: quirk.holds(release) for release in tried}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Reads the sources of a release out of its wheel."""
    with open_session() as session:
        try:
            listing = list_wheels(session)
        except PackageIndexError as error:
            pytest.skip(str(error))
        cache, read = SourceCache(tmp_path_factory.mktemp("sources")), {}

        def of(release):
            if release not in read:
                read[release] = read_sources(listing.source_wheel(release), session, cache).files
            return read[release]

        yield of
