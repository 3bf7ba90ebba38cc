"""What ``tvcompat fix`` does to files that somebody edits, that can't be written, and when it is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tvcompat.check.files.discovery import find
from tvcompat.check.fixes import fix_files, write
from tvcompat.check.rules import Style
from tvcompat.cli import main

from .. import files
from .conftest import upgrade

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, limits and signals of POSIX")

ROOT = Path(__file__).parents[2]
HEAD = "from torchvision import models\n"
OLD = HEAD + "net = models.resnet50(pretrained=True)\n"
NEW = HEAD + 'net = models.resnet50(weights="IMAGENET1K_V1")\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def start(*arguments, before=""):
    """Start ``tvcompat`` as a process of its own."""
    code = f"{before}\nimport sys\nfrom tvcompat.cli import main\nsys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=-1, stderr=-1, text=True, env=environment)


class Edit:
    """Start ``fix a.py`` and edit the file when it was read and nothing is written yet.

    The second file is a pipe: that it is opened shows that the first was read, and until its content comes nothing is
    written.
    """

    def __init__(self, folder):
        self.path = folder / "a.py"
        self.path.write_text(OLD)
        os.mkfifo(folder / "pipe.py")
        self.process = start("fix", "a.py", "pipe.py")
        self.pipe = os.open(folder / "pipe.py", os.O_WRONLY)

    def finish(self):
        os.write(self.pipe, b"import torchvision\n")
        os.close(self.pipe)
        out, err = self.process.communicate()
        return self.process.returncode, out + err


def test_what_was_typed_meanwhile_is_kept_and_fixed(folder):
    edit = Edit(folder)
    edit.path.write_text(OLD + "typed = 1\nmodels.resnet18(pretrained=True)\n")
    code, said = edit.finish()
    assert edit.path.read_text() == NEW + 'typed = 1\nmodels.resnet18(weights="IMAGENET1K_V1")\n'
    assert "2 mended in 1 file, 0 left" in said
    assert code == 0


def test_what_was_fixed_meanwhile_by_hand_is_not_written(folder):
    edit = Edit(folder)
    edit.path.write_text("# by hand\n")
    code, said = edit.finish()
    assert edit.path.read_text() == "# by hand\n"
    assert "0 mended in 0 files, 0 left" in said
    assert code == 0


def test_a_file_that_was_put_in_the_place_of_another_meanwhile(folder):
    edit = Edit(folder)
    (folder / "saved").write_text(OLD + "typed = 1\n")
    (folder / "saved").replace(edit.path)
    assert edit.finish()[0] == 0
    assert edit.path.read_text() == NEW + "typed = 1\n"


def test_half_of_an_edit_that_does_not_parse_is_left_alone(folder):
    edit = Edit(folder)
    edit.path.write_text(OLD + "typed = (\n")
    code, said = edit.finish()
    assert edit.path.read_text() == OLD + "typed = (\n"
    assert "a.py:3" in said
    assert code == 1


def test_a_file_that_was_removed_meanwhile_stays_away(folder):
    edit = Edit(folder)
    edit.path.unlink()
    code, said = edit.finish()
    assert not edit.path.exists()
    assert "a.py: not written: No such file or directory" in said
    assert code == 2


# Somebody who edits the file each time that it is opened.
RESTLESS = """
import os, sys
import tvcompat.check.fixes as fixes
fixes.SETTLE_SECONDS = 0
edits = []
def edit(event, arguments):
    if event == "open" and str(arguments[0]).endswith("a.py") and not arguments[2] & os.O_APPEND:
        edits.append(f"# edit {len(edits)}\\n")
        descriptor = os.open("a.py", os.O_WRONLY | os.O_APPEND)
        os.write(descriptor, edits[-1].encode())
        os.close(descriptor)
