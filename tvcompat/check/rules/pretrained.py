"""TVC201: ``pretrained=`` instead of ``weights=``."""

import ast
import sys
from typing import Iterator, List, Optional, Tuple

from tvcompat.catalog import Builder
from tvcompat.check.edits import Edit, Fix, Text, replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.uses import BRANCH, TYPE, Use


def written(use: Use, context: Context, builder: Optional[Builder], argument: str, value: ast.expr) -> str:
    """What to write instead of ``pretrained=value``, for a person to read."""
    new = argument.replace("pretrained", "weights")
    if isinstance(value, ast.Constant) and not value.value:
        return f"{new}=None"
    entry, _, sure, _ = meant(use, context, builder, argument, value)
    if isinstance(value, ast.Constant):
        return f'{new}="{entry}"' if sure else f'{new}= with the name of an entry, mostly "IMAGENET1K_V1"'
    text = ast.unparse(value) if hasattr(ast, "unparse") else argument
    return f'{new}="{entry or "IMAGENET1K_V1"}" if {text} else None'


def argument_of(use: Use, name: str, builder: Optional[Builder]) -> Optional[ast.AST]:
    """The keyword, or the first argument by position, that gives ``pretrained``."""
    keyword = use.keyword(name)
    if keyword is not None:
        return keyword
    if name == "pretrained" and (builder is not None or use.dynamic) and use.positional and "partial" not in use.extra:
        first = use.positional[0]
        # A model's first argument; anything but a flag is something else.
        if isinstance(first, ast.Constant) and isinstance(first.value, bool):
            return first
    return None


def check(use: Use, context: Context) -> Iterator[Report]:
    if BRANCH in use.guards or use.path == "torch.hub.load":
        return
    for name in ("pretrained", "pretrained_backbone"):
        yield from _one(use, context, name)


def _one(use: Use, context: Context, name: str) -> Iterator[Report]:
    knowledge = context.knowledge
    builder = None if use.dynamic else knowledge.builder(use.path)
    found = argument_of(use, name, builder)
    if found is None:
        return
    value = found.value if isinstance(found, ast.keyword) else found
    assert isinstance(value, ast.expr)
    by_keyword = isinstance(found, ast.keyword)
    if builder is not None:
        takes = knowledge.accepting(builder, "keyword" if by_keyword else "positional")
        warns = knowledge.accepting(builder, "weights") & takes & knowledge.mask(builder.spans)
    elif use.dynamic:
        if not knowledge.members(use.namespace):
            return
        takes, warns = knowledge.all, knowledge.between("0.13.0", knowledge.releases[-1])
    else:
        new = name.replace("pretrained", "weights")
        takes = warns = 0
        for signature in knowledge.signatures(use.path):
            if f"{name}>{new}" in signature.marks:
                warns |= signature.releases
            elif signature.names(name):
                takes |= signature.releases
        if not takes:
            return
        takes |= warns
    if context.failing(takes) and not context.is_too_new(takes):
        if TYPE in use.guards:
            # The failure is caught; where it only warns there is nothing to catch.
            return
        since = context.breaks_in(takes)
        instead = written(use, context, builder, name, value)
        yield Report(
            "breaks", f"{use.path} does not take {name}= in torchvision {since}; write {instead}.", since, node=found
        )
        return
    warning = warns & knowledge.bit(context.question.target)
    if warning:
        instead = written(use, context, builder, name, value)
        yield Report(
            "deprecated",
            f"{name}= is deprecated since torchvision 0.13 and may go in any release; write {instead}.",
            deprecated_in=knowledge.first_of(warns),
            fix=instead,
            node=found,
        )


