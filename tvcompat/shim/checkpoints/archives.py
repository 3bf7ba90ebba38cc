"""Look into a checkpoint file before torch does, and refuse what is not plain tensor data.

``torch.load`` decides by a file's content what to do with it. A TorchScript archive goes to ``torch.jit.load``, which
runs the code in it, before ``weights_only`` or a pickle module counts (up to torch 2.5). What is declared about a
tensor is believed: torch reads beyond the end of a record that is shorter than its tensor.

So a file has to be one of the three that ``torch.save`` has written, byte for byte where readers of zip files could
disagree about what is in it: a zip archive (since 1.6), a sequence of pickles and storages (0.1.10 to 1.5), or a tar
archive (before that; torchvision's oldest checkpoints). It may hold what a state dict needs and nothing more, and
every tensor has to lie within the data that is there.
"""

import io
import os
import pickle
import re
import struct
import tarfile
from typing import IO, Any, Dict, List, NamedTuple, Tuple, cast

from tvcompat.shim.checkpoints import safe_pickle

ZIP, LEGACY, TAR = "zip", "legacy", "tar"

# The pickles that legacy files begin with.
MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION = 1001

# Headers of a zip archive: of an entry, of the directory at the end, and of its end, twice.
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_END = struct.Struct("<4s4H2IH")
_DESCRIPTOR = struct.Struct("<4s3I")

# Flags that torch writes: names are UTF-8; sizes follow the data. Nothing is encrypted.
_FLAGS = (0x0800, 0x0808)

# Entries of a zip archive, in the one folder that all are in, and what may be in them; all that torch 1.6 to 2.15
# writes for a state dict.
_ENTRIES = {
    "data.pkl": None,
    "version": rb"[0-9]{1,4}\n?",
    "byteorder": rb"little|big",
    ".format_version": rb"[0-9]{1,4}",
    ".storage_alignment": rb"[0-9]{1,8}",
    ".data/serialization_id": rb"[0-9]{1,64}",
}
_RECORD = re.compile(r"data/[0-9]{1,20}\Z")
_FOLDER = re.compile(r"[^/\\\x00-\x1f\x7f]+\Z")

# Entries of the tar archives.
_TAR_ENTRIES = {"sys_info", "pickle", "tensors", "storages"}

# What a tar header may say beyond the fields that every header has. None of it changes what is read.
_TAR_EXTRAS = {"mtime", "atime", "ctime", "uid", "gid", "uname", "gname"}

_RESAVE = "If you trust the file, load it with {} yourself and save its state_dict() with torch.save."


