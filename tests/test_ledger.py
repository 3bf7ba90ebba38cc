"""The ledger and the startup file, which need no torchvision."""

import json
import os
import threading

import pytest

from tvcompat.cli import main
from tvcompat.ledger import Ledger, Use, read_uses
from tvcompat.legacy import startup

from . import files

ONE = Use("torchvision.models.vgg.model_urls", "a.py", 3, 1, "0.15.1", "", "The addresses are in the weights enums.")
OTHER = Use("torchvision.models.vgg.vgg16(pretrained=)", "b.py", 7, 1, "", "", "Write weights=.")


def test_uses_at_one_place_are_counted():
    ledger = Ledger()
    assert [ledger.add(ONE), ledger.add(ONE), ledger.add(OTHER), ledger.add(ONE._replace(line=4))] == [
        True,
        False,
        True,
        True,
    ]
    assert [(use.line, use.times) for use in ledger.uses] == [(3, 2), (7, 1), (4, 1)]


def test_summary_names_the_most_used_first():
    ledger = Ledger()
    assert ledger.summary() == "No legacy name of torchvision was used.\n"
    for use in (OTHER, ONE, ONE):
        ledger.add(use)
    assert ledger.summary() == (
        "2 legacy names of torchvision in 2 places:\n"
        "\n"
        "torchvision.models.vgg.model_urls is gone since torchvision 0.15.1. The addresses are in the weights enums.\n"
        "    a.py:3  2 times\n"
        "\n"
        "torchvision.models.vgg.vgg16(pretrained=): Write weights=.\n"
        "    b.py:7  once\n"
    )


def test_written_sorted_and_read_again(tmp_path):
    ledger = Ledger()
    for use in (OTHER, ONE, ONE):
        ledger.add(use)
    ledger.write(tmp_path / "used.json")
    document = json.loads((tmp_path / "used.json").read_text())
    assert list(document) == ["format", "torchvision", "uses"]
    assert [use["file"] for use in document["uses"]] == ["a.py", "b.py"]
    assert read_uses(tmp_path / "used.json") == [ONE._replace(times=2), OTHER]
    again = Ledger()
    again.read(tmp_path / "used.json")
    again.read(tmp_path / "used.json")
    assert [use.times for use in again.uses] == [4, 2]


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_a_ledger_for_a_device_leaves_the_device(tmp_path):
    device = files.null_device(tmp_path / "null")
    ledger = Ledger()
    ledger.add(ONE)
    ledger.write(device)
    assert files.is_special(device)
    assert [entry.name for entry in tmp_path.iterdir()] == ["null"]


def test_what_can_not_be_written_leaves_what_was_there(tmp_path, monkeypatch):
    ledger = Ledger()
    ledger.add(ONE)
    path = tmp_path / "used.json"
    path.write_text("before")

    def full(*arguments):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        ledger.write(path)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["used.json"]


def test_threads():
    ledger = Ledger()
    threads = [threading.Thread(target=lambda: [ledger.add(ONE) for _ in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [use.times for use in ledger.uses] == [4000]


def test_startup_command(tmp_path, monkeypatch, capsys):
    place = tmp_path / startup.FILE
    monkeypatch.setattr(startup, "place", lambda: place)
    assert main(["startup", "status"]) == 1
    assert main(["startup", "install"]) == 0
    assert place.read_text() == startup.LINE
    assert main(["startup", "install"]) == 0
    assert main(["startup", "status"]) == 0
    assert main(["startup", "remove"]) == 0
    assert main(["startup", "remove"]) == 0
    assert os.listdir(tmp_path) == []
    assert capsys.readouterr().out.splitlines() == [
        f"{place} is not there",
        f"{place} is there; TVCOMPAT_LEGACY=1 turns the guard on",
        f"{place} is there; TVCOMPAT_LEGACY=1 turns the guard on",
        f"{place} is there",
        f"{place} is gone",
        f"{place} was not there",
    ]
