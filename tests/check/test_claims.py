"""Releases that findings name, held against the records: what was there at run time in each release that was installed.

The checker answers from the compiled catalog. Here a program is made for every public name and parameter of every
release, and each claim is looked up in what the installs themselves gave.
"""

import re
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from tvcompat.check.release_facts import release_facts

from .conftest import between, findings, upgrade

if sys.version_info < (3, 11):
    pytest.skip("matrix needs Python 3.11", allow_module_level=True)

from matrix.store.records import Store

STORE = Store(Path(__file__).parents[2] / "matrix" / "records")
KNOWN = release_facts()
RELEASES = [release for release in KNOWN.releases if STORE.load(release).measured]


@lru_cache(maxsize=None)
def names(release):
    """Module -> name -> what it was, for the modules that could be imported."""
    found = STORE.document(release)["runtime"]["names"]
    return {module: STORE.value(reference) for module, reference in found.items()}


def is_public(path):
    return not any(part.startswith("_") for part in path.split("."))


def is_there(release, module, name):
    """Whether a name could be reached in a release, as an attribute or as a module."""
    return name in names(release).get(module, ()) or f"{module}.{name}" in names(release)


def before(release):
    return RELEASES[RELEASES.index(release) - 1]


EVERY = sorted(
    {
        (module, name)
        for release in RELEASES
        for module, found in names(release).items()
        for name in found
        if is_public(f"{module}.{name}") and not module.startswith("torchvision.prototype")
    }
)


def test_every_name_that_is_gone_is_reported_with_the_release_that_dropped_it():
    lines = [f"from {module} import {name}" for module, name in EVERY]
    reported = {}
    for finding in findings("\n".join(lines), upgrade("0.9.0")):
        if finding.severity == "breaks":
            reported[EVERY[finding.line - 1]] = finding
    wrong = [
        (name, finding.breaks_in)
        for name, finding in reported.items()
        if is_there(finding.breaks_in, *name) or not is_there(before(finding.breaks_in), *name)
    ]
    assert wrong == []
    gone = {name for name in EVERY if not is_there(RELEASES[-1], *name)}
    assert gone == set(reported)
    assert len(gone) > 600


@lru_cache(maxsize=None)
def keywords(text):
    """Names that can be given by keyword, as the record of an install has a signature; ``None`` where anything can."""
    inside = text.partition("(")[2].rpartition(")")[0]
    found = set()
    depth, start = 0, 0
    for position, character in enumerate(inside + ","):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            part, start = inside[start:position].strip(), position + 1
            if part.startswith("**"):
                return None
            if part == "/":
                found.clear()
            elif part and not part.startswith("*"):
                found.add(re.split(r"[=:]", part)[0].strip())
    return frozenset(found)


def signature(release, module, name):
    text = names(release).get(module, {}).get(name, "")
    return text if re.match(r"(function|class)\(", text) else None


def taking():
    """Function or class, and a keyword that some release takes and that another, which has the function, does not."""
    for module, name in EVERY:
        signatures = {release: signature(release, module, name) for release in RELEASES}
        sets = {release: keywords(text) for release, text in signatures.items() if text is not None}
        if len(sets) > 1 and None not in sets.values():
            union, common = frozenset().union(*sets.values()), frozenset.intersection(*sets.values())
            for keyword in sorted(union - common):
                yield module, name, keyword, sets


def test_every_parameter_that_is_gone_is_reported_with_the_release_that_dropped_it():
    cases = [case for case in taking() if case[3].get(RELEASES[-1]) is not None]
    assert len(cases) > 50
    lines = [f"import {module}; {module}.{name}({keyword}=x)" for module, name, keyword, _ in cases]
    own = ("weights", "pretrained", "weights_backbone", "pretrained_backbone")
    reported = {}
    for finding in findings("\n".join(lines), upgrade("0.9.0")):
        if finding.severity == "breaks" and finding.code in ("TVC103", "TVC201"):
            reported[finding.line - 1] = finding
    wrong, missed = [], []
    for number, (module, name, keyword, sets) in enumerate(cases):
        finding = reported.get(number)
        if finding is None:
            if keyword not in sets[RELEASES[-1]] and keyword not in own:
                missed.append((module, name, keyword))
            continue
        here, earlier = finding.breaks_in, before(finding.breaks_in)
        if keyword in sets.get(here, ()) or keyword not in sets.get(earlier, {keyword}):
            wrong.append((module, name, keyword, here))
    assert wrong == []
    assert missed == []


def test_every_name_that_came_later_is_reported_with_the_release_that_brought_it():
    later = [name for name in EVERY if not is_there(RELEASES[0], *name) and is_there(RELEASES[-1], *name)]
    assert len(later) > 600
    said = {}
    for finding in findings("\n".join(f"from {module} import {name}" for module, name in later), between("0.9.0")):
        match = re.search(r"exists since torchvision (\d+\.\d+\.\d+)", finding.message)
        if match:
            said[later[finding.line - 1]] = match.group(1)
    wrong = [(name, since) for name, since in said.items() if not is_there(since, *name)]
    wrong += [(name, since) for name, since in said.items() if is_there(before(since), *name)]
    assert wrong == []
    # Names that went and came back break in between, and are reported as that.
    missed = [name for name in later if name not in said]
    assert [name for name in missed if not came_back(*name)] == []


def came_back(module, name):
    """Whether a name was there, was not, and was there again."""
    there = [is_there(release, module, name) for release in RELEASES]
    return there[there.index(True) :].count(False) > 0


def test_builders_that_ignored_pretrained_are_those_that_asked_for_nothing():
    checked = 0
    for release in ("0.12.0", "0.13.0", "0.13.1", "0.14.0", RELEASES[-1]):
        for path, found in STORE.load(release).runtime["builders"].items():
            builder = KNOWN.builder(path)
            model = KNOWN.catalog.model(builder.name) if builder is not None else None
            call = found["calls"].get("pretrained")
            if model is None or not model.pretrained or call is None or builder.namespace.endswith("quantization"):
                continue
            # Without a checkpoint of its own: nothing, or that of a backbone alone.
            silent = "error" not in call and not any(
                url.rpartition("/")[2].startswith(builder.function.partition("_v2")[0]) for url in call.get("asks", ())
            )
            module, _, name = path.rpartition(".")
            source = f"from {module} import {name}\n{name}(pretrained=True)"
            said = [f for f in findings(source, upgrade("0.12.0", release)) if f.code == "TVC205"]
            if not said:
                # Some files are not called after their builder.
                assert not silent or call.get("asks"), (release, path)
            else:
                assert silent, (release, path)
                checked += 1
                fixed = f"from {module} import {name}\n{name}({said[0].fix})"
                assert findings(fixed, upgrade("0.12.0", release)) == []
                entry = found["calls"]["weights_enum"]
                assert entry, (release, path)
    assert checked >= 3


def test_pins_that_fit_are_those_that_wheels_ask_for():
    pairs = []
    for release in RELEASES:
        needs = [text for text in STORE.load(release).static["requires"] if re.match(r"torch\b(?!vision)", text)]
        match = re.search(r"==\s*([\d.]+)", needs[0])
        if match:
            pairs.append((release, match.group(1)))
    assert len(pairs) > 30
    for (release, torch), (_, other) in zip(pairs, pairs[1:]):
        assert findings(f"torch=={torch}\ntorchvision=={release}\n", path="requirements.txt") == []
        if other != torch:
            (finding,) = findings(f"torch=={other}\ntorchvision=={release}\n", path="requirements.txt")
            assert finding.code == "TVC403"
