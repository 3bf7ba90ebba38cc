"""Files that try what a checkpoint must not do, and the plain ones they are made from."""

import io
import pickle
import struct
import tarfile
import zipfile
from collections import OrderedDict
from typing import Tuple

import torch

# ---------------------------------------------------------------------------------------------------------------------
# TorchScript


class Writing(torch.nn.Module):
    """Writes a file when its archive is loaded."""

    def __init__(self, target: str):
        super().__init__()
        self.target = target

    @torch.jit.export
    def __getstate__(self) -> Tuple[str, bool]:
        return (self.target, self.training)

    @torch.jit.export
    def __setstate__(self, state: Tuple[str, bool]) -> None:
        self.target = state[0]
        self.training = state[1]
        torch.save(torch.ones(2), state[0])

    def forward(self, x):
        return x


def torchscript(target) -> bytes:
    """An archive that writes ``target`` when ``torch.jit.load`` reads it."""
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(Writing(str(target))), buffer)
    target.unlink(missing_ok=True)
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------------------------------
# Pickles


def text(value: str) -> bytes:
    return pickle.BINUNICODE + struct.pack("<I", len(value)) + value.encode()


def named(name: str) -> bytes:
    """The object of a dotted name, as protocol 4 finds it."""
    module, name = name.split(":")
    return text(module) + text(name) + pickle.STACK_GLOBAL


def called(function: bytes, *arguments: bytes) -> bytes:
    return function + pickle.MARK + b"".join(arguments) + pickle.TUPLE + pickle.REDUCE


def dictionary(**items: bytes) -> bytes:
    pairs = b"".join(text(name) + value for name, value in items.items())
    return pickle.EMPTY_DICT + pickle.MARK + pairs + pickle.SETITEMS


def running(code: str) -> bytes:
    """A pickle that runs code with nothing but an allowed function of torch: its globals, and what is in them."""
    function = "torch._utils:_rebuild_tensor"
    builtins = called(named(f"{function}.__globals__.__getitem__"), text("__builtins__"))
    execute = called(named(f"{function}.__globals__.__class__.__getitem__"), builtins, text("exec"))
    return pickle.PROTO + b"\4" + called(execute, text(code)) + pickle.STOP


def patching(target: str) -> bytes:
    """A pickle for the legacy format that has torch save "a patch of the source" of a function, renamed to a path."""
    function = b"ctorch._utils\n_rebuild_tensor\n"
    renamed = pickle.NONE + dictionary(dump_patches=pickle.NEWTRUE, __name__=text(target)) + pickle.TUPLE2
    source = pickle.MARK + text("module") + function + renamed + pickle.BUILD + text("x.py") + text("written\n")
    return pickle.PROTO + b"\2" + source + pickle.TUPLE + pickle.BINPERSID + pickle.STOP


def persistent(*parts: bytes) -> bytes:
    return pickle.MARK + b"".join(parts) + pickle.TUPLE + pickle.BINPERSID


def number(value: int) -> bytes:
    return pickle.BININT + struct.pack("<i", value)


def tensor(count: int, size: int, *view: bytes, key: str = "0", kind: str = "FloatStorage", offset: int = 0) -> bytes:
    """A pickle of a state dict with one tensor of ``size`` elements in a storage of ``count``.

    In the legacy format, a storage also says of which it is a view, or that it is none.
    """
    storage = persistent(text("storage"), f"ctorch\n{kind}\n".encode(), text(key), text("cpu"), number(count), *view)
    step = pickle.BININT1 + b"\1"
    made = called(
        b"ctorch._utils\n_rebuild_tensor_v2\n", storage, number(offset), number(size) + pickle.TUPLE1,
        step + pickle.TUPLE1, pickle.NEWFALSE, called(b"ccollections\nOrderedDict\n"),
    )  # fmt: skip
    return pickle.PROTO + b"\2" + dictionary(weight=made) + pickle.STOP


# ---------------------------------------------------------------------------------------------------------------------
# The containers


def archive(**entries: bytes) -> bytes:
    """A zip archive as torch writes it, with these entries; ``__`` in a name stands for a slash."""
    buffer = io.BytesIO()
    writer = torch._C.PyTorchFileWriter(buffer)
    for name, content in entries.items():
        writer.write_record(name.replace("__", "/"), content, len(content))
    writer.write_end_of_file()
    return buffer.getvalue()


def legacy(state: bytes, *storages: Tuple[str, int, bytes]) -> bytes:
    """A file of torch before 1.6, with this pickle and these storages: name, number of elements, content."""
    heads = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}]
    begin = b"".join(pickle.dumps(head, 2) for head in heads)
    keys = pickle.dumps([key for key, _, _ in storages], 2)
    return begin + state + keys + b"".join(struct.pack("<q", count) + content for _, count, content in storages)


class _Tensors(pickle.Pickler):
    def persistent_id(self, value):
        return str(id(value)) if isinstance(value, torch.Tensor) else None


def tar(state) -> "dict[str, bytes]":
    """The entries of a tar archive, the format of torch before 0.1.10, that hold a state dict of float tensors."""
    flat = {id(value): value.contiguous().float() for value in state.values()}
    storages, tensors, main = io.BytesIO(), io.BytesIO(), io.BytesIO()
    pickle.dump(len(flat), storages, 2)
    pickle.dump(len(flat), tensors, 2)
    for key, value in flat.items():
        pickle.dump((key + 1, "cpu", torch.FloatStorage), storages, 2)
        storages.write(struct.pack("<q", value.numel()) + value.reshape(-1).numpy().tobytes())
        pickle.dump((key, key + 1, torch.FloatTensor), tensors, 2)
        shape = (*value.shape, *value.stride(), 0)
        tensors.write(struct.pack("<2i", value.dim(), 0) + struct.pack(f"<{len(shape)}q", *shape))
    pickle.dump([], storages, 2)
    _Tensors(main, 2).dump(OrderedDict(state))
    system = pickle.dumps({"protocol_version": 1000, "little_endian": True}, 2)
    return {
        "sys_info": system,
        "pickle": main.getvalue(),
        "tensors": tensors.getvalue(),
        "storages": storages.getvalue(),
    }


def packed(entries: "dict[str, bytes]", *, links: "dict[str, Tuple[bytes, str]] | None" = None) -> bytes:
    """A tar archive, in which some entries may be links: the kind and the target."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:", format=tarfile.PAX_FORMAT) as made:
        for name, content in entries.items():
            header = tarfile.TarInfo(name)
            # As `TarFile.add` sets it; it makes for an extended header.
            header.mtime = 1484000000.5  # type: ignore[assignment]
            if links and name in links:
                header.type, header.linkname = links[name]
            else:
                header.size = len(content)
            made.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------------------------------
# Zip archives about which readers disagree

CENTRAL, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"


def patched(content: bytes, position: int, layout: str, value: int) -> bytes:
    size = struct.calcsize(layout)
    return content[:position] + struct.pack(layout, value) + content[position + size :]


def renamed(content: bytes, old: bytes, new: bytes, header: bytes) -> bytes:
    """The archive with another name of the same length in its directory or before the data."""
    position = 0
    while True:
        position = content.index(header, position)
        begin = position + (46 if header == CENTRAL else 30)
        if content[begin:].startswith(old):
            return content[:begin] + new + content[begin + len(old) :]
        position += 4


def appended(content: bytes, name: str, data: bytes = b"\x80\x02).") -> bytes:
    """The archive with one more entry, as Python's zipfile adds it."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as made:
        made.writestr(name, data)
    return buffer.getvalue()
