"""TVC201: ``pretrained=`` instead of ``weights=``."""

import ast
from typing import Iterator, Optional

from tvcompat.catalog import Builder
from tvcompat.check.rules import Context, Report, Rule
from tvcompat.check.uses import BRANCH, TYPE, Use


def written(context: Context, builder: Optional[Builder], argument: str, value: ast.expr) -> str:
    """What to write instead of ``pretrained=value``."""
    new = argument.replace("pretrained", "weights")
    entry = entry_name(context, builder, argument)
    if isinstance(value, ast.Constant) and isinstance(value.value, (bool, type(None))):
        if not value.value:
            return f"{new}=None"
        return f'{new}="{entry}"' if entry else f'{new}= with the name of an entry, mostly "IMAGENET1K_V1"'
    text = ast.unparse(value) if hasattr(ast, "unparse") else argument
    return f'{new}="{entry or "IMAGENET1K_V1"}" if {text} else None'


def entry_name(context: Context, builder: Optional[Builder], argument: str) -> Optional[str]:
    """The entry that ``True`` means."""
    model = context.knowledge.catalog.model(builder.name) if builder is not None else None
    if model is None:
        return None
    if argument == "pretrained_backbone":
        return model.backbone.partition(".")[2] if model.backbone else None
    return model.pretrained


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
    if use.guards & {BRANCH, TYPE} or use.path == "torch.hub.load":
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
        spans = [span for span in builder.accepts if ("keyword" if by_keyword else "positional") in span.value.split()]
        takes = knowledge.mask(spans) | (knowledge.all & ~knowledge.mask(builder.spans))
        warns = knowledge.mask([span for span in builder.accepts if "weights" in span.value.split()]) & takes
    elif use.dynamic:
        if not knowledge.members(use.path[: -len(".*")]):
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
        since = context.breaks_in(takes)
        instead = written(context, builder, name, value)
        yield Report(
            "breaks", f"{use.path} does not take {name}= in torchvision {since}; write {instead}.", since, node=found
        )
        return
    warning = warns & knowledge.bit(context.question.target)
    if warning:
        instead = written(context, builder, name, value)
        yield Report(
            "deprecated",
            f"{name}= is deprecated since torchvision 0.13 and may go in any release; write {instead}.",
            deprecated_in=knowledge.first_of(warns),
            fix=instead,
            node=found,
        )


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
)
