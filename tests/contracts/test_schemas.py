"""The schemas themselves: each stands alone, says what every field means, and leaves nothing open by mistake."""

import re
from pathlib import Path

import pytest

from tests.needs import need_module

from .schemas import DIALECT, NAMES, read

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "json.md"

# Objects of torchvision, to which a later release may add.
OPEN = {"A parameter of the preset, as torchvision has it.", "What a later release adds."}


def nodes(schema, path=""):
    """Every schema inside of a schema, with where it stands."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in ("properties", "$defs"):
        for name, inner in schema.get(keyword, {}).items():
            yield from nodes(inner, f"{path}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        yield from nodes(schema.get(keyword), f"{path}/{keyword}")
    for keyword in ("anyOf", "prefixItems"):
        for number, inner in enumerate(schema.get(keyword, [])):
            yield from nodes(inner, f"{path}/{keyword}/{number}")


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_it_is_a_schema_of_its_own_name(name):
    schema = read(name)
    need_module("jsonschema").Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == f"urn:tvcompat:schema:{name.replace('/', ':')}"
    assert schema["title"]


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_every_field_says_what_it_means(name):
    silent = [
        path
        for path, node in nodes(read(name))
        if re.search(r"/properties/[^/]+$|^$", path) and not node.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_no_object_is_left_open(name):
    """An open object is one of torchvision's own, and says so."""
    left_open = []
    for path, node in nodes(read(name)):
        more = node.get("additionalProperties")
        is_extended = path.startswith("/$defs/weightsEntry")  # closed where it is used, since `weights` adds to it
        if node.get("type") == "object" and "additionalProperties" not in node and path != "/$defs/weightsEntry":
            left_open.append(path)
        if isinstance(more, dict) and "properties" in node and not is_extended and more["description"] not in OPEN:
            left_open.append(path)
    assert left_open == []


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_every_reference_is_used_and_leads_somewhere(name):
    schema = read(name)
    named = {node["$ref"] for _, node in nodes(schema) if "$ref" in node}
    assert named == {f"#/$defs/{key}" for key in schema.get("$defs", {})}


def test_what_has_the_same_name_in_two_schemas_is_the_same():
    """Each file stands alone, so that any tool can use it; what they share is written in each, and must not differ."""
    found, different = {}, []
    for name in NAMES:
        for key, node in read(name).get("$defs", {}).items():
            if found.setdefault(key, node) != node:
                different.append(f"{key} in {name}")
    assert different == []


def test_the_page_links_each_schema():
    linked = set(re.findall(r"\(\.\./\.\./matrix/schema/([\w/-]+)\.json\)", PAGE.read_text(encoding="utf-8")))
    assert linked == set(NAMES)
