"""Turn the guard on for whole processes: for ``tvcompat run``, and for processes you do not start yourself.

A file in ``site-packages``, put there by ``tvcompat startup install``, lets the environment variable
``TVCOMPAT_LEGACY`` decide in every process of that Python: ``1`` turns the guard on, ``forward`` turns it on with
``forward=True``; without the variable nothing happens, and nothing of tvcompat is imported.
``TVCOMPAT_LEDGER`` names a file for the ledger.
"""

import atexit
import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Optional

from tvcompat import writing
from tvcompat.legacy import children
from tvcompat.legacy.guard import Guard, enable

FILE = "tvcompat-guard.pth"
LINE = (
    "import os; os.environ.get('TVCOMPAT_LEGACY', '0') in ('', '0') or "
    "__import__('tvcompat.legacy.startup', fromlist=['from_environment']).from_environment()\n"
)


def begin(*, forward: bool = False, warn: bool = True, ledger: Optional[Path] = None, summary: bool = False) -> Guard:
    """Turn the guard on until the process ends.

    Args:
        forward, warn: as :func:`tvcompat.legacy.enable` takes them.
        ledger: a file for the ledger, those of child processes included.
        summary: whether what was used is printed to standard error in the end.
    """
    guard = enable(forward=forward, warn=warn)
    if ledger is None and not summary:
        return guard
    # Child processes write beside the ledger. Where it is no file (/dev/null, a pipe), that is no place for theirs.
    beside = ledger is not None and not writing.is_stream(ledger)
    folder = None if beside else tempfile.mkdtemp(prefix="tvcompat")
    children.collect(ledger.absolute() if ledger is not None and beside else Path(str(folder)) / "ledger")
    process = os.getpid()

    def finish() -> None:
        if os.getpid() == process:
            _finish(guard, ledger, summary)
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)

    atexit.register(finish)
    return guard


def _finish(guard: Guard, ledger: Optional[Path], summary: bool) -> None:
    children.gather(guard)
    if ledger is not None:
        try:
            guard.ledger.write(ledger)
        except OSError as error:
            print(f"tvcompat: the ledger can't be written: {error}", file=sys.stderr)
    if summary:
        sys.stdout.flush()
        print(f"\n{guard.ledger.summary()}", end="", file=sys.stderr)


def from_environment() -> None:
    """Turn the guard on at the start of a process, if the file is installed and ``TVCOMPAT_LEGACY`` is set."""
    path = os.environ.get("TVCOMPAT_LEDGER")
    begin(forward=os.environ.get("TVCOMPAT_LEGACY") == "forward", ledger=Path(path) if path else None)


def place() -> Path:
    """Return where the file is installed: the ``site-packages`` of this Python."""
    return Path(sysconfig.get_path("purelib")) / FILE


def install() -> Path:
    """Install the file atomically; return its path.

    Raises:
        OSError: it can't be written there.
    """
    target = place()
    writing.write(target, LINE.encode())
    return target


def remove() -> bool:
    """Remove the file; return whether there was one."""
    try:
        place().unlink()
    except FileNotFoundError:
        return False
    return True
