"""Signatures from source, in the form in which the probe writes those it finds at run time."""

import ast
import re
from collections.abc import Iterable

import griffe

from tvcompat.catalog.signatures import Kind, Parameter, Signature, parse

_KINDS = {
    griffe.ParameterKind.positional_only: Kind.POSITIONAL_ONLY,
    griffe.ParameterKind.positional_or_keyword: Kind.POSITIONAL,
    griffe.ParameterKind.var_positional: Kind.VAR_POSITIONAL,
    griffe.ParameterKind.keyword_only: Kind.KEYWORD_ONLY,
    griffe.ParameterKind.var_keyword: Kind.VAR_KEYWORD,
}


def annotation_text(annotation: object) -> str:
    """Return an annotation without the modules of its names, and with one spelling for ``List`` and ``list``."""
    text = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(annotation).strip("\"'"))
    text = re.sub(r"\b(Dict|List|Set|Tuple|Type)\b", lambda match: match.group(1).lower(), text)
    return text.replace("NoneType", "None")


def signature_of(
    parameters: Iterable[griffe.Parameter], *, annotations: bool = False, returns: "str | None" = None
) -> Signature:
    """Return a signature with the given parameters.

    Args:
        annotations: keep annotations.
        returns: annotation of the result.
    """
    found: list[Parameter] = []
    for parameter in parameters:
        kind = _KINDS[parameter.kind or griffe.ParameterKind.positional_or_keyword]
        default = None if parameter.default is None or kind.is_variadic else str(parameter.default)
        annotated = annotations and parameter.annotation is not None
        annotation = annotation_text(parameter.annotation) if annotated else None
        found.append(Parameter(parameter.name.lstrip("*"), kind, default, annotation))
    return Signature(tuple(found), returns)


def parameters_text(parameters: Iterable[griffe.Parameter]) -> str:
    """Return parameters as ``(img, size, interpolation=InterpolationMode.BILINEAR, *, antialias=True)``."""
    return str(signature_of(parameters))


def signature_text(function: griffe.Function) -> str:
    """Return a function's signature with annotations, defaults and result."""
    returns = annotation_text(function.returns) if function.returns is not None else None
    return str(signature_of(function.parameters, annotations=True, returns=returns))


class _Unions(ast.NodeTransformer):
    """Writes ``Optional[X]``, ``Union[X, None]`` and ``X | None`` the same way, whatever the running Python prefers."""

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
    """Normalise the spelling of a signature, to compare what two sources say about the same function."""
    try:
        tree = ast.parse(f"def f{signature}: pass")
    except SyntaxError:
        return signature
    return ast.unparse(_Unions().visit(tree))


def shape_of(signature: str) -> str:
    """Turn ``(a, b=1, *, c)`` into ``(a, b=, *, c)``, without default values, to compare it with run-time facts."""
    found = parse(signature)
    return signature if found is None else str(found.without_defaults())
