"""What a checkpoint file must not do, tried on the installed torch: run code, write a file, end the process.

Where the installed torch does so when it is given the file directly, the test shows that first.
"""

import functools
import inspect
import subprocess
import sys
import tarfile
import threading
import warnings
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

import tvcompat
from tests.shim.installed import hostile
from tvcompat import errors
from tvcompat.shim import archives, checkpoints

RELEASE = tuple(map(int, torch.__version__.split(".")[:2]))
NAME = "squeezenet1_1-b8a52dc0.pth"
SAVED = sorted((Path(__file__).parent / "saved").glob("*.pth"))

pytestmark = [
    pytest.mark.filterwarnings("ignore:TVCOMPAT_CHECK_HASH=0"),
    # What torch says of TorchScript archives, of storages, of `tarfile`.
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*TorchScript archive"),
    pytest.mark.filterwarnings("ignore:TypedStorage is deprecated"),
    pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor"),
]


def refused(path, content, match):
    """Hand a file to the loader: it is refused and set aside, and nothing else happens."""
    path.write_bytes(content)
    with pytest.raises(errors.CheckpointError, match=match) as caught:
        checkpoints.read(path)
    assert not path.exists()
    assert path.with_name(path.name + ".corrupt").read_bytes() == content
    return str(caught.value)


def directly(path):
    """`torch.load` as safe as the installed torch can be asked to."""
    options = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}
    return torch.load(str(path), map_location="cpu", **options)


