"""Records on disk: what is written, what is refused, and that nothing half-written is ever left."""

import json

import pytest

from matrix import paths
from matrix.errors import RecordError
from matrix.store.facts import runtime_facts
from matrix.store.records import Store, render

STATIC = {
    "builders": {"torchvision.models.net": {"module": "m", "signature": "()"}},
    "weights": {"Net_Weights": {"V1": {"url": "u", "metadata": {"categories": ["a", "b"]}, "preprocessing": {"p": 1}}}},
    "enums": {},
    "registry": {},
    "model_urls": {},
    "deprecated": {},
    "api": {"torchvision": {"names": {"x": "data"}}},
}
SCHEMA = {"layer.0.weight": "float32 3,3", "layer.1.weight": "float32 3,3"}
RUNTIME = {
    **{key: STATIC[key] for key in ("weights", "enums", "registry", "model_urls")},
    "builders": {
        "torchvision.models.net": {
            "module": "m", "signature": "()", "schema": 0, "plain": {}, "pretrained": {"asks": ["u"], "loads": [["u", 0]]},
        }
    },
    "names": {"torchvision": {"x": "data"}},
    "schemas": [SCHEMA],
    "checkpoints": {"Net_Weights.V1 torchvision.models.net": {"asks": ["u"], "schema": 0}},
    "outputs": {"torchvision.models.net": {"tensors": [1.5]}},
}  # fmt: skip


BEHAVIOUR = {
    "outcomes": {
        "torchvision.ops: nms()": {"error": "TypeError: no boxes"},
        "torchvision.io: read_file('a')": {"value": 3},
        "torchvision.ops: box_area(b)": {"value": 3},
    },
    "attributes": {"torchvision.ops.FPN": ["inner_blocks"]},
    "members": {"torchvision.ops": {"FPN": {"forward": "method(self, x)"}}},
    "previous": {
        "release": "0.9.0",
        "changes": {"torchvision.ops: box_area(b)": {"outcome": {"value": 4}, "difference": {"largest": 1.0}}},
    },
}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "records")


def test_what_is_written_is_read(store):
    store.write("1.0.0", "static", STATIC, {"wheel": "w"})
    store.write("1.0.0", "runtime", RUNTIME, {"python": "3.8"})
    record = Store(store.folder).load("1.0.0")
    assert record.static["weights"] == STATIC["weights"]
    assert record.runtime["outputs"] == RUNTIME["outputs"]
    assert record.provenance == {"runtime": {"python": "3.8"}, "static": {"wheel": "w"}}
    builder = record.runtime["builders"]["torchvision.models.net"]
    assert store.schema(builder["schema"]) == SCHEMA
    assert builder["calls"]["pretrained"]["loads"][0][1] == builder["schema"]


def test_what_recipes_gave_is_read_as_it_was_written(store):
    store.write("1.0.0", "behaviour", BEHAVIOUR, {"python": "3.8"})
    fresh = Store(store.folder)
    record = fresh.load("1.0.0")
    assert fresh.outcomes(record) == BEHAVIOUR["outcomes"]
    assert fresh.recipes(record) == {
        "torchvision.ops": ["torchvision.ops: nms()", "torchvision.ops: box_area(b)"],
        "torchvision.io": ["torchvision.io: read_file('a')"],
    }
    change = record.behaviour["previous"]["changes"]["torchvision.ops: box_area(b)"]
    assert fresh.value(change["outcome"]) == {"value": 4}
    assert change["difference"] == {"largest": 1.0}


def test_recipes_that_give_the_same_in_another_release_take_no_more_room(store):
    store.write("1.0.0", "behaviour", BEHAVIOUR, {})
    sizes = {path.name: path.stat().st_size for path in (store.folder / "shared").iterdir()}
    store.write("2.0.0", "behaviour", BEHAVIOUR, {})
    assert {path.name: path.stat().st_size for path in (store.folder / "shared").iterdir()} == sizes


def test_outcomes_that_no_release_gives_any_more_go(store):
    store.write("1.0.0", "behaviour", BEHAVIOUR, {})
    assert store.remove_orphans() == 0
    other = {**BEHAVIOUR, "outcomes": {"torchvision.ops: nms()": {"value": 5}}, "previous": {}}
    store.write("1.0.0", "behaviour", other, {})
    assert store.remove_orphans() > 0
    fresh = Store(store.folder)
    assert fresh.outcomes(fresh.load("1.0.0")) == other["outcomes"]
    assert len(json.loads((store.folder / "shared" / "outcomes.json").read_text())["values"]) == 1


def test_large_values_are_stored_once(store):
    for release in ("1.0.0", "2.0.0"):
        store.write(release, "static", STATIC, {})
    shared = json.loads((store.folder / "shared" / "categories.json").read_text())
    assert list(shared["values"].values()) == [["a", "b"]]


