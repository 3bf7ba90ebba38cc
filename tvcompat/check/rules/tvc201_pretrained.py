"""TVC201: ``pretrained=`` instead of ``weights=``."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any, Iterator, List, NamedTuple, Optional, Tuple

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.analysis.values import last_name
from tvcompat.check.call_arguments import (
    OLD_NAMES,
    Given,
    chosen_by,
    given,
    is_off,
    positions,
    releases_taking_weights,
    value_of,
)
from tvcompat.check.changes import Change, Fix, ReplaceCallee, SetArgument
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.rules.tvc103_parameters import taken_by_keyword

if TYPE_CHECKING:
    from tvcompat.catalog import Builder
    from tvcompat.check.edits import Text


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.handles(Handled.VERSION) or use.path == "torch.hub.load":
        return
    for name in ("pretrained", "pretrained_backbone"):
        yield from _one(use, context, name)


def _one(use: CallUse, context: Context, name: str) -> Iterator[Report]:
    facts = context.facts
    builder = None if use.is_dynamic else facts.builder(use.path)
    found = argument_of(use, context, name)
    if found is None:
        return
    value, new = value_of(found), name.replace("pretrained", "weights")
    if builder is not None:
        takes = facts.accepting(builder, "keyword" if isinstance(found, ast.keyword) else "positional")
        warns = facts.accepting(builder, "weights") & takes & facts.covered(builder.spans)
        if isinstance(found, ast.keyword):
            # Some accept and ignore it, which TVC205 reports.
            takes |= facts.covered(span for span in builder.pretrained if not span.value.error)
    elif use.is_dynamic:
        if not facts.members(use.namespace):
            return
        takes, warns = facts.all, facts.with_weights
    else:
        takes = warns = facts.order.none
        for releases, signature in facts.signatures(use.path):
            if f"{name}>{new}" in signature.marks:
                warns |= releases
            elif signature.names(name):
                takes |= releases
        if not takes:
            return
        takes |= warns
    if context.failing(takes) and not context.is_too_new(takes):
        if use.handles(Handled.TYPE):
            # The failure is caught; where it only warns there is nothing to catch.
            return
        since = context.breaks_in(takes)
        instead = written(use, context, builder, name, value)
        yield Report(
            "breaks", f"{use.path} does not take {name}= in torchvision {since}; write {instead}.", since, node=found
        )
    elif context.target.newest in warns:
        instead, what = written(use, context, builder, name, value), f"{name}= is"
        if _may_be_entry(use, context, found):
            instead, what = f"{new}= before it", f"{new} by position is"
        yield Report(
            "deprecated",
            f"{what} deprecated since torchvision {facts.weights_line} and may go in any release; write {instead}.",
            deprecated_in=warns.first,
            fix=instead,
            node=found,
        )


def argument_of(use: CallUse, context: Context, name: str) -> Optional[Given]:
    """Return the keyword or positional argument for ``pretrained`` or ``pretrained_backbone``."""
    keyword, new = use.keyword(name), name.replace("pretrained", "weights")
    if keyword is not None or not use.positional or use.keyword(new) is not None:
        return keyword
    found = given(use, context.facts, new)
    # If chosen at run time, it may be something other than a builder.
    return found if not use.is_dynamic or (isinstance(found, ast.expr) and _is_flag(found)) else None


def _is_flag(value: ast.expr) -> bool:
    """Return whether a value certainly says whether to load a checkpoint, and not which one."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, bool)
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
        return True
    return "pretrain" in last_name(value).lower()


def _may_be_entry(use: CallUse, context: Context, found: Given) -> bool:
    """Return whether a positional argument may be an entry: an enum's member, or no flag if every release has enums."""
    if isinstance(found, ast.keyword):
        return False
    if isinstance(found, ast.Attribute) and last_name(found.value).endswith("_Weights"):
        return True
    facts, target = context.facts, context.target
    oldest = target.origin or target.releases.first or target.newest
    return oldest in facts.with_weights and not (_is_flag(found) or is_off(found))


def written(use: CallUse, context: Context, builder: Optional[Builder], argument: str, value: ast.expr) -> str:
    """Return what to write instead of ``pretrained=value``, as text for a message."""
    new = argument.replace("pretrained", "weights")
    if is_off(value):
        return f"{new}=None"
    entry, _, sure, _ = meant(use, context, builder, argument, value)
    if isinstance(value, ast.Constant):
        return f'{new}="{entry}"' if sure else f'{new}= with the name of an entry, mostly "IMAGENET1K_V1"'
    text = ast.unparse(value)
    quoted = f'"{entry or "IMAGENET1K_V1"}"'
    return f"{new}={chosen_by(value, text, quoted)}"


