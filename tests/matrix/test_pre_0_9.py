"""Records of the releases before 0.9."""

import json

import pytest

from matrix.errors import RecordError
from matrix.store.pre_0_9 import Pre09Records

API = {"torchvision.ops": {"names": {"nms": {"params": []}, "Box": {"methods": {}, "bases": []}, "os": "= os"}}}
ORIGIN = {"wheel": "torchvision-0.8.2-cp36-cp36m-manylinux1_x86_64.whl", "sha256": "ab"}


def test_results_outlive_reading_the_sources_again(tmp_path):
    records = Pre09Records(tmp_path / "before")
    records.write("0.8.2", API, ORIGIN)
    assert records.api("0.8.2")["torchvision.ops"]["os"] == "= os"
    assert not records.has_results("0.8.2")
    records.add_results("0.8.2", {"torchvision.ops.nms": {"kind": "function"}}, ["torch==1.7.1"])
    records.write("0.8.2", API, dict(ORIGIN, sha256="cd"))
    assert records.has_results("0.8.2")
    document = json.loads(records.path("0.8.2").read_text(encoding="utf-8"))
    assert document["provenance"] == {"static": dict(ORIGIN, sha256="cd"), "runtime": {"packages": ["torch==1.7.1"]}}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut-off"),
        pytest.param("[]", id="list"),
        pytest.param('{"format": 1}', id="without-modules"),
        pytest.param('{"format": 9, "release": "0.8.2", "modules": {}}', id="newer-format"),
    ],
)
def test_a_record_that_is_none(tmp_path, text):
    records = Pre09Records(tmp_path)
    records.path("0.8.2").write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"0\.8\.2\.json"):
        records.api("0.8.2")


def test_a_damaged_record_is_written_anew(tmp_path):
    records = Pre09Records(tmp_path)
    records.write("0.8.2", API, ORIGIN)
    whole = records.path("0.8.2").read_text(encoding="utf-8")
    records.path("0.8.2").write_text(whole[:100], encoding="utf-8")
    assert not records.is_readable("0.8.2")
    records.write("0.8.2", API, ORIGIN)
    assert records.path("0.8.2").read_text(encoding="utf-8") == whole