def test_writing_the_same_again_changes_no_byte(store):
    def everything():
        return {path.name: path.read_bytes() for path in store.folder.rglob("*.json")}

    store.write("1.0.0", "static", STATIC, {"wheel": "w"})
    before = everything()
    Store(store.folder).write("1.0.0", "static", STATIC, {"wheel": "w"})
    assert everything() == before


def test_the_other_part_of_a_record_stays(store):
    store.write("1.0.0", "runtime", {"absent": "yanked"}, {})
    store.write("1.0.0", "static", STATIC, {})
    record = store.load("1.0.0")
    assert record.runtime == {"absent": "yanked"}
    assert not record.measured


def test_a_generated_file_says_so_in_its_first_lines(store):
    store.write("1.0.0", "static", STATIC, {})
    for path in store.folder.rglob("*.json"):
        assert "never edited by hand" in path.read_text().splitlines()[path.parent == store.folder]


def test_a_missing_record_is_none(store):
    assert store.load("1.0.0") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"format": 99, "release": "1.0.0"}', r"format 99.*Measure it again", id="newer-format"),
        pytest.param(
            '{"format": 1, "release": "2.0.0"}', r"is a record of '2.0.0', not of 1.0.0", id="another-release"
        ),
        pytest.param('{"format": 1, "release": "1.0.0"}', r"has no provenance, runtime, static", id="missing-parts"),
        pytest.param('{"format": 1, "rel', r"is not JSON", id="cut-off"),
        pytest.param("[]", r"is not a record", id="list"),
    ],
)
def test_what_is_no_record_is_refused(store, text, message):
    store.folder.mkdir()
    store.path("1.0.0").write_text(text)
    with pytest.raises(RecordError, match=message):
        store.load("1.0.0")


def test_a_record_that_can_not_be_read_is_replaced_by_a_new_measurement(store):
    store.folder.mkdir()
    store.path("1.0.0").write_text('{"format": 99}')
    store.write("1.0.0", "static", STATIC, {})
    assert store.load("1.0.0").static["builders"] == STATIC["builders"]


def test_a_missing_shared_value_is_an_error(store):
    store.write("1.0.0", "static", STATIC, {})
    (store.folder / "shared" / "metadata.json").unlink()
    with pytest.raises(RecordError, match="incomplete"):
        Store(store.folder).load("1.0.0")


def test_values_that_nobody_names_are_removed(store):
    store.write("1.0.0", "runtime", RUNTIME, {})
    other = {**RUNTIME, "schemas": [{"layer.0.weight": "float32 9,9"}]}
    store.write("1.0.0", "runtime", other, {})
    assert store.remove_orphans() > 0
    record = Store(store.folder).load("1.0.0")
    reference = record.runtime["builders"]["torchvision.models.net"]["schema"]
    assert Store(store.folder).schema(reference) == {"layer.0.weight": "float32 9,9"}
    assert Store(store.folder).remove_orphans() == 0


def test_interrupted_between_values_and_record_nothing_is_lost(store, monkeypatch):
    store.write("1.0.0", "static", STATIC, {})
    before = store.path("1.0.0").read_bytes()
    write = paths.write_text

    def interrupted(path, text):
        if path.name == "1.0.0.json":
            raise KeyboardInterrupt
        return write(path, text)

    with monkeypatch.context() as patched:
        patched.setattr(paths, "write_text", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.write("1.0.0", "runtime", RUNTIME, {})
    assert store.path("1.0.0").read_bytes() == before
    assert Store(store.folder).load("1.0.0").static["builders"] == STATIC["builders"]


def test_not_a_number_is_written_as_text():
    entry = {
        "url": "u",
        "meta": {"x": float("nan")},
        "preset": "P",
        "preset_arguments": {},
        "preset_values": {"s": [3]},
    }
    facts = {
        "weights": {"E": {"V1": entry}}, "builders": {}, "enums": {}, "checkpoints": {}, "schemas": [],
        "registry": {"net": "torchvision.models.net", "stereo": "torchvision.prototype.stereo"}, "outputs": {}, "model_urls": {}, "pretrained_warnings": [], "import_failures": {},
        "modules": {"torchvision": {"prototype": "module", "x": "data"}, "torchvision.prototype.y": {}},
    }  # fmt: skip
    found = runtime_facts(facts)
    assert found["weights"]["E"]["V1"]["metadata"] == {"x": "nan"}
    assert found["weights"]["E"]["V1"]["preprocessing"]["values"] == {"s": 3}
    assert found["names"] == {"torchvision": {"x": "data"}}
    assert found["registry"] == {"net": "torchvision.models.net"}


def test_one_line_a_builder():
    text = render({"builders": {"a": {"x": 1, "y": [1, 2]}, "b": {}}}, 2)
    assert text == '{\n "builders": {\n  "a": {"x": 1, "y": [1, 2]},\n  "b": {}\n }\n}'
