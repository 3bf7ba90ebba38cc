"""Unpickle state dicts, and nothing else: tensors, plain containers, numbers and strings.

``torch.load`` takes this module as ``pickle_module`` on torch before 1.13, which has no ``weights_only``, up to 2.3,
whose ``weights_only`` refuses quantized tensors, and for files in torch's first format, which ``weights_only`` refuses
since 2.6. ``tvcompat.shim.checkpoints.archives`` reads every file with it before torch does.

The interpreter is the standard library's own, written in Python, because the one written in C can't be told which
opcodes to execute. It executes those that ``torch.save`` writes for a state dict. In particular, BUILD sets nothing
on functions and classes: a file could otherwise rename a function of torch, and have torch write "a patch of its
source" to a path of the file's choice.
"""

import pickle
from collections import OrderedDict
from typing import Any, Callable, ClassVar, Dict, List, Tuple

# Functions and classes that a state dict calls. Names are compared whole: from protocol 4 on, a pickle may also ask
# for `_rebuild_tensor.__globals__`, and call anything from there.
CALLED = {
    ("collections", "OrderedDict"),
    ("torch", "Size"),
    ("torch", "device"),
    ("torch.nn.parameter", "Parameter"),
    ("torch.serialization", "_get_layout"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch._utils", "_rebuild_qtensor"),
    ("torch._utils", "_rebuild_tensor"),
    ("torch._utils", "_rebuild_tensor_v2"),
}

# Classes of storages, which a state dict names without calling them, and the bytes of one element.
ITEM_BYTES = {
    "BFloat16Storage": 2,
    "BoolStorage": 1,
    "ByteStorage": 1,
    "CharStorage": 1,
    "ComplexDoubleStorage": 16,
    "ComplexFloatStorage": 8,
    "DoubleStorage": 8,
    "FloatStorage": 4,
    "HalfStorage": 2,
    "IntStorage": 4,
    "LongStorage": 8,
    "QInt32Storage": 4,
    "QInt8Storage": 1,
    "QUInt8Storage": 1,
    "ShortStorage": 2,
    "UntypedStorage": 1,
    "_UntypedStorage": 1,
}

# Torch's first format also names the class of each tensor.
TENSORS = {name.replace("Storage", "Tensor") for name in ITEM_BYTES}

OPCODES = (
    pickle.PROTO + pickle.FRAME + pickle.STOP + pickle.MARK + pickle.NONE + pickle.NEWTRUE + pickle.NEWFALSE
    + pickle.BININT + pickle.BININT1 + pickle.BININT2 + pickle.LONG1 + pickle.BINFLOAT
    + pickle.BINUNICODE + pickle.SHORT_BINUNICODE + pickle.BINSTRING + pickle.SHORT_BINSTRING
    + pickle.EMPTY_TUPLE + pickle.TUPLE + pickle.TUPLE1 + pickle.TUPLE2 + pickle.TUPLE3
    + pickle.EMPTY_LIST + pickle.APPEND + pickle.APPENDS + pickle.EMPTY_DICT + pickle.SETITEM + pickle.SETITEMS
    + pickle.BINGET + pickle.LONG_BINGET + pickle.BINPUT + pickle.LONG_BINPUT + pickle.MEMOIZE
    + pickle.GLOBAL + pickle.STACK_GLOBAL + pickle.REDUCE + pickle.BUILD + pickle.BINPERSID
)  # fmt: skip


class _Dispatch(Dict[int, Callable[..., Any]]):
    def __missing__(self, opcode: int) -> Callable[..., Any]:
        raise pickle.UnpicklingError(f"the pickle uses opcode {bytes([opcode])!r}, which no state dict needs")


class Unpickler(pickle._Unpickler):
    """Executes the opcodes of a state dict, and refuses every global that is not part of one."""

    stack: List[Any]
    metastack: List[List[Any]]
    dispatch: ClassVar[Any] = _Dispatch({opcode: pickle._Unpickler.dispatch[opcode] for opcode in OPCODES})

    def __init__(self, file: Any, **options: Any) -> None:
        super().__init__(file, **options)
        self._called: List[Any] = []

    def find_class(self, module: str, name: str) -> Any:
        """Return the object of a name.

        Raises:
            UnpicklingError: no state dict needs it; loading it could run code.
        """
        found = self.resolve(module, name) if is_allowed(module, name) else None
        if found is None:
            raise pickle.UnpicklingError(f"refusing to load {module}.{name}: not allowed in a state dict")
        if (module, name) in CALLED:
            self._called.append(found)
        return found

    def resolve(self, module: str, name: str) -> Any:
        """Return the object of a name that is allowed, ``None`` if the installed torch has none."""
        import importlib

        return getattr(importlib.import_module(module), name, None)

    def load_reduce(self) -> None:
        """Call one of the functions that make up a state dict."""
        arguments = self.stack.pop()
        function = self.stack[-1]
        if type(arguments) is not tuple or not any(function is called for called in self._called):
            raise pickle.UnpicklingError(f"refusing to call {function!r}: not allowed in a state dict")
        self.stack[-1] = function(*arguments)

    def load_build(self) -> None:
        """Give a state dict its ``_metadata``, or a parameter of old torch its ``requires_grad``."""
        state = self.stack.pop()
        target = self.stack[-1]
        if type(target) is OrderedDict and type(state) is dict and set(state) <= {"_metadata"}:
            target.__dict__.update(state)
        elif type(target).__name__ == "Parameter" and type(state) is tuple and len(state) == 3:
            target.__setstate__(state)
        else:
            raise pickle.UnpicklingError(f"refusing to set the state of {target!r}: not allowed in a state dict")

    def load_binpersid(self) -> None:
        """Fetch a storage, or, in torch's first format, a tensor by its number."""
        identifier = self.stack.pop()
        is_storage = type(identifier) is tuple and identifier and identifier[0] == "storage"
        if not (is_storage or type(identifier) is int or type(identifier) is str):
            raise pickle.UnpicklingError(f"refusing to load {identifier!r}: a state dict only refers to storages")
        self.stack.append(self.persistent_load(identifier))

    def _checked(kind: Any, position: int, name: str) -> Callable[["Unpickler"], None]:  # noqa: N805
        """Return an opcode that fills a container, after checking that it is one."""

        def load(self: "Unpickler") -> None:
            # Several items lie above a mark, and the container below it.
            container = self.stack[position] if position else self.metastack[-1][-1]
            if not (type(container) is kind or (kind is dict and type(container) is OrderedDict)):
                raise pickle.UnpicklingError(f"refusing to fill {container!r}: not allowed in a state dict")
            getattr(pickle._Unpickler, name)(self)

        return load

    dispatch[pickle.REDUCE[0]] = load_reduce
    dispatch[pickle.BUILD[0]] = load_build
    dispatch[pickle.BINPERSID[0]] = load_binpersid
    dispatch[pickle.APPEND[0]] = _checked(list, -2, "load_append")
    dispatch[pickle.APPENDS[0]] = _checked(list, 0, "load_appends")
    dispatch[pickle.SETITEM[0]] = _checked(dict, -3, "load_setitem")
    dispatch[pickle.SETITEMS[0]] = _checked(dict, 0, "load_setitems")
    del _checked


def is_allowed(module: str, name: str) -> bool:
    """Return whether a state dict may name this object."""
    if (module, name) in CALLED:
        return True
    if module not in ("torch", "torch.storage") or not name.isidentifier():
        return False
    if name in ITEM_BYTES or name in TENSORS:
        return True
    import torch

    kinds = (torch.dtype, torch.qscheme, torch.memory_format, torch.layout)
    return isinstance(getattr(torch, name, None), kinds)


def load(file: Any, **options: Any) -> Any:
    """Unpickle one object, as ``pickle.load`` does."""
    return Unpickler(file, **options).load()


# ---------------------------------------------------------------------------------------------------------------------
# Reading without building


class Storage:
    """A storage as a pickle declares it: the class and the number of elements."""

    __slots__ = ("count", "item_bytes")

    def __init__(self, item_bytes: int, count: Any) -> None:
        if type(count) is not int or count < 0:
            raise pickle.UnpicklingError(f"a storage of {count!r} elements")
        self.item_bytes: int = item_bytes
        self.count: int = count


class Named:
    """Something of torch that a pickle names."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: str = name


class Tensor:
    """A tensor as a pickle declares it, inside of its storage."""

    def __init__(self, storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> None:
        numbers = [offset, *size, *stride]
        if type(storage) is not Storage or any(type(number) is not int or number < 0 for number in numbers):
            raise pickle.UnpicklingError("a tensor without a storage or with a shape that is none")
        if len(size) != len(stride):
            raise pickle.UnpicklingError("a tensor whose shape and strides do not match")
        if 0 not in size and offset + sum((n - 1) * step for n, step in zip(size, stride)) >= storage.count:
            raise pickle.UnpicklingError("a tensor that is larger than its storage")


class Parameter:
    """A parameter around a tensor."""

    def __init__(self, data: Any, *_: Any) -> None:
        if type(data) is not Tensor:
            raise pickle.UnpicklingError("a parameter without a tensor")

    def __setstate__(self, state: Tuple[Any, ...]) -> None:
        pass


def _named(*arguments: Any) -> Named:
    return Named(repr(arguments))


STAND_INS: Dict[str, Any] = {
    "OrderedDict": OrderedDict,
    "Size": tuple,
    "device": _named,
    "_get_layout": _named,
    "Parameter": Parameter,
    "_rebuild_parameter": Parameter,
    "_rebuild_qtensor": Tensor,
    "_rebuild_tensor": Tensor,
    "_rebuild_tensor_v2": Tensor,
}


class Reader(Unpickler):
    """Reads a pickle with stand-ins in place of torch's objects.

    Args:
        file: where the pickle begins.
        persistent_load: returns the object that a persistent identifier of the pickle stands for.
    """

    def __init__(self, file: Any, persistent_load: Callable[[Any], Any]) -> None:
        super().__init__(file, encoding="utf-8")
        self._persistent_load = persistent_load

    def persistent_load(self, identifier: Any) -> Any:
        """Return what an identifier stands for."""
        return self._persistent_load(identifier)

    def resolve(self, module: str, name: str) -> Any:
        """Return the stand-in of an object."""
        return STAND_INS[name] if (module, name) in CALLED else Named(name)


def item_bytes(storage_type: Any) -> int:
    """Return the bytes of an element of a storage whose class a pickle names."""
    found = ITEM_BYTES.get(storage_type.name) if type(storage_type) is Named else None
    if found is None:
        raise pickle.UnpicklingError("a storage of an unknown kind")
    return found
