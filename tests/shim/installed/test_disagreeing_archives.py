"""Checkpoint files that don't fit themselves: archives that readers take for different ones, tensors larger than the file.

They are handed to the loader beside an installed torch, which reads some of them, and beyond their end.
"""

import subprocess
import sys

import pytest
import torch

from tests.shim.installed import hostile
from tvcompat import errors
from tvcompat.shim import checkpoints
from tvcompat.shim.checkpoints import archives

from .loading import refused

RELEASE = tuple(map(int, torch.__version__.split(".")[:2]))

pytestmark = [
    pytest.mark.filterwarnings("ignore:TVCOMPAT_CHECK_HASH=0"),
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
    pytest.mark.filterwarnings("ignore:TypedStorage is deprecated"),
]


PLAIN = hostile.archive(**{"data.pkl": hostile.tensor(2, 2), "data__0": bytes(8), "data__1": bytes(8)})


END64 = len(PLAIN) - 98


DIRECTORY = PLAIN.index(hostile.CENTRAL)


def test_the_plain_archive_is_loaded(file):
    file.write_bytes(PLAIN)
    assert torch.equal(checkpoints.read(file)["weight"], torch.zeros(2))


DISAGREEING = {
    "data before it": PLAIN[:4] + PLAIN,
    "an archive before it": hostile.archive(**{"data.pkl": hostile.tensor(2, 2), "constants.pkl": b"x"}) + PLAIN,
    "an archive after it": PLAIN + hostile.archive(**{"data.pkl": hostile.tensor(2, 2), "constants.pkl": b"x"}),
    "data after it": PLAIN + b"\0",
    "a comment": hostile.patched(PLAIN, len(PLAIN) - 2, "<H", 4) + b"PK\5\6",
    "a second end": PLAIN + PLAIN[-22:],
    "no 64-bit end": PLAIN[:END64] + PLAIN[-22:],
    "a 64-bit end elsewhere": hostile.patched(PLAIN, len(PLAIN) - 42 + 8, "<Q", 0),
    "another number of entries": hostile.patched(PLAIN, len(PLAIN) - 22 + 10, "<H", 2),
    "another number of 64-bit entries": hostile.patched(PLAIN, END64 + 32, "<Q", 2),
    "another directory": hostile.patched(PLAIN, len(PLAIN) - 22 + 16, "<I", 0),
    "another 64-bit directory": hostile.patched(PLAIN, END64 + 48, "<Q", 0),
    "an entry of zipfile": hostile.appended(PLAIN, "archive/data/2"),
    "a duplicate": hostile.renamed(
        hostile.renamed(PLAIN, b"archive/data/1", b"archive/data/0", hostile.CENTRAL),
        b"archive/data/1", b"archive/data/0", hostile.LOCAL,
    ),
    "another name before the data": hostile.renamed(PLAIN, b"archive/data/1", b"archive/data/2", hostile.LOCAL),
    "another folder": hostile.renamed(PLAIN, b"archive/data/1", b"Archive/data/1", hostile.CENTRAL),
    "another case": hostile.renamed(PLAIN, b"archive/data/1", b"archive/DATA/1", hostile.CENTRAL),
    "a backslash": hostile.renamed(PLAIN, b"archive/data/1", b"archive\\data/1", hostile.CENTRAL),
    "a NUL": hostile.renamed(PLAIN, b"archive/data/1", b"archive/data/\0", hostile.CENTRAL),
    "a way up": hostile.renamed(PLAIN, b"archive/data/1", b"archive/../../", hostile.CENTRAL),
    "no folder": hostile.renamed(PLAIN, b"archive/data/1", b"constants.pkl/", hostile.CENTRAL),
    "no text": hostile.renamed(PLAIN, b"archive/data/1", b"archive/data/\xff", hostile.CENTRAL),
    "encrypted": hostile.patched(PLAIN, DIRECTORY + 8, "<H", 0x809),
    "compressed": hostile.patched(PLAIN, DIRECTORY + 10, "<H", 8),
    "another size": hostile.patched(PLAIN, DIRECTORY + 24, "<I", 7),
    "a large size": hostile.patched(hostile.patched(PLAIN, DIRECTORY + 20, "<I", 2**31), DIRECTORY + 24, "<I", 2**31),
    "an entry elsewhere": hostile.patched(PLAIN, DIRECTORY + 42, "<I", 64),
    "no local header": hostile.patched(PLAIN, 64 * (PLAIN.index(b"archive/data/0") // 64), "<I", 0),
    "half of it": PLAIN[: len(PLAIN) // 2],
    "all but its end": PLAIN[:-1],
    "its first bytes": PLAIN[:4],
    "all but its first entry": PLAIN[:4] + PLAIN[64:],
}  # fmt: skip


@pytest.mark.parametrize("content", DISAGREEING.values(), ids=DISAGREEING.keys())
def test_an_archive_that_torch_did_not_write_is_refused(file, content):
    file.write_bytes(content)
    with pytest.raises(archives.RefusedFileError):
        archives.inspect(file)
    refused(file, content, "was not loaded: ")


@pytest.mark.parametrize(
    ("name", "content"),
    [("byteorder", b"middle"), (".format_version", b"one"), (".storage_alignment", b"6" * 65), ("data.pkl", b"")],
    ids=["byteorder", "format", "alignment", "no pickle"],
)
def test_an_entry_with_other_content_is_refused(file, name, content):
    entries = {"data.pkl": hostile.tensor(2, 2), "data__0": bytes(8), name: content}
    refused(file, hostile.archive(**entries), "was not loaded: ")


def test_a_version_that_is_no_number_is_refused(file):
    version = PLAIN.index(b"3\n", PLAIN.index(b"archive/version"))
    refused(file, hostile.patched(PLAIN, version, "<H", 0x7878), "its entry 'version' has content")


MISMATCHED = {
    "a record that is too short": hostile.archive(**{"data.pkl": hostile.tensor(1000, 1000), "data__0": bytes(8)}),
    "a record that is too long": hostile.archive(**{"data.pkl": hostile.tensor(2, 2), "data__0": bytes(80)}),
    "a record that is missing": hostile.archive(**{"data.pkl": hostile.tensor(2, 2, key="7"), "data__0": bytes(8)}),
    "a record of another kind": hostile.archive(
        **{"data.pkl": hostile.tensor(2, 2, kind="DoubleStorage"), "data__0": bytes(8)}
    ),
    "a storage of an unknown kind": hostile.archive(
        **{"data.pkl": hostile.tensor(2, 2, kind="OtherStorage"), "data__0": bytes(8)}
    ),
    "a tensor beyond its storage": hostile.archive(**{"data.pkl": hostile.tensor(2, 3), "data__0": bytes(8)}),
    "a tensor that begins beyond it": hostile.archive(
        **{"data.pkl": hostile.tensor(2, 2, offset=1), "data__0": bytes(8)}
    ),
    "a tensor that begins before it": hostile.archive(
        **{"data.pkl": hostile.tensor(2, 2, offset=-1), "data__0": bytes(8)}
    ),
    "a negative size": hostile.archive(**{"data.pkl": hostile.tensor(-2, 2), "data__0": bytes(8)}),
}


LEGACY_TENSOR = hostile.tensor(2, 2, hostile.pickle.NONE)
MISMATCHED.update(
    {
        "legacy, a storage that is too short": hostile.legacy(LEGACY_TENSOR, ("0", 2, bytes(4))),
        "legacy, a storage of another size": hostile.legacy(LEGACY_TENSOR, ("0", 1, bytes(4))),
        "legacy, a storage of a huge size": hostile.legacy(LEGACY_TENSOR, ("0", 2**62, bytes(4))),
        "legacy, a storage that is missing": hostile.legacy(LEGACY_TENSOR),
        "legacy, a storage that nobody has": hostile.legacy(LEGACY_TENSOR, ("0", 2, bytes(8)), ("1", 2, bytes(8))),
    }
)


def test_the_plain_legacy_file_is_loaded(file):
    file.write_bytes(hostile.legacy(LEGACY_TENSOR, ("0", 2, bytes(8))))
    assert torch.equal(checkpoints.read(file)["weight"], torch.zeros(2))


@pytest.mark.parametrize("mapped", [False, True], ids=["read", "mapped"])
@pytest.mark.parametrize("content", MISMATCHED.values(), ids=MISMATCHED.keys())
def test_a_tensor_that_does_not_fit_what_is_there_is_refused(file, content, mapped):
    file.write_bytes(content)
    with pytest.raises(errors.CheckpointError, match=r"was not loaded: .*damaged"):
        checkpoints.read(file, mapped=mapped)


TOUCH = (
    "import sys, torch, inspect; "
    "o = {'weights_only': True} if 'weights_only' in inspect.signature(torch.load).parameters else {}; "
    "print(float(torch.load(sys.argv[1], map_location='cpu', **o)['weight'].sum()))"
)


@pytest.mark.skipif(RELEASE >= (2, 6), reason="newer torch looks at the sizes of records itself")
def test_torch_itself_reads_beyond_such_a_record(file):
    """It ends the process, where the tensor is long enough."""
    count = 2**30
    file.write_bytes(hostile.archive(**{"data.pkl": hostile.tensor(count, count), "data__0": bytes(8)}))
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", TOUCH, str(file)], capture_output=True, text=True)
    assert done.returncode < 0, done.stdout + done.stderr
    with pytest.raises(errors.CheckpointError, match="needs 4294967296 bytes in 'data/0', which has 8"):
        checkpoints.read(file)
