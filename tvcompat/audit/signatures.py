"""Signatures from source, written as the probe writes those it finds at run time."""

import re
from typing import Iterable, List, Optional

import griffe

_KINDS = griffe.ParameterKind


def annotation_text(annotation: object) -> str:
    """An annotation without the modules its names come from, and with one spelling for ``List`` and ``list``."""
    text = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(annotation).strip("\"'"))
    text = re.sub(r"\b(Dict|List|Set|Tuple|Type)\b", lambda match: match.group(1).lower(), text)
    # typing writes a union with None in one way only.
    text = re.sub(r"Optional\[Union\[(.*)\]\]", r"Union[\1, None]", text)
    return text.replace("NoneType", "None")


def parameters_text(parameters: Iterable[griffe.Parameter], *, annotations: bool = False, defaults: bool = True) -> str:
    """``(img, size, interpolation=InterpolationMode.BILINEAR, *, antialias=True)``.

    Args:
        annotations: write annotations as well.
        defaults: write defaults; without it ``=`` alone says that there is one.
    """
    parts: List[str] = []
    star = positional_only = False
    for parameter in parameters:
        kind, text = parameter.kind, parameter.name
        if kind is _KINDS.positional_only:
            positional_only = True
        elif positional_only:
            parts.append("/")
            positional_only = False
        default: Optional[str] = None if parameter.default is None else str(parameter.default)
        if kind is _KINDS.var_positional:
            text, star, default = "*" + text.lstrip("*"), True, None
        elif kind is _KINDS.var_keyword:
            text, default = "**" + text.lstrip("*"), None
        elif kind is _KINDS.keyword_only and not star:
            parts.append("*")
            star = True
        spaced = annotations and parameter.annotation is not None
        if spaced:
            text += ": " + annotation_text(parameter.annotation)
        if default is not None:
            text += (" = " if spaced else "=") + (default if defaults else "")
        parts.append(text.rstrip() if not defaults else text)
    if positional_only:
        parts.append("/")
    return "(" + ", ".join(parts) + ")"


def signature_text(function: griffe.Function) -> str:
    """A function's signature with annotations, defaults and result."""
    text = parameters_text(function.parameters, annotations=True)
    return text + (f" -> {annotation_text(function.returns)}" if function.returns is not None else "")


def shape_of(signature: str) -> str:
    """``(a, b=1, *, c)`` without the defaults: ``(a, b=, *, c)``, for comparing with what run time shows."""
    depth, out, skipping, quote = 0, [], False, ""
    for character in signature:
        if quote:
            quote = "" if character == quote else quote
            if not skipping:
                out.append(character)
            continue
        if character in "'\"":
            quote = character
        if character in "([{":
            depth += 1
        closing = character in ")]}"
        if skipping and ((character == "," and depth == 1) or (closing and depth == 1)):
            skipping = False
        if closing:
            depth -= 1
        if not skipping:
            out.append(character)
        if character == "=" and depth == 1:
            skipping = True
    return "".join(out)
