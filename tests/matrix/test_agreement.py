"""Source and install held against each other: a record that is changed in one place says so there."""

import copy
import dataclasses
from pathlib import Path

import pytest

from matrix.agreement import compare, explain_failure, unexplained
from matrix.store.records import Store

STORE = Store(Path(__file__).parents[2] / "matrix" / "records")
BUILDER = "torchvision.models.resnet.resnet18"


@pytest.fixture
def record():
    """A record of one's own, on which both agree."""
    stored = STORE.load("0.14.1")
    # Apart from each other: in memory the two share what is equal.
    static, runtime = copy.deepcopy(stored.static), copy.deepcopy(stored.runtime)
    found = dataclasses.replace(stored, static=static, runtime=runtime)
    assert unexplained(compare(found, STORE)) == []
    return found


def said(record):
    return [(each.what, each.name, each.static, each.runtime) for each in unexplained(compare(record, STORE))]


def first(table):
    return sorted(table)[0]


def test_a_builder_that_only_one_has(record):
    path = first(record.static["builders"])
    del record.static["builders"][path]
    assert said(record) == [("builder", path, "absent", "present")]


def test_a_builder_that_is_written_otherwise(record):
    path = first(record.static["builders"])
    builder = record.static["builders"][path]
    builder["signature"], builder["module"], builder["accepts_weights"] = "(x)", "elsewhere", False
    found = {(what, static) for what, name, static, _ in said(record) if name == path}
    assert found == {("signature", "(x)"), ("builder", "elsewhere"), ("accepts", "accepts_weights: False")}


def test_entries(record):
    enum = first(record.static["weights"])
    entry = first(record.static["weights"][enum])
    record.static["weights"][enum][entry]["metadata"] = "metadata@" + "a" * 200
    record.runtime["weights"][enum]["NEW"] = {}
    found = {name: static for _, name, static, _ in said(record)}
    assert found[f"{enum}.NEW"] == "absent"
    text = found[f"{enum}.{entry}"]
    assert text.startswith("metadata: metadata@aaa")
    assert text.endswith("a...")
    assert len(text) < 140


@pytest.mark.parametrize("what", ["enums", "registry", "model_urls"], ids=str)
def test_tables(what, record):
    record.static[what] = {**record.static[what], "new": "thing"}
    assert said(record) == [(what, "new", "thing", "None")]


def test_what_was_not_measured_is_not_compared(record):
    assert compare(dataclasses.replace(record, static=None), STORE) == []


def test_parameters_of_functions(record):
    module = "torchvision.ops.boxes"
    names = dict(STORE.value(record.runtime["names"][module]))
    assert names["nms"].startswith("function(")
    names["nms"] = "function(other)"
    del names["box_area"]
    names["made"] = "function()"
    record.runtime["names"][module] = STORE.share("names", names)
    found = {name.rpartition(".")[2]: static for _, name, static, _ in said(record)}
    assert found == {"nms": "(boxes, scores, iou_threshold)"}
    everything = {each.name: each.explanation for each in compare(record, STORE)}
    assert "branch" in everything[f"{module}.box_area"]
    assert "while the module runs" in everything[f"{module}.made"]


def test_why_imports_fail():
    missing = "ModuleNotFoundError: No module named 'cv2'"
    assert "imports cv2" in explain_failure("torchvision.x", missing, in_sources=True)
    assert "loads by path" in explain_failure("torchvision._C", "ImportError: x", in_sources=False)
    assert explain_failure("torchvision.x", "ValueError: odd", in_sources=True) == ""
