"""Rewriting: exact edits, nothing else touched, nothing changed the second time."""

import ast
import json
import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvcompat.cli import main

from .conftest import findings
from .programs import fixed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"], ids=str)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_encoding_and_line_ends_stay(encoding, end):
    cookie = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    source = cookie + "from torchvision import models\nx = 'é'; models.resnet50(pretrained=True)  # ñ\n\n\ny = 1"
    after, _ = fixed(source.replace("\n", end).encode(encoding))
    assert after == source.replace("pretrained=True", 'weights="IMAGENET1K_V1"').replace("\n", end).encode(encoding)


@pytest.fixture
def tool(tmp_path):
    path = tmp_path / "tool.py"
    path.write_text("import torchvision\ntorchvision.models.resnet50(pretrained=True)\n")
    path.chmod(0o755)
    return path


def test_a_diff_is_shown_and_nothing_written(tool, capsys):
    assert main(["fix", str(tool.parent), "--diff"]) == 1
    assert '+torchvision.models.resnet50(weights="IMAGENET1K_V1")' in capsys.readouterr().out
    assert "pretrained" in tool.read_text()


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tool):
    assert main(["fix", str(tool.parent)]) == 0
    assert tool.read_text() == 'import torchvision\ntorchvision.models.resnet50(weights="IMAGENET1K_V1")\n'
    assert [found.name for found in tool.parent.iterdir()] == ["tool.py"]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_file_is_replaced_with_its_mode(tool):
    main(["fix", str(tool.parent)])
    assert stat.S_IMODE(tool.stat().st_mode) == 0o755


def test_what_is_fixed_is_not_written_again(tool):
    main(["fix", str(tool.parent)])
    before = tool.stat().st_mtime_ns
    assert main(["fix", str(tool.parent)]) == 0
    assert tool.stat().st_mtime_ns == before


def test_nothing_is_found_in_what_is_fixed(tool):
    main(["fix", str(tool.parent)])
    assert main(["check", str(tool.parent)]) == 0


def test_notebooks_keep_everything_else(tmp_path):
    notebook = {
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["pretrained=True é"]},
            {
                "cell_type": "code", "execution_count": 3, "id": "b", "metadata": {}, "outputs": [{"text": ["x"]}],
                "source": ["%matplotlib inline\n", "!pip install torchvision\n", "from torchvision import models"],
            },
            {"cell_type": "code", "execution_count": None, "id": "c", "metadata": {}, "outputs": [],
             "source": ["net = models.resnet50(pretrained=True)\n", "net?"]},
        ],
        "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    for indent, ascii_only in ((1, False), (2, True)):
        text = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only) + "\n"
        (finding,) = findings(text, path="n.ipynb")
        assert (finding.cell, finding.line, finding.column) == (2, 1, 23)
        after, left = fixed(text, path="n.ipynb")
        assert left == []
        assert after == text.replace("resnet50(pretrained=True)", 'resnet50(weights=\\"IMAGENET1K_V1\\")')


def test_imports_are_added_to_a_cell_of_a_notebook():
    cells = [
        "%matplotlib inline\nimport torch\nfrom torchvision.transforms import RandomAffine",
        "RandomAffine(4, resample=2)\n!ls",
    ]
    notebook = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": [source]}
            for source in cells
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    after, left = fixed(json.dumps(notebook, indent=1), path="n.ipynb")
    assert left == []
    assert ["".join(cell["source"]) for cell in json.loads(after)["cells"]] == [
        cells[0] + "\nfrom torchvision.transforms import InterpolationMode",
        "RandomAffine(4, interpolation=InterpolationMode.BILINEAR)\n!ls",
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Whatever stands around it

names = st.sampled_from(["a", "flag", "self.cfg.pretrained", "opt['p']", "f(x, y)", "not a", "a and b", "x == 1"])
calls = st.builds(
    "{}({}{}pretrained{}={}{}{})".format,
    st.sampled_from(["models.resnet18", "tvm.models.vgg16", "build", "models.detection.fasterrcnn_resnet50_fpn"]),
    st.sampled_from(["", "progress=False, ", "\n    progress=True,\n    "]),
    st.sampled_from(["", " "]),
    st.sampled_from(["", " "]),
    st.one_of(st.sampled_from(["True", "False", "None"]), names),
    st.sampled_from(["", ",", ", num_classes=1000"]),
    st.sampled_from(["", "\n"]),
)
lines = st.one_of(
    calls,
    st.builds("x = {}  # pretrained=True".format, calls),
    st.builds("def f():\n    '''pretrained=True'''\n    return {}".format, calls),
    st.builds("s = '''é {} '''; y = {}".format, st.sampled_from(["", "resnet18(pretrained=True)"]), calls),
    st.just("timm.create_model('x', pretrained=True)"),
)


@given(st.lists(lines, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_result_parses_is_stable_and_differs_in_the_edits_alone(parts, end, unsafe):
    source = (
        "import torchvision as tvm\nfrom torchvision import models\nbuild = models.resnet34\n" + "\n".join(parts) + "\n"
    )
    source = source.replace("\n", end)
    after, _ = fixed(source, unsafe=unsafe)
    ast.parse(after)
    again, _ = fixed(after, unsafe=unsafe) if "torchvision" in after else (after, [])
    assert again == after
    # What is not an argument of a call stands as it stood.
    assert after.count("timm.create_model('x', pretrained=True)") == source.count(
        "timm.create_model('x', pretrained=True)"
    )
    assert after.count("# pretrained=True") == source.count("# pretrained=True")
    assert after.count("'''pretrained=True'''") == source.count("'''pretrained=True'''")
    assert after.count(end) == source.count(end)
    assert not [finding for finding in findings(after) if finding.code == "TVC201"]
