"""How-tos for contributors, done: what a page says is done in a copy of the checkout, block by block.

- A block with a title is a file of that name: it is made, or the block is added at its end.
- A ``diff`` block with a title changes that file; what it takes away and what it leaves has to stand there as it does in
  the block, where ``...`` is any text.
- In a ``console`` block, a line that begins with ``$`` is a command, which must succeed, or, where lines stand below it,
  print these; ``...`` stands for any lines. nox sessions are run as what they run, with the interpreter of the tests.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

from tests.needs import need

ROOT = Path(__file__).parents[2]
HOWTOS = ROOT / "docs" / "howto"
BLOCK = re.compile(r"^( *)```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def session(name: str) -> List[List[str]]:
    """Return what a session runs, as in noxfile.py, beside the making of environments."""
    if name == "package":
        return [[need("uv"), "build", "--quiet"]]
    return {
        "audit": [[sys.executable, "-m", "matrix", "audit"]],
        "pages": [[sys.executable, "-m", "tvcompat.check.pages", "docs/rules"], [sys.executable, "docs/pages.py"]],
        "tests-3.13": [[sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]],
    }[name]


def copy_checkout(folder: Path) -> Path:
    """Copy what git knows of or would take, changes that nobody committed included."""
    need("git")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def follow(page: str, checkout: Path) -> List[str]:
    """Do what a page says; returns the commands that it ran."""
    commands: List[str] = []
    for indent, language, title, text in BLOCK.findall((HOWTOS / page).read_text(encoding="utf-8")):
        text = re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
        if language == "diff":
            change(checkout / title, text)
        elif title:
            add(checkout / title, text)
        elif language == "console":
            for part in re.split(r"^(?=\$ )", text, flags=re.MULTILINE):
                command, _, shown = part.partition("\n")
                if command:
                    run(command[len("$ ") :], shown, checkout)
                    commands.append(command[len("$ ") :])
    return commands


def add(path: Path, text: str) -> None:
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}\n{text}" if before else text, encoding="utf-8")


def change(path: Path, diff: str) -> None:
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] or "\n" for line in lines if line[0] != "+")
    new = "".join(line[1:] or "\n" for line in lines if line[0] != "-")
    pattern = re.compile("^" + re.escape(old).replace(re.escape("..."), "[^\n]*?"), re.MULTILINE)
    text, count = pattern.subn(lambda _: new, path.read_text(encoding="utf-8"))
    assert count == 1, f"what the page changes in {path.name} stands there {count} times:\n{old}"
    path.write_text(text, encoding="utf-8")


def run(command: str, shown: str, checkout: Path) -> None:
    words = shlex.split(command)
    if words[:2] == ["nox", "-s"]:
        programs = session(words[2])
        programs[-1] += words[4:]
    elif words[0] == "tvcompat":
        programs = [[sys.executable, "-m", *words]]
    else:
        programs = [[sys.executable if words[0] == "python" else words[0], *words[1:]]]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "120", "NO_COLOR": "1"}
    said = ""
    for program in programs:
        done = subprocess.run(program, cwd=checkout, env=environment, capture_output=True, text=True, encoding="utf-8")
        said += done.stdout + done.stderr
        assert shown or done.returncode == 0, f"$ {command}\n{said}"
    expected = "(?:.*\n)*?".join(re.escape(each) for each in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE))
    assert re.search(rf"^{expected}", said, re.MULTILINE), f"$ {command}\n{said}\ninstead of\n{shown}"
