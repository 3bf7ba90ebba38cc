"""Putting files in place in one step: whoever reads sees the old content or the new, never a part."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Iterator


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of ``path`` only when all of it was written.

    The temporary file lies in the same folder, so that replacing is one step of the file system. A file that was
    there hands on its mode; a symbolic link stays one, and the file it leads to is replaced.

    Raises:
        OSError: it can't be written; what was there stays.
    """
    # Here, since few who import this write anything, and both take longer to load than this package.
    import shutil
    import tempfile

    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        # mkstemp makes files that only their owner can read.
        if os.path.exists(target):
            shutil.copymode(target, temporary)
        else:
            os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def write(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of a file in one step.

    Raises:
        OSError: it can't be written; what was there stays.
    """
    with replacing(path) as stream:
        stream.write(data)
