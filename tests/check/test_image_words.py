"""What is said of image files: kinds in words, each once, and none left out."""

import pytest

from tvcompat.check.image_io.facts import Comparison, advice, image_facts, listed, named

FACTS = image_facts()
COMPARISONS = [found for forms in FACTS.calls.values() for found in forms.values()]


def test_every_kind_of_file_has_words():
    for found in COMPARISONS:
        for kinds in (found.differs, found.reads):
            assert not {words for words in named(kinds) if words in kinds and not words.startswith("damaged")}


NAMED = {
    "one": (["animated WebP"], ["animated WebP images"]),
    "included": (["PNG with a palette", "damaged PNG", "PNG with a transparent palette"], ["PNGs with a palette"]),
    "alone": (["damaged PNG"], ["damaged PNG"]),
    "of-any-format": (
        ["WebP with an EXIF orientation", "PNG with an EXIF orientation"],
        ["images with an EXIF orientation"],
    ),
    "of-one-format": (["WebP with an EXIF orientation"], ["WebP images with an EXIF orientation"]),
    "all-of-a-format": (["GIF", "animated GIF", "GIF with a transparent colour"], ["GIFs"]),
    "none": ([], []),
}


@pytest.mark.parametrize(("kinds", "words"), NAMED.values(), ids=NAMED)
def test_kinds_are_named_together(kinds, words):
    assert named(kinds) == words


COMPARED = {
    "the-same": (Comparison(), ""),
    "another-result": (Comparison(("GIF",)), "gives another result for GIFs"),
    "another-error": (
        Comparison(errors=("RuntimeError -> ValueError", "RuntimeError -> OSError")),
        "raises OSError or ValueError where torchvision raises RuntimeError",
    ),
    "a-lost-file": (
        Comparison(errors=("RuntimeError -> RuntimeError, and the file is lost",)),
        "leaves nothing of an older file where it fails to write",
    ),
    "all": (
        Comparison(("GIF",), ("AVIF",), ("RuntimeError -> ValueError",)),
        "gives another result for GIFs, accepts AVIF images where torchvision does not and raises ValueError where "
        "torchvision raises RuntimeError",
    ),
}


@pytest.mark.parametrize(("comparison", "words"), COMPARED.values(), ids=COMPARED)
def test_differences_are_told_in_words(comparison, words):
    assert comparison.words() == words


LISTED = {
    "none": ([], ""),
    "one": (["a"], "a"),
    "two": (["a", "b"], "a and b"),
    "three": (["a", "b", "c"], "a, b and c"),
}


@pytest.mark.parametrize(("words", "text"), LISTED.values(), ids=LISTED)
def test_words_are_listed(words, text):
    assert listed(words) == text


def test_a_writer_that_loses_files_is_said_to():
    assert advice("write_png").endswith("Where it fails, an older file of that name is lost.")
