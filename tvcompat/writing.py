"""Write files in one step: whoever reads one sees the old content or the new, never a part.

Only regular files are replaced. A device, a pipe or an open descriptor (``/dev/null``, ``/dev/stdout``, a FIFO) is
opened and written to, as a shell does.
"""

import errno
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Iterator, Optional, Tuple

from tvcompat.errors import FileChangedError

# Temporary files end in these. They are hidden and have no suffix that Python or the checker takes for source.
PART = ".part"
BEFORE = ".before"


@contextmanager
def replacing(path: Path, expected: Optional[bytes] = None) -> Iterator[IO[bytes]]:
    """Open a file to write that takes the place of ``path`` only when all of it was written.

    The temporary file is in the same folder, so that replacing is one step of the file system. The new file has the
    owner, the mode and the extended attributes of the one that was there; a symbolic link stays one, and the file it
    leads to is replaced. A file with several hard links, or one whose owner can't be given to another file, keeps its
    inode: it is overwritten, beside a copy of its old content that is removed afterwards.

    Args:
        path: the file; a device, a pipe or an open descriptor is written to instead.
        expected: the content that the file has to have when it is replaced, ``None`` for any.

    Raises:
        FileChangedError: the file does not have the expected content any more; it stays as it is.
        OSError: it can't be written; what was there stays.
    """
    if is_stream(path):
        if expected is not None:
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        with _open_stream(path) as stream:
            yield stream
        return
    target = os.path.realpath(path)
    descriptor, temporary = _make_beside(target, PART)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        _put(temporary, target, expected)
    except BaseException:
        _remove(temporary)
        raise


def write(path: Path, data: bytes, expected: Optional[bytes] = None) -> None:
    """Replace the content of a file by ``data`` atomically, as :func:`replacing` does.

    Raises:
        FileChangedError: the file does not have the expected content any more; it stays as it is.
        OSError: it can't be written; what was there stays.
    """
    with replacing(path, expected) as stream:
        stream.write(data)


def is_stream(path: Path) -> bool:
    """Return whether a path leads to something to write to rather than to replace: a device, a pipe, a descriptor.

    A descriptor counts even where it is one of a regular file (``/dev/stdout`` of ``command > file``): replacing the
    file would take it away from whoever writes to it.
    """
    if _descriptor_folder(path) is not None:
        return True
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    # A folder is neither; replacing it fails with an error that says so.
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _descriptor_folder(path: Path) -> Optional[Tuple[str, str]]:
    """Return the folder in which a path ends and the name there, if that folder lists the open files of a process."""
    current = os.path.abspath(path)
    # As many links as Linux follows.
    for _ in range(40):
        folder, name = os.path.split(current)
        folder = os.path.realpath(folder)
        if folder == "/dev/fd" or (folder.startswith("/proc/") and folder.endswith("/fd")):
            return folder, name
        try:
            current = os.path.join(folder, os.readlink(os.path.join(folder, name)))
        except (OSError, ValueError):
            return None
    return None


def _open_stream(path: Path) -> IO[bytes]:
    found = _descriptor_folder(path)
    if found is not None and found[0] in ("/dev/fd", f"/proc/{os.getpid()}/fd") and found[1].isdigit():
        # Reopening it would start at the beginning of the file and overwrite what was written through it so far.
        return os.fdopen(os.dup(int(found[1])), "wb")
    return open(path, "wb")


def _make_beside(target: str, suffix: str) -> Tuple[int, str]:
    # Imported here: few users of this module write anything, and it takes longer to load than this package.
    import tempfile

    folder, name = os.path.split(target)
    # A name may have 255 bytes.
    return tempfile.mkstemp(prefix=f".{name[:48]}.", suffix=suffix, dir=folder)


def _put(temporary: str, target: str, expected: Optional[bytes]) -> None:
    """Put a finished temporary file in the place of another file."""
    try:
        status = os.stat(target)
    except FileNotFoundError:
        if expected is not None:
            raise
        # mkstemp makes files that only their owner can read.
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
        return
    if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        # The folder alone decides whether a file can be replaced; who made it read-only did not mean that.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    if _becomes_equal(temporary, target, status):
        if expected is not None:
            with open(target, "rb") as stream:
                _compare(stream.read(), expected, target)
        try:
            os.replace(temporary, target)
            return
        except OSError as error:
            # A file that is a mount point itself, as in containers, can only be overwritten.
            if error.errno != errno.EBUSY:
                raise
    _overwrite(temporary, target, expected)


def _becomes_equal(temporary: str, target: str, status: os.stat_result) -> bool:
    """Give a file the owner, mode and attributes of the one it replaces; return whether it can take its place."""
    if status.st_nlink > 1:
        return False
    made = os.stat(temporary)
    try:
        if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
            os.chown(temporary, status.st_uid, status.st_gid)
        for name in _attributes(target):
            os.setxattr(temporary, name, os.getxattr(target, name))
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
    except OSError:
        return False
    return True


def _attributes(target: str) -> "list[str]":
    """Return the names of extended attributes, access lists among them, if the system has any."""
    try:
        return os.listxattr(target) if hasattr(os, "listxattr") else []
    except OSError:
        return []


def _overwrite(temporary: str, target: str, expected: Optional[bytes]) -> None:
    """Copy a file over another, which stays the same file; a copy of its old content is there until that is done."""
    import shutil

    with open(target, "r+b") as stream, open(temporary, "rb") as new:
        descriptor, backup = _make_beside(target, BEFORE)
        try:
            with os.fdopen(descriptor, "w+b") as old:
                shutil.copyfileobj(stream, old)
                if expected is not None:
                    old.seek(0)
                    _compare(old.read(), expected, target)
                old.flush()
                # From here on the old content is in the copy alone.
                os.fsync(old.fileno())
                try:
                    _copy(new, stream)
                except BaseException as error:
                    try:
                        _copy(old, stream)
                    except OSError:
                        kept, backup = backup, ""
                        raise OSError(errno.EIO, f"{error}; the old content is in {kept}", target) from error
                    raise
        finally:
            if backup:
                _remove(backup)
    _remove(temporary)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    import shutil

    source.seek(0)
    target.seek(0)
    shutil.copyfileobj(source, target)
    target.truncate()
    target.flush()
    os.fsync(target.fileno())


def _compare(found: bytes, expected: bytes, target: str) -> None:
    if found != expected:
        raise FileChangedError(target)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
