"""Records, and what an audit prints, are as their schemas say; tests/contracts has the same for the package."""

import json
from functools import cache
from pathlib import Path

import pytest

from matrix.run.options import Options
from matrix.store.records import KINDS
from tests.contracts.schemas import NAMES, problems, try_out
from tests.matrix.test_run import checkout, run  # noqa: F401

RECORDS = Path(__file__).parents[2] / "matrix" / "records"

FILES = {
    "records/record": sorted(RECORDS.glob("*.json")),
    "records/before": sorted((RECORDS / "before").glob("*.json")),
    **{f"records/shared/{kind}": [RECORDS / "shared" / f"{kind}.json"] for kind in KINDS},
}


@cache
def tried(name):
    return try_out(name, documents(name))


def documents(name):
    return [json.loads(path.read_text(encoding="utf-8")) for path in FILES[name]]


@pytest.mark.parametrize("name", FILES, ids=str)
def test_records_are_as_the_schema_says(name):
    assert [problem for document in documents(name) for problem in problems(name, document)] == []


@pytest.mark.parametrize("name", FILES, ids=str)
def test_a_broken_record_is_refused(name):
    assert tried(name).unnoticed == []
    assert tried(name).broken > 20


# What a record would have if the sources of the release before could not be imported in an install.
NOT_YET = {"$defs/behaviour/properties/previous/properties/absent"}


def test_a_schema_describes_nothing_that_no_record_has():
    found = [tried(name) for name in FILES]
    described = {pointer for each in found for pointer in each.described}
    assert described - {pointer for each in found for pointer in each.used} == NOT_YET


def test_every_file_of_records_has_a_schema():
    assert {path for paths in FILES.values() for path in paths} == set(RECORDS.rglob("*.json"))
    assert set(FILES) == {name for name in NAMES if name.startswith("records/")}


def test_what_an_audit_did_is_as_the_schema_says(checkout, capsys):  # noqa: F811
    run(checkout, Options(as_json=True))
    printed = json.loads(capsys.readouterr().out)
    assert problems("commands/audit", printed) == []
    assert try_out("commands/audit", [printed]).unnoticed == []