class RefusedFileError(Exception):
    """A file that torch must not read.

    Args:
        reason: what is wrong with it.
        advice: what to do, where there is more than to fetch it again.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


def inspect(path: "str | os.PathLike[str]") -> str:
    """Return which of torch's formats a file has.

    Raises:
        RefusedFileError: none of them, or it holds something that no state dict needs, or is damaged.
    """
    try:
        with open(path, "rb") as stream:
            if stream.read(4) == b"PK\3\4":
                _inspect_zip(stream)
                return ZIP
            stream.seek(0)
            archive = _as_tar(stream)
            if archive is not None:
                with archive:
                    _inspect_tar(archive)
                return TAR
            stream.seek(0)
            _inspect_legacy(stream)
            return LEGACY
    except (RefusedFileError, OSError):
        raise
    except pickle.UnpicklingError as error:
        raise RefusedFileError(f"it is not a plain state dict, or it is damaged: {error}") from error
    except Exception as error:
        # Any other failure to read an untrusted file must occur here and not in torch.
        raise RefusedFileError(f"it is damaged ({type(error).__name__}: {error})") from error


class _Entry(NamedTuple):
    name: str
    flags: int
    checksum: int
    size: int
    offset: int


def _inspect_zip(stream: IO[bytes]) -> None:
    records = _records(stream)
    for name, pattern in _ENTRIES.items():
        if pattern is not None and name in records:
            begin, size = records[name]
            stream.seek(begin)
            if size > 64 or not re.fullmatch(pattern, stream.read(size)):
                raise RefusedFileError(f"its entry {name!r} has content that torch.save does not write")
    for name in ("data.pkl", "version"):
        if name not in records:
            raise RefusedFileError(f"it has no entry {name!r}, which every archive of torch.save has")

    storages: Dict[str, Tuple[str, safe_pickle.Storage]] = {}

    def persistent_load(identifier: Tuple[Any, ...]) -> safe_pickle.Storage:
        _, storage_type, key, _, count = identifier
        storage = _declared(storages, key, storage_type, count)
        needed = storage.count * storage.item_bytes
        _, size = records.get(f"data/{key}", (0, -1))
        if needed != size:
            have = f"has {size}" if size >= 0 else "is missing"
            raise RefusedFileError(f"it is damaged: a tensor needs {needed} bytes in 'data/{key}', which {have}")
        return storage

    begin, size = records["data.pkl"]
    stream.seek(begin)
    safe_pickle.Reader(io.BytesIO(stream.read(size)), persistent_load).load()


def _records(stream: IO[bytes]) -> Dict[str, Tuple[int, int]]:
    """Return where the entries of a zip archive lie, by their names inside of the one folder."""
    directory, entries = _directory(stream)
    names = [entry.name for entry in entries]
    folder = names[0].partition("/")[0]
    inside = [name[len(folder) + 1 :] for name in names if name.startswith(folder + "/")]
    strange = [name for name in names if not _is_plain(name, folder)]
    if strange:
        raise _refused_entries(strange)
    if not _FOLDER.match(folder) or folder in (".", "..") or len(set(inside)) != len(names):
        raise RefusedFileError("it is a zip archive with duplicate or malformed names")

    records: Dict[str, Tuple[int, int]] = {}
    position = 0
    for name, entry in zip(inside, entries):
        stream.seek(position)
        signature, _, flags, method, _, _, checksum, packed, size, length, extra = _unpack(_LOCAL, stream)
        begin = position + _LOCAL.size + length + extra
        is_same = stream.read(length) == entry.name.encode() and (method, flags) == (0, entry.flags)
        # Sizes are here, or after the data.
        late = flags == _FLAGS[1]
        is_same &= (checksum, packed, size) in ((entry.checksum, entry.size, entry.size), (0, 0, 0) if late else ())
        if signature != b"PK\3\4" or not is_same or entry.offset != position:
            raise RefusedFileError(f"it is a zip archive that says different things about {entry.name!r}")
        records[name] = (begin, entry.size)
        position = begin + entry.size
        if late:
            stream.seek(position)
            if _unpack(_DESCRIPTOR, stream) != (b"PK\7\x08", entry.checksum, entry.size, entry.size):
                raise RefusedFileError(f"it is a zip archive that says different things about {entry.name!r}")
            position += _DESCRIPTOR.size
    if position != directory:
        raise RefusedFileError("it is a zip archive with something between its entries and its directory")
    return records


def _is_plain(name: str, folder: str) -> bool:
    inside = name[len(folder) + 1 :]
    return name.startswith(folder + "/") and (inside in _ENTRIES or _RECORD.match(inside) is not None)


def _refused_entries(names: List[str]) -> RefusedFileError:
    """Return the error for an archive with entries of these names, which says what kind of archive it is."""
    parts = [name.lower().split("/") for name in names]
    if any(part[-1] == "constants.pkl" or "code" in part[1:-1] or part[-1].endswith(".debug_pkl") for part in parts):
        kind, way = "a TorchScript archive, and loading one runs the code in it", "torch.jit.load"
    elif any(part[-2:-1] == [".data"] or part[-1].endswith(".py") for part in parts):
        kind, way = "a torch.package archive, and loading one runs the code in it", "torch.package.PackageImporter"
    else:
        kind, way = "a zip archive with entries that torch.save does not write for a state dict", "torch.load"
    shown = ", ".join(map(repr, names[:3])) + (", ..." if len(names) > 3 else "")
    return RefusedFileError(f"it is {kind} ({shown})", _RESAVE.format(way))


def _directory(stream: IO[bytes]) -> Tuple[int, List[_Entry]]:
    """Return where the directory of a zip archive begins, and what is in it.

    Readers look for it from the end of the file, in ways of their own: with data after it, a comment, or a second end,
    one reader sees other entries than another.
    """
    end = stream.seek(0, os.SEEK_END) - _END.size
    end64 = end - _LOCATOR.size - _END64.size
    stream.seek(max(0, end64))
    malformed = RefusedFileError("it is a damaged zip archive, or one that torch.save did not write")
    if end64 < 0:
        raise malformed
    first = _unpack(_END64, stream)
    locator = _unpack(_LOCATOR, stream)
    last = _unpack(_END, stream)
    if (first[0], locator[0], last[0]) != (b"PK\6\6", b"PK\6\7", b"PK\5\6"):
        raise malformed
    count, size, begin = first[7], first[8], first[9]
    if max(size, begin, end64) >= 0xFFFFFFFF or not 0 < count < 0xFFFF:
        raise RefusedFileError("it is larger than 4 GiB, which no checkpoint of torchvision is, or damaged")
    # The numbers of the disks are as the writer in torch has them.
    if (
        first[1] != _END64.size - 12
        or first[4:] != (0, 0, count, count, size, begin)
        or locator[1:] != (0, end64, 1)
        or last[1:] != (0, 0, count, count, size, begin, 0)
        or begin + size != end64
    ):
        raise malformed

    stream.seek(begin)
    entries = []
    for _ in range(count):
        found = _unpack(_CENTRAL, stream)
        signature, _, _, flags, method, _, _, checksum, packed, plain, length, extra, comment, disk = found[:14]
        offset = found[16]
        try:
            name = stream.read(length).decode("utf-8")
        except UnicodeDecodeError:
            raise malformed from None
        if signature != b"PK\1\2" or extra or comment or disk:
            raise malformed
        # Names are judged before the rest: code is compressed, and that it is code is what matters.
        if (flags not in _FLAGS or method or packed != plain) and _is_plain(name, name.partition("/")[0]):
            raise malformed
        entries.append(_Entry(name, flags, checksum, plain, offset))
    if stream.tell() != end64:
        raise malformed
    return begin, entries


def _unpack(layout: struct.Struct, stream: IO[bytes]) -> Tuple[Any, ...]:
    content = stream.read(layout.size)
    if len(content) != layout.size:
        raise RefusedFileError("it is damaged: it ends too early")
    return layout.unpack(content)


def _declared(
    storages: Dict[str, Tuple[str, safe_pickle.Storage]], key: Any, storage_type: Any, count: Any
) -> safe_pickle.Storage:
    """Record a storage as a pickle declares it, and return it; all declarations of it have to agree."""
    storage = safe_pickle.Storage(safe_pickle.item_bytes(storage_type), count)
    if type(key) is not str:
        raise pickle.UnpicklingError(f"a storage named {key!r}")
    name, known = storages.setdefault(key, (storage_type.name, storage))
    # Torch keeps the first. Storages without content may share a name.
    if known.count != count or (count and name != storage_type.name):
        raise pickle.UnpicklingError(f"storage {key!r} is declared in two ways")
    return known


def _no_reference(identifier: Any) -> Any:
    raise pickle.UnpicklingError(f"refers to {identifier!r} where nothing can be referred to")


def _inspect_legacy(stream: IO[bytes]) -> None:
    for expected in (MAGIC_NUMBER, PROTOCOL_VERSION):
        if safe_pickle.Reader(stream, _no_reference).load() != expected:
            raise RefusedFileError("it does not begin like a file of torch.save")
    safe_pickle.Reader(stream, _no_reference).load()

    storages: Dict[str, Tuple[str, safe_pickle.Storage]] = {}
    views: Dict[Any, Tuple[Any, ...]] = {}

    def persistent_load(identifier: Tuple[Any, ...]) -> safe_pickle.Storage:
        _, storage_type, key, _, count, view = identifier
        storage = _declared(storages, key, storage_type, count)
        if view is None:
            return storage
        # Torch keeps the first under this name.
        if views.setdefault(view[0], (key, view)) != (key, view) or view[0] in storages:
            raise pickle.UnpicklingError(f"view {view[0]!r} is declared in two ways")
        return _view(storage, *view[1:])

    safe_pickle.Reader(stream, persistent_load).load()
    keys = safe_pickle.Reader(stream, _no_reference).load()
    if type(keys) is not list or len(keys) != len(storages) or set(keys) != set(storages) or set(views) & set(keys):
        raise RefusedFileError("it is damaged: it lists other storages than its tensors have")
    size = os.fstat(stream.fileno()).st_size
    for key in keys:
        _, storage = storages[key]
        _skip(stream, storage, size)


def _view(storage: safe_pickle.Storage, offset: Any, count: Any) -> safe_pickle.Storage:
    part = safe_pickle.Storage(storage.item_bytes, count)
    if type(offset) is not int or not 0 <= offset <= storage.count - count:
        raise pickle.UnpicklingError("a view that is larger than its storage")
    return part


def _skip(stream: IO[bytes], storage: safe_pickle.Storage, size: int) -> None:
    """Go past the content of a storage, which begins with the number of its elements."""
    (count,) = _unpack(struct.Struct("<q"), stream)
    if count != storage.count or stream.tell() + count * storage.item_bytes > size:
        raise RefusedFileError("it is damaged: a storage has another size than its tensor")
    stream.seek(count * storage.item_bytes, os.SEEK_CUR)


def _as_tar(stream: IO[bytes]) -> "tarfile.TarFile | None":
    """Open a file the way torch first tries anything but a zip archive; return ``None`` if it is not a tar archive."""
    try:
        return tarfile.open(fileobj=stream, mode="r:", format=tarfile.PAX_FORMAT)
    except tarfile.TarError:
        return None


def _inspect_tar(archive: tarfile.TarFile) -> None:
    """Check a tar archive: only torch's entries, all of them regular files, with contents that a state dict needs."""
    members = archive.getmembers()
    names = [member.name for member in members]
    if len(names) != len(_TAR_ENTRIES) or set(names) != _TAR_ENTRIES:
        raise RefusedFileError("it is a tar archive that torch.save did not write")
    for member in members:
        is_plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
        if not is_plain or set(member.pax_headers) - _TAR_EXTRAS:
            raise RefusedFileError(f"it is a tar archive whose entry {member.name!r} is no regular file")
    parts = {member.name: (cast("IO[bytes]", archive.extractfile(member)), member.size) for member in members}

    objects: Dict[int, Any] = {}
    stream, size = parts["storages"]
    for _ in range(_count(stream)):
        key, _, storage_type = safe_pickle.Reader(stream, _no_reference).load()
        (count,) = struct.unpack("<q", stream.read(8))
        stream.seek(-8, os.SEEK_CUR)
        storage = safe_pickle.Storage(safe_pickle.item_bytes(storage_type), count)
        _skip(stream, storage, size)
        _add(objects, key, storage)
    for key, root, offset, count in safe_pickle.Reader(stream, _no_reference).load():
        _add(objects, key, _view(_storage(objects, root), offset, count))

    stream, _ = parts["tensors"]
    for _ in range(_count(stream)):
        key, root, _ = safe_pickle.Reader(stream, _no_reference).load()
        ndim, _ = struct.unpack("<2i", stream.read(8))
        if not 0 <= ndim <= 64:
            raise pickle.UnpicklingError(f"a tensor of {ndim} dimensions")
        *shape, offset = struct.unpack(f"<{2 * ndim + 1}q", stream.read(8 * (2 * ndim + 1)))
        _add(objects, key, safe_pickle.Tensor(_storage(objects, root), offset, shape[:ndim], shape[ndim:]))

    def persistent_load(identifier: Any) -> Any:
        if type(identifier) is not int and type(identifier) is not str:
            raise pickle.UnpicklingError(f"refers to {identifier!r}, not to a tensor")
        return objects[int(identifier)]

    stream, _ = parts["pickle"]
    safe_pickle.Reader(stream, persistent_load).load()


def _count(stream: Any) -> int:
    found = safe_pickle.Reader(stream, _no_reference).load()
    if type(found) is not int:
        raise pickle.UnpicklingError(f"a number of entries that is {found!r}")
    return found


def _add(objects: Dict[int, Any], key: Any, found: Any) -> None:
    if type(key) is not int or key in objects:
        raise pickle.UnpicklingError(f"{key!r} is declared twice, or is no number")
    objects[key] = found


def _storage(objects: Dict[int, Any], key: Any) -> safe_pickle.Storage:
    found = objects.get(key) if type(key) is int else None
    if type(found) is not safe_pickle.Storage:
        raise pickle.UnpicklingError(f"{key!r} is no storage")
    return found