class Translated(NamedTuple):
    """What one argument becomes, imports that it needs, whether it certainly means the same, or why not."""

    change: Optional[SetArgument] = None
    imports: Tuple[str, ...] = ()
    safe: bool = True
    reason: str = ""


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Pass ``weights=`` with the entry that was meant; a positional argument becomes a keyword."""
    node = report.node
    builder = None if use.is_dynamic else context.facts.builder(use.path)
    if isinstance(node, ast.keyword):
        made = [_translated(use, context, builder, str(node.arg), node, style)]
        if not style.tvcompat and len(use.call.args) == len(use.positional):
            # What is beside it by position warns too, unless that has a finding of its own.
            beside = taken_by_keyword(use, context)
            if not any(name in OLD_NAMES for name, _ in beside):
                made += [Translated(SetArgument(value, name)) for name, value in beside]
    else:
        made = _by_keyword(use, context, builder, style)
    reason = next((each.reason for each in made if each.reason), "")
    if reason:
        return Fix(reason=reason)
    if builder is not None and ".quantization." in builder.path and any(each.arg is None for each in use.call.keywords):
        return Fix(reason="what is unpacked may pass quantize=, which decides which checkpoint is meant")
    if style.tvcompat and use.is_dynamic and use.handles(Handled.VALUE, Handled.ATTRIBUTE):
        return Fix(reason="tvcompat.get_model raises another error for an unknown name than the one that is caught")
    if not style.tvcompat:
        name = str(node.arg) if isinstance(node, ast.keyword) else "pretrained"
        takes = releases_taking_weights(use, context.facts, name.replace("pretrained", "weights"))
        if takes and context.failing(takes):
            # It would fail where the line works today.
            oldest = context.target.releases.first
            return Fix(
                reason=f"weights= requires torchvision >= {context.facts.weights_line} and the code supports {oldest}; "
                "use --style tvcompat"
            )
    changes: List[Change] = [each.change for each in made if each.change is not None]
    imports = tuple(statement for each in made for statement in each.imports)
    if style.tvcompat:
        called = as_get_model(use, builder, text)
        if called is None:
            return Fix(reason="the model is chosen at run time")
        changes.append(called)
        imports = ("import tvcompat",)
    return Fix(tuple(changes), imports, all(each.safe for each in made))


def _translated(
    use: CallUse, context: Context, builder: Optional[Builder], argument: str, found: Any, style: Style
) -> Translated:
    """Translate ``pretrained=value`` or ``pretrained_backbone=value`` to the arguments of today."""
    new, value = argument.replace("pretrained", "weights"), value_of(found)
    if is_off(value):
        return Translated(SetArgument(found, new, "None"))
    entry, enum, safe, reason = meant(use, context, builder, argument, value)
    if reason:
        return Translated(reason=reason)
    imports: Tuple[str, ...] = ()
    if style.enum and enum is not None and not style.tvcompat:
        imports = (f"from {enum[0]} import {enum[1]}",)
        entry = f"{enum[1]}.{entry}"
    else:
        entry = f'"{entry}"'
    return Translated(SetArgument(found, new, entry, chosen=not isinstance(value, ast.Constant)), imports, safe)


def _by_keyword(use: CallUse, context: Context, builder: Optional[Builder], style: Style) -> List[Translated]:
    """Translate all positional arguments of a call to keywords: a release that warns of one warns of each."""
    names = positions(use, context.facts)
    if len(use.call.args) != len(use.positional) or len(use.positional) > len(names):
        return [Translated(reason="arguments behind it are given by position")]
    found = []
    for name, value in zip(names, use.positional):
        if name in OLD_NAMES and not _may_be_entry(use, context, value):
            found.append(_translated(use, context, builder, OLD_NAMES[name], value, style))
        else:
            found.append(Translated(SetArgument(value, name)))
    return found


def meant(
    use: CallUse, context: Context, builder: Optional[Builder], argument: str, value: ast.expr
) -> Tuple[Optional[str], Optional[Tuple[str, str]], bool, str]:
    """Return the entry a flag means: its name, its enum's namespace and name, whether that is certain, or why not."""
    known = context.facts.catalog
    if builder is None:
        named = _named_backbone(use, context)
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
        quantize = given(use, context.facts, "quantize")
        stated = None if quantize is None else value_of(quantize)
        if stated is not None and not isinstance(stated, ast.Constant):
            return None, None, False, "quantize= decides at run time which checkpoint is meant"
        enum, entry = (model.enum or "", model.pretrained or "")
        if stated is not None and not is_off(stated):
            enum, entry = (model.quantized_enum or "", model.pretrained_quantized or "")
        if isinstance(value, ast.Constant) and value.value is not True:
            entry = known.quirks.pretrained_entry(model.name, value.value) or entry
    checkpoint = known.checkpoint(enum, entry)
    if checkpoint is None:
        return None, None, False, f"pretrained=True means no entry of {builder.name}"
    return entry, (checkpoint.namespace, enum), True, ""


def as_get_model(use: CallUse, builder: Optional[Builder], text: Text) -> Optional[ReplaceCallee]:
    """Rewrite ``resnet50(`` to ``tvcompat.get_model("resnet50", ``; return ``None`` if the model's name is unknown."""
    if use.is_partial:
        return None
    if use.is_by_name:
        return ReplaceCallee(use.call, "tvcompat.get_model")
    name = f'"{builder.name}"' if builder is not None else _name_at_run_time(use, text)
    return None if name is None else ReplaceCallee(use.call, "tvcompat.get_model", name)


def _name_at_run_time(use: CallUse, text: Text) -> Optional[str]:
    """Return the expression for the name in ``models.__dict__[name](...)`` or ``getattr(models, name)(...)``."""
    if not use.is_dynamic or not use.namespace.startswith("torchvision.models"):
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


def _named_backbone(use: CallUse, context: Context) -> Optional[str]:
    """Return the model that ``resnet_fpn_backbone("resnet50", ...)`` builds on."""
    if use.is_dynamic or not use.path.endswith("_backbone"):
        return None
    found = given(use, context.facts, "backbone_name")
    value = None if found is None else value_of(found)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


RULE = Rule(
    code="TVC201",
    name="pretrained",
    uses=(CallUse,),
    summary="`pretrained=` or `pretrained_backbone=`: by keyword, by position, passed on, to a builder chosen by name.",
    explanation="""\
Since 0.13 a model takes `weights=`. The old argument still works, with two warnings, and may go in any release.
`pretrained=True` means the first checkpoint that was published, not the best one; what to write instead keeps it.""",
    link="https://github.com/pytorch/vision/issues/5088",
    bad="resnet50(pretrained=True)",
    good='resnet50(weights="IMAGENET1K_V1")',
    check=check,
    fix=fix,
)