sys.addaudithook(edit)
"""


def test_a_file_that_changes_all_the_time_is_given_up(folder):
    (folder / "a.py").write_text(OLD)
    process = start("fix", "a.py", before=RESTLESS)
    _, said = process.communicate()
    assert "a.py: not written: it keeps changing" in said
    assert process.returncode == 2
    head, *edits = (folder / "a.py").read_text().split("# edit ")
    assert head == OLD
    assert [int(number) for number in edits] == list(range(len(edits)))
    assert [entry.name for entry in folder.iterdir()] == ["a.py"]


def test_what_is_no_file_any_more_is_not_written(folder):
    (folder / "a.py").write_text(OLD)
    fixes = fix_files(["a.py"], upgrade(), None, Style())
    os.unlink("a.py")
    os.mkfifo("a.py")
    with pytest.raises(OSError, match="not a regular file"):
        write(fixes, fixes.files[0])


def test_one_file_that_is_read_only_does_not_stop_the_others(monkeypatch, capsys):
    with files.ordinary_user() as folder:
        for name in ("a.py", "b.py", "c.py"):
            (folder / name).write_text(OLD)
        (folder / "b.py").chmod(0o444)
        assert main(["fix", "a.py", "b.py", "c.py"]) == 2
        assert [(folder / name).read_text() for name in ("a.py", "b.py", "c.py")] == [NEW, OLD, NEW]
        said = capsys.readouterr().err
        assert "2 mended in 2 files, 0 left, 1 file not written\nb.py: not written: Permission denied\n" in said


def test_one_folder_that_is_read_only_does_not_stop_the_others(monkeypatch, capsys):
    with files.ordinary_user() as folder:
        (folder / "kept").mkdir()
        for name in ("a.py", "kept/b.py", "z.py"):
            (folder / name).write_text(OLD)
        (folder / "kept").chmod(0o555)
        assert main(["fix", "."]) == 2
        assert [(folder / name).read_text() for name in ("a.py", "kept/b.py", "z.py")] == [NEW, OLD, NEW]
        assert "./kept/b.py: not written: Permission denied\n" in capsys.readouterr().err


def test_a_full_disk_leaves_the_file_and_the_others_are_written(folder):
    (folder / "a.py").write_text(OLD)
    (folder / "b.py").write_text(OLD + "#" * 5000)
    (folder / "c.py").write_text(OLD)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    process = start("fix", ".", before=limit)
    _, said = process.communicate()
    assert process.returncode == 2, said
    assert [(folder / name).read_text() for name in ("a.py", "b.py", "c.py")] == [NEW, OLD + "#" * 5000, NEW]
    assert "./b.py: not written: File too large" in said
    assert sorted(entry.name for entry in folder.iterdir()) == ["a.py", "b.py", "c.py"]


@pytest.mark.parametrize("moment", [0, 30, 150], ids=["at-once", "after-30-files", "after-150-files"])
def test_a_kill_leaves_every_file_old_or_new(moment, folder):
    names = [f"m{number:03}.py" for number in range(300)]
    for name in names:
        (folder / name).write_text(OLD)
    process = start("fix", ".")
    while (folder / names[moment]).read_text() == OLD and process.poll() is None:
        pass
    process.kill()
    process.communicate()
    found = [(folder / name).read_text() for name in names]
    assert set(found) <= {OLD, NEW}
    assert found[: moment + 1] == [NEW] * (moment + 1)
    # What was being written is nothing that Python or the checker takes for a source.
    assert sorted(find(["."])) == [f"./{name}" for name in names]
    left = {entry.name for entry in folder.iterdir()} - set(names)
    assert all(name.startswith(".") and name.endswith(".part") for name in left)
    assert len(left) <= 1
    # Killed or not, the next run does the rest.
    assert main(["fix", "."]) == 0
    assert {(folder / name).read_text() for name in names} == {NEW}
    if moment == 0:
        assert process.returncode == -signal.SIGKILL
        assert OLD in found


def test_a_file_that_is_given_by_two_names_is_fixed_once(folder, capsys):
    (folder / "a.py").write_text(OLD)
    os.link("a.py", "b.py")
    (folder / "c.py").symlink_to("a.py")
    assert main(["fix", "."]) == 0
    assert [(folder / name).read_text() for name in ("a.py", "b.py", "c.py")] == [NEW] * 3
    assert (folder / "a.py").samefile("b.py")
    assert (folder / "c.py").is_symlink()
    assert "1 mended in 1 file" in capsys.readouterr().err
