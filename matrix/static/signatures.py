"""Signatures from source, written as the probe writes those it finds at run time."""

import ast
import re
from collections.abc import Iterable

import griffe

_KINDS = griffe.ParameterKind


def annotation_text(annotation: object) -> str:
    """An annotation without the modules its names come from, and with one spelling for ``List`` and ``list``."""
    text = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(annotation).strip("\"'"))
    text = re.sub(r"\b(Dict|List|Set|Tuple|Type)\b", lambda match: match.group(1).lower(), text)
    return text.replace("NoneType", "None")


def parameters_text(parameters: Iterable[griffe.Parameter], *, annotations: bool = False, defaults: bool = True) -> str:
    """``(img, size, interpolation=InterpolationMode.BILINEAR, *, antialias=True)``.

    Args:
        annotations: write annotations as well.
        defaults: write defaults; without it ``=`` alone says that there is one.
    """
    parts: list[str] = []
    star = positional_only = False
    for parameter in parameters:
        kind, text = parameter.kind, parameter.name
        if kind is _KINDS.positional_only:
            positional_only = True
        elif positional_only:
            parts.append("/")
            positional_only = False
        default: str | None = None if parameter.default is None else str(parameter.default)
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


class _Unions(ast.NodeTransformer):
    """Writes ``Optional[X]``, ``Union[X, None]`` and ``X | None`` in one way, whichever the Python at hand prefers."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        if name == "Optional":
            return self._union([node.slice, ast.Constant(None)])
        if name == "Union":
            return self._union(node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return self._union([node.left, node.right]) if isinstance(node.op, ast.BitOr) else node

    @staticmethod
    def _union(members: list[ast.expr]) -> ast.AST:
        flat: list[ast.expr] = []
        for member in members:
            nested = (
                member.slice if isinstance(member, ast.Subscript) and ast.unparse(member.value) == "Union" else None
            )
            flat += nested.elts if isinstance(nested, ast.Tuple) else [member]
        return ast.Subscript(ast.Name("Union"), ast.Tuple(flat))


def comparable(signature: str) -> str:
    """A signature in one spelling, for comparing what two sources say of the same function."""
    try:
        tree = ast.parse(f"def f{signature}: pass")
    except SyntaxError:
        return signature
    return ast.unparse(_Unions().visit(tree))


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
