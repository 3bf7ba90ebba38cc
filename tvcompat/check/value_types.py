"""What type an expression certainly has: a PIL image, or a tensor of some dtype."""

from enum import Enum
from typing import Dict, Optional

from tvcompat.check.analysis.images import IMAGE, kind_of
from tvcompat.check.analysis.values import Made, Value, alternatives, last_name


class ValueType(Enum):
    """A type that conditions on calls speak of."""

    PIL = "PIL"
    TENSOR = "tensor"
    UINT8 = "tensor[uint8]"
    FLOAT = "tensor[float]"
    OTHER = "tensor[other]"

    @classmethod
    def named(cls, text: str) -> "ValueType":
        """Return the type that is written so.

        Raises:
            ValueError: none is.
        """
        try:
            return cls(text)
        except ValueError:
            raise ValueError(f"{text!r} is no type; there are {', '.join(each.value for each in cls)}") from None

    def within(self, other: "ValueType") -> Optional[bool]:
        """Return whether a value of this type is of the other too, ``None`` if it may be."""
        if self is other or (other is ValueType.TENSOR and self is not ValueType.PIL):
            return True
        return None if self is ValueType.TENSOR and other is not ValueType.PIL else False


_FLOATS = ("float", "float32", "float16", "bfloat16", "half", "float64", "double")

# Functions of torch -> dtype of what they return without `dtype=`, empty where their arguments decide.
_OF_TORCH: Dict[str, str] = {
    "rand": "float32", "randn": "float32", "zeros": "float32", "ones": "float32", "empty": "float32",
    "linspace": "float32", "eye": "float32", "randint": "int64", "full": "", "arange": "", "tensor": "", "stack": "",
    "cat": "", "from_numpy": "", "as_tensor": "", "zeros_like": "", "ones_like": "", "rand_like": "", "randn_like": "",
}  # fmt: skip

# Functions of torchvision that always return tensors of the same dtype.
_OF_TORCHVISION: Dict[str, ValueType] = {"decode_jpeg": ValueType.UINT8}


def type_of(value: Optional[Value]) -> Optional[ValueType]:
    """Return the type that something certainly has, ``None`` if it may have another."""
    found = {_type_of(each) for each in alternatives(value)}
    if len(found) == 1:
        return found.pop()
    return None if None in found or ValueType.PIL in found else ValueType.TENSOR


def _type_of(value: Optional[Value]) -> Optional[ValueType]:
    kind = kind_of(value)
    if kind is None or not isinstance(value, Made):
        return None
    if kind == IMAGE:
        return ValueType.PIL
    package, _, name = value.path.partition(".")
    last = name.rpartition(".")[2]
    if package == "torchvision":
        return _OF_TORCHVISION.get(last, ValueType.TENSOR)
    if name == "Tensor.float":
        return ValueType.FLOAT
    if name not in _OF_TORCH or value.call is None:
        return ValueType.TENSOR
    keyword = next((each for each in value.call.keywords if each.arg == "dtype"), None)
    if keyword is None and any(each.arg is None for each in value.call.keywords):
        return ValueType.TENSOR
    dtype = _OF_TORCH[last] if keyword is None else last_name(keyword.value)
    if dtype == "uint8":
        return ValueType.UINT8
    if dtype in _FLOATS:
        return ValueType.FLOAT
    return ValueType.OTHER if dtype.startswith(("int", "long", "bool", "short")) else ValueType.TENSOR