@pytest.fixture
def file(tmp_path):
    """Where the checkpoint of a test lies; nothing but the test writes beside it."""
    (tmp_path / "files").mkdir()
    return tmp_path / "files" / "net.pth"


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A folder whose files a mirror has, and the variables that make the shim fetch from it."""
    folder = tmp_path / "mirror"
    folder.mkdir()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.delenv("TVCOMPAT_OFFLINE")
    monkeypatch.setenv("TVCOMPAT_MIRROR", f"http://127.0.0.1:{server.server_port}")
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


# ---------------------------------------------------------------------------------------------------------------------
# What has to load


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
@pytest.mark.parametrize("mapped", [False, True], ids=["read", "mapped"])
def test_what_every_torch_has_saved_is_loaded(file, path, mapped):
    # A copy, as what is refused is renamed.
    file.write_bytes(path.read_bytes())
    state = checkpoints.read(file, mapped=mapped)
    assert torch.equal(state["weight"], torch.arange(6.0).reshape(2, 3))
    assert torch.equal(state["transposed"], state["weight"].t())
    assert torch.equal(state["part"], torch.arange(2, 5))
    assert state["nothing"].numel() == 0
    assert torch.equal(state["quantized"].int_repr(), torch.full((3,), 12, dtype=torch.uint8))
    weight, bias = state["fc._packed_params._packed_params"]
    assert weight.qscheme() == torch.per_channel_affine
    assert torch.equal(bias, torch.arange(3.0))
    assert state["fc._packed_params.dtype"] == torch.qint8
    assert state._metadata == {"": {"version": 1}}


def test_there_are_files_of_every_format():
    assert [path.stem for path in SAVED] == [
        f"{form}-{release}" for form in ("legacy", "zip") for release in ("1.12.1", "1.6.0", "1.8.0", "2.15.0", "2.2.2")
    ]


@pytest.mark.parametrize("how", ["path", "stream", "legacy"], ids=str)
def test_what_the_installed_torch_saves_is_loaded(file, how):
    state = {"weight": torch.rand(3, 4), "mask": torch.tensor([True, False])}
    with open(file, "wb") as stream:
        options = {} if how != "legacy" else {"_use_new_zipfile_serialization": False}
        torch.save(state, str(file) if how == "path" else stream, **options)
        stream.flush()
        found = checkpoints.read(file)
    assert all(torch.equal(found[name], value) for name, value in state.items())


def test_a_tar_archive_is_loaded(file):
    state = {"weight": torch.arange(6.0).reshape(2, 3), "bias": torch.tensor([1.0])}
    file.write_bytes(hostile.packed(hostile.tar(state)))
    found = checkpoints.read(file)
    assert all(torch.equal(found[name], value) for name, value in state.items())


def test_a_model_takes_an_older_file_that_is_a_tar_archive(put):
    (older, *_) = tvcompat.catalog.catalog().model("squeezenet1_1").older
    state = put("SqueezeNet1_1_Weights.IMAGENET1K_V1", url=older)
    checkpoints.cached(older).write_bytes(hostile.packed(hostile.tar(state)))
    with pytest.warns(UserWarning, match="which name older releases have the same"):
        model = tvcompat.get_model("squeezenet1_1", weights="IMAGENET1K_V1")
    assert all(torch.equal(model.state_dict()[name], value) for name, value in state.items())


# ---------------------------------------------------------------------------------------------------------------------
# Code


def test_torch_itself_runs_a_torchscript_archive(tmp_path):
    """The archives below do what they are made for."""
    target = tmp_path / "written"
    (tmp_path / "net.pth").write_bytes(hostile.torchscript(target))
    assert not target.exists()
    torch.jit.load(str(tmp_path / "net.pth"))
    assert target.exists()


@pytest.mark.skipif(RELEASE >= (2, 6), reason="torch.load refuses TorchScript archives since torch 2.6")
def test_torch_load_runs_a_torchscript_archive(tmp_path):
    target = tmp_path / "written"
    (tmp_path / "net.pth").write_bytes(hostile.torchscript(target))
    directly(tmp_path / "net.pth")
    assert target.exists()


def test_a_torchscript_archive_is_refused(file, tmp_path):
    target = tmp_path / "written"
    text = refused(file, hostile.torchscript(target), r"TorchScript archive.*'archive/code/__torch__")
    assert "It was renamed to net.pth.corrupt. If you trust the file, load it with torch.jit.load" in text
    assert not target.exists()


def test_a_model_does_not_take_a_torchscript_archive_from_a_mirror(mirror, tmp_path):
    target = tmp_path / "written"
    (mirror / NAME).write_bytes(hostile.torchscript(target))
    with pytest.raises(errors.CheckpointError, match=rf"TorchScript archive.*renamed to {NAME}\.corrupt"):
        tvcompat.get_model("squeezenet1_1", weights="DEFAULT")
    assert not target.exists()
    assert [path.name for path in checkpoints.folder().glob("*.pth*")] == [NAME + ".corrupt"]


def test_weights_do_not_take_a_torchscript_archive(mirror, tmp_path):
    target = tmp_path / "written"
    (mirror / NAME).write_bytes(hostile.torchscript(target))
    entry = tvcompat.get_weight("SqueezeNet1_1_Weights.DEFAULT")
    if type(entry).__module__.startswith("torchvision"):
        pytest.skip("the entry is torchvision's own, and so is what it does")
    with pytest.raises(errors.CheckpointError, match="TorchScript archive"):
        entry.get_state_dict()
    assert not target.exists()


@pytest.mark.parametrize("mapped", [False, True], ids=["read", "mapped"])
@pytest.mark.parametrize(
    "name",
    ["constants__pkl", "code__x.py", "CONSTANTS.PKL", "Code__X.PY", "x.debug_pkl", "extra__x", "data__x", "data"],
    ids=str,
)
def test_an_entry_that_no_state_dict_has_is_refused(file, name, mapped):
    state = hostile.tensor(2, 2)
    name = name.replace("constants__pkl", "constants.pkl")
    file.write_bytes(hostile.archive(**{"data.pkl": state, "data__0": bytes(8), name: b"\x80\x02)."}))
    with pytest.raises(errors.CheckpointError, match=r"was not loaded: .* \('archive/"):
        checkpoints.read(file, mapped=mapped)


def test_a_package_is_refused(file):
    content = hostile.archive(**{"data.pkl": hostile.tensor(2, 2), "data__0": bytes(8), ".data__extern_modules": b"os"})
    refused(file, content, "torch.package archive")


@pytest.mark.parametrize("form", ["zip", "legacy"], ids=str)
def test_a_pickle_that_reaches_through_an_allowed_function_is_refused(file, tmp_path, form):
    target = tmp_path / "written"
    state = hostile.running(f"open({str(target)!r}, 'w').close()")
    content = hostile.archive(**{"data.pkl": state}) if form == "zip" else hostile.legacy(state)
    refused(file, content, r"refusing to load torch\._utils\._rebuild_tensor\.__globals__")
    assert not target.exists()


def test_that_pickle_runs_code_where_it_may(tmp_path):
    import pickle

    target = tmp_path / "written"
    pickle.loads(hostile.running(f"open({str(target)!r}, 'w').close()"))
    assert target.exists()


def test_a_patch_of_a_source_is_not_written(file, tmp_path):
    refused(file, hostile.legacy(hostile.patching(str(tmp_path / "written"))), "refusing to set the state of")
    assert not (tmp_path / "written.patch").exists()


def test_that_patch_is_written_where_it_may(file, tmp_path):
    file.write_bytes(hostile.legacy(hostile.patching(str(tmp_path / "written"))))
    options = {"weights_only": False} if "weights_only" in inspect.signature(torch.load).parameters else {}
    name = torch._utils._rebuild_tensor.__name__
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.load(str(file), **options)
    finally:
        torch._utils._rebuild_tensor.__name__ = name
        del torch._utils._rebuild_tensor.dump_patches
    assert "written" in (tmp_path / "written.patch").read_text()


LINKS = {
    "symbolic link": (tarfile.SYMTYPE, "../../outside"),
    "hard link": (tarfile.LNKTYPE, "../../outside"),
    "device": (tarfile.CHRTYPE, ""),
    "folder": (tarfile.DIRTYPE, ""),
}


@pytest.mark.parametrize("kind", LINKS, ids=str)
def test_a_tar_archive_of_links_is_refused(file, kind):
    entries = hostile.tar({"weight": torch.ones(2)})
    refused(file, hostile.packed(entries, links={"storages": LINKS[kind]}), "'storages' is no regular file")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../written", id="folder-above"),
        pytest.param("/written", id="root"),
        pytest.param("data/x", id="inside-data"),
        pytest.param("storages/", id="folder"),
        pytest.param("./storages", id="dot"),
    ],
)
def test_a_tar_archive_with_more_entries_is_refused(file, name):
    entries = hostile.tar({"weight": torch.ones(2)})
    refused(file, hostile.packed({**entries, name: b"x"}), r"tar archive that torch\.save did not write")


def test_a_tar_archive_that_begins_like_a_legacy_file_is_refused(file):
    """Torch takes it for a tar archive."""
    content = bytearray(hostile.packed({"x": b""}))
    magic = hostile.legacy(b"")[:100].split(b"\0")[0]
    content[: len(magic)] = magic
    content[148:156] = b"%06o\0 " % (sum(content[:148]) + sum(content[156:512]) + 8 * 32)
    assert tarfile.is_tarfile(_written(file, bytes(content)))
    refused(file, bytes(content), r"tar archive that torch\.save did not write")


def _written(path, content):
    path.write_bytes(content)
    return str(path)


# ---------------------------------------------------------------------------------------------------------------------
# Archives about which readers disagree

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


# ---------------------------------------------------------------------------------------------------------------------
# Tensors that are larger than what is there

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
