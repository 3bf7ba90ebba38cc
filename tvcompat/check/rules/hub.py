"""TVC401: ``torch.hub.load("pytorch/vision", ..., pretrained=True)``."""

import ast
from typing import Iterator

from tvcompat.check.edits import Fix, Text, replace
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.uses import BRANCH, TYPE, Use


def check(use: Use, context: Context) -> Iterator[Report]:
    if use.path != "torch.hub.load" or use.guards & {BRANCH, TYPE} or len(use.positional) < 2:
        return
    repository, name = use.positional[0], use.positional[1]
    where = repository.value if isinstance(repository, ast.Constant) else None
    if not isinstance(where, str) or not where.startswith("pytorch/vision"):
        return
    keyword = use.keyword("pretrained")
    if keyword is None:
        return
    known = context.knowledge.catalog
    model = known.model(str(name.value).lower()) if isinstance(name, ast.Constant) else None
    entry = model.pretrained if model is not None else None
    wants = not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    fix = f'weights="{entry or "DEFAULT"}"' if wants else "weights=None"
    tag = where.partition(":")[2].lstrip("v")
    release = known.nearest(tag) if tag else None
    if release is not None and context.knowledge.index[release] < context.knowledge.index["0.13.0"]:
        # A pinned old release takes it.
        return
    yield Report(
        "deprecated",
        f"{where} loads the newest torchvision from its repository, where pretrained= is deprecated; write {fix}.",
        deprecated_in="0.13.0",
        fix=fix,
        node=keyword,
    )


def fix(use: Use, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """The same with ``weights=``, where the model is named."""
    assert isinstance(report.node, ast.keyword)
    name, value = use.positional[1], report.node.value
    off = isinstance(value, ast.Constant) and not value.value
    known = context.knowledge.catalog
    model = known.model(str(name.value).lower()) if isinstance(name, ast.Constant) else None
    if off:
        return Fix((replace(report.node, "weights=None"),))
    if model is None or not model.pretrained:
        return Fix((replace(report.node, 'weights="IMAGENET1K_V1"'),), safe=False)
    entry = f'"{model.pretrained}"'
    written = entry if isinstance(value, ast.Constant) else f"{entry} if {text.segment(value)} else None"
    return Fix((replace(report.node, f"weights={written}"),))


RULE = Rule(
    code="TVC401",
    name="hub",
    kinds=("call",),
    summary="`pretrained=` in `torch.hub.load` of torchvision's repository.",
    explanation="""\
`torch.hub.load("pytorch/vision", ...)` runs the code of the repository, whatever torchvision is installed.""",
    bad='torch.hub.load("pytorch/vision", "resnet50", pretrained=True)',
    good='torch.hub.load("pytorch/vision", "resnet50", weights="IMAGENET1K_V1")',
    check=check,
    fix=fix,
)
