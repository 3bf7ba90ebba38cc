"""What a checkpoint file must not do, tried on the installed torch: run code, write a file, end the process.

Where the installed torch does so when it is given the file directly, the test shows that first.
"""

import functools
import inspect
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
from tvcompat.shim import checkpoints

from .loading import directly, refused

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
