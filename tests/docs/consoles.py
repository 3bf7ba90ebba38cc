"""Examples in the documentation, run: what stands below a command is what it prints.

A block of Python with a title is a file of that name. In a block marked ``console`` a line that begins with ``$`` is a
command; ``$ cat NAME`` shows a file, which is made of what stands there if nobody made it before. To write down what
the commands print now: ``python -m tests.docs.consoles README.md``.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(python|console)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r'title="([^"]+)"')
ROOT = Path(__file__).parents[2]


def replayed(text, folder):
    """The text with what its commands print when they are run in a folder, one after the other."""

    def block(match):
        kind, options, inside = match.groups()
        title = TITLE.search(options)
        if kind == "python":
            if title is not None:
                (folder / title.group(1)).write_text(inside, encoding="utf-8")
            return match.group()
        return f"```{kind}{options}\n{''.join(commands(inside, folder))}```"

    return BLOCK.sub(block, text)


def commands(inside, folder):
    for part in re.split(r"^(?=\$ )", inside, flags=re.MULTILINE):
        first, _, said = part.partition("\n")
        if not first.startswith("$ "):
            yield part
            continue
        words = shlex.split(first[2:], comments=True)
        if words[0] == "cat":
            path = folder / words[1]
            if not path.exists():
                path.write_text(said.rstrip("\n") + "\n", encoding="utf-8")
            yield f"{first}\n{path.read_text(encoding='utf-8').rstrip()}\n"
        elif words[0] in ("python", "tvcompat", "pytest"):
            yield f"{first}\n{output(words, folder)}"
        else:
            yield part


def output(words, folder):
    module = [] if words[0] == "python" else ["-m", words[0]]
    own = dict(
        os.environ, COLUMNS="120", NO_COLOR="1", PYTHONWARNINGS="ignore", TVCOMPAT_OFFLINE="1", TVCOMPAT_CHECK_HASH="0"
    )
    own["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, *module, *words[1:]],
        cwd=folder, env=own, capture_output=True, text=True,
    )  # fmt: skip
    # What is told in passing comes last, as on a terminal.
    said = (done.stdout + done.stderr).replace(str(folder) + os.sep, "")
    return re.sub(r"\n{2,}\Z", "\n", said)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = Path(name)
        with tempfile.TemporaryDirectory() as temporary:
            page.write_text(replayed(page.read_text(encoding="utf-8"), Path(temporary).resolve()), encoding="utf-8")
