"""``tvcompat fix --ledger``: what a run saw, for calls that reading alone can't follow."""

import pytest

from tvcompat.cli import main
from tvcompat.ledger import Ledger, Use, read_uses


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "helper.py").write_text("def make(fn, flag):\n    return fn(pretrained=flag)  # kept\n")
    (tmp_path / "main.py").write_text(
        "import torchvision\nname = 'model_' + 'urls'\ngetattr(torchvision.models.vgg, name)\n"
    )

    def seen(*uses):
        ledger = Ledger()
        for name, file, line in uses:
            ledger.add(Use(name, str(tmp_path / file), line, 1, "0.15.1", "", "Write something else."))
        ledger.write(tmp_path / "used.json")

    return seen


CALL = ("torchvision.models.resnet.resnet18(pretrained=)", "helper.py", 2)


def test_without_it_nothing_is_known(project, capsys):
    assert main(["fix", ".", "--unsafe"]) == 0
    assert "0 mended in 0 files, 0 left" in capsys.readouterr().err


def test_a_call_through_another_file(project, tmp_path, capsys):
    project(CALL)
    assert main(["fix", ".", "--ledger", "used.json"]) == 1
    assert (
        "helper.py:2:15: TVC201 left: fn may not be torchvision.models.resnet.resnet18 on every way"
        in capsys.readouterr().err
    )
    assert main(["fix", ".", "--ledger", "used.json", "--unsafe"]) == 0
    wanted = 'def make(fn, flag):\n    return fn(weights="IMAGENET1K_V1" if flag else None)  # kept\n'
    assert (tmp_path / "helper.py").read_text() == wanted
    assert main(["fix", ".", "--ledger", "used.json", "--unsafe"]) == 1
    assert "helper.py:2: left: seen at run time:" in capsys.readouterr().err


def test_models_that_need_different_entries(project, tmp_path, capsys):
    project(CALL, ("torchvision.models.detection.ssd.ssd300_vgg16(pretrained=)", "helper.py", 2))
    assert main(["fix", ".", "--ledger", "used.json", "--unsafe"]) == 1
    assert "it may be one of several models, which need different entries" in capsys.readouterr().err
    assert "pretrained=flag" in (tmp_path / "helper.py").read_text()


def test_what_nothing_was_found_for_is_said(project, capsys):
    project(("torchvision.models.vgg.model_urls", "main.py", 3), ("torchvision.models.vgg.model_urls", "../lib.py", 1))
    assert main(["fix", ".", "--ledger", "used.json"]) == 1
    said = capsys.readouterr().err
    assert (
        "main.py:3: left: seen at run time: torchvision.models.vgg.model_urls is gone since torchvision 0.15.1" in said
    )
    assert "the ledger has 1 more use in 1 file that were not given" in said


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{}", id="object"),
        pytest.param("[]", id="list"),
        pytest.param('{"format": 2, "uses": []}', id="newer-format"),
        pytest.param('{"format": 1, "uses": [{}]}', id="use-without-a-name"),
    ],
)
def test_what_is_no_ledger(project, tmp_path, capsys, text):
    (tmp_path / "used.json").write_text(text)
    assert main(["fix", ".", "--ledger", "used.json"]) == 2
    assert "is no ledger of tvcompat" in capsys.readouterr().err


def test_written_and_read_again(project, tmp_path):
    project(CALL)
    assert [(use.name, use.line, use.times) for use in read_uses(tmp_path / "used.json")] == [(CALL[0], 2, 1)]
    assert main(["fix", ".", "--ledger", "nothing.json"]) == 2
