"""Describing Python objects as text, in a form that does not depend on the running Python or torch."""

import enum
import inspect
import math
import re
import types
from typing import Any, Callable


def describe_default(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, (types.FunctionType, type)):
        return value.__name__
    if isinstance(value, (bool, int, float, str, bytes, type(None))):
        return repr(value)
    if isinstance(value, (list, tuple)):
        inner = ", ".join(describe_default(item) for item in value)
        if isinstance(value, list):
            return "[" + inner + "]"
        return "(" + inner + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {describe_default(v)}" for k, v in value.items()) + "}"
    return "..."


def describe_annotation(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"<(?:class|enum) '([\w.]+)'>", r"\1", text)
    text = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)
    text = re.sub(r"\b(Callable|Dict|List|OrderedDict|Sequence|Set|Tuple|Type)\b", lambda m: m.group(1).lower(), text)
    text = text.replace("callable", "Callable").replace("sequence", "Sequence").replace("ordereddict", "OrderedDict")
    return text.replace("NoneType", "None")


def describe_signature(function: Callable[..., Any]) -> str:
    """Return the signature of a builder with annotations and defaults."""
    parts, star = [], False
    signature = inspect.signature(function)
    for parameter in signature.parameters.values():
        text = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            text, star = "*" + text, True
        elif parameter.kind is parameter.VAR_KEYWORD:
            text = "**" + text
        elif parameter.kind is parameter.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        if parameter.annotation is not parameter.empty:
            text += ": " + describe_annotation(parameter.annotation)
            if parameter.default is not parameter.empty:
                text += " = " + describe_default(parameter.default)
        elif parameter.default is not parameter.empty:
            text += "=" + describe_default(parameter.default)
        parts.append(text)
    returns = ""
    if signature.return_annotation is not signature.empty:
        returns = " -> " + describe_annotation(signature.return_annotation)
    return "(" + ", ".join(parts) + ")" + returns


def describe_parameters(function: Callable[..., Any]) -> str:
    """Return parameter names, kinds and which have a default: ``(img, size, interpolation=, *, antialias=)``."""
    parts, star, positional_only = [], False, False
    for parameter in inspect.signature(function).parameters.values():
        text = parameter.name
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional_only = True
        elif positional_only:
            parts.append("/")
            positional_only = False
        if parameter.kind is parameter.VAR_POSITIONAL:
            text, star = "*" + text, True
        elif parameter.kind is parameter.VAR_KEYWORD:
            text = "**" + text
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not star:
                parts.append("*")
                star = True
            if parameter.default is not parameter.empty:
                text += "="
        parts.append(text)
    if positional_only:
        parts.append("/")
    return "(" + ", ".join(parts) + ")"


def describe_error(error: BaseException) -> str:
    text = " ".join(str(error).split())
    # Memory addresses and paths in a message differ from run to run.
    text = re.sub(r"0x[0-9a-f]+", "0x...", text)
    text = re.sub(r"(?:/[\w.+-]+){2,}/", ".../", text)
    return f"{type(error).__name__}: {text[:300]}"


def plain(value: Any) -> Any:
    """Convert the value of a metadata field to what JSON can represent."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    return describe_default(value)
