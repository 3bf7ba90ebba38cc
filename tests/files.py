"""Files as systems have them: devices, disks that are full, folders of somebody else."""

import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path

# Whoever that is: files of others are not theirs.
NOBODY = 65534


def null_device(path):
    """Make what ``/dev/null`` is at a path: the device itself where the user may, else a FIFO with a reader."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.close(os.open(path, os.O_WRONLY))
    except PermissionError:
        if path.exists():
            path.unlink()
        os.mkfifo(path)
        # Open for both, so that nobody waits; what is written stays in the pipe.
        os.open(path, os.O_RDWR)
    return path


def is_special(path):
    """Whether a path is still a device or a FIFO."""
    mode = os.stat(path).st_mode
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


@contextmanager
def full_disk(size=0):
    """No file can grow beyond so many bytes: what a full disk and a quota look like to a program."""
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


@contextmanager
def ordinary_user():
    """A folder of a user who is not root, as the current one; what is done inside is done with that user's rights.

    Modes do not count for root, who runs the tests on some machines.
    """
    folder, before = Path(tempfile.mkdtemp()), Path.cwd()
    root = os.geteuid() == 0
    os.chdir(folder)
    try:
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.setegid(NOBODY)
            os.seteuid(NOBODY)
        yield folder
    finally:
        if root:
            os.seteuid(0)
            os.setegid(0)
        # That user may have no right to go back there.
        os.chdir(before)
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(folder)
