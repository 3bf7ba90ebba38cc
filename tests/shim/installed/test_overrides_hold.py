"""Programs that override hooks and use members, run in the installed release: they give what is recorded of it, fixed
or as they are. ``tests/check/test_overriding.py`` holds that against what the checker says.
"""

import warnings
from importlib import import_module

import pytest
import torch

from tests.check.overriding.record import read, variants
from tests.check.overriding.running import outcomes, release
from tvcompat.catalog import catalog
from tvcompat.check.class_facts import DYNAMIC, OF_TORCH, ClassFacts
from tvcompat.release_sets import ReleaseOrder

RECORDED = read()
HERE = release()
SOURCES = {key: source for key, source in variants(RECORDED).items() if HERE in RECORDED["outcomes"][key]}


@pytest.fixture(scope="module")
def given():
    """What all of them give: importing torchvision takes longer than running them."""
    return dict(zip(SOURCES, outcomes(list(SOURCES.values()))))


@pytest.mark.parametrize("key", SOURCES, ids=lambda key: key.replace(" ", "-"))
def test_a_program_gives_what_is_recorded(key, given):
    assert given[key] == RECORDED["outcomes"][key][HERE]


@pytest.fixture(scope="module")
def classes():
    """Every class that the installed release has by the catalog: its path, the class, and what is known of it."""
    known = catalog()
    order = ReleaseOrder(known.releases)
    listed = []
    for path in known.members.classes():
        if known.members.exists(path, HERE):
            module, _, name = path.rpartition(".")
            facts = ClassFacts(known, order, path)
            if HERE not in facts.releases:
                # One of its bases is not told by the sources.
                continue
            try:
                with warnings.catch_warnings():
                    # Some modules warn when they are imported.
                    warnings.simplefilter("ignore")
                    found = getattr(import_module(module), name)
            except ImportError:
                # Parts that need a library which is not installed.
                continue
            listed.append((path, found, facts))
    return listed


def test_members_that_are_said_to_be_missing_are_missing(classes):
    wrong = [
        f"{path}.{name}"
        for path, found, facts in classes
        for name in facts.names()
        if HERE not in facts.has(name, on_class=True) and hasattr(found, name)
    ]
    assert wrong == []


def test_members_that_torch_gives_where_torchvision_does_not(classes):
    changing = {
        name
        for _, found, facts in classes
        if issubclass(found, torch.nn.Module)
        for name in facts.names()
        if hasattr(torch.nn.Module, name) and any(facts.member(name, each) is None for each in facts.releases)
    }
    assert changing <= OF_TORCH


def test_classes_that_give_members_on_request_are_known(classes):
    assert {path for path, found, _ in classes if "__getattr__" in vars(found)} <= DYNAMIC