def fix(use: Use, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """``weights=`` with the entry that was meant."""
    node = report.node
    value = node.value if isinstance(node, ast.keyword) else node
    argument = node.arg if isinstance(node, ast.keyword) else "pretrained"
    new = str(argument).replace("pretrained", "weights")
    builder = None if use.dynamic else context.knowledge.builder(use.path)
    off = isinstance(value, ast.Constant) and not value.value
    entry, reason, safe, imports = None, "", True, []
    if not off:
        entry, enum, safe, reason = meant(use, context, builder, str(argument), value)
        if reason:
            return Fix(reason=reason)
        if style.enum and enum is not None and not style.tvcompat:
            imports.append(f"from {enum[0]} import {enum[1]}")
            entry = f"{enum[1]}.{entry}"
        else:
            entry = f'"{entry}"'
    if off:
        new_text = f"{new}=None"
    elif isinstance(value, ast.Constant):
        new_text = f"{new}={entry}"
    else:
        condition = text.segment(value)
        if isinstance(value, (ast.Lambda, ast.IfExp, ast.NamedExpr, ast.GeneratorExp)) or "\n" in condition:
            condition = f"({condition})"
        new_text = f"{new}={entry} if {condition} else None"
    edits = [replace(node, new_text)]
    if not isinstance(node, ast.keyword):
        behind = use.positional[1:]
        if len(behind) > 1 or (use.call is not None and len(use.call.args) != len(use.positional)):
            return Fix(reason="arguments behind it are given by position")
        edits += [replace(each, f"progress={text.segment(each)}") for each in behind]
    if style.tvcompat:
        called = as_get_model(use, builder, text)
        if not called:
            return Fix(reason="the model is chosen at run time")
        edits += called
        imports = ["import tvcompat"]
    return Fix(tuple(edits), tuple(imports), safe)


def meant(
    use: Use, context: Context, builder: Optional[Builder], argument: str, value: ast.expr
) -> Tuple[Optional[str], Optional[Tuple[str, str]], bool, str]:
    """The entry that a flag means: its name, namespace and name of its enum, whether that is sure, or why not."""
    known = context.knowledge.catalog
    if builder is None:
        named = _named_backbone(use)
        model = known.model(named) if named else None
        if model is not None and model.pretrained and model.enum:
            checkpoint = known.checkpoint(model.enum, model.pretrained)
            return model.pretrained, (checkpoint.namespace, model.enum) if checkpoint else None, True, ""
        # Nearly all models have this entry, and for those `pretrained=True` means it.
        return "IMAGENET1K_V1", None, False, ""
    model = known.model(builder.name)
    if model is None:
        return None, None, False, "the model has no weights"
    if argument == "pretrained_backbone":
        enum, _, entry = (model.backbone or "").partition(".")
    else:
        quantize = use.keyword("quantize")
        plain = quantize is None or (isinstance(quantize.value, ast.Constant) and not quantize.value.value)
        if not plain and not (isinstance(quantize.value, ast.Constant) and quantize.value.value):  # type: ignore[union-attr]
            return None, None, False, "quantize= decides at run time which checkpoint is meant"
        enum, entry = (model.enum or "", model.pretrained or "")
        if not plain:
            enum, entry = (model.quantized_enum or "", model.pretrained_quantized or "")
        if isinstance(value, ast.Constant) and value.value == "legacy":
            entry = "COCO_LEGACY"
    checkpoint = known.checkpoint(enum, entry)
    if checkpoint is None:
        return None, None, False, f"pretrained=True means no entry of {builder.name}"
    return entry, (checkpoint.namespace, enum), True, ""


def as_get_model(use: Use, builder: Optional[Builder], text: Text) -> List[Edit]:
    """``resnet50(`` -> ``tvcompat.get_model("resnet50", ``; nothing where the name of the model can't be told."""
    name = f'"{builder.name}"' if builder is not None else _name_at_run_time(use, text)
    if name is None or use.call is None or "partial" in use.extra:
        return []
    function = use.call.func
    opening = text.text.index("(", text.offset(function.end_lineno or 0, function.end_col_offset or 0))
    return [replace(function, "tvcompat.get_model"), text.edit(opening + 1, opening + 1, f"{name}, ")]


def _name_at_run_time(use: Use, text: Text) -> Optional[str]:
    """The expression for the name in ``models.__dict__[name](...)`` or ``getattr(models, name)(...)``."""
    if use.call is None or not use.dynamic or not use.namespace.startswith("torchvision.models"):
        return None
    if use.namespace.startswith("torchvision.models.quantization"):
        # Their names begin with `quantized_` for get_model.
        return None
    function = use.call.func
    if isinstance(function, ast.Subscript) and sys.version_info >= (3, 9):
        return text.segment(function.slice)
    if isinstance(function, ast.Call) and isinstance(function.func, ast.Name) and function.func.id == "getattr":
        return text.segment(function.args[1]) if len(function.args) == 2 else None
    return None


def _named_backbone(use: Use) -> Optional[str]:
    """The model that ``resnet_fpn_backbone("resnet50", ...)`` builds on."""
    if use.dynamic or not use.path.endswith("_backbone"):
        return None
    keyword = use.keyword("backbone_name")
    value = keyword.value if keyword is not None else use.positional[0] if use.positional else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


RULE = Rule(
    code="TVC201",
    name="pretrained",
    kinds=("call",),
    summary="`pretrained=` or `pretrained_backbone=`: by keyword, by position, passed on, to a builder chosen by name.",
    explanation="""\
Since 0.13 a model takes `weights=`. The old argument still works, with two warnings, and may go in any release.
`pretrained=True` means the first checkpoint that was published, not the best one; what to write instead keeps it.""",
    bad="resnet50(pretrained=True)",
    good='resnet50(weights="IMAGENET1K_V1")',
    check=check,
    fix=fix,
)
